/** Everything said from the first word on; the words that decided the level are marked. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { isAside } from "../shared/aside";
import type { Pending } from "../shared/outbox";
import type { Case, Entry } from "../shared/protocol";
import { LinkTo, Words } from "../shared/RichText";
import { reasonOf, timeOf } from "../shared/words";
import { evidenceFor, splitEvidence } from "./evidence";
import type { Desk } from "./desk";
import type { AgentSession } from "./session";
import { withTakeovers } from "./transcript-lines";
import { nameOf } from "./words";

const NEAR_END_PX = 80;

interface Props {
  one: Case;
  desk: Desk;
  session: AgentSession;
}

export function Transcript({ one, desk, session }: Props) {
  const pending = desk.pending.filter((message) => message.conversation === one.conversation);
  const typing = desk.typing.has(one.conversation);
  const log = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  useLayoutEffect(() => {
    if (following.current && log.current) log.current.scrollTop = log.current.scrollHeight;
  });
  return (
    <div
      ref={log}
      class="log"
      role="log"
      aria-live="off"
      aria-label="Transcript"
      tabIndex={0}
      onScroll={({ currentTarget: el }) => {
        following.current = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_END_PX;
      }}
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
        <Unconfirmed key={message.id} message={message} session={session} online={desk.line === "online"} />
      ))}
      {typing && <p class="typing">{nameOf(one)} is writing…</p>}
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

function Unconfirmed({ message, session, online }: { message: Pending; session: AgentSession; online: boolean }) {
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
        <p class="extra soft">
          {message.seq !== undefined ? "Sent" : online ? "Sending…" : "Kept, waiting for the connection"}
        </p>
      )}
    </div>
  );
}

function speakerOf(entry: Entry, one: Case): string {
  if (entry.from === "customer") return nameOf(one);
  if (entry.from === "system") return "Notice shown to the customer";
  return entry.from === "agent" ? (entry.agent?.name ?? "Agent") : "Assistant";
}
