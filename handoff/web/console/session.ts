/**
 * An agent's desk without a DOM: who waits, what is offered, which cases are mine. The server
 * decides all of it; a reload or a lost line is healed by its `session`, which lists my open cases
 * whole.
 */
import type { Clock } from "../shared/clock";
import { Connection } from "../shared/connection";
import type { Keep } from "../shared/keep";
import { Observable } from "../shared/observable";
import { Outbox, type Pending } from "../shared/outbox";
import type {
  Agent,
  AgentEvents,
  AgentRequests,
  Case,
  Disposition,
  Entry,
  Presence,
  Refusal,
  WireError,
} from "../shared/protocol";
import { Resync } from "../shared/resync";
import type { OpenSocket } from "../shared/socket";
import { Typists } from "../shared/typists";
import { reasonOf } from "../shared/words";
import { Casebook } from "./casebook";
import { type Desk, emptyDesk, type Notice, type Offer, unreadOf } from "./desk";
import { nameOf, whereItWent } from "./words";

const NO_LINE = "There is no connection right now. Please try again.";

export interface DeskNeeds {
  open: OpenSocket;
  keep: Keep;
  clock: Clock;
  agent: Agent;
  token: string;
  /** By how many ms the server's clock is ahead. */
  ahead: () => Promise<number>;
  /** The token is no longer good, or its owner has no place here; the server's words say which. */
  signedOut: (refusal: Refusal) => void;
}

export class AgentSession {
  readonly desk: Observable<Desk>;
  readonly connection: Connection;
  readonly outbox: Outbox;
  private book = new Casebook();
  private looked = new Map<string, number>();
  private typists: Typists<string>;
  private resync: Resync;

  constructor(private needs: DeskNeeds) {
    const { open, keep, clock, token } = needs;
    this.connection = new Connection({
      open,
      clock,
      auth: () => ({ token }),
      refused: (refusal) => {
        if (refusal.code === "unauthorized" || refusal.code === "forbidden") this.expired(refusal);
        return false;
      },
    });
    this.outbox = new Outbox({
      keep,
      clock,
      send: ({ conversation = "", id, text }) => this.ask("message", { conversation, id, text }),
      stored: (message) => this.stored(message),
    });
    this.resync = new Resync(clock, () => this.book.missing, () => this.connection.reset());
    this.typists = new Typists(clock, (typing) => this.desk.patch({ typing }));
    this.desk = new Observable<Desk>(emptyDesk(needs.agent, this.outbox.messages.value));
    this.listen();
  }

  start(): void {
    this.connection.start();
  }

  stop(): void {
    this.connection.stop();
    this.outbox.halt();
    this.resync.stop();
  }

  select(conversation: string | null): void {
    const { notice } = this.desk.value;
    this.needs.keep.set("selected", conversation);
    this.desk.patch({ selected: conversation, notice: notice?.tone === "info" ? null : notice });
    if (conversation) this.look(conversation);
  }

  /** Everything shown of this case has been looked at. */
  look(conversation: string): void {
    const last = this.book.last(conversation);
    if (last <= (this.looked.get(conversation) ?? 0)) return;
    this.looked.set(conversation, last);
    this.count();
    // Only a hint to the customer; the next one says more than a repetition would.
    this.ask("read", { conversation, seq: last }).catch(() => undefined);
  }

  async setPresence(status: Presence): Promise<void> {
    const before = this.desk.value.presence;
    this.desk.patch({ presence: status });
    const failure = await this.attempt("presence", { status });
    if (!failure) return this.needs.keep.set("presence", status);
    this.desk.patch({ presence: before, notice: { tone: "error", text: failure } });
  }

  async accept(conversation: string): Promise<void> {
    const answer = await this.ask("accept", { conversation }).catch(() => null);
    if (!answer?.ok) return this.say("error", answer ? wordsFor(answer.error) : NO_LINE);
    this.forgetOffer(conversation);
    this.put(answer.case);
    this.select(conversation);
    this.desk.patch({ notice: null });
  }

  async decline(conversation: string): Promise<void> {
    const failure = await this.attempt("decline", { conversation });
    if (failure) return this.say("error", failure);
    this.forgetOffer(conversation);
  }

  reply(conversation: string, text: string): void {
    this.outbox.add({ conversation, text: text.trim() });
  }

  typing(conversation: string, on: boolean): void {
    this.connection.hint("typing", { conversation, on });
  }

  /** Answers why it could not be done, or null when it was. */
  async close(conversation: string, disposition: Disposition, note: string): Promise<string | null> {
    const failure = await this.attempt("close", { conversation, disposition, ...noted(note) });
    if (!failure) this.leave(conversation, "is closed");
    return failure;
  }

  /** Answers why it could not be done, or null when it was. */
  async returnToBot(conversation: string, note: string): Promise<string | null> {
    const failure = await this.attempt("return_to_bot", { conversation, ...noted(note) });
    if (!failure) this.leave(conversation, "is back with the assistant");
    return failure;
  }

  dismiss(): void {
    this.desk.patch({ notice: null });
  }

  private listen(): void {
    this.on("session", (session) => this.resumed(session));
    this.on("queue", ({ waiting }) => this.desk.patch({ waiting }));
    this.on("offer", (offer) => this.offered(offer));
    this.on("message", ({ conversation, entry }) => this.received(conversation, entry));
    this.on("case", (changed) => this.changed(changed));
    this.on("typing", ({ conversation, on, from }) => {
      if (from === "customer") this.typists.set(conversation, on);
    });
    this.on("read", ({ conversation, seq, from }) => {
      if (from === "customer") this.desk.patch({ seen: { ...this.desk.value.seen, [conversation]: seq } });
    });
    this.connection.line.watch(() => this.lineChanged());
    this.outbox.messages.watch(() => this.desk.patch({ pending: this.outbox.messages.value }));
  }

