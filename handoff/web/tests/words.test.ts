import { describe, expect, test } from "vitest";
import { quotesOf, splitEvidence } from "../console/evidence";
import { serverAhead } from "../console/server-clock";
import { signIn } from "../console/signin";
import { withTakeovers } from "../console/transcript-lines";
import { nameOf } from "../console/words";
import { isAside } from "../shared/aside";
import { blocksOf } from "../shared/blocks";
import { backoff } from "../shared/clock";
import { newId } from "../shared/ids";
import { linkPieces, safeHref } from "../shared/links";
import { TypingHint } from "../shared/typing";
import { elapsed, lengthOf, roughly } from "../shared/words";
import { entry, FakeClock } from "./fakes";

describe("links", () => {
  test.each(["https://a.example/x?y=1", "http://a.example/", "tel:988", "mailto:help@a.example"])(
    "%s becomes an anchor",
    (url) => expect(safeHref(url)).toBe(url),
  );

  test.each([
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "/relative",
    "",
  ])("%j stays text", (url) => expect(safeHref(url)).toBeNull());

  test("in a text are cut out without the punctuation after them", () => {
    expect(linkPieces("See https://a.example/pay. Thanks")).toEqual([
      { text: "See " },
      { text: "https://a.example/pay", href: "https://a.example/pay" },
      { text: ". Thanks" },
    ]);
  });

  test.each([
    ["Call 911 now, or text 988.", ["tel:911", "tel:988"]],
    ["The hotline is 1-800-799-7233.", ["tel:18007997233"]],
    ["12 Pier Street, 49901, phone 555-0110. Nothing to bring.", ["tel:5550110"]],
    ["You owe $911, or $1,988.50 on account 204911-9880, part 911.5, ZIP 49901-1234, 2-555-0110", []],
  ])("numbers to call can be tapped: %j", (text, hrefs) => {
    expect(linkPieces(text).flatMap((piece) => piece.href ?? [])).toEqual(hrefs);
  });

  test.each(["", "no link", "911", "call 1-800-799-7233, 988 or 911", "https://", "a https://a.example b http://b.example/(c) <https://d.example>"])(
    "cutting %j loses nothing",
    (text) => expect(linkPieces(text).map((piece) => piece.text).join("")).toBe(text),
  );
});

test("lines that begin with a bullet are a list; everything else stays as it was written", () => {
  expect(blocksOf("Today:\n• a kitchen\n• a pantry\n\nTake care.\n- not a bullet")).toEqual([
    { kind: "text", text: "Today:" },
    { kind: "list", items: ["a kitchen", "a pantry"] },
    { kind: "text", text: "\nTake care.\n- not a bullet" },
  ]);
  expect(blocksOf("a • b\n•c")).toEqual([{ kind: "text", text: "a • b\n•c" }]);
  expect(blocksOf("")).toEqual([{ kind: "text", text: "" }]);
});

describe("evidence", () => {
  const marked = (text: string, ...quotes: string[]) =>
    splitEvidence(text, quotes).map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join("");

  test.each([
    ["We have not eaten since Monday", ["NOT EATEN"], "We have [not eaten] since Monday"],
    ["no food, no heat", ["no heat", "no food"], "[no food], [no heat]"],
    ["no food and no food", ["no food"], "[no food] and [no food]"],
    ["overlapping words", ["overlapping", "lapping words"], "[overlapping words]"],
    ["a (b) *c*", ["(b) *"], "a [(b) *]c*"],
    ["broken  over\nlines", ["broken over lines"], "[broken  over\nlines]"],
    ["nothing here", ["absent", "", "  "], "nothing here"],
  ])("%j with %j", (text, quotes, expected) => expect(marked(text, ...quotes)).toBe(expected));
});

test("a quote is shown once, with all that was read from it", () => {
  const signal = (kind: string, evidence: string, seq = 1) => ({ seq, kind, level: 3 as const, evidence });
  expect(quotesOf([signal("food", "not eaten"), signal("infant", "not eaten"), signal("food", "not eaten", 2), signal("fear", "")])).toEqual([
    { evidence: "not eaten", kinds: ["food", "infant"] },
  ]);
});

test("an agent sees a vouched name first, then one that came up, else a visitor", () => {
  const customer = { verified: false, previous: 0 };
  expect(nameOf({ customer: { ...customer, name: "Maria" }, known: { name: "June" } })).toBe("Maria");
  expect(nameOf({ customer, known: { name: "June" } })).toBe("June");
  expect(nameOf({ customer, known: { account: "204417" } })).toBe("Visitor");
});

