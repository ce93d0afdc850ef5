/** Keeps the end of a log in sight, unless the reader has scrolled up; then it says that more came. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Closer to the end than this, new lines are followed. */
const NEAR_END_PX = 80;

/** `lines`: how many there are; `mine`: how many of them the reader wrote and are on their way. */
export function useFollowing(lines: number, mine: number) {
  const log = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const shape = useRef("");
  const begun = useRef(false); // before the first line, the start is what there is to read
  begun.current = lines + mine > 0;
  const [behind, setBehind] = useState(false);

  const settle = () => {
    if (!log.current) return; // a scroll is reported a frame later, when the log may be gone
    if (following.current && begun.current) log.current.scrollTop = log.current.scrollHeight;
    shape.current = shapeOf(log.current);
  };
  const toEnd = () => {
    following.current = true;
    setBehind(false);
    settle();
  };
  const onScroll = () => {
    if (!log.current) return;
    // Not the reader's doing: what stands around it grew (the queue's card, a phone's keyboard).
    if (shapeOf(log.current) !== shape.current) return settle();
    following.current = toGo(log.current) < NEAR_END_PX;
    if (following.current) setBehind(false);
  };

  useLayoutEffect(settle);
  useEffect(() => {
    if (!following.current) setBehind(true);
  }, [lines]);
  useLayoutEffect(() => {
    if (mine > 0) toEnd();
  }, [mine]);
  useEffect(() => {
    const observer = new ResizeObserver(settle);
    if (log.current) observer.observe(log.current);
    return () => observer.disconnect();
  }, []);
  return { log, behind, toEnd, onScroll };
}

const shapeOf = (log: HTMLElement) => `${log.scrollHeight} ${log.clientHeight}`;

const toGo = (log: HTMLElement) => log.scrollHeight - log.scrollTop - log.clientHeight;
