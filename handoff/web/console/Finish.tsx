/** How a case leaves my hands: closed with an outcome, or returned to the assistant. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Case, Disposition } from "../shared/protocol";
import type { AgentSession } from "./session";
import { DISPOSITIONS } from "./words";

export type Ending = "close" | "return";

interface Props {
  ending: Ending;
  one: Case;
  session: AgentSession;
  onCancel: () => void;
}

export function Finish({ ending, one, session, onCancel }: Props) {
  const [outcome, setOutcome] = useState<Disposition>("resolved");
  const [note, setNote] = useState("");
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const closing = ending === "close";
  useEffect(() => form.current?.querySelector<HTMLElement>("select, textarea")?.focus(), []);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const { conversation } = one;
    setFailure(
      await (closing
        ? session.close(conversation, outcome, note)
        : session.returnToBot(conversation, note)),
    );
    setBusy(false);
  };

  return (
    <form
      ref={form}
      class="finish"
      aria-label={closing ? "Close conversation" : "Return to assistant"}
      onSubmit={submit}
      onKeyDown={(event) => event.key === "Escape" && onCancel()}
    >
      <p>
        {closing
          ? "The customer is told that the conversation is closed and can start a new one."
          : "The assistant goes on from here. The customer can ask for a person again at any time."}
      </p>
      <div class="fields">
        {closing && (
          <label>
            Outcome
            <select
              value={outcome}
              onChange={(event) => setOutcome(event.currentTarget.value as Disposition)}
            >
              {Object.entries(DISPOSITIONS).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        )}
        <label class="grow">
          Note for colleagues (optional)
          <textarea rows={1} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
      </div>
      {failure && (
        <p class="inline-error" role="alert">
          {failure}
        </p>
      )}
      <div class="row">
        <button type="button" class="outline" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" class="solid" aria-disabled={busy}>
          {closing ? "Close now" : "Return now"}
        </button>
      </div>
    </form>
  );
}
