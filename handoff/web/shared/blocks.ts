/** A text's plain stretches and its lists, which are written as lines that begin with a bullet. */

export type Block = { kind: "text"; text: string } | { kind: "list"; items: string[] };

const BULLET = /^\s*•\s+/;

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split("\n")) {
    const item = BULLET.test(line) ? line.replace(BULLET, "") : null;
    const last = blocks[blocks.length - 1];
    if (item === null) {
      if (last?.kind === "text") last.text += `\n${line}`;
      else blocks.push({ kind: "text", text: line });
    } else if (last?.kind === "list") last.items.push(item);
    else blocks.push({ kind: "list", items: [item] });
  }
  return blocks;
}
