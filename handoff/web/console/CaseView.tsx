/** One case: why it is here, what is known, everything said, and what to do with it. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Keep } from "../shared/keep";
import type { Case } from "../shared/protocol";
import { Composer, ROOMY } from "./Composer";
import { Facts, Why } from "./Facts";
import { Finish, type Ending } from "./Finish";
import { LevelBadge } from "./Lists";
import type { Desk } from "./desk";
import type { AgentSession } from "./session";
import { Transcript } from "./Transcript";
import { nameOf } from "./words";

export interface CaseProps {
  desk: Desk;
  one: Case;
  session: AgentSession;
  tab: Keep;
}

const ENDINGS = [
  ["return", "Return to assistant"],
  ["close", "Close conversation"],
] as const;

export function CaseView({ desk, one, session, tab }: CaseProps) {
  const [ending, setEnding] = useState<Ending | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const name = nameOf(one);
  useEffect(() => {
    // On a small screen the keyboard would hide the case; elsewhere the composer takes the focus.
    if (!matchMedia(ROOMY).matches) title.current?.focus();
  }, []);

  const toggle = (which: Ending, button: HTMLElement) => {
    opener.current = button;
    setEnding(ending === which ? null : which);
  };
  const cancel = () => {
    setEnding(null);
    opener.current?.focus();
  };

  return (
    <article class="case" aria-labelledby="case-title">
      <header class="case-head">
        <button type="button" class="quiet back" onClick={() => session.select(null)}>
          <span aria-hidden="true">‹</span> All
        </button>
        <div class="case-name">
          <h1 id="case-title" ref={title} tabIndex={-1}>
            {name}
          </h1>
          <LevelBadge level={one.level} />
        </div>
        <div class="case-actions">
          {ENDINGS.map(([which, words]) => (
            <button
              key={which}
              type="button"
              class="outline"
              aria-expanded={ending === which}
              onClick={(event) => toggle(which, event.currentTarget)}
            >
              {words}
            </button>
          ))}
        </div>
      </header>
      {ending && (
        <Finish key={ending} ending={ending} one={one} session={session} onCancel={cancel} />
      )}
      <div class="case-body">
        <Facts one={one} />
        <div class="talk">
          <Why one={one} />
          <Transcript one={one} desk={desk} session={session} />
          <Composer key={one.conversation} one={one} session={session} tab={tab} />
        </div>
      </div>
    </article>
  );
}
