/** What each party is called, and which buttons still mean something. */
import type { Entry, Standing } from "../shared/protocol";
import type { View } from "./view";

export function speakerOf(entry: Pick<Entry, "from" | "agent">): string {
  if (entry.from === "customer") return "You";
  if (entry.from === "agent") return entry.agent?.name ?? "A team member";
  return entry.from === "bot" ? "Assistant" : "";
}

/** Whom the customer is talking to at this moment. */
export function standingWords(standing: Standing): string {
  if (standing.mode === "queued") return "Waiting for a person";
  if (standing.mode === "agent") return `Talking with ${standing.agent?.name ?? "a person"}`;
  return standing.mode === "closed" ? "This chat has ended" : "Automated assistant";
}

/**
 * The entry whose buttons can be pressed: the bot's last, as long as it is the bot's turn and the
 * customer has not answered, not even with something that is still on its way.
 */
export function liveButtons(view: View): number | null {
  const { mode } = view.standing;
  if (mode !== "bot" && mode !== "queued") return null;
  if (view.pending.some((message) => !message.error)) return null;
  for (let i = view.entries.length - 1; i >= 0; i -= 1) {
    const entry = view.entries[i]!;
    if (entry.from === "customer") return null;
    if (entry.from === "bot") return entry.seq;
  }
  return null;
}
