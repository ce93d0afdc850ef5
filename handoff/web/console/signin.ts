/**
 * Signing in over REST. The token stays in this tab: it survives a reload and goes with the tab, so
 * that a shared computer does not stay signed in.
 */
import type { Keep } from "../shared/keep";
import type { Agent, LoginAnswer, WireError } from "../shared/protocol";

const WRONG = "The username or password is not right.";
const UNREACHABLE = "The service cannot be reached. Please try again in a moment.";

export type SignedIn = { token: string; agent: Agent };

/** Answers who signed in, or why it did not work, in plain words. */
export async function signIn(
  username: string,
  password: string,
  send: typeof fetch = fetch,
): Promise<SignedIn | string> {
  const answer = await send("/api/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  }).catch(() => null);
  if (!answer) return UNREACHABLE;
  const body = (await answer.json().catch(() => null)) as LoginAnswer | { error: WireError } | null;
  if (answer.ok && body && "token" in body) return { token: body.token, agent: body.agent };
  return refusalWords(answer.status, body && "error" in body ? body.error : undefined);
}

function refusalWords(status: number, error: WireError | undefined): string {
  if (status === 401) return WRONG;
  if (status !== 429) return error?.message ?? UNREACHABLE;
  const wait = error?.retry_after;
  const when = wait ? `in ${Math.ceil(wait)} ${wait > 1 ? "seconds" : "second"}` : "in a moment";
  return `Too many attempts. Please try again ${when}.`;
}

export function remembered(tab: Keep): SignedIn | null {
  const kept = tab.get<SignedIn>("signed-in");
  return kept?.token && kept.agent ? kept : null;
}
