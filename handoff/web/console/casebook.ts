/**
 * The agent's open cases, oldest first. A case that is told again and the entries that come singly
 * are merged, so state and later entries make what a fresh state would be.
 */
import type { Case, Entry } from "../shared/protocol";
import { Timeline } from "../shared/timeline";

export class Casebook {
  private timelines = new Map<string, Timeline>();
  private open: readonly Case[] = [];

  /** A new array after each change. */
  get cases(): readonly Case[] {
    return this.open;
  }

  get missing(): boolean {
    return [...this.timelines.values()].some((timeline) => timeline.missing);
  }

  put(one: Case): void {
    const timeline = this.timelines.get(one.conversation) ?? new Timeline();
    this.timelines.set(one.conversation, timeline);
    timeline.expect(one.last_seq);
    one.transcript.forEach((entry) => timeline.add(entry));
    this.show({ ...one, transcript: [...timeline.entries] });
  }

  /** False when the case is not here (any more). */
  add(conversation: string, entry: Entry): boolean {
    const timeline = this.timelines.get(conversation);
    const one = this.find(conversation);
    if (!timeline || !one) return false;
    timeline.add(entry);
    this.show({ ...one, transcript: [...timeline.entries] });
    return true;
  }

  remove(conversation: string): Case | undefined {
    const one = this.find(conversation);
    this.timelines.delete(conversation);
    this.open = this.open.filter((other) => other !== one);
    return one;
  }

  find(conversation: string): Case | undefined {
    return this.open.find((one) => one.conversation === conversation);
  }

  /** The last entry up to which nothing is missing; 0 for a case that is not here. */
  last(conversation: string): number {
    return this.timelines.get(conversation)?.last ?? 0;
  }

  /** The entry is known to exist; true when it is here already. */
  expect(conversation: string, seq: number): boolean {
    const timeline = this.timelines.get(conversation);
    timeline?.expect(seq);
    return timeline?.has(seq) ?? false;
  }

  private show(one: Case): void {
    const at = this.open.findIndex((other) => other.conversation === one.conversation);
    this.open = at < 0 ? [...this.open, one] : this.open.with(at, one);
  }
}
