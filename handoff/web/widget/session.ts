/**
 * A customer's conversation as the widget knows it, without a DOM. What counts is on the server;
 * here is what was seen of it, what was written and is not confirmed, and a wish for a person that
 * is kept until the server has heard it.
 */
import type { Clock } from "../shared/clock";
import { Connection } from "../shared/connection";
import type { Keep } from "../shared/keep";
import { Observable } from "../shared/observable";
import { Outbox, type Pending } from "../shared/outbox";
import type {
  Button,
  CustomerAuth,
  CustomerEvents,
  CustomerRequests,
  CustomerSessionEvent,
  Entry,
  Refusal,
  Speaker,
  Standing,
} from "../shared/protocol";
import { Resync } from "../shared/resync";
import type { OpenSocket } from "../shared/socket";
import { Timeline } from "../shared/timeline";
import { Typists } from "../shared/typists";
import { reasonOf } from "../shared/words";
import { type Locks, Turn } from "./turn";
import { EMPTY, type View } from "./view";
import { Wish } from "./wish";

export interface SessionNeeds {
  open: OpenSocket;
  keep: Keep;
  clock: Clock;
  locks?: Locks | undefined;
}

export class CustomerSession {
  readonly view: Observable<View>;
  readonly connection: Connection;
  readonly outbox: Outbox;
  private timeline = new Timeline();
  private resync: Resync;
  private wish: Wish;
  private turn: Turn;
  private typists: Typists<Speaker>;
  /** Whose entries the timeline holds; another tab may have begun a new chat meanwhile. */
  private conversation: string | undefined;
  /** What the last dial was made with; another tab may have got a newer one meanwhile. */
  private token: string | undefined;
  private started = false;
  private told = 0;

  constructor(private needs: SessionNeeds) {
    const { open, keep, clock } = needs;
    this.conversation = keep.text("conversation");
    this.turn = new Turn(needs.locks, clock);
    this.connection = new Connection({
      open,
      clock,
      auth: () => this.auth(),
      refused: (refusal) => this.refused(refusal),
    });
    this.outbox = new Outbox({
      keep,
      clock,
      send: ({ id, text, payload }) =>
        this.ask("message", payload === undefined ? { id, text } : { id, payload }),
      stored: (message) => this.stored(message),
    });
    this.resync = new Resync(clock, () => this.timeline.missing, () => this.connection.reset());
    this.wish = new Wish({
      keep,
      clock,
      ask: () => this.ask("handoff", {}),
      granted: (standing) => this.stands(standing),
      denied: (error) => this.note(`A person could not be asked for. ${reasonOf(error)}`),
      changed: (asking) => this.view.patch({ asking }),
    });
    this.typists = new Typists(clock, (writing) => {
      this.view.patch({ typing: [...writing].pop() ?? null });
    });
    const pending = this.outbox.messages.value;
    this.view = new Observable({ ...EMPTY, pending, asking: this.wish.waiting });
    this.listen();
  }

  /** A conversation was begun on this device earlier, or something waits to be sent. */
  get begun(): boolean {
    return this.needs.keep.text("token") !== undefined || this.outbox.messages.value.length > 0;
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.connection.start();
  }

  stop(): void {
    this.started = false;
    this.connection.stop();
    this.outbox.halt();
    this.resync.stop();
  }

  say(text: string): void {
    this.outbox.add({ text: text.trim() });
  }

  press(button: Button): void {
    this.outbox.add({ text: button.title, payload: button.payload });
  }

  /** Asks for a person; without a line the wish is kept and sent as soon as there is one. */
  askForPerson(): void {
    this.dismiss();
    this.wish.make();
  }

  async end(): Promise<void> {
    const answer = await this.ask("end", {}).catch(() => null);
    if (answer?.ok) return;
    const why = answer ? reasonOf(answer.error) : "There is no connection.";
    this.note(`The chat could not be ended. ${why}`);
  }

  /** Leaves a closed conversation behind and begins another. */
  startOver(): void {
    this.forget();
    this.connection.reset();
  }

  /** Another tab of this site may have begun a new chat. */
  storageChanged(): void {
    const other = this.needs.keep.text("conversation");
    if (this.started && other !== undefined && other !== this.conversation) this.connection.reset();
  }

  typing(on: boolean): void {
    if (this.view.value.standing.mode === "agent") this.connection.hint("typing", { on });
  }

  /** Everything shown so far has been looked at. */
  read(): void {
    const seq = this.timeline.last;
    if (seq <= this.told || this.connection.line.value !== "online") return;
    this.told = seq;
    // Only a hint to the other side; the next one says more than a repetition would.
    this.ask("read", { seq }).catch(() => undefined);
  }

