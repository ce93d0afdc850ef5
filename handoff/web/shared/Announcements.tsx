/**
 * Speaks each line once, apart from any transcript, which would be read again when it is redrawn.
 * A spoken line goes away after a while, so that nobody who reads on meets it a second time.
 */
import { useEffect, useState } from "preact/hooks";

export interface Announcement {
  key: string;
  text: string;
}

const SPOKEN_AFTER_MS = 6000;
/** More at once than this would drown the reader. */
const AT_ONCE = 5;

export function Announcements({ lines }: { lines: readonly Announcement[] }) {
  const [spoken, setSpoken] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(new Set(lines.map((line) => line.key))), SPOKEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [lines[lines.length - 1]?.key]);
  return (
    <div class="unseen" aria-live="polite" aria-relevant="additions">
      {lines
        .filter((line) => !spoken.has(line.key))
        .slice(-AT_ONCE)
        .map(({ key, text }) => (
          <p key={key}>{text}</p>
        ))}
    </div>
  );
}
