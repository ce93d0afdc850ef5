/** How times, refusals and the fate of a message are said to people. */
import type { Line } from "./connection";
import type { Pending } from "./outbox";
import { MAX_TEXT, type WireError } from "./protocol";

const clockFace = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "numeric",
  minute: "2-digit",
});

/** "3:04 PM" today, "Tue, 3:04 PM" otherwise, in the reader's own zone and manner. */
export function timeOf(at: string | number, now = Date.now()): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return "";
  const today = then.toDateString() === new Date(now).toDateString();
  return (today ? clockFace : dayAndClock).format(then);
}

/** "0:42", "12:05", "1:02:09": how long something has lasted. Never negative. */
export function elapsed(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i ? String(part).padStart(2, "0") : String(part))).join(":");
}

/** A wait in seconds, said no more exactly than it is known. */
export function roughly(seconds: number): string {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  return minutes === 1 ? "about a minute" : `about ${minutes} minutes`;
}

/** Counts as the server counts: code points, not UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length;
}

const REFUSALS: Record<WireError["code"], string> = {
  invalid: "It was not accepted in this form.",
  too_long: `This is too long. The limit is ${MAX_TEXT} characters.`,
  rate_limited: "Too many messages at once. Please wait a moment.",
  unauthorized: "Your session has ended.",
  forbidden: "This is not allowed here.",
  not_found: "This conversation is no longer there.",
  conflict: "This was already done differently.",
  closed: "This chat has ended.",
  unavailable: "This is not possible at the moment.",
};

/** Why a message failed, in plain words. */
export function reasonOf(error: WireError): string {
  return REFUSALS[error.code] ?? error.message;
}

/** How far a message has come that is not an entry yet. */
export function progressOf(message: Pending, line: Line): string {
  if (message.seq !== undefined) return "Sent";
  return line === "online" ? "Sending…" : "Kept, waiting for the connection";
}