  dismiss(): void {
    this.view.patch({ notice: null });
  }

  private listen(): void {
    this.on("session", (session) => this.resumed(session));
    this.on("message", (entry) => this.received(entry));
    this.on("state", (standing) => this.stands(standing));
    this.on("typing", ({ on, from }) => this.typists.set(from, on));
    this.on("read", ({ seq, from }) => {
      if (from === "agent") this.view.patch({ seen: Math.max(seq, this.view.value.seen) });
    });
    this.connection.line.watch(() => this.lineChanged());
    this.outbox.messages.watch(() => this.view.patch({ pending: this.outbox.messages.value }));
  }

  private auth(): CustomerAuth | Promise<CustomerAuth> {
    const auth = this.credentials();
    if (auth.token !== undefined || !this.needs.locks) return auth;
    return this.turn.take().then(() => this.credentials());
  }

  private credentials(): CustomerAuth {
    const { keep } = this.needs;
    if (keep.text("conversation") !== this.conversation) this.clear();
    this.conversation = keep.text("conversation");
    this.token = keep.text("token");
    return this.token === undefined ? {} : { token: this.token, after: this.timeline.last };
  }

  /** A token that is no longer good is forgotten; what was written goes into a new conversation. */
  private refused(refusal: Refusal): boolean {
    if (refusal.code !== "unauthorized" || this.token === undefined) return false;
    if (this.token === this.needs.keep.text("token")) this.forget();
    return true;
  }

  private forget(): void {
    this.needs.keep.forget("token");
    this.needs.keep.forget("conversation");
  }

  private resumed(session: CustomerSessionEvent): void {
    if (this.overtaken()) return this.connection.reset();
    this.remember(session);
    this.turn.leave();
    if (session.last_seq < this.timeline.last) return this.behind();
    this.timeline.expect(session.last_seq);
    this.connection.ready();
    if (!this.view.value.known) this.view.patch({ history: session.last_seq, known: true });
    this.stands(session.state);
    this.outbox.flush();
    void this.wish.send();
    this.resync.check();
  }

  /** Two tabs of a new visitor dialled at once, and the other was first: its conversation is ours. */
  private overtaken(): boolean {
    return this.token === undefined && this.needs.keep.text("token") !== undefined;
  }

  private remember({ conversation, token }: CustomerSessionEvent): void {
    if (conversation !== this.conversation) this.clear();
    this.conversation = conversation;
    this.token = token;
    this.needs.keep.setText("token", token);
    this.needs.keep.setText("conversation", conversation);
  }

  /** The server knows less than was seen here (it was restored): believe the server. */
  private behind(): void {
    this.clear();
    this.connection.reset();
  }

  /** Nothing of another conversation is left, except what was written and not confirmed. */
  private clear(): void {
    this.timeline = new Timeline();
    this.told = 0;
    this.outbox.rewrite(movedOn);
    this.typists.clear();
    this.view.patch({ entries: [], seen: 0, known: false, standing: { mode: "bot" } });
  }

  private received(entry: Entry): void {
    if (this.timeline.add(entry)) this.view.patch({ entries: this.timeline.entries });
    this.outbox.settle(entry.id);
    this.typists.set(entry.from, false);
    this.resync.check();
  }

  private stored({ id, seq }: Pending): void {
    if (seq === undefined) return;
    if (this.timeline.has(seq)) this.outbox.settle(id);
    this.timeline.expect(seq);
    this.resync.check();
  }

  private stands(standing: Standing): void {
    this.view.patch({ standing });
    if (standing.mode !== "bot") this.wish.heard();
    if (standing.mode === "closed") this.typists.clear();
  }

  private lineChanged(): void {
    const line = this.connection.line.value;
    this.view.patch({ line });
    if (line === "online") return;
    this.outbox.halt();
    this.typists.clear();
  }

  private note(notice: string): void {
    this.view.patch({ notice });
  }

  private on<E extends keyof CustomerEvents>(event: E, handler: (p: CustomerEvents[E]) => void) {
    this.connection.on<CustomerEvents[E]>(event, handler);
  }

  private ask<R extends keyof CustomerRequests>(request: R, payload: CustomerRequests[R][0]) {
    return this.connection.ask<CustomerRequests[R][1]>(request, payload);
  }
}

/**
 * A message on its way into another conversation, where no button of the old one works. One that
 * is acknowledged stays behind: it is an entry there.
 */
function movedOn({ payload: _, error, ...message }: Pending): Pending | null {
  if (message.seq !== undefined) return null;
  return error && error.code !== "closed" ? { ...message, error } : message;
}
