import { beforeEach, describe, expect, test } from "vitest";
import { liveOffers } from "../console/desk";
import { AgentSession } from "../console/session";
import { Keep } from "../shared/keep";
import type { Agent, Case } from "../shared/protocol";
import { entry, FakeClock, FakeSocket, FakeStorage, settle } from "./fakes";

const me: Agent = { id: "a1", name: "Sam Rivera", role: "agent", skills: ["general"] };

function aCase(more: Partial<Case> = {}): Case {
  return {
    conversation: "c1",
    state: "agent",
    priority: 3,
    level: 3,
    reason: "distress",
    skills: ["meals"],
    requested_at: "2026-03-04T15:05:00Z",
    agent: me,
    customer: { name: "Maria", verified: false, previous: 0 },
    summary: "",
    known: {},
    tried: [],
    signals: [],
    suggestions: [],
    transcript: [entry(1, { from: "customer" })],
    notes: [],
    last_seq: 1,
    ...more,
  };
}

let clock: FakeClock;
let storage: FakeStorage;
let socket: FakeSocket;
let session: AgentSession;
let signedOut: boolean;
let serverAheadMs: number;

function load(): void {
  socket = new FakeSocket();
  signedOut = false;
  const keep = new Keep(storage);
  const ahead = () => Promise.resolve(serverAheadMs);
  const needs = { open: socket.open, keep, clock, ahead, agent: me, token: "t" };
  session = new AgentSession({ ...needs, signedOut: () => (signedOut = true) });
  session.start();
}

const desk = () => session.desk.value;
const welcome = (cases: Case[] = [], presence = "available") =>
  socket.welcome({ agent: me, presence, cases });
const ok = { ok: true } as never;

beforeEach(() => {
  clock = new FakeClock();
  storage = new FakeStorage();
  serverAheadMs = 0;
  load();
});

describe("cases", () => {
  test("a reload brings back every open case whole", async () => {
    await welcome([aCase()]);
    load();
    await welcome([aCase()]);
    expect(desk().cases.map((one) => one.transcript.length)).toEqual([1]);
  });

  test("a reload opens the case again that was open", async () => {
    await welcome([aCase()]);
    session.select("c1");
    load();
    await welcome([aCase()]);
    expect(desk().selected).toBe("c1");
  });

  test("accepting puts the case on the desk and opens it", async () => {
    await welcome();
    const accepting = session.accept("c1");
    await socket.of("accept")[0]!.answer({ ok: true, case: aCase() } as never);
    await accepting;
    expect(desk()).toMatchObject({ selected: "c1", cases: [{ conversation: "c1" }] });
  });

  test("losing the race for a case says who won", async () => {
    await welcome();
    const accepting = session.accept("c1");
    const error = { code: "conflict" as const, message: "Kim took this case" };
    await socket.of("accept")[0]!.answer({ ok: false, error });
    await accepting;
    expect(desk().notice).toEqual({ tone: "error", text: "Kim took this case" });
    expect(desk().cases).toEqual([]);
  });

  test("a case that went elsewhere leaves the desk, and says where to", async () => {
    await welcome([aCase()]);
    session.select("c1");
    socket.tell("case", aCase({ agent: { id: "a2", name: "Kim" } }));
    expect(desk()).toMatchObject({ cases: [], selected: null });
    expect(desk().notice?.text).toBe("The conversation with Maria is now with Kim.");
  });

  test("a case missing after a reconnect is gone", async () => {
    await welcome([aCase()]);
    await socket.drop();
    await clock.advance(1000);
    await welcome([]);
    expect(desk().cases).toEqual([]);
  });

  test("state and later entries equal a fresh state", async () => {
    await welcome([aCase()]);
    socket.tell("message", { conversation: "c1", entry: entry(2) });
    socket.tell("message", { conversation: "c1", entry: entry(2) });
    const seen = desk().cases[0]!.transcript;
    load();
    await welcome([aCase({ transcript: [...seen], last_seq: 2 })]);
    expect(desk().cases[0]!.transcript).toEqual(seen);
  });

  test("a gap in a case leads to a resync", async () => {
    await welcome([aCase()]);
    socket.tell("message", { conversation: "c1", entry: entry(3) });
    await clock.advance(1000);
    expect(socket.dials.length).toBe(2);
  });

  test("closing takes the case from the desk only when the server agrees", async () => {
    await welcome([aCase()]);
    const failing = session.close("c1", "resolved", " ");
    expect(socket.of("close")[0]!.payload).toEqual({ conversation: "c1", disposition: "resolved" });
    await socket.of("close")[0]!.answer({ ok: false, error: { code: "unavailable", message: "" } });
    expect(await failing).toContain("not possible");
    expect(desk().cases.length).toBe(1);
    const closing = session.close("c1", "resolved", "done");
    await socket.of("close")[1]!.answer(ok);
    expect(await closing).toBeNull();
    expect(desk().cases).toEqual([]);
  });
});

