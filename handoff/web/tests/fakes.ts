/** Stand-ins that tests turn by hand: time, storage, and a server at the other end of the line. */
import type { Clock } from "../shared/clock";
import type { StorageLike } from "../shared/keep";
import type { Ack, Entry } from "../shared/protocol";
import type { OpenSocket, SocketLike } from "../shared/socket";

export class FakeClock implements Clock {
  private time = 1_772_636_700_000;
  private tasks: { due: number; run: () => void }[] = [];

  now = () => this.time;
  random = () => 0.5;

  /** Somebody set the device's clock. */
  turnBack(ms: number): void {
    this.time -= ms;
  }

  after(ms: number, run: () => void): () => void {
    const task = { due: this.time + ms, run };
    this.tasks.push(task);
    return () => void (this.tasks = this.tasks.filter((other) => other !== task));
  }

  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (let next = this.due(end); next; next = this.due(end)) {
      this.time = Math.max(this.time, next.due);
      this.tasks = this.tasks.filter((task) => task !== next);
      next.run();
      await settle();
    }
    this.time = end;
  }

  private due(end: number) {
    return this.tasks.filter((task) => task.due <= end).sort((a, b) => a.due - b.due)[0];
  }
}

/** Lets every promise that can go on go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

export class FakeStorage implements StorageLike {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

type Handler = (payload: unknown) => void;
interface Asked {
  event: string;
  payload: unknown;
  answer: (ack: Ack) => Promise<void>;
  silence: () => Promise<void>;
}

/** A socket whose far end is the test. */
export class FakeSocket implements SocketLike {
  connected = false;
  dials: object[] = [];
  asked: Asked[] = [];
  hints: { event: string; payload: unknown }[] = [];
  private handlers = new Map<string, Handler>();
  private auth: () => object | Promise<object> = () => ({});

  open: OpenSocket = (auth) => {
    this.auth = auth;
    return this;
  };

  connect(): void {
    const auth = this.auth();
    if (auth instanceof Promise) void auth.then((later: object) => this.dials.push(later));
    else this.dials.push(auth);
  }

  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    this.tell("disconnect", "io client disconnect");
  }

  on(event: string, handler: (payload: never) => void): void {
    this.handlers.set(event, handler as Handler);
  }

  hint(event: string, payload: unknown): void {
    this.hints.push({ event, payload });
  }

  ask(event: string, payload: unknown): Promise<Ack> {
    return new Promise((resolve, reject) => {
      this.asked.push({
        event,
        payload,
        answer: (ack) => (resolve(ack), settle()),
        silence: () => (reject(new Error("timeout")), settle()),
      });
    });
  }

  /** The server sends an event. */
  tell(event: string, payload: unknown): void {
    this.handlers.get(event)?.(payload);
  }

  /** The server takes the connection and sends its session. */
  async welcome(session: object): Promise<void> {
    this.connected = true;
    this.tell("session", session);
    await settle();
  }

  async refuse(code?: string): Promise<void> {
    const error = new Error("refused");
    this.tell("connect_error", code ? Object.assign(error, { data: { code, message: "" } }) : error);
    await settle();
  }

  async drop(): Promise<void> {
    this.connected = false;
    this.tell("disconnect", "transport close");
    await settle();
  }

  of(event: string): Asked[] {
    return this.asked.filter((one) => one.event === event);
  }
}

export function entry(seq: number, more: Partial<Entry> = {}): Entry {
  return { seq, id: `e${seq}`, at: "2026-03-04T15:05:00Z", from: "bot", text: `line ${seq}`, ...more };
}
