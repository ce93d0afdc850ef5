/** When entries are missing and do not come by themselves, dial again; ever less often. */
import type { Clock } from "./clock";

const FIRST_MS = 1000;
const LONGEST_MS = 16000;

export class Resync {
  private cancel: (() => void) | null = null;
  private tries = 0;

  constructor(
    private clock: Clock,
    private missing: () => boolean,
    private again: () => void,
  ) {}

  /** To be called after each change of the timeline. */
  check(): void {
    if (!this.missing()) return this.stop();
    this.cancel ??= this.clock.after(this.pause(), () => this.fire());
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.tries = 0;
  }

  private pause(): number {
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** this.tries);
  }

  private fire(): void {
    this.cancel = null;
    if (!this.missing()) return;
    this.tries += 1;
    this.again();
    this.check();
  }
}
