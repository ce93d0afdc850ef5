/**
 * Offers and waits are told in the server's time. A device whose clock is wrong would otherwise
 * find every offer expired, or show waits of hours.
 */

/** The header that says the time has whole seconds; a difference below this means nothing. */
const EXACT_MS = 2000;

/** By how many ms the server's clock is ahead of this device's; 0 where it cannot be told. */
export async function serverAhead(
  send: typeof fetch = fetch,
  now: () => number = Date.now,
): Promise<number> {
  const asked = now();
  const answer = await send("/healthz", { cache: "no-store" }).catch(() => null);
  const said = Date.parse(answer?.headers.get("Date") ?? "");
  const ahead = said - (asked + now()) / 2;
  return Math.abs(ahead) >= EXACT_MS ? ahead : 0;
}
