/** The open chat: a dialog that does not block the page, or the whole screen of a phone. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useValue } from "../shared/hooks";
import { Composer } from "./Composer";
import { ChatIcon, CloseIcon } from "./icons";
import type { View } from "./view";
import { standingWords } from "./speakers";
import { Banners, Ended, EndQuestion, PersonButton, Waiting } from "./Status";
import { Transcript } from "./Transcript";
import type { WidgetProps } from "./Widget";

export function Panel({ view, ...props }: WidgetProps & { view: View }) {
  const { session, tab, onClose } = props;
  const door = useValue(props.door);
  const [ending, setEnding] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const { mode } = view.standing;
  const closed = mode === "closed";

  useSeenHeight(panel);
  useEffect(() => {
    if (door.moveFocus) restFocus(door.draft !== undefined);
  }, [door]);

  /** On a phone the keyboard would hide what there is to read, so it is not called up unasked. */
  const restFocus = (toWrite = false) => {
    const quiet = fillsScreen() && !toWrite;
    const home = quiet ? null : panel.current?.querySelector<HTMLElement>("textarea, .solid");
    (home ?? panel.current)?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (!ending) return onClose();
      setEnding(false);
      restFocus();
    }
    if (event.key === "Tab" && fillsScreen()) keepInside(event, panel.current!);
  };

  const begun = view.entries.length > 0 || view.pending.length > 0;
  return (
    <div
      ref={panel}
      class="panel"
      role="dialog"
      aria-label={`Chat with ${props.organisation}`}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <Header view={view} organisation={props.organisation}>
        {begun && !closed && !ending && (
          <button type="button" class="quiet" onClick={() => setEnding(true)}>
            End chat
          </button>
        )}
        <button type="button" class="quiet" aria-label="Close chat window" onClick={onClose}>
          <CloseIcon />
        </button>
      </Header>
      <Banners view={view} onDismiss={() => session.dismiss()} />
      <Transcript {...props} view={view} />
      {ending && !closed && (
        <EndQuestion
          onEnd={() => void session.end().finally(() => setEnding(false))}
          onStay={() => {
            setEnding(false);
            restFocus();
          }}
        />
      )}
      {!ending && <Waiting view={view} />}
      {closed ? (
        <Ended
          onAgain={() => {
            session.startOver();
            restFocus();
          }}
        />
      ) : (
        <div class="foot">
          {mode === "bot" && !view.asking && (
            <PersonButton
              onClick={() => {
                session.askForPerson();
                restFocus();
              }}
            />
          )}
          <Composer session={session} tab={tab} door={door} />
        </div>
      )}
    </div>
  );
}

interface HeaderProps {
  view: View;
  organisation: string;
  children: preact.ComponentChildren;
}

function Header({ view, organisation, children }: HeaderProps) {
  const { mode, agent } = view.standing;
  return (
    <div class="header">
      {mode === "agent" && agent ? (
        <span class="emblem person" aria-hidden="true">
          {agent.name.trim().charAt(0).toUpperCase()}
        </span>
      ) : (
        <span class="emblem">
          <ChatIcon size={22} />
        </span>
      )}
      <div class="heading">
        <h2>{organisation}</h2>
        <p>{standingWords(view.standing)}</p>
      </div>
      <div class="header-actions">{children}</div>
    </div>
  );
}

const fillsScreen = () => matchMedia("(max-width: 480px)").matches;

/** On a phone nothing of the page is to be seen, so nothing of it may take the focus. */
function keepInside(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = [...panel.querySelectorAll<HTMLElement>("button:enabled, textarea, a, [tabindex='0']")];
  const first = stops[0];
  const last = stops[stops.length - 1];
  const at = (panel.getRootNode() as ShadowRoot).activeElement;
  const target = event.shiftKey ? (at === first ? last : null) : at === last ? first : null;
  if (!target) return;
  event.preventDefault();
  target.focus();
}

/** The height that a phone's keyboard leaves; `dvh` does not count it. */
function useSeenHeight(panel: { current: HTMLElement | null }): void {
  useEffect(() => {
    const seen = window.visualViewport;
    if (!seen) return undefined;
    const fit = () => panel.current?.style.setProperty("--seen-height", `${seen.height}px`);
    fit();
    seen.addEventListener("resize", fit);
    return () => seen.removeEventListener("resize", fit);
  }, []);
}
