/** Speaks offers at once and customers' new lines in turn, each a single time. */
import { useRef } from "preact/hooks";
import { type Announcement, Announcements } from "../shared/Announcements";
import type { Desk, Offer } from "./desk";
import { LEVELS, nameOf, reasonWords } from "./words";

export function Announcer({ desk, offers }: { desk: Desk; offers: readonly Offer[] }) {
  return (
    <>
      <div class="unseen" role="alert">
        {offers.map(({ case: one }) => (
          <p key={one.conversation}>
            New offer: {nameOf(one)}, {LEVELS[one.level]}. {reasonWords(one.reason)}.
          </p>
        ))}
      </div>
      <Announcements lines={useNews(desk)} />
    </>
  );
}

/** What customers said since their case came to this desk. */
function useNews(desk: Desk): Announcement[] {
  const heard = useRef(new Map<string, number>());
  return desk.cases
    .flatMap((one) => {
      const last = one.transcript.at(-1)?.seq ?? 0;
      const since = heard.current.get(one.conversation) ?? last;
      heard.current.set(one.conversation, since);
      return one.transcript
        .filter((entry) => entry.from === "customer" && entry.seq > since)
        .map((entry) => ({ key: `${entry.at} ${entry.id}`, text: `${nameOf(one)} says: ${entry.text}` }));
    })
    .sort((a, b) => a.key.localeCompare(b.key));
}
