/**
 * Tabs of a new visitor that dial at the same moment would get a conversation each. So one at a
 * time has the turn to begin, and whoever is next finds what the first has stored. Where a browser
 * has no locks (pages without https), or the one before takes long, nobody waits.
 */
import type { Clock } from "../shared/clock";

const NAME = "warmline.begin";
const LONGEST_MS = 5000;
/** What one tab stores reaches the others a little later. */
const STORED_MS = 100;

export type Locks = Pick<LockManager, "request">;

export class Turn {
  private end: (() => void) | null = null;

  constructor(
    private locks: Locks | undefined,
    private clock: Clock,
  ) {}

  async take(): Promise<void> {
    this.end?.();
    if (!this.locks) return;
    const over = new Promise<void>((end) => (this.end = end));
    const late = new Promise<void>((go) => void this.clock.after(LONGEST_MS, go));
    await new Promise<void>((mine) => {
      void late.then(mine);
      void this.locks?.request(NAME, () => (mine(), Promise.race([over, late]))).catch(mine);
    });
  }

  leave(): void {
    if (this.end) this.clock.after(STORED_MS, this.end);
    this.end = null;
  }
}
