/**
 * One conversation's entries in the order of their `seq`, each once. A hole is not shown as the
 * end: `missing` says that something below the highest known number has not come yet.
 */
import type { Entry } from "./protocol";

export class Timeline {
  private bySeq = new Map<number, Entry>();
  private sorted: readonly Entry[] = [];
  private contiguous = 0;
  private highest = 0;

  /** Entries in order, a new array after each change. */
  get entries(): readonly Entry[] {
    return this.sorted;
  }

  /** Everything up to here has been seen: what a resume asks to continue after. */
  get last(): number {
    return this.contiguous;
  }

  get missing(): boolean {
    return this.contiguous < this.highest;
  }

  /** True when the entry was new. A second copy of a `seq` changes nothing. */
  add(entry: Entry): boolean {
    this.expect(entry.seq);
    if (this.bySeq.has(entry.seq)) return false;
    this.bySeq.set(entry.seq, entry);
    while (this.bySeq.has(this.contiguous + 1)) this.contiguous += 1;
    this.sorted = [...this.bySeq.values()].sort((a, b) => a.seq - b.seq);
    return true;
  }

  /** An entry with this number is known to exist. */
  expect(seq: number): void {
    this.highest = Math.max(this.highest, seq);
  }

  has(seq: number): boolean {
    return this.bySeq.has(seq);
  }
}
