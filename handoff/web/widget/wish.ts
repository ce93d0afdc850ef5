/** The wish for a person. It outlives lost lines and reloads until the server has heard it. */
import { backoff, type Clock } from "../shared/clock";
import type { Keep } from "../shared/keep";
import type { Ack, Standing, WireError } from "../shared/protocol";

const PATIENT = 4;

export interface WishNeeds {
  keep: Keep;
  clock: Clock;
  /** Rejects while there is no line; then `send` is called again with the next one. */
  ask: () => Promise<Ack<{ state: Standing }>>;
  granted: (standing: Standing) => void;
  denied: (error: WireError) => void;
  changed: (asking: boolean) => void;
}

export class Wish {
  constructor(private needs: WishNeeds) {}

  get waiting(): boolean {
    return this.needs.keep.get<boolean>("asking") === true;
  }

  make(): void {
    this.needs.keep.set("asking", true);
    this.needs.changed(true);
    void this.send();
  }

  /** A person has been asked for, here or elsewhere, or there is nothing to ask for any more. */
  heard(): void {
    this.needs.keep.forget("asking");
    this.needs.changed(false);
  }

  async send(): Promise<void> {
    if (!this.waiting) return;
    const answer = await this.needs.ask().catch(() => null);
    if (answer === null) return;
    if (!answer.ok && isPassing(answer.error)) return this.later(answer.error);
    this.heard();
    if (answer.ok) this.needs.granted(answer.state);
    else this.needs.denied(answer.error);
  }

  private later({ retry_after }: WireError): void {
    const { clock } = this.needs;
    const pause = retry_after ? retry_after * 1000 : backoff(PATIENT, clock);
    clock.after(pause, () => void this.send());
  }
}

const isPassing = ({ code }: WireError) => code === "rate_limited" || code === "unavailable";
