/** What the others said since this page joined in, for those who listen. */
import { Announcements } from "../shared/Announcements";
import type { View } from "./view";
import { speakerOf } from "./speakers";

export function Announcer({ view }: { view: View }) {
  const lines = view.entries
    .filter((entry) => entry.seq > view.history && entry.from !== "customer")
    .map((entry) => ({
      key: entry.id,
      text: entry.from === "system" ? entry.text : `${speakerOf(entry)} says: ${entry.text}`,
    }));
  return <Announcements lines={lines} />;
}
