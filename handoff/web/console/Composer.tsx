/** Where the agent writes. Each case has its own draft, which survives a reload. */
import { useEffect, useRef } from "preact/hooks";
import { onEnter, useDraft } from "../shared/draft";
import type { Keep } from "../shared/keep";
import type { Case } from "../shared/protocol";
import { useTypingHint } from "../shared/typing";
import type { AgentSession } from "./session";
import { nameOf } from "./words";

/** Lists and case side by side; the stylesheet says the same. */
export const ROOMY = "(min-width: 761px)";

interface Props {
  one: Case;
  session: AgentSession;
  tab: Keep;
}

export function Composer({ one, session, tab }: Props) {
  const { text, write, over, sendable } = useDraft(tab, `draft.${one.conversation}`);
  const box = useRef<HTMLTextAreaElement>(null);
  const hint = useTypingHint((on) => session.typing(one.conversation, on), one.conversation);

  useEffect(() => {
    if (matchMedia(ROOMY).matches) box.current?.focus();
  }, []);

  const send = () => {
    box.current?.focus();
    if (!sendable) return;
    session.reply(one.conversation, text);
    hint.stop();
    write("");
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {one.suggestions.length > 0 && (
        <div class="suggestions" role="group" aria-label="Suggested replies">
          {one.suggestions.map((suggestion) => (
            <button
              key={suggestion}
              type="button"
              class="chip"
              onClick={() => {
                write(text ? `${text.trimEnd()} ${suggestion}` : suggestion);
                box.current?.focus();
              }}
            >
              {suggestion}
            </button>
          ))}
        </div>
      )}
      <div class="write">
        <textarea
          ref={box}
          rows={2}
          aria-label={`Reply to ${nameOf(one)}`}
          aria-invalid={over > 0}
          placeholder={`Reply to ${nameOf(one)}`}
          value={text}
          onInput={(event) => {
            write(event.currentTarget.value);
            hint.wrote();
          }}
          onKeyDown={onEnter(send)}
        />
        <button type="submit" class="solid" aria-disabled={!sendable}>
          Send
        </button>
      </div>
      <p class="small" role="status">
        {over > 0 ? (
          <span class="inline-error">{over} characters too many.</span>
        ) : (
          <span class="soft keys">Enter sends, Shift+Enter starts a new line.</span>
        )}
      </p>
    </form>
  );
}
