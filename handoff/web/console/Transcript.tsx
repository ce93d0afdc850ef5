/** Everything said from the first word on; the words that decided the level are marked. */
import { isAside } from "../shared/aside";
import { useFollowing } from "../shared/following";
import type { Pending } from "../shared/outbox";
import type { Case, Entry } from "../shared/protocol";
import { LinkTo, Words } from "../shared/RichText";
import { progressOf, reasonOf, timeOf } from "../shared/words";
import { evidenceFor, splitEvidence } from "./evidence";
import type { Desk } from "./desk";
import type { AgentSession } from "./session";
import { withTakeovers } from "./transcript-lines";
import { nameOf } from "./words";

interface Props {
  one: Case;
  desk: Desk;
  session: AgentSession;
}

export function Transcript({ one, desk, session }: Props) {
  const pending = desk.pending.filter((message) => message.conversation === one.conversation);
  const typing = desk.typing.has(one.conversation);
  const scroll = useFollowing(one.transcript.length, pending.length);
  return (
    <div class="log-frame">
      <div
        ref={scroll.log}
        class="log"
        role="log"
        aria-live="off"
        aria-label="Transcript"
        tabIndex={0}
        onScroll={scroll.onScroll}
      >
        {withTakeovers(one.transcript).map((line) =>
          line.kind === "takeover" ? (
            <Divider key={line.key} text={line.text} />
          ) : isAside(line.entry) ? (
            <Divider key={line.entry.id} text={line.entry.text} at={line.entry.at} />
          ) : (
            <Said key={line.entry.id} entry={line.entry} one={one} seen={desk.seen[one.conversation] ?? 0} />
          ),
        )}
        {pending.map((message) => (
          <Unconfirmed key={message.id} message={message} session={session} line={desk.line} />
        ))}
        {typing && <p class="typing">{nameOf(one)} is writing…</p>}
      </div>
      {scroll.behind && (
        <button type="button" class="newer" onClick={scroll.toEnd}>
          New messages
        </button>
      )}
    </div>
  );
}

function Divider({ text, at }: { text: string; at?: string }) {
  return (
    <p class="divider">
      <span>
        {text} {at && <time dateTime={at}>{timeOf(at)}</time>}
      </span>
    </p>
  );
}

function Said({ entry, one, seen }: { entry: Entry; one: Case; seen: number }) {
  const quotes = evidenceFor(entry.seq, one.signals);
  const last = one.transcript.at(-1) === entry;
  return (
    <div class={`said ${entry.from}`}>
      <p class="who">
        <b>{speakerOf(entry, one)}</b> <time dateTime={entry.at}>{timeOf(entry.at)}</time>
      </p>
      <div class="bubble">
        {quotes.length ? <Marked text={entry.text} quotes={quotes} /> : <Words text={entry.text} />}
      </div>
      {entry.links?.map((link) => (
        <p key={link.url} class="extra">
          <LinkTo link={link} />
        </p>
      ))}
      {entry.buttons && entry.buttons.length > 0 && (
        <p class="extra soft">Offered: {entry.buttons.map((button) => button.title).join(" · ")}</p>
      )}
      {last && entry.from === "agent" && seen >= entry.seq && <p class="extra soft">Seen</p>}
    </div>
  );
}

function Marked({ text, quotes }: { text: string; quotes: string[] }) {
  return (
    <>
      {splitEvidence(text, quotes).map((piece, i) =>
        piece.marked ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>,
      )}
    </>
  );
}

interface UnconfirmedProps {
  message: Pending;
  session: AgentSession;
  line: Desk["line"];
}

function Unconfirmed({ message, session, line }: UnconfirmedProps) {
  const { error } = message;
  return (
    <div class={`said agent ${error ? "unsent" : ""}`}>
      <p class="who">
        <b>{session.desk.value.agent.name}</b> {timeOf(message.written)}
      </p>
      <div class="bubble">{message.text}</div>
      {error ? (
        <p class="extra failed" role="alert">
          Not sent. {reasonOf(error)}
          <button type="button" class="quiet" onClick={() => session.outbox.retry(message.id)}>
            Try again
          </button>
          <button type="button" class="quiet" onClick={() => session.outbox.discard(message.id)}>
            Delete
          </button>
        </p>
      ) : (
        <p class="extra soft">{progressOf(message, line)}</p>
      )}
    </div>
  );
}

function speakerOf(entry: Entry, one: Case): string {
  if (entry.from === "customer") return nameOf(one);
  if (entry.from === "system") return "Notice shown to the customer";
  return entry.from === "agent" ? (entry.agent?.name ?? "Agent") : "Assistant";
}
