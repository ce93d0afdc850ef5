/**
 * One line to the server, kept for ever: whatever breaks, it is tried again with growing, jittered
 * pauses of at most five seconds. The line counts as `online` only once the server has sent its
 * `session`, since only then is it known that nothing was missed.
 */
import { backoff, type Clock } from "./clock";
import { Observable } from "./observable";
import type { Ack, Refusal } from "./protocol";
import { type OpenSocket, refusalOf, type SocketLike } from "./socket";

/** `connecting` is a hope of a moment; `offline` has failed at least once or takes over 2 s. */
export type Line = "connecting" | "online" | "offline";

const ACK_MS = 8000;
const SESSION_MS = 10000;
const HOPE_MS = 2000;

export interface ConnectionNeeds {
  open: OpenSocket;
  clock: Clock;
  auth: () => object | Promise<object>;
  /** The server said no. True: what was refused is forgotten, so try again at once. */
  refused: (refusal: Refusal) => boolean;
}

export class Connection {
  readonly line = new Observable<Line>("connecting");
  private socket: SocketLike;
  private attempt = 0;
  private stopped = true;
  private cancelRetry: (() => void) | null = null;
  private cancelWatch: (() => void) | null = null;
  private cancelHope: (() => void) | null = null;

  constructor(private needs: ConnectionNeeds) {
    this.socket = needs.open(needs.auth);
    this.socket.on("connect_error", (error: unknown) => this.failed(error));
    this.socket.on("disconnect", () => this.lost());
  }

  on<P>(event: string, handler: (payload: P) => void): void {
    this.socket.on(event, handler as (payload: never) => void);
  }

  start(): void {
    this.stopped = false;
    this.dial();
  }

  stop(): void {
    this.stopped = true;
    this.settle();
    this.giveUpHope();
    this.socket.disconnect();
  }

  /** The server's `session` has come. */
  ready(): void {
    this.settle();
    this.giveUpHope();
    this.attempt = 0;
    this.line.set("online");
  }

  /** Hang up and dial again: used when entries are missing or the line is dead. */
  reset(): void {
    if (this.stopped) return;
    if (this.line.value === "online") this.line.set("connecting");
    this.socket.disconnect();
    this.settle();
    this.dial();
  }

  /** The browser says that the network is back, or the page is looked at again: do not wait. */
  nudge(): void {
    if (this.stopped || this.line.value === "online") return;
    this.attempt = 0;
    this.reset();
  }

  /** The browser says that the network is gone; a dead socket would notice much later. */
  networkGone(): void {
    if (this.stopped) return;
    this.line.set("offline");
    this.socket.disconnect();
    this.retry();
  }

  hint(event: string, payload: unknown): void {
    if (this.line.value === "online") this.socket.hint(event, payload);
  }

  /** Rejects when the line is down or silent, or its token has run out; then it is dialled anew. */
  async ask<T = object>(event: string, payload: unknown): Promise<Ack<T>> {
    if (this.line.value !== "online") throw new Error("the line is down");
    const answer = await this.socket.ask(event, payload, ACK_MS).catch((error: unknown) => {
      if (this.line.value === "online") this.reset();
      throw error;
    });
    if (answer.ok || answer.error.code !== "unauthorized") return answer as Ack<T>;
    this.socket.disconnect(); // the next dial is refused, and `refused` decides what becomes of it
    throw new Error("the token has run out");
  }

  private dial(): void {
    this.hope();
    this.cancelWatch = this.needs.clock.after(SESSION_MS, () => this.reset());
    this.socket.connect();
  }

  private lost(): void {
    if (this.stopped || this.line.value !== "online") return;
    this.line.set("connecting");
    this.retry();
  }

  private failed(error: unknown): void {
    if (this.stopped) return;
    const refusal = refusalOf(error);
    const again = refusal !== null && this.needs.refused(refusal);
    if (this.stopped) return;
    if (!again) this.line.set("offline");
    this.retry();
  }

  private retry(): void {
    this.settle();
    this.hope();
    const pause = backoff(this.attempt, this.needs.clock);
    this.attempt += 1;
    this.cancelRetry = this.needs.clock.after(pause, () => this.dial());
  }

  /** From now until `ready`, a moment passes before the customer is told. */
  private hope(): void {
    this.cancelHope ??= this.needs.clock.after(HOPE_MS, () => this.line.set("offline"));
  }

  private giveUpHope(): void {
    this.cancelHope?.();
    this.cancelHope = null;
  }

  private settle(): void {
    this.cancelRetry?.();
    this.cancelWatch?.();
    this.cancelRetry = this.cancelWatch = null;
  }
}

/** Lets the browser's own news about the network reach the connection. Answers an undo. */
export function followBrowser(connection: Connection): () => void {
  const back = () => connection.nudge();
  const gone = () => connection.networkGone();
  const seen = () => document.visibilityState === "visible" && connection.nudge();
  window.addEventListener("online", back);
  window.addEventListener("offline", gone);
  document.addEventListener("visibilitychange", seen);
  return () => {
    window.removeEventListener("online", back);
    window.removeEventListener("offline", gone);
    document.removeEventListener("visibilitychange", seen);
  };
}
