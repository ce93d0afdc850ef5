/** A text as text nodes; its lists as lists, what can be opened or called as anchors. Never markup. */
import { blocksOf } from "./blocks";
import { linkPieces, safeHref } from "./links";
import type { Link } from "./protocol";

export function Words({ text }: { text: string }) {
  return (
    <>
      {blocksOf(text).map((block, i) =>
        block.kind === "text" ? <Pieces key={i} text={block.text} /> : <Points key={i} items={block.items} />,
      )}
    </>
  );
}

function Points({ items }: { items: string[] }) {
  return (
    <ul class="points">
      {items.map((item, i) => (
        <li key={i}>
          <Pieces text={item} />
        </li>
      ))}
    </ul>
  );
}

function Pieces({ text }: { text: string }) {
  return (
    <>
      {linkPieces(text).map((piece, i) => (
        <span key={i}>{piece.href ? <Anchor href={piece.href}>{piece.text}</Anchor> : piece.text}</span>
      ))}
    </>
  );
}

/** A titled link; one whose scheme is not safe is shown as the text it is. */
export function LinkTo({ link, icon }: { link: Link; icon?: preact.ComponentChildren }) {
  const href = safeHref(link.url);
  if (!href) return <span>{`${link.title}: ${link.url}`}</span>;
  return (
    <Anchor href={href}>
      {icon}
      {link.title}
    </Anchor>
  );
}

function Anchor({ href, children }: { href: string; children: preact.ComponentChildren }) {
  const elsewhere = /^https?:/.test(href) ? { target: "_blank" } : {};
  return (
    <a href={href} rel="noopener noreferrer" {...elsewhere}>
      {children}
    </a>
  );
}
