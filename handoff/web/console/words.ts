/** How levels, reasons and the rest are said to agents. */
import type { Case, Disposition, Level, Presence, Reason } from "../shared/protocol";

export const LEVELS: Record<Level, string> = {
  4: "Imminent",
  3: "Urgent need",
  2: "Distress",
  1: "Frustration",
  0: "Routine",
};

/** What each level asks of the agent. */
export const LEVEL_MEANING: Record<Level, string> = {
  4: "Life or limb may be in danger now. The safety line has been shown.",
  3: "Something life-sustaining is missing today.",
  2: "Suffering or hardship; nothing vital fails today.",
  1: "Anger or annoyance with the service.",
  0: "A calm request.",
};

export const REASONS: Record<Reason, string> = {
  asked: "Asked for a person",
  distress: "Distress was noticed",
  complex: "Beyond what the assistant may do",
  not_understood: "The assistant did not understand",
  failed: "The assistant failed to answer",
};

export const PRESENCES: Record<Presence, string> = {
  available: "Available",
  away: "Away",
  break: "On a break",
  offline: "Offline",
};

export const DISPOSITIONS: Record<Disposition, string> = {
  resolved: "Resolved",
  follow_up: "Needs follow-up",
  referred: "Referred elsewhere",
  unreachable: "Customer stopped answering",
  other: "Something else",
};

/** A newer server may know reasons that this page does not: show its word rather than nothing. */
export function reasonWords(reason: string): string {
  return REASONS[reason as Reason] ?? readable(reason);
}

const INITIALS = /^(zip|id)$/i;

/** "account_number" → "Account number". */
export function readable(key: string): string {
  if (INITIALS.test(key)) return key.toUpperCase();
  const words = key.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name that the host site vouches for, or else the one that came up in the conversation. */
export function nameOf({ customer, known }: Pick<Case, "customer" | "known">): string {
  return customer.name?.trim() || known.name?.trim() || "Visitor";
}

export function whereItWent(one: Case): string {
  if (one.state === "closed") return "is closed";
  if (one.state === "bot") return "is back with the assistant";
  if (one.state === "waiting") return "went back to the queue";
  return `is now with ${one.agent?.name ?? "someone else"}`;
}
