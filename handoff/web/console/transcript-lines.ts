/** Where a conversation changed hands, for the eye of someone who was not there. */
import type { Entry } from "../shared/protocol";

export type Line = { kind: "entry"; entry: Entry } | { kind: "takeover"; key: string; text: string };

/**
 * The entries with a mark before the first line of each person who takes over, unless the server's
 * own line ("Sam has joined") already stands there.
 */
export function withTakeovers(entries: readonly Entry[]): Line[] {
  let holder: string | null = null;
  let previous: Entry | undefined;
  const lines: Line[] = [];
  for (const entry of entries) {
    const name = holderOf(entry);
    if (name !== null && name !== holder) {
      const said = previous?.from === "system" || (holder === null && entry.from === "bot");
      if (!said) lines.push({ kind: "takeover", key: `t${entry.seq}`, text: `${name} took over` });
      holder = name;
    }
    lines.push({ kind: "entry", entry });
    previous = entry;
  }
  return lines;
}

/** Who answers the customer here, or null for lines that do not say. */
function holderOf(entry: Entry): string | null {
  if (entry.from === "agent") return entry.agent?.name ?? "A person";
  return entry.from === "bot" ? "The assistant" : null;
}
