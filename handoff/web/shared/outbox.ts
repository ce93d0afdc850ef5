/**
 * What somebody wrote and the server has not confirmed. Each message keeps its own id and its place
 * in storage until it is acknowledged, so it outlives lost lines, reloads and restarts, and
 * arrives once: sending the same id again adds nothing on the server.
 */
import { backoff, type Clock } from "./clock";
import { newId } from "./ids";
import type { Keep } from "./keep";
import { Observable } from "./observable";
import type { Ack, Stored, WireError } from "./protocol";

export interface Pending {
  id: string;
  text: string;
  /** Milliseconds since 1970, by this device's clock. */
  written: number;
  /** A button's id; `text` is then its title. */
  payload?: string;
  /** The case it belongs to, where there are several. */
  conversation?: string;
  /** The server's reason, once it refused for good. */
  error?: WireError;
  /** Its number, once acknowledged and until the entry itself comes. */
  seq?: number;
  /** True while a send is under way. */
  sending?: boolean;
}

export type Draft = Pick<Pending, "text" | "payload" | "conversation">;

const PASSING = new Set(["rate_limited", "unavailable"]);

export interface OutboxNeeds {
  keep: Keep;
  clock: Clock;
  /** Rejects when there is no answer; then the line is down and `flush` will be called again. */
  send: (message: Pending) => Promise<Ack<Stored>>;
  /** The server has it. */
  stored?: (message: Pending) => void;
}

export class Outbox {
  readonly messages: Observable<readonly Pending[]>;
  private open = false;
  private busy = false;
  private round = 0;

  constructor(private needs: OutboxNeeds) {
    this.messages = new Observable<readonly Pending[]>(this.kept());
  }

  add(draft: Draft): Pending {
    const message = { ...draft, id: newId(), written: this.needs.clock.now() };
    this.messages.set([...this.messages.value, message]);
    this.write(message);
    void this.run();
    return message;
  }

  /** Tries a refused message again, under the same id. */
  retry(id: string): void {
    this.replace(id, ({ error: _, ...message }) => message);
    const message = this.find(id);
    if (message) this.write(message);
    void this.run();
  }

  /** Takes a message back that was not confirmed. */
  discard(id: string): void {
    this.messages.set(this.messages.value.filter((message) => message.id !== id));
    this.erase(id);
  }

  /** The entry itself has come: nothing is pending any more. */
  settle(id: string): void {
    if (this.find(id)) this.discard(id);
  }

  /** The line is up: send what is kept, oldest first, one at a time. */
  flush(): void {
    this.open = true;
    this.round += 1;
    this.busy = false;
    void this.run();
  }

  /** The line is down. A send under way may still have arrived; its id makes that harmless. */
  halt(): void {
    this.open = false;
    this.round += 1;
    this.busy = false;
    this.messages.set(this.messages.value.map(idle));
  }

  /** Rewrites what was not confirmed yet; messages for which `change` answers null are dropped. */
  rewrite(change: (message: Pending) => Pending | null): void {
    for (const message of this.messages.value) {
      const next = change(message);
      if (next === null) this.discard(message.id);
      else if (next !== message) {
        this.replace(message.id, () => next);
        this.write(next);
      }
    }
  }

  private async run(): Promise<void> {
    if (!this.open || this.busy) return;
    const round = this.round;
    this.busy = true;
    try {
      for (let next = this.next(); next; next = this.next()) {
        if (!(await this.deliver(next, round))) return;
      }
    } finally {
      if (round === this.round) this.busy = false;
    }
  }

  /** False when this round is over. */
  private async deliver(message: Pending, round: number): Promise<boolean> {
    this.replace(message.id, (m) => ({ ...m, sending: true }));
    const answer = await this.needs.send(message).catch(() => null);
    // No answer: the connection dials anew, and `flush` starts the next round.
    if (answer?.ok) this.confirmed(message.id, answer.seq);
    if (round !== this.round || answer === null) return false;
    if (answer.ok) return true;
    this.replace(message.id, idle);
    if (PASSING.has(answer.error.code)) return this.wait(answer.error, round);
    this.refuse(message.id, answer.error);
    return true;
  }

  private async wait(error: WireError, round: number): Promise<boolean> {
    const { clock } = this.needs;
    const pause = error.retry_after ? error.retry_after * 1000 : backoff(3, clock);
    await new Promise<void>((go) => void clock.after(pause, go));
    return round === this.round;
  }

  private confirmed(id: string, seq: number): void {
    this.erase(id);
    this.replace(id, (message) => ({ ...idle(message), seq }));
    const message = this.find(id);
    if (message) this.needs.stored?.(message);
  }

  private refuse(id: string, error: WireError): void {
    this.replace(id, (message) => ({ ...message, error }));
    const message = this.find(id);
    if (message) this.write(message);
  }

  private next(): Pending | undefined {
    return this.messages.value.find((message) => !message.error && message.seq === undefined);
  }

  private find(id: string): Pending | undefined {
    return this.messages.value.find((message) => message.id === id);
  }

  private replace(id: string, change: (message: Pending) => Pending): void {
    const next = this.messages.value.map((m) => (m.id === id ? change(m) : m));
    this.messages.set(next);
  }

  // Storage is shared by all tabs of a site: each write changes one message and leaves the rest.

  private kept(): Pending[] {
    const kept = this.needs.keep.get<Pending[]>("outbox");
    return Array.isArray(kept) ? kept.filter((message) => typeof message?.id === "string") : [];
  }

  private write(message: Pending): void {
    const kept = this.kept();
    const at = kept.findIndex((other) => other.id === message.id);
    this.needs.keep.set("outbox", at < 0 ? [...kept, idle(message)] : kept.with(at, idle(message)));
  }

  private erase(id: string): void {
    const left = this.kept().filter((message) => message.id !== id);
    if (left.length) this.needs.keep.set("outbox", left);
    else this.needs.keep.forget("outbox");
  }
}

function idle({ sending: _, ...message }: Pending): Pending {
  return message;
}
