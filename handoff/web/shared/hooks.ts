/** The few bridges between what runs without a DOM and what is drawn. */
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import type { Observable } from "./observable";

export function useValue<T>(observable: Observable<T>): T {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  // Before paint, so that nothing set between drawing and watching is missed.
  useLayoutEffect(() => {
    redraw(undefined);
    return observable.watch(() => redraw(undefined));
  }, [observable]);
  return observable.value;
}

/** The present time in ms, drawn anew every `everyMs` while `running`. */
export function useNow(everyMs = 1000, running = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, running]);
  return now;
}

/**
 * Gives the focus a new home when what had it went away with the last change. It is never taken
 * from something that still has it.
 */
export function useLostFocus<T extends HTMLElement>(allowed = true) {
  const home = useRef<T>(null);
  useEffect(() => {
    const lost = !document.activeElement || document.activeElement === document.body;
    if (allowed && lost) home.current?.focus();
  }, []);
  return home;
}
