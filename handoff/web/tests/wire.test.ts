/** The wire's examples, shared with the server's tests: each has the shape that this side relies on. */
import { describe, expect, test } from "vitest";
import examples from "../../../tests/wire/examples.json";

type Check = (value: unknown) => boolean;
interface Example {
  event: string;
  direction: string;
  namespace: string;
  payload: unknown;
  ack: unknown;
}

const text: Check = (v) => typeof v === "string" && [...v].length <= 4000;
const number: Check = (v) => typeof v === "number" && Number.isFinite(v);
const flag: Check = (v) => typeof v === "boolean";
const time: Check = (v) => typeof v === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(v);
const one = (...allowed: unknown[]): Check => (v) => allowed.includes(v);
const list = (item: Check): Check => (v) => Array.isArray(v) && v.every(item);
const either = (...checks: Check[]): Check => (v) => checks.some((check) => check(v));
const words: Check = (v) => isRecord(v) && Object.values(v).every(text);

const isRecord = (v: unknown): v is Record<string, unknown> =>
  typeof v === "object" && v !== null && !Array.isArray(v);

/** All of `must`, any of `may`, nothing else. */
function shape(must: Record<string, Check>, may: Record<string, Check> = {}): Check {
  const all = { ...must, ...may };
  return (v) =>
    isRecord(v) &&
    Object.keys(must).every((key) => key in v) &&
    Object.entries(v).every(([key, value]) => all[key]?.(value) ?? false);
}

const speaker = one("customer", "bot", "agent", "system");
const level = one(0, 1, 2, 3, 4);
const named = shape({ name: text });
const presence = one("available", "away", "break", "offline");
const entry = shape(
  { seq: number, id: text, at: time, from: speaker, text },
  {
    buttons: list(shape({ title: text, payload: text })),
    links: list(shape({ title: text, url: text })),
    agent: named,
  },
);
const standing = shape(
  { mode: one("bot", "queued", "agent", "closed") },
  { position: number, eta_s: number, agent: named },
);
const reason = one("asked", "distress", "complex", "not_understood", "failed");
const agent = shape({ id: text, name: text, role: one("agent", "supervisor", "trainer"), skills: list(text) });
const aCase = shape(
  {
    conversation: text,
    state: one("bot", "waiting", "agent", "closed"),
    priority: number,
    level,
    reason,
    skills: list(text),
    requested_at: time,
    customer: shape({ verified: flag, previous: number }, { id: text, name: text }),
    summary: text,
    known: words,
    tried: list(text),
    signals: list(shape({ seq: number, kind: text, level, evidence: text })),
    suggestions: list(text),
    transcript: list(entry),
    notes: list(shape({ id: text, seq: number, at: time, text, agent: named })),
    last_seq: number,
  },
  { agent: shape({ id: text, name: text }) },
);
const waiting = shape({
  conversation: text,
  priority: number,
  level,
  reason,
  skills: list(text),
  waiting_since: time,
  summary: text,
});

const ok = shape({ ok: one(true) });
const stored = shape({ ok: one(true), seq: number, at: time });
const taken = shape({ ok: one(true), case: aCase });
const none = one(null);
const of = (more: Record<string, Check> = {}, may: Record<string, Check> = {}) =>
  shape({ conversation: text, ...more }, may);

const SHAPES: Record<string, [payload: Check, ack: Check]> = {
  "customer/session/to_client": [shape({ conversation: text, token: text, last_seq: number, state: standing }), none],
  "customer/message/to_server": [either(shape({ id: text, text }), shape({ id: text, payload: text })), stored],
  "customer/message/to_client": [entry, none],
  "customer/state/to_client": [standing, none],
  "customer/typing/to_server": [shape({ on: flag }), none],
  "customer/typing/to_client": [shape({ on: flag, from: speaker }), none],
  "customer/read/to_server": [shape({ seq: number }), ok],
  "customer/read/to_client": [shape({ seq: number, from: speaker }), none],
  "customer/handoff/to_server": [shape({}, { reason: text }), shape({ ok: one(true), state: standing })],
  "customer/end/to_server": [shape({}), ok],
  "customer/rate/to_server": [shape({ score: one(1, 2, 3, 4, 5) }, { comment: text }), ok],
  "agent/session/to_client": [shape({ agent, presence, cases: list(aCase) }), none],
  "agent/presence/to_server": [shape({ status: presence }), ok],
  "agent/queue/to_client": [shape({ waiting: list(waiting) }), none],
  "agent/offer/to_client": [shape({ case: aCase, expires_at: time }), none],
  "agent/accept/to_server": [of(), taken],
  "agent/decline/to_server": [of(), ok],
  "agent/message/to_server": [of({ id: text, text }), stored],
  "agent/message/to_client": [of({ entry }), none],
  "agent/note/to_server": [of({ id: text, text }), stored],
  "agent/typing/to_server": [of({ on: flag }), none],
  "agent/typing/to_client": [of({ on: flag, from: speaker }), none],
  "agent/read/to_server": [of({ seq: number }), ok],
  "agent/read/to_client": [of({ seq: number, from: speaker }), none],
  "agent/transfer/to_server": [of({ to: either(shape({ agent: text }), shape({ skill: text })), note: text }), ok],
  "agent/return_to_bot/to_server": [of({}, { note: text }), ok],
  "agent/close/to_server": [
    of({ disposition: one("resolved", "follow_up", "referred", "unreachable", "other") }, { note: text }),
    ok,
  ],
  "agent/case/to_client": [aCase, none],
  "agent/watch/to_server": [of(), taken],
  "agent/whisper/to_server": [of({ id: text, text }), ok],
  "agent/take_over/to_server": [of(), taken],
};

const all = Object.entries(examples as Record<string, Example>);
const kindOf = ({ namespace, event, direction }: Example) => `${namespace.slice(1)}/${event}/${direction}`;

describe("the wire's examples", () => {
  test("cover every event in both directions, and no other", () => {
    expect(new Set(all.map(([, example]) => kindOf(example)))).toEqual(new Set(Object.keys(SHAPES)));
  });

  test.each(all)("%s has its shape", (name, example) => {
    const [payload, ack] = SHAPES[kindOf(example)]!;
    expect(name.startsWith(kindOf(example))).toBe(true);
    expect(payload(example.payload)).toBe(true);
    expect(ack(example.ack)).toBe(true);
  });

  test("number a transcript's entries from 1 without gaps", () => {
    const { payload } = (examples as Record<string, Example>)["agent/case/to_client"]!;
    const { transcript, last_seq } = payload as { transcript: { seq: number }[]; last_seq: number };
    expect(transcript.map((line) => line.seq)).toEqual(transcript.map((_, i) => i + 1));
    expect(last_seq).toBe(transcript.length);
  });
});
