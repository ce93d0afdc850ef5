/** Who I am, whether I am there for customers, and whether the line is up. */
import { useRef, useState } from "preact/hooks";
import type { Line } from "../shared/connection";
import type { Presence } from "../shared/protocol";
import { Brand } from "./Login";
import type { Desk } from "./desk";
import type { AgentSession } from "./session";
import { PRESENCES } from "./words";

const LINES: Record<Line, string> = {
  online: "Connected",
  connecting: "Connecting…",
  offline: "Reconnecting…",
};

interface Props {
  desk: Desk;
  session: AgentSession;
  onSignOut: () => void;
}

export function Header({ desk, session, onSignOut }: Props) {
  const [asking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const open = desk.cases.length;
  const stay = () => {
    setAsking(false);
    button.current?.focus();
  };
  return (
    <header class="top" onKeyDown={(event) => asking && event.key === "Escape" && stay()}>
      <Brand />
      <span class={`line ${desk.line}`} role="status">
        <i aria-hidden="true" />
        <span>{LINES[desk.line]}</span>
      </span>
      <div class="me">
        <span class="my-name">{desk.agent.name}</span>
        <label class={`presence ${desk.presence}`}>
          <span class="unseen">Presence</span>
          <i aria-hidden="true" />
          <select
            value={desk.presence}
            disabled={desk.line !== "online"}
            onChange={(event) => void session.setPresence(event.currentTarget.value as Presence)}
          >
            {Object.entries(PRESENCES).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button
          ref={button}
          type="button"
          class="quiet"
          aria-expanded={open > 0 ? asking : undefined}
          onClick={() => (open ? setAsking(!asking) : onSignOut())}
        >
          Sign out
        </button>
      </div>
      {asking && open > 0 && (
        <div class="sign-out" role="group" aria-label="Sign out?">
          <p>
            {open === 1 ? "One conversation is" : `${open} conversations are`} still open. Close or
            return {open === 1 ? "it" : "them"} first, so that nobody waits for you.
          </p>
          <div class="row">
            <button type="button" class="outline" onClick={stay}>
              Stay
            </button>
            <button type="button" class="danger" onClick={onSignOut}>
              Sign out anyway
            </button>
          </div>
        </div>
      )}
    </header>
  );
}
