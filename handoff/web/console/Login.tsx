/** The door to the console. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type SignedIn, signIn } from "./signin";

interface Props {
  /** Why the login is shown again, if it is. */
  message: string;
  onSignedIn: (who: SignedIn) => void;
}

export function Login({ message, onSignedIn }: Props) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);

  useEffect(() => {
    document.title = "Sign in · Warmline";
    first.current?.focus();
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    if (!username.trim() || !password) return setFailure("Please enter your username and password.");
    setBusy(true);
    const answer = await signIn(username.trim(), password);
    setBusy(false);
    if (typeof answer !== "string") return onSignedIn(answer);
    setFailure(answer);
    secret.current?.select();
  };

  return (
    <main class="login">
      <form onSubmit={submit} noValidate aria-busy={busy}>
        <Brand />
        <h1>Agent console</h1>
        <p class="soft">{message || "Sign in to talk with the people who are waiting."}</p>
        {failure && (
          <p class="inline-error" role="alert">
            {failure}
          </p>
        )}
        <label>
          Username
          <input
            ref={first}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellcheck={false}
            value={username}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        </label>
        <label>
          Password
          <input
            ref={secret}
            name="password"
            type="password"
            autoComplete="current-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="solid wide" aria-disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

export function Brand() {
  return (
    <span class="brand">
      <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="9" fill="var(--accent)" />
        <path d="M7 9h18v12h-9l-5 5v-5H7z" fill="var(--on-accent)" />
      </svg>
      Warmline
    </span>
  );
}
