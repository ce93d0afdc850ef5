/** What an agent should know before the first word: why, who, what is known, what was tried. */
import { useEffect, useState } from "preact/hooks";
import type { Case } from "../shared/protocol";
import { timeOf } from "../shared/words";
import { quotesOf } from "./evidence";
import { LEVEL_MEANING, LEVELS, readable, reasonWords } from "./words";

export function Why({ one }: { one: Case }) {
  return (
    <section class={`why l${one.level}`} aria-label="Why this needs a person">
      <p>
        <b>{reasonWords(one.reason)}</b>
        {one.level > 0 && (
          <>
            {" · "}
            {LEVELS[one.level]}
            <span class="meaning">: {LEVEL_MEANING[one.level]}</span>
          </>
        )}
      </p>
      {quotesOf(one.signals).map(({ evidence, kinds }) => (
        <p key={evidence} class="quote">
          <q>{evidence}</q> <span class="soft small">{kinds.map(readable).join(", ")}</span>
        </p>
      ))}
      {one.summary && <p class="gist">{one.summary}</p>}
    </section>
  );
}

const WIDE = "(min-width: 1180px)";

/** Beside the talk where there is room; else folded, and laid over it when opened. */
export function Facts({ one }: { one: Case }) {
  const [wide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const media = matchMedia(WIDE);
    const changed = () => setWide(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);
  if (wide) {
    return (
      <aside class="facts" aria-label="About this conversation">
        <Sections one={one} />
      </aside>
    );
  }
  return (
    <details class="facts folded">
      <summary>About this conversation</summary>
      <div class="unfolded">
        <Sections one={one} />
      </div>
    </details>
  );
}

function Sections({ one }: { one: Case }) {
  const known = Object.entries(one.known);
  return (
    <>
      <Section title="Customer">
        <dl>
          <Fact term="Name" value={one.customer.name || "Not given"} />
          <Fact term="Identity" value={one.customer.verified ? "Verified" : "Not verified"} />
          <Fact term="Earlier conversations" value={String(one.customer.previous)} />
          {one.skills.length > 0 && <Fact term="Needs" value={one.skills.map(readable).join(", ")} />}
          <Fact term="Asked for a person" value={timeOf(one.requested_at)} />
        </dl>
      </Section>
      <Section title="Known">
        {known.length === 0 && <p class="soft">Nothing was collected yet.</p>}
        <dl>
          {known.map(([term, value]) => (
            <Fact key={term} term={readable(term)} value={String(value)} />
          ))}
        </dl>
      </Section>
      <Section title="The assistant tried">
        {one.tried.length === 0 && <p class="soft">Nothing yet.</p>}
        <ul>
          {one.tried.map((what, i) => (
            <li key={i}>{what}</li>
          ))}
        </ul>
      </Section>
      {one.notes.length > 0 && (
        <Section title="Notes, for agents only">
          {one.notes.map((note) => (
            <p key={note.id} class="note">
              <span class="soft small">
                {note.agent.name}, {timeOf(note.at)}
              </span>
              {note.text}
            </p>
          ))}
        </Section>
      )}
    </>
  );
}

function Section({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Fact({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}
