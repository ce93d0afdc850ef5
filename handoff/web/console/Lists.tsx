/** What is offered to me, who waits, and what I have open: most pressing first. */
import { elapsed } from "../shared/words";
import type { Case, Level, Waiting } from "../shared/protocol";
import type { Desk, Offer } from "./desk";
import type { AgentSession } from "./session";
import { LEVELS, nameOf, readable, reasonWords } from "./words";

interface Props {
  desk: Desk;
  offers: readonly Offer[];
  now: number;
  session: AgentSession;
}

export function Lists({ desk, offers, now, session }: Props) {
  const offered = new Set(offers.map((offer) => offer.case.conversation));
  const others = desk.waiting.filter((one) => !offered.has(one.conversation));
  return (
    <nav class="lists" aria-label="Conversations">
      {offers.map((offer) => (
        <OfferCard key={offer.case.conversation} offer={offer} now={now} desk={desk} session={session} />
      ))}
      <section aria-labelledby="mine-title">
        <h2 id="mine-title">
          My conversations <Count n={desk.cases.length} />
        </h2>
        {desk.cases.length === 0 && <p class="none">{desk.known ? "None open." : "Loading…"}</p>}
        <ul>
          {desk.cases.map((one) => (
            <MyCase key={one.conversation} one={one} desk={desk} session={session} />
          ))}
        </ul>
      </section>
      <section aria-labelledby="queue-title">
        <h2 id="queue-title">
          Queue <Count n={desk.waiting.length} />
        </h2>
        {others.length === 0 && (
          <p class="none">{!desk.known ? "Loading…" : offers.length ? "Nobody else is waiting." : "Nobody is waiting."}</p>
        )}
        <ul>
          {others.map((one) => (
            <QueueRow key={one.conversation} one={one} now={now} desk={desk} session={session} />
          ))}
        </ul>
      </section>
    </nav>
  );
}

const Count = ({ n }: { n: number }) => <span class={n ? "count" : "count zero"}>{n}</span>;

export function LevelBadge({ level }: { level: Level }) {
  return <span class={`badge l${level}`}>{LEVELS[level] ?? `Level ${level}`}</span>;
}

function OfferCard({ offer, now, desk, session }: { offer: Offer; now: number; desk: Desk; session: AgentSession }) {
  const { conversation, level, reason, summary, signals } = offer.case;
  const name = nameOf(offer.case);
  const left = Date.parse(offer.expires_at) - now;
  const quote = signals.find((signal) => signal.evidence)?.evidence;
  return (
    <section class={`offer edge-l${level}`} aria-label={`Offer: ${name}`}>
      <div class="spread">
        <LevelBadge level={level} />
        <span class="countdown" aria-hidden="true">
          {elapsed(left + 999)}
        </span>
      </div>
      <h2>{name}</h2>
      <p class="soft">{reasonWords(reason)}</p>
      {quote && <blockquote>{quote}</blockquote>}
      {summary && <p>{summary}</p>}
      <div class="row">
        <button
          type="button"
          class="solid"
          aria-label={`Accept ${name}`}
          disabled={desk.line !== "online"}
          onClick={() => void session.accept(conversation)}
        >
          Accept
        </button>
        <button
          type="button"
          class="outline"
          aria-label={`Decline ${name}`}
          disabled={desk.line !== "online"}
          onClick={() => void session.decline(conversation)}
        >
          Decline
        </button>
      </div>
    </section>
  );
}

function QueueRow({ one, now, desk, session }: { one: Waiting; now: number; desk: Desk; session: AgentSession }) {
  const skills = one.skills.map(readable).join(", ");
  return (
    <li class={`waiting edge-l${one.level}`}>
      <div class="spread">
        <LevelBadge level={one.level} />
        <span class="clock">
          <span class="unseen">waiting </span>
          {elapsed(now - Date.parse(one.waiting_since))}
        </span>
      </div>
      <p class="summary">{one.summary || "Nothing written yet."}</p>
      <div class="spread">
        <p class="soft small">
          {reasonWords(one.reason)}
          {skills && ` · ${skills}`}
        </p>
        <button
          type="button"
          class="outline compact"
          aria-label={`Accept: ${one.summary || reasonWords(one.reason)}`}
          disabled={desk.line !== "online"}
          onClick={() => void session.accept(one.conversation)}
        >
          Accept
        </button>
      </div>
    </li>
  );
}

function MyCase({ one, desk, session }: { one: Case; desk: Desk; session: AgentSession }) {
  const unread = desk.unread[one.conversation] ?? 0;
  const last = one.transcript.findLast((entry) => entry.from !== "system");
  const typing = desk.typing.has(one.conversation);
  const chosen = desk.selected === one.conversation;
  return (
    <li>
      <button
        type="button"
        class={`mine edge-l${one.level} ${unread ? "unread" : ""}`}
        aria-current={chosen ? "true" : undefined}
        onClick={() => session.select(one.conversation)}
      >
        <span class="spread">
          <b>{nameOf(one)}</b>
          {unread > 0 && (
            <span class="count">
              {unread}
              <span class="unseen"> unread</span>
            </span>
          )}
        </span>
        <span class="snippet">{typing ? "is writing…" : (last?.text ?? one.summary)}</span>
        <span class="small soft">
          {LEVELS[one.level]} · {reasonWords(one.reason)}
        </span>
      </button>
    </li>
  );
}
