/** Who is signed in decides what is shown: the login or the desk. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { systemClock } from "../shared/clock";
import { followBrowser } from "../shared/connection";
import { browserStorage, Keep } from "../shared/keep";
import type { Refusal } from "../shared/protocol";
import { socketTo } from "../shared/socket";
import { DeskPage } from "./DeskPage";
import { Login } from "./Login";
import { serverAhead } from "./server-clock";
import { AgentSession } from "./session";
import { remembered, type SignedIn } from "./signin";

const EXPIRED = "Your session has ended. Please sign in again.";

const keepOf = (prefix: string) => new Keep(browserStorage("sessionStorage"), prefix);

export function App() {
  const tab = useMemo(() => keepOf("warmline.desk."), []);
  const [signed, setSigned] = useState<SignedIn | null>(() => remembered(tab));
  const [message, setMessage] = useState("");

  const enter = (who: SignedIn) => {
    tab.set("signed-in", who);
    setMessage("");
    setSigned(who);
  };
  const leave = (why: string) => {
    tab.forget("signed-in");
    setMessage(why);
    setSigned(null);
  };

  if (!signed) return <Login message={message} onSignedIn={enter} />;
  return (
    <SignedInDesk
      key={signed.token}
      signed={signed}
      onRefused={({ code, message }) => leave(code === "forbidden" ? message : EXPIRED)}
      onSignOut={() => leave("")}
    />
  );
}

interface SignedInProps {
  signed: SignedIn;
  onRefused: (refusal: Refusal) => void;
  onSignOut: () => void;
}

/** Drafts and unsent replies are kept apart for each agent who signs in on this tab. */
function SignedInDesk({ signed, onRefused, onSignOut }: SignedInProps) {
  const { token, agent } = signed;
  const keep = useMemo(() => keepOf(`warmline.desk.${agent.id}.`), []);
  const session = useMemo(() => {
    const open = socketTo(location.origin, "/agent");
    const needs = { open, keep, clock: systemClock, ahead: serverAhead, agent, token };
    return new AgentSession({ ...needs, signedOut: onRefused });
  }, []);
  useEffect(() => {
    const unfollow = followBrowser(session.connection);
    session.start();
    return () => {
      unfollow();
      session.stop();
    };
  }, []);
  const signOut = async () => {
    await session.setPresence("offline");
    keep.forget("presence");
    onSignOut();
  };
  return <DeskPage session={session} tab={keep} onSignOut={() => void signOut()} />;
}