describe("offers", () => {
  const offer = { case: aCase({ state: "waiting" }), expires_at: "2026-03-04T15:06:00Z" };
  const before = Date.parse("2026-03-04T15:05:59Z");
  const waiting = [{ conversation: "c1" }] as never;

  test("live until they expire, and only while the customer still waits", () => {
    expect(liveOffers([offer], waiting, before)).toEqual([offer]);
    expect(liveOffers([offer], waiting, before + 1000)).toEqual([]);
    expect(liveOffers([offer], [], before)).toEqual([]);
  });

  test("live by the server's clock, which every new line compares with ours", async () => {
    await welcome();
    expect(desk().ahead).toBe(0);
    serverAheadMs = -3_600_000;
    await socket.drop();
    await clock.advance(1000);
    await welcome();
    expect(desk().ahead).toBe(-3_600_000);
  });

  test("one that is made again replaces the first", async () => {
    await welcome();
    socket.tell("offer", offer);
    socket.tell("offer", { ...offer, expires_at: "2026-03-04T15:07:00Z" });
    expect(desk().offers.map((one) => one.expires_at)).toEqual(["2026-03-04T15:07:00Z"]);
  });

  test("a declined one is gone", async () => {
    await welcome();
    socket.tell("offer", offer);
    const declining = session.decline("c1");
    await socket.of("decline")[0]!.answer(ok);
    await declining;
    expect(desk().offers).toEqual([]);
  });
});

describe("replies", () => {
  test("survive a reload under the same id", async () => {
    await welcome([aCase()]);
    await socket.drop();
    session.reply("c1", "hello");
    const { id } = desk().pending[0]!;
    load();
    await welcome([aCase()]);
    expect(socket.of("message")[0]!.payload).toEqual({ conversation: "c1", id, text: "hello" });
  });

  test("an entry of another case with the same number does not pass for a reply", async () => {
    const c2 = aCase({ conversation: "c2" });
    await welcome([aCase(), c2]);
    session.reply("c2", "hello");
    await settle();
    await socket.of("message")[0]!.answer({ ok: true, seq: 2, at: "" } as never);
    socket.tell("message", { conversation: "c1", entry: entry(2) });
    expect(desk().pending).toMatchObject([{ text: "hello", seq: 2 }]);
  });

  test("what could not be sent before the case left stays in sight", async () => {
    await welcome([aCase()]);
    await socket.drop();
    session.reply("c1", "are you there?");
    await clock.advance(1000);
    await welcome([]);
    expect(desk().notice).toMatchObject({ tone: "error" });
    expect(desk().notice!.text).toContain("Not sent: “are you there?”");
  });
});

describe("unread", () => {
  const said = (seq: number, from: "customer" | "agent") => ({ conversation: "c1", entry: entry(seq, { from }) });

  test("counts the customer's lines until the case is looked at", async () => {
    await welcome([aCase({ transcript: [entry(1, { from: "agent" })] })]);
    socket.tell("message", said(2, "customer"));
    socket.tell("message", said(3, "customer"));
    expect(desk().unread).toEqual({ c1: 2 });
    session.select("c1");
    expect(desk().unread).toEqual({ c1: 0 });
    expect(socket.of("read")[0]!.payload).toEqual({ conversation: "c1", seq: 3 });
  });
});

describe("signing in", () => {
  test("a refused token ends the session and is not tried again", async () => {
    await socket.refuse("unauthorized");
    await clock.advance(60_000);
    expect(signedOut).toBe(true);
    expect(socket.dials.length).toBe(1);
  });

  test("an agent whom the server counted as gone is back after a reconnect", async () => {
    await welcome([], "offline");
    expect(socket.of("presence")).toEqual([]);
    const setting = session.setPresence("available");
    await socket.of("presence")[0]!.answer(ok);
    await setting;
    await socket.drop();
    await clock.advance(1000);
    await welcome([], "offline");
    expect(socket.of("presence")[1]!.payload).toEqual({ status: "available" });
  });

  test("a presence that the server refused is not shown", async () => {
    await welcome();
    const setting = session.setPresence("away");
    await socket.of("presence")[0]!.answer({ ok: false, error: { code: "unavailable", message: "" } });
    await setting;
    expect(desk()).toMatchObject({ presence: "available", notice: { tone: "error" } });
    await socket.drop();
    await clock.advance(1000);
    await welcome([], "offline");
    expect(socket.of("presence").length).toBe(1);
  });
});

test("the customer's typing is shown for a while", async () => {
  await welcome([aCase()]);
  socket.tell("typing", { conversation: "c1", on: true, from: "customer" });
  await settle();
  expect([...desk().typing]).toEqual(["c1"]);
  await clock.advance(8000);
  expect([...desk().typing]).toEqual([]);
});