  private resumed({ agent, presence, cases }: AgentEvents["session"]): void {
    const mine = new Set(cases.map((one) => one.conversation));
    this.connection.ready();
    this.desk.patch({ agent, presence, known: true });
    cases.forEach((one) => this.put(one));
    for (const { conversation } of this.desk.value.cases) {
      if (!mine.has(conversation)) this.leave(conversation, "is no longer yours");
    }
    this.reopen(mine);
    void this.needs.ahead().then((ahead) => this.desk.patch({ ahead }));
    this.outbox.flush();
    this.comeBack(presence);
  }

  /** After a reload, the case that was open is open again. */
  private reopen(mine: ReadonlySet<string>): void {
    const before = this.needs.keep.get<string | null>("selected");
    if (before && !this.desk.value.selected && mine.has(before)) this.select(before);
  }

  /** The server took a lost line for leaving; the agent's own last word in this tab stands. */
  private comeBack(presence: Presence): void {
    const wanted = this.needs.keep.get<Presence>("presence");
    if (presence === "offline" && wanted && wanted !== "offline") void this.setPresence(wanted);
  }

  private offered(offer: Offer): void {
    const others = this.desk.value.offers.filter((o) => !sameCase(o, offer.case.conversation));
    this.desk.patch({ offers: [...others, offer] });
  }

  private forgetOffer(conversation: string): void {
    this.desk.patch({ offers: this.desk.value.offers.filter((o) => !sameCase(o, conversation)) });
  }

  private changed(changed: Case): void {
    const mine = changed.state === "agent" && changed.agent?.id === this.desk.value.agent.id;
    if (mine) this.put(changed);
    else this.leave(changed.conversation, whereItWent(changed));
  }

  private put(one: Case): void {
    this.book.put(one);
    one.transcript.forEach((entry) => this.outbox.settle(entry.id));
    this.show(one.conversation);
  }

  private received(conversation: string, entry: Entry): void {
    if (!this.book.add(conversation, entry)) return;
    this.outbox.settle(entry.id);
    if (entry.from === "customer") this.typists.set(conversation, false);
    this.show(conversation);
  }

  private show(conversation: string): void {
    const watched = typeof document === "undefined" || document.visibilityState === "visible";
    this.desk.patch({ cases: this.book.cases });
    if (this.desk.value.selected === conversation && watched) this.look(conversation);
    this.count();
    this.resync.check();
  }

  private stored({ id, seq, conversation = "" }: Pending): void {
    if (seq === undefined) return;
    if (this.book.expect(conversation, seq)) this.outbox.settle(id);
    this.resync.check();
  }

  private leave(conversation: string, where: string): void {
    const left = this.book.remove(conversation);
    this.forgetOffer(conversation);
    if (!left) return;
    const unsent = this.takeUnsent(conversation);
    this.typists.set(conversation, false);
    this.needs.keep.forget(`draft.${conversation}`);
    this.desk.patch({ cases: this.book.cases });
    if (this.desk.value.selected === conversation) this.select(null);
    this.say(unsent ? "error" : "info", `The conversation with ${nameOf(left)} ${where}.${unsent}`);
  }

  /** What was written into a case that is gone: not sent any more, but never lost from sight. */
  private takeUnsent(conversation: string): string {
    const mine = this.outbox.messages.value.filter((m) => m.conversation === conversation);
    mine.forEach((message) => this.outbox.discard(message.id));
    const texts = mine.filter((message) => message.seq === undefined).map((m) => `“${m.text}”`);
    return texts.length ? ` Not sent: ${texts.join(" ")}` : "";
  }

  private count(): void {
    this.desk.patch({ unread: unreadOf(this.desk.value.cases, this.looked) });
  }

  private lineChanged(): void {
    const line = this.connection.line.value;
    this.desk.patch({ line });
    if (line === "online") return;
    this.outbox.halt();
    this.typists.clear();
  }

  private expired(refusal: Refusal): void {
    this.stop();
    this.needs.signedOut(refusal);
  }

  private say(tone: Notice["tone"], text: string): void {
    this.desk.patch({ notice: { tone, text } });
  }

  private async attempt<R extends keyof AgentRequests>(request: R, payload: AgentRequests[R][0]) {
    const answer = await this.ask(request, payload).catch(() => null);
    if (answer?.ok) return null;
    return answer ? wordsFor(answer.error) : NO_LINE;
  }

  private on<E extends keyof AgentEvents>(event: E, handler: (payload: AgentEvents[E]) => void) {
    this.connection.on<AgentEvents[E]>(event, handler);
  }

  private ask<R extends keyof AgentRequests>(request: R, payload: AgentRequests[R][0]) {
    return this.connection.ask<AgentRequests[R][1]>(request, payload);
  }
}

const sameCase = (offer: Offer, conversation: string) => offer.case.conversation === conversation;

const noted = (note: string) => (note.trim() ? { note: note.trim() } : {});

/** Who was quicker is the server's to say; the rest has words of its own. */
function wordsFor(error: WireError): string {
  return error.code === "conflict" ? error.message : reasonOf(error);
}
