/** Where the customer writes. */
import { useEffect, useRef } from "preact/hooks";
import { onEnter, useDraft } from "../shared/draft";
import type { Keep } from "../shared/keep";
import { MAX_TEXT } from "../shared/protocol";
import { useTypingHint } from "../shared/typing";
import type { Door } from "./element";
import { SendIcon } from "./icons";
import type { CustomerSession } from "./session";

/** From here on the remaining characters are counted aloud. */
const NEARLY = 3600;
const TALLEST_PX = 140;

interface Props {
  session: CustomerSession;
  tab: Keep;
  /** What was put in from outside, each time anew. */
  door: Door;
}

export function Composer({ session, tab, door }: Props) {
  const { text, write, over, sendable } = useDraft(tab, "draft", door.draft);
  const box = useRef<HTMLTextAreaElement>(null);
  const hint = useTypingHint((on) => session.typing(on));

  useEffect(() => {
    if (door.draft !== undefined) write(door.draft);
  }, [door]);
  useEffect(() => fit(box.current), [text]);

  const send = () => {
    box.current?.focus();
    if (!sendable) return;
    session.say(text);
    hint.stop();
    write("");
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Counter length={over + MAX_TEXT} />
      <div class="composer">
        <textarea
          ref={box}
          rows={1}
          aria-label="Your message"
          aria-describedby="counter"
          aria-invalid={over > 0}
          placeholder="Write a message"
          enterkeyhint="send"
          value={text}
          onInput={(event) => {
            write(event.currentTarget.value);
            hint.wrote();
          }}
          onKeyDown={onEnter(send)}
        />
        <button type="submit" class="send" aria-label="Send message" aria-disabled={!sendable}>
          <SendIcon />
        </button>
      </div>
    </form>
  );
}

function Counter({ length }: { length: number }) {
  const left = MAX_TEXT - length;
  const words = left < 0 ? `${-left} characters too many. Please shorten your message.` : `${left} characters left`;
  return (
    <p id="counter" class={left < 0 ? "counter over" : "counter"} role="status">
      {length >= NEARLY && words}
    </p>
  );
}

/** As tall as its text, up to a few lines. */
function fit(box: HTMLTextAreaElement | null): void {
  if (!box) return;
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 3, TALLEST_PX)}px`;
}