describe("changes of hands", () => {
  const shown = (...from: ["customer" | "bot" | "agent" | "system", string?][]) =>
    withTakeovers(
      from.map(([who, name], i) => entry(i + 1, { from: who, ...(name ? { agent: { name } } : {}) })),
    ).map((line) => (line.kind === "takeover" ? `— ${line.text}` : line.entry.from));

  test("are marked where no line of the house says so", () => {
    expect(shown(["bot"], ["customer"], ["agent", "Sam"], ["agent", "Kim"], ["bot"])).toEqual([
      "bot", "customer", "— Sam took over", "agent", "— Kim took over", "agent", "— The assistant took over", "bot",
    ]);
  });

  test("are not said twice", () => {
    expect(shown(["bot"], ["system"], ["agent", "Sam"])).toEqual(["bot", "system", "agent"]);
  });
});

test("a short line of the house is an aside; words that must be read are not", () => {
  const system = (text: string) => isAside(entry(1, { from: "system", text }));
  expect(system("Sam Rivera has joined.")).toBe(true);
  expect(system("If anybody is in danger now, call 911.\nYou can call or text 988 at any time.")).toBe(false);
  expect(isAside(entry(1, { text: "Hello" }))).toBe(false);
});

test("pauses grow, are random in their upper half, and end at five seconds", () => {
  const clock = new FakeClock();
  const pauses = [0, 1, 2, 3, 4, 50].map((attempt) => backoff(attempt, clock));
  expect(pauses).toEqual([300, 600, 1200, 2400, 3750, 3750]);
  clock.random = () => 0.999999;
  expect(backoff(50, clock)).toBe(5000);
});

test("ids are UUIDs, also on pages that are not secure", () => {
  const old = { getRandomValues: crypto.getRandomValues.bind(crypto) } as Crypto;
  for (const id of [newId(), newId(old)]) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect(newId(old)).not.toBe(newId(old));
});

test("times are said as they are known", () => {
  expect([-5, 42_000, 725_000, 3_729_000].map(elapsed)).toEqual(["0:00", "0:42", "12:05", "1:02:09"]);
  expect([20, 70, 290].map(roughly)).toEqual(["less than a minute", "about a minute", "about 5 minutes"]);
});

test("length is counted in code points, as the server does", () => {
  expect(lengthOf("a👍🏽é")).toBe(4);
});

test("typing is told at most every three seconds, and its end once", async () => {
  const clock = new FakeClock();
  const told: boolean[] = [];
  const hint = new TypingHint((on) => told.push(on), clock);
  for (let i = 0; i < 4; i += 1) {
    hint.wrote();
    await clock.advance(1000);
  }
  expect(told).toEqual([true, true]);
  await clock.advance(5000);
  hint.stop();
  expect(told).toEqual([true, true, false]);
});

describe("the server's clock", () => {
  const at = Date.parse("2026-03-04T15:05:00Z");
  const saying = (headers: Record<string, string>) =>
    (() => Promise.resolve(new Response("", { headers }))) as typeof fetch;

  test.each([
    ["Wed, 04 Mar 2026 16:05:00 GMT", 3_600_000],
    ["Wed, 04 Mar 2026 14:05:00 GMT", -3_600_000],
    ["Wed, 04 Mar 2026 15:05:01 GMT", 0],
    ["nonsense", 0],
  ])("that says %j is ahead by %i ms", async (date, ms) => {
    expect(await serverAhead(saying({ Date: date }), () => at)).toBe(ms);
  });

  test("is taken for ours where it cannot be asked", async () => {
    const dead = (() => Promise.reject(new Error("no route"))) as typeof fetch;
    expect(await serverAhead(saying({}), () => at)).toBe(0);
    expect(await serverAhead(dead, () => at)).toBe(0);
  });
});

describe("signing in", () => {
  const agent = { id: "a1", name: "Sam", role: "agent", skills: [] };
  const answering = (status: number, body: unknown) =>
    (() => Promise.resolve(new Response(JSON.stringify(body), { status }))) as typeof fetch;

  test("gives the token and who it is", async () => {
    expect(await signIn("sam", "x", answering(200, { token: "t", agent }))).toEqual({ token: "t", agent });
  });

  test.each([
    [401, { error: { code: "unauthorized", message: "" } }, "not right"],
    [429, { error: { code: "rate_limited", message: "", retry_after: 30 } }, "in 30 seconds"],
    [500, null, "cannot be reached"],
  ])("a %i is said in plain words", async (status, body, words) => {
    expect(await signIn("sam", "x", answering(status, body))).toContain(words);
  });

  test("a server that is not there is said too", async () => {
    const dead = (() => Promise.reject(new Error("no route"))) as typeof fetch;
    expect(await signIn("sam", "x", dead)).toContain("cannot be reached");
  });
});
