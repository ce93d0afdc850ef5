/** Addresses come from outside: only schemes that cannot run anything become anchors. */

const SAFE = new Set(["http:", "https:", "tel:", "mailto:"]);

/** The address to put in an anchor, or null when it must stay text. */
export function safeHref(url: string): string | null {
  try {
    const parsed = new URL(url);
    return SAFE.has(parsed.protocol) ? parsed.href : null;
  } catch {
    return null; // relative or malformed
  }
}

export interface Piece {
  text: string;
  href?: string;
}

// Web addresses, telephone numbers with or without an area code, and the two short numbers that a
// frightened person should be able to tap.
const ADDRESS = /https?:\/\/[^\s<>"']+|\b(?:(?:1-)?\d{3}-)?\d{3}-\d{4}\b|\b(?:911|988)\b/gi;
const TRAILING = /[.,;:!?)\]}]+$/;
const PART_OF_NUMBER = /[$#\d.,-]$/;

/** A text cut into plain pieces and what can be opened or called; nothing is lost or added. */
export function linkPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    const href = hrefOf(address, text, match.index);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

function hrefOf(address: string, text: string, at: number): string | null {
  if (/^http/i.test(address)) return safeHref(address);
  const before = text.slice(0, at);
  const after = text.slice(at + address.length);
  const part = PART_OF_NUMBER.test(before) || /^(?:-|[.,]?\d)/.test(after);
  return part ? null : `tel:${address.replace(/-/g, "")}`;
}
