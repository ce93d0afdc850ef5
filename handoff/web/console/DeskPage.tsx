/** The desk as a page: header, lists on the left, the chosen case on the right; one at a time on a phone. */
import { useEffect } from "preact/hooks";
import { useLostFocus, useNow, useValue } from "../shared/hooks";
import type { Keep } from "../shared/keep";
import { Announcer } from "./Announcer";
import { CaseView } from "./CaseView";
import { Header } from "./Header";
import { Lists } from "./Lists";
import { type Desk, liveOffers } from "./desk";
import type { AgentSession } from "./session";

interface Props {
  session: AgentSession;
  tab: Keep;
  onSignOut: () => void;
}

export function DeskPage({ session, tab, onSignOut }: Props) {
  const desk = useValue(session.desk);
  const now = useNow() + desk.ahead;
  const offers = liveOffers(desk.offers, desk.waiting, now);
  const chosen = desk.cases.find((one) => one.conversation === desk.selected);

  useEffect(() => {
    const waiting = desk.waiting.length;
    document.title = `${waiting ? `(${waiting}) ` : ""}Agent console · Warmline`;
  }, [desk.waiting.length]);
  useEffect(() => {
    const seen = () => {
      const { selected } = session.desk.value;
      if (document.visibilityState === "visible" && selected) session.look(selected);
    };
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, []);

  return (
    <div class={`desk ${chosen ? "has-case" : ""}`}>
      <Header desk={desk} session={session} onSignOut={onSignOut} />
      <div role="status" class="banners">
        {desk.line === "offline" && (
          <p class="banner">
            No connection. We keep trying; what you write is kept and sent later.
          </p>
        )}
      </div>
      <div class="columns">
        <Lists desk={desk} offers={offers} now={now} session={session} />
        <main class="stage">
          {desk.notice && <NoticeBar session={session} {...desk.notice} />}
          {chosen ? (
            <CaseView key={chosen.conversation} desk={desk} one={chosen} session={session} tab={tab} />
          ) : (
            <>
              <h1 class="unseen">Agent console</h1>
              <Empty desk={desk} offers={offers.length} />
            </>
          )}
        </main>
      </div>
      <Announcer desk={desk} offers={offers} />
    </div>
  );
}

function NoticeBar({ session, tone, text }: { session: AgentSession; tone: string; text: string }) {
  const button = useLostFocus<HTMLButtonElement>();
  return (
    <div class={`notice ${tone}`} role={tone === "error" ? "alert" : "status"}>
      <p>{text}</p>
      <button ref={button} type="button" class="quiet" onClick={() => session.dismiss()}>
        Dismiss
      </button>
    </div>
  );
}

function Empty({ desk, offers }: { desk: Desk; offers: number }) {
  return (
    <div class="empty">
      <svg width="72" height="72" viewBox="0 0 72 72" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="3" stroke-linejoin="round">
        <path d="M10 16h52v34H37L24 62V50H10z" />
        <path d="M23 29h26M23 38h16" stroke-linecap="round" />
      </svg>
      <h2>{emptyTitle(desk, offers)}</h2>
      <p class="soft">{emptyWords(desk, offers)}</p>
    </div>
  );
}

function emptyTitle(desk: Desk, offers: number): string {
  if (!desk.known) return "Loading your desk…";
  if (offers) return "Somebody needs you";
  if (desk.waiting.length) return "Somebody is waiting";
  return desk.cases.length ? "No conversation chosen" : "All quiet";
}

function emptyWords(desk: Desk, offers: number): string {
  if (!desk.known) return "Your open conversations will be here in a moment.";
  if (offers) return "Accept the offer to see the whole conversation and reply.";
  if (desk.waiting.length) return "You can accept any conversation from the queue.";
  if (desk.cases.length) return "Choose one of your conversations to go on.";
  if (desk.presence !== "available") {
    return "You are not offered conversations now. Set yourself to Available when you are ready.";
  }
  return "You will be offered the next conversation that needs a person.";
}
