/** Time and chance come from outside, so that tests can turn both by hand. */

export interface Clock {
  now(): number;
  /** Runs `task` once after `ms`; the answer cancels it. */
  after(ms: number, task: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

const FIRST_MS = 400;
const LONGEST_MS = 5000;

/** Milliseconds before attempt `n` (from 0): doubling, at most 5 s, the upper half of it random. */
export function backoff(attempt: number, clock: Clock): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.5 + clock.random() / 2));
}
