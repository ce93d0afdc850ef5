/** All that the console draws from. */
import type { Line } from "../shared/connection";
import type { Pending } from "../shared/outbox";
import type { Agent, Case, Presence, Waiting } from "../shared/protocol";

export interface Offer {
  case: Case;
  expires_at: string;
}

export interface Notice {
  tone: "info" | "error";
  text: string;
}

export interface Desk {
  line: Line;
  /** By how many ms the server's clock is ahead of this device's. */
  ahead: number;
  agent: Agent;
  presence: Presence;
  /** True once the server has told the whole of it. */
  known: boolean;
  waiting: readonly Waiting[];
  offers: readonly Offer[];
  /** Mine and open, oldest first. */
  cases: readonly Case[];
  selected: string | null;
  /** How many of the customer's lines I have not looked at, by conversation. */
  unread: Readonly<Record<string, number>>;
  /** Whose customer is writing at this moment. */
  typing: ReadonlySet<string>;
  /** The highest entry that the customer has read, by conversation. */
  seen: Readonly<Record<string, number>>;
  pending: readonly Pending[];
  notice: Notice | null;
}

export function emptyDesk(agent: Agent, pending: readonly Pending[]): Desk {
  return {
    line: "connecting",
    ahead: 0,
    agent,
    presence: "offline",
    known: false,
    waiting: [],
    offers: [],
    cases: [],
    selected: null,
    unread: {},
    typing: new Set(),
    seen: {},
    pending,
    notice: null,
  };
}

/**
 * An offer lives until it expires and while its conversation still waits; there is no event that
 * withdraws one.
 */
export function liveOffers(
  offers: readonly Offer[],
  waiting: readonly Waiting[],
  now: number,
): Offer[] {
  const waits = new Set(waiting.map((one) => one.conversation));
  return offers.filter(
    (offer) => waits.has(offer.case.conversation) && Date.parse(offer.expires_at) > now,
  );
}

/** Unread is what the customer said after what was looked at, or after an agent's own last line. */
export function unreadOf(
  cases: readonly Case[],
  looked: ReadonlyMap<string, number>,
): Record<string, number> {
  return Object.fromEntries(
    cases.map(({ conversation, transcript }) => {
      const answered = transcript.findLast((entry) => entry.from === "agent")?.seq ?? 0;
      const from = Math.max(answered, looked.get(conversation) ?? 0);
      const lines = transcript.filter((entry) => entry.from === "customer" && entry.seq > from);
      return [conversation, lines.length];
    }),
  );
}
