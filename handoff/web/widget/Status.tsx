/** Where the customer stands: the line, the queue, the end. Honest words, and what to do meanwhile. */
import { useEffect, useRef } from "preact/hooks";
import { useLostFocus } from "../shared/hooks";
import type { Standing } from "../shared/protocol";
import { roughly } from "../shared/words";
import { AlertIcon, CloseIcon, PersonIcon } from "./icons";
import type { View } from "./view";

export function Banners({ view, onDismiss }: { view: View; onDismiss: () => void }) {
  return (
    <>
      <div role="status">
        {view.line === "offline" && (
          <div class="banner">
            <AlertIcon />
            <p>
              {navigator.onLine ? "The connection is lost." : "You're offline."} We keep trying.
              What you write is kept and sent later.
            </p>
          </div>
        )}
      </div>
      {view.notice && (
        <div class="banner bad" role="alert">
          <AlertIcon />
          <p>{view.notice}</p>
          <button type="button" class="quiet" aria-label="Dismiss" onClick={onDismiss}>
            <CloseIcon />
          </button>
        </div>
      )}
    </>
  );
}

export function PersonButton({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" class="outline person-button" onClick={onClick}>
      <PersonIcon />
      Talk to a person
    </button>
  );
}

export function Waiting({ view }: { view: View }) {
  const { standing, asking, line } = view;
  const queued = standing.mode === "queued";
  return (
    <div role="status">
      {asking && !queued && (
        <div class="card">
          <strong>Asking for a person…</strong>
          {line !== "online" && <p>Your request is kept and sent as soon as there is a connection.</p>}
        </div>
      )}
      {queued && (
        <div class="card">
          <strong>{placeWords(standing)}</strong>
          <p>{waitWords(standing)}</p>
          <p>
            Whoever joins sees everything written here, so you need not repeat it. You can keep
            writing meanwhile.
          </p>
        </div>
      )}
    </div>
  );
}

function placeWords({ position }: Standing): string {
  if (position === undefined) return "A person has been asked for";
  return position <= 1 ? "You are next in line" : `You are number ${position} in line`;
}

function waitWords({ eta_s }: Standing): string {
  if (eta_s === undefined) return "We cannot say yet how long it will take.";
  return `It should take ${roughly(eta_s)}.`;
}

export function EndQuestion({ onEnd, onStay }: { onEnd: () => void; onStay: () => void }) {
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => stay.current?.focus(), []);
  return (
    <div class="card plain" role="group" aria-label="End this chat?">
      <strong>End this chat?</strong>
      <p>You can start a new one at any time.</p>
      <div class="row">
        <button ref={stay} type="button" class="outline" onClick={onStay}>
          Keep chatting
        </button>
        <button type="button" class="solid" onClick={onEnd}>
          End chat now
        </button>
      </div>
    </div>
  );
}

export function Ended({ onAgain }: { onAgain: () => void }) {
  const again = useLostFocus<HTMLButtonElement>();
  return (
    <div class="card plain">
      <strong>This chat has ended.</strong>
      <p>You can start again whenever you need us.</p>
      <div class="row">
        <button ref={again} type="button" class="solid" onClick={onAgain}>
          Start a new chat
        </button>
      </div>
    </div>
  );
}
