/** Finds in a text the words that decided a case's level, so that they can be marked. */
import type { Signal } from "../shared/protocol";

export interface Piece {
  text: string;
  marked: boolean;
}

/** The text cut where evidence begins and ends; joined again it is the text. Case is ignored. */
export function splitEvidence(text: string, evidence: readonly string[]): Piece[] {
  const spans = merge(evidence.flatMap((words) => spansOf(text, words)));
  const pieces: Piece[] = [];
  let end = 0;
  for (const [from, to] of spans) {
    pieces.push({ text: text.slice(end, from), marked: false });
    pieces.push({ text: text.slice(from, to), marked: true });
    end = to;
  }
  pieces.push({ text: text.slice(end), marked: false });
  return pieces.filter((piece) => piece.text !== "");
}

/** The quotes that belong to one entry. */
export function evidenceFor(seq: number, signals: readonly Signal[]): string[] {
  return signals.filter((signal) => signal.seq === seq).map((signal) => signal.evidence);
}

export interface Quote {
  evidence: string;
  kinds: string[];
}

/** Each quote once, with all that was read from it. */
export function quotesOf(signals: readonly Signal[]): Quote[] {
  const kinds = new Map<string, Set<string>>();
  for (const { evidence, kind } of signals) {
    if (evidence) kinds.set(evidence, (kinds.get(evidence) ?? new Set()).add(kind));
  }
  return [...kinds].map(([evidence, its]) => ({ evidence, kinds: [...its] }));
}

type Span = [from: number, to: number];

function spansOf(text: string, words: string): Span[] {
  if (!words.trim()) return [];
  const pattern = words.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
  return [...text.matchAll(new RegExp(pattern, "gi"))].map((m) => [m.index, m.index + m[0].length]);
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
