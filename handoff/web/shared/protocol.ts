/**
 * Every shape that crosses the wire, in one place. Its twin on the server is `handoff/wire.py`;
 * both are checked against `tests/wire/examples.json`.
 *
 * Times are RFC 3339 UTC strings, ids are opaque, texts have 1 to 4000 characters.
 */

/** Longest text the server takes, in Unicode code points. */
export const MAX_TEXT = 4000;

export type Level = 0 | 1 | 2 | 3 | 4;
export type Mode = "bot" | "queued" | "agent" | "closed";
export type Speaker = "customer" | "bot" | "agent" | "system";
export type Presence = "available" | "away" | "break" | "offline";
export type Disposition = "resolved" | "follow_up" | "referred" | "unreachable" | "other";
export type Reason = "asked" | "distress" | "complex" | "not_understood" | "failed";
export type CaseState = "bot" | "waiting" | "agent" | "closed";

export type ErrorCode =
  | "invalid"
  | "too_long"
  | "rate_limited"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "closed"
  | "unavailable";

export interface WireError {
  code: ErrorCode;
  message: string;
  /** Seconds to wait before the same request can succeed. */
  retry_after?: number;
}

export type Ack<T = object> = ({ ok: true } & T) | { ok: false; error: WireError };
export type Stored = { seq: number; at: string };

export interface Button {
  title: string;
  /** An opaque id that only the server can turn into an action. */
  payload: string;
}

export interface Link {
  title: string;
  url: string;
}

/** One line of a conversation; `seq` counts 1, 2, 3, … without gaps. */
export interface Entry {
  seq: number;
  id: string;
  at: string;
  from: Speaker;
  text: string;
  buttons?: Button[];
  links?: Link[];
  agent?: { name: string };
}

/** Where a conversation stands, as its customer may know it. */
export interface Standing {
  mode: Mode;
  position?: number;
  eta_s?: number;
  agent?: { name: string };
}

/** What a refused connection carries in `connect_error`. */
export type Refusal = Pick<WireError, "code" | "message">;

// ---- /customer ------------------------------------------------------------------------------

export type CustomerAuth = { token?: string; after?: number };

export interface CustomerSessionEvent {
  conversation: string;
  token: string;
  last_seq: number;
  state: Standing;
}

export interface CustomerEvents {
  session: CustomerSessionEvent;
  message: Entry;
  state: Standing;
  typing: { on: boolean; from: Speaker };
  read: { seq: number; from: Speaker };
}

export interface CustomerRequests {
  message: [{ id: string; text: string } | { id: string; payload: string }, Stored];
  read: [{ seq: number }, object];
  /** `reason` is the customer's own words, if they gave any. */
  handoff: [{ reason?: string }, { state: Standing }];
  end: [Record<string, never>, object];
  rate: [{ score: number; comment?: string }, object];
}

// ---- /agent ---------------------------------------------------------------------------------

export interface Agent {
  id: string;
  name: string;
  role: "agent" | "supervisor" | "trainer";
  skills: string[];
}

export interface Signal {
  seq: number;
  kind: string;
  level: Level;
  evidence: string;
}

export interface Note {
  id: string;
  seq: number;
  at: string;
  text: string;
  agent: { name: string };
}

/** Everything that an agent is handed; the transcript is whole, from the first word. */
export interface Case {
  conversation: string;
  state: CaseState;
  priority: number;
  level: Level;
  reason: Reason;
  skills: string[];
  requested_at: string;
  agent?: { id: string; name: string };
  customer: { id?: string; name?: string; verified: boolean; previous: number };
  summary: string;
  known: Record<string, string>;
  tried: string[];
  signals: Signal[];
  suggestions: string[];
  transcript: Entry[];
  notes: Note[];
  last_seq: number;
}

export interface Waiting {
  conversation: string;
  priority: number;
  level: Level;
  reason: Reason;
  skills: string[];
  waiting_since: string;
  summary: string;
}

export interface AgentEvents {
  session: { agent: Agent; presence: Presence; cases: Case[] };
  queue: { waiting: Waiting[] };
  offer: { case: Case; expires_at: string };
  message: { conversation: string; entry: Entry };
  typing: { conversation: string; on: boolean; from: Speaker };
  read: { conversation: string; seq: number; from: Speaker };
  case: Case;
}

type Of<T = object> = { conversation: string } & T;

export interface AgentRequests {
  presence: [{ status: Presence }, object];
  accept: [Of, { case: Case }];
  decline: [Of, object];
  message: [Of<{ id: string; text: string }>, Stored];
  note: [Of<{ id: string; text: string }>, Stored];
  read: [Of<{ seq: number }>, object];
  transfer: [Of<{ to: { agent: string } | { skill: string }; note: string }>, object];
  return_to_bot: [Of<{ note?: string }>, object];
  close: [Of<{ disposition: Disposition; note?: string }>, object];
  watch: [Of, { case: Case }];
  whisper: [Of<{ id: string; text: string }>, object];
  take_over: [Of, { case: Case }];
}

// ---- REST -----------------------------------------------------------------------------------

export interface LoginAnswer {
  token: string;
  agent: Agent;
}
