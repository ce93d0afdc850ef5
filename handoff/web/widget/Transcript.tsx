/** Everything said so far, by whom and when; then what is still on its way. */
import { isAside } from "../shared/aside";
import { useFollowing } from "../shared/following";
import type { Pending } from "../shared/outbox";
import type { Button, Entry } from "../shared/protocol";
import { LinkTo, Words } from "../shared/RichText";
import { progressOf, reasonOf, timeOf } from "../shared/words";
import { LinkIcon } from "./icons";
import type { CustomerSession } from "./session";
import type { View } from "./view";
import { liveButtons, speakerOf } from "./speakers";
import type { WidgetProps } from "./Widget";

/** Lines of one speaker closer than this stand under one name. */
const TOGETHER_MS = 5 * 60_000;

export function Transcript({ view, ...props }: WidgetProps & { view: View }) {
  const { session } = props;
  const live = liveButtons(view);
  const empty = view.entries.length === 0 && view.pending.length === 0;
  const scroll = useFollowing(view.entries.length, view.pending.length);
  return (
    <div class="log-frame">
      <div ref={scroll.log} class="log" role="log" aria-live="off" aria-label="Conversation" tabIndex={0} onScroll={scroll.onScroll}>
        <Intro {...props} showSuggestions={empty && (view.known || !session.begun)} />
        {view.entries.map((entry, i) => (
          <Line
            key={entry.id}
            entry={entry}
            first={startsGroup(entry, view.entries[i - 1])}
            live={entry.seq === live}
            fate={fateOf(entry, view)}
            onPress={(button) => session.press(button)}
          />
        ))}
        {view.pending.map((message) => (
          <Unconfirmed key={message.id} message={message} session={session} line={view.line} />
        ))}
        {view.typing && (
          <div class="typing">
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {typist(view)} is writing
          </div>
        )}
      </div>
      {scroll.behind && (
        <button type="button" class="newer" onClick={scroll.toEnd}>
          New messages
        </button>
      )}
    </div>
  );
}

function Intro({ organisation, emergency, suggestions, session, showSuggestions }: Omit<WidgetProps, "door"> & { showSuggestions: boolean }) {
  return (
    <div class="intro">
      <strong>Hello, how can we help?</strong>
      <p>
        You are writing with the automated assistant of {organisation}. You can ask for a person at
        any time.
      </p>
      {emergency && (
        <p class="emergency">
          <Words text={emergency} />
        </p>
      )}
      {showSuggestions && suggestions.length > 0 && (
        <div class="suggestions" role="group" aria-label="Suggestions">
          {suggestions.map((text) => (
            <button key={text} type="button" class="chip" onClick={() => session.say(text)}>
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

interface LineProps {
  entry: Entry;
  first: boolean;
  live: boolean;
  fate: string;
  onPress: (button: Button) => void;
}

function Line({ entry, first, live, fate, onPress }: LineProps) {
  if (isAside(entry)) {
    return (
      <p class="event">
        {entry.text} <time dateTime={entry.at}>{timeOf(entry.at)}</time>
      </p>
    );
  }
  return (
    <div class={`message ${entry.from} ${first ? "first" : ""}`}>
      {entry.from !== "system" && (
        <span class={first ? "who" : "unseen"}>
          <b>{speakerOf(entry)}</b> <time dateTime={entry.at}>{timeOf(entry.at)}</time>
        </span>
      )}
      <div class={entry.from === "system" ? "notice" : "bubble"}>
        <Words text={entry.text} />
      </div>
      {entry.links && entry.links.length > 0 && (
        <div class="link-list">
          {entry.links.map((link) => (
            <LinkTo key={link.url} link={link} icon={<LinkIcon />} />
          ))}
        </div>
      )}
      {entry.buttons && entry.buttons.length > 0 && (
        <div class="choices" role="group" aria-label="Choices">
          {entry.buttons.map((button) => (
            <button key={button.payload} type="button" class="chip" disabled={!live} onClick={() => onPress(button)}>
              {button.title}
            </button>
          ))}
        </div>
      )}
      {fate && <p class="fate">{fate}</p>}
    </div>
  );
}

interface UnconfirmedProps {
  message: Pending;
  session: CustomerSession;
  line: View["line"];
}

function Unconfirmed({ message, session, line }: UnconfirmedProps) {
  const { error } = message;
  return (
    <div class={`message customer first ${error ? "unsent" : ""}`}>
      <span class="who">
        <b>You</b> {timeOf(message.written)}
      </span>
      <div class="bubble">{message.text}</div>
      {error ? (
        <>
          <p class="fate failed" role="alert">
            Not sent. {reasonOf(error)}
          </p>
          <div class="remedies">
            <button type="button" class="quiet" onClick={() => session.outbox.retry(message.id)}>
              Try again
            </button>
            <button type="button" class="quiet" onClick={() => session.outbox.discard(message.id)}>
              Delete
            </button>
          </div>
        </>
      ) : (
        <p class="fate">{progressOf(message, line)}</p>
      )}
    </div>
  );
}

function startsGroup(entry: Entry, before: Entry | undefined): boolean {
  if (!before || before.from !== entry.from || before.agent?.name !== entry.agent?.name) return true;
  return isAside(before) || Date.parse(entry.at) - Date.parse(before.at) > TOGETHER_MS;
}

/** Said under the customer's last line only: it stands for all before it. */
function fateOf(entry: Entry, { entries, seen, standing }: View): string {
  if (entry.from !== "customer" || entries[entries.length - 1] !== entry) return "";
  return standing.mode === "agent" && seen >= entry.seq ? "Seen" : "Sent";
}

function typist({ typing, standing }: View): string {
  return typing === "agent" ? (standing.agent?.name ?? "A team member") : "The assistant";
}
