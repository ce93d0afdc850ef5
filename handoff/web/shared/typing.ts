/** Tells the other side that somebody is writing: at most every 3 s, and when it stopped for 5 s. */
import { useEffect, useMemo } from "preact/hooks";
import { type Clock, systemClock } from "./clock";

const AGAIN_MS = 3000;
const STOPPED_MS = 5000;

export class TypingHint {
  private told = -Infinity;
  private cancel: (() => void) | null = null;

  constructor(
    private tell: (on: boolean) => void,
    private clock: Clock = systemClock,
  ) {}

  wrote(): void {
    if (this.clock.now() - this.told >= AGAIN_MS) {
      this.told = this.clock.now();
      this.tell(true);
    }
    this.cancel?.();
    this.cancel = this.clock.after(STOPPED_MS, () => this.stop());
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    if (this.told === -Infinity) return;
    this.told = -Infinity;
    this.tell(false);
  }
}

/** A hint that stops with its component, or when `key` changes. */
export function useTypingHint(tell: (on: boolean) => void, key: unknown = null): TypingHint {
  const hint = useMemo(() => new TypingHint(tell), [key]);
  useEffect(() => () => hint.stop(), [hint]);
  return hint;
}
