/** Which of the house's own lines may be small. */
import type { Entry } from "./protocol";

/** A line of the house in passing, as opposed to words that must be read. */
export function isAside(entry: Entry): boolean {
  const plain = !entry.links?.length && !entry.buttons?.length && !entry.text.includes("\n");
  return entry.from === "system" && plain && entry.text.length <= 90;
}
