/** Who is writing at this moment. Nobody writes for ever: the word is forgotten after a while. */
import type { Clock } from "./clock";

const FORGOTTEN_MS = 8000;

export class Typists<Key> {
  private writing = new Map<Key, () => void>();

  constructor(
    private clock: Clock,
    private changed: (writing: ReadonlySet<Key>) => void,
  ) {}

  set(who: Key, on: boolean): void {
    const was = this.writing.get(who);
    if (!was && !on) return;
    was?.();
    if (on) this.writing.set(who, this.clock.after(FORGOTTEN_MS, () => this.set(who, false)));
    else this.writing.delete(who);
    this.changed(new Set(this.writing.keys()));
  }

  clear(): void {
    for (const who of [...this.writing.keys()]) this.set(who, false);
  }
}
