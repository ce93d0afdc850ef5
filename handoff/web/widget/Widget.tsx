/** The launcher, the panel, and what passes between them: focus and the count of unread lines. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useValue } from "../shared/hooks";
import type { Keep } from "../shared/keep";
import type { Observable } from "../shared/observable";
import { Announcer } from "./Announcer";
import type { Door } from "./element";
import { ChatIcon } from "./icons";
import { Panel } from "./Panel";
import type { CustomerSession } from "./session";
import type { View } from "./view";

export interface WidgetProps {
  session: CustomerSession;
  door: Observable<Door>;
  /** Survives a reload, not the tab. */
  tab: Keep;
  organisation: string;
  emergency: string;
  suggestions: string[];
  onOpen: () => void;
  onClose: () => void;
}

export function Widget(props: WidgetProps) {
  const { session, door, tab } = props;
  const view = useValue(session.view);
  const { open, moveFocus } = useValue(door);
  const unread = useUnread(view, open, tab);
  const launcher = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (open || session.begun) session.start();
    if (!open) return undefined;
    const look = () => document.visibilityState === "visible" && session.read();
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [open, view.entries, view.line]);

  useEffect(() => {
    if (!open && moveFocus) launcher.current?.focus();
  }, [open, moveFocus]);

  return (
    <div class="widget">
      {open ? (
        <Panel {...props} view={view} />
      ) : (
        <button
          ref={launcher}
          type="button"
          class="launcher"
          aria-haspopup="dialog"
          onClick={props.onOpen}
        >
          <ChatIcon />
          Chat with us
          {unread > 0 && (
            <span class="count">
              {unread}
              <span class="unseen"> new {unread === 1 ? "message" : "messages"}</span>
            </span>
          )}
        </button>
      )}
      <Announcer view={view} />
    </div>
  );
}

/** Lines of others that came while the panel was closed. */
function useUnread(view: View, open: boolean, tab: Keep): number {
  const [looked, setLooked] = useState(() => tab.get<number>("looked") ?? 0);
  const last = view.entries[view.entries.length - 1]?.seq ?? 0;
  useEffect(() => {
    // A new conversation begins below what was looked at in the old one.
    if (!view.known || (!open && last >= looked)) return;
    setLooked(last);
    tab.set("looked", last);
  }, [open, last, view.known]);
  return view.entries.filter((e) => e.seq > looked && e.from !== "customer").length;
}
