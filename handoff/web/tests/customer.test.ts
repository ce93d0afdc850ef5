import { beforeEach, describe, expect, test } from "vitest";
import { Keep } from "../shared/keep";
import { CustomerSession } from "../widget/session";
import { liveButtons } from "../widget/speakers";
import type { Locks } from "../widget/turn";
import { entry, FakeClock, FakeSocket, FakeStorage, settle } from "./fakes";

let clock: FakeClock;
let storage: FakeStorage;
let socket: FakeSocket;
let session: CustomerSession;

const bot = { mode: "bot" } as const;
const welcome = (last_seq = 0, conversation = "c1", state: object = bot) =>
  socket.welcome({ conversation, token: `token-${conversation}`, last_seq, state });

/** A page load: a new session over what storage has kept. */
function load(): void {
  socket = new FakeSocket();
  session = new CustomerSession({ open: socket.open, keep: new Keep(storage), clock });
  session.start();
}

const texts = () => session.view.value.entries.map((e) => e.text);
const pending = () => session.view.value.pending;

/** The browser's locks, for a single name. */
function oneAtATime(): Locks {
  let last: Promise<unknown> = Promise.resolve();
  const request = (_: string, task: () => Promise<unknown>) => (last = last.then(task));
  return { request } as Locks;
}

beforeEach(() => {
  clock = new FakeClock();
  storage = new FakeStorage();
  load();
});

describe("resuming", () => {
  test("a new visitor connects with nothing and keeps the token", async () => {
    await welcome();
    expect(socket.dials).toEqual([{}]);
    expect(storage.getItem("warmline.token")).toBe("token-c1");
  });

  test("a reload asks for the whole conversation, a reconnect only for what was missed", async () => {
    await welcome();
    socket.tell("message", entry(1));
    socket.tell("message", entry(2));
    await socket.drop();
    await clock.advance(1000);
    expect(socket.dials.at(-1)).toEqual({ token: "token-c1", after: 2 });
    load();
    expect(socket.dials).toEqual([{ token: "token-c1", after: 0 }]);
  });

  test("a refused token is forgotten, and what was written goes into the new conversation", async () => {
    storage.setItem("warmline.token", "expired");
    load();
    session.press({ title: "Pay later", payload: "7.0" });
    const [written] = pending();
    await socket.refuse("unauthorized");
    await clock.advance(1000);
    expect(socket.dials.at(-1)).toEqual({});
    await welcome(0, "c2");
    expect(socket.of("message")[0]!.payload).toEqual({ id: written!.id, text: "Pay later" });
  });

  test("a token is kept when the server was only busy", async () => {
    storage.setItem("warmline.token", "good");
    load();
    await socket.refuse("unavailable");
    await clock.advance(6000);
    expect(socket.dials.length).toBeGreaterThan(1);
    expect(socket.dials.at(-1)).toEqual({ token: "good", after: 0 });
  });

  test("a token written by somebody else's hand is refused and replaced like any other", async () => {
    storage.setItem("warmline.token", "{not json");
    load();
    expect(socket.dials).toEqual([{ token: "{not json", after: 0 }]);
  });

  test("it is tried for ever, never more than five seconds apart", async () => {
    for (let i = 0; i < 50; i += 1) {
      const before = socket.dials.length;
      await socket.refuse();
      await clock.advance(5000);
      expect(socket.dials.length).toBe(before + 1);
    }
    expect(session.view.value.line).toBe("offline");
    await welcome();
    expect(session.view.value.line).toBe("online");
  });

  test("a short break is not called offline, a long one is", async () => {
    await welcome();
    await socket.drop();
    expect(session.view.value.line).toBe("connecting");
    await clock.advance(2000);
    expect(session.view.value.line).toBe("offline");
  });

  test("a server that takes the call and says nothing is dialled again", async () => {
    await clock.advance(10_000);
    expect(socket.dials.length).toBe(2);
  });

  test("a conversation begun in another tab is followed here", async () => {
    await welcome(1);
    socket.tell("message", entry(1));
    storage.setItem("warmline.token", "token-c2");
    storage.setItem("warmline.conversation", "c2");
    session.storageChanged();
    expect(socket.dials.at(-1)).toEqual({ token: "token-c2", after: 0 });
    expect(texts()).toEqual([]);
  });

  test("of two tabs of a new visitor one begins, and the other waits and joins", async () => {
    const locks = oneAtATime();
    const sockets = [new FakeSocket(), new FakeSocket()] as const;
    for (const { open } of sockets) {
      new CustomerSession({ open, keep: new Keep(storage), clock, locks }).start();
    }
    await settle();
    expect(sockets.map((one) => one.dials)).toEqual([[{}], []]);
    await sockets[0].welcome({ conversation: "c1", token: "token-c1", last_seq: 0, state: bot });
    await clock.advance(100);
    expect(sockets[1].dials).toEqual([{ token: "token-c1", after: 0 }]);
  });

  test("nobody waits long for a tab that does not come through", async () => {
    const locks = oneAtATime();
    void locks.request("", () => new Promise(() => undefined));
    socket = new FakeSocket();
    new CustomerSession({ open: socket.open, keep: new Keep(storage), clock, locks }).start();
    await clock.advance(5000);
    expect(socket.dials).toEqual([{}]);
  });

  test("without locks, two that dialled at once end in one conversation too", async () => {
    const [firstSocket, first] = [socket, session];
    load();
    session.say("from the second tab");
    await firstSocket.welcome({ conversation: "c1", token: "token-c1", last_seq: 0, state: bot });
    await welcome(0, "c2");
    expect(socket.of("message")).toEqual([]);
    expect(socket.dials.at(-1)).toEqual({ token: "token-c1", after: 0 });
    expect(storage.getItem("warmline.token")).toBe("token-c1");
    first.storageChanged();
    expect(firstSocket.dials.length).toBe(1);
  });

  test("a refused token that another tab has replaced is not forgotten with it", async () => {
    storage.setItem("warmline.token", "expired");
    load();
    storage.setItem("warmline.token", "token-c2");
    storage.setItem("warmline.conversation", "c2");
    await socket.refuse("unauthorized");
    await clock.advance(1000);
    expect(socket.dials.at(-1)).toEqual({ token: "token-c2", after: 0 });
  });

  test("a token that runs out in mid-chat loses nothing that is written then", async () => {
    await welcome();
    session.say("hello");
    await settle();
    await socket.of("message")[0]!.answer({ ok: false, error: { code: "unauthorized", message: "" } });
    await clock.advance(1000);
    await socket.refuse("unauthorized");
    await clock.advance(1000);
    await welcome(0, "c2");
    expect(socket.dials).toEqual([{}, { token: "token-c1", after: 0 }, {}]);
    expect(socket.of("message")[1]!.payload).toEqual(socket.of("message")[0]!.payload);
  });

  test("a renewed token of the same conversation does not disturb the other tab", async () => {
    await welcome(1);
    storage.setItem("warmline.token", "token-c1-renewed");
    session.storageChanged();
    expect(socket.dials.length).toBe(1);
  });

  test("a server that was restored to an earlier state is believed", async () => {
    await welcome(2);
    socket.tell("message", entry(1));
    socket.tell("message", entry(2));
    await socket.drop();
    await clock.advance(1000);
    await welcome(1);
    expect(socket.dials.at(-1)).toEqual({ token: "token-c1", after: 0 });
    expect(texts()).toEqual([]);
  });
});

describe("entries", () => {
  test("are in order, each once", async () => {
    await welcome(3);
    for (const seq of [2, 1, 2, 3, 1]) socket.tell("message", entry(seq));
    expect(texts()).toEqual(["line 1", "line 2", "line 3"]);
  });

  test("a gap that does not fill by itself leads to a resync from the last whole entry", async () => {
    await welcome(1);
    socket.tell("message", entry(1));
    socket.tell("message", entry(3));
    expect(socket.dials.length).toBe(1);
    await clock.advance(1000);
    expect(socket.dials.at(-1)).toEqual({ token: "token-c1", after: 1 });
    await welcome(3);
    socket.tell("message", entry(2));
    await clock.advance(60_000);
    expect(socket.dials.length).toBe(2);
  });

  test("an entry that was promised and never came is fetched", async () => {
    await welcome(2);
    socket.tell("message", entry(1));
    await clock.advance(1000);
    expect(socket.dials.at(-1)).toEqual({ token: "token-c1", after: 1 });
  });

  test("a gap that stays is asked about ever less often", async () => {
    await welcome(1);
    socket.tell("message", entry(3));
    for (let i = 0; i < 60; i += 1) {
      await clock.advance(1000);
      await welcome(3);
    }
    expect(socket.dials.length).toBeLessThan(10);
  });
});

describe("outbox", () => {
  const message = (i = 0) => socket.of("message")[i]!;
  const idOf = (asked: { payload: unknown }) => (asked.payload as { id: string }).id;

  test("is sent one by one in the order of writing", async () => {
    session.say("first");
    session.say("second");
    await welcome();
    expect(socket.of("message").length).toBe(1);
    await message().answer({ ok: true, seq: 1, at: "" } as never);
    expect(message(1).payload).toMatchObject({ text: "second" });
  });

  test("survives a reload and keeps its ids until it is acknowledged", async () => {
    session.say("hello");
    const { id } = pending()[0]!;
    load();
    await welcome();
    expect(message().payload).toEqual({ id, text: "hello" });
    await message().answer({ ok: true, seq: 1, at: "" } as never);
    load();
    expect(pending()).toEqual([]);
  });

  test("a silent line is dialled anew and the same id sent again", async () => {
    await welcome();
    session.say("hello");
    await settle();
    await message().silence();
    expect(socket.dials.length).toBe(2);
    await welcome();
    expect(idOf(message(1))).toBe(idOf(message(0)));
  });

  test("an acknowledged message stays in sight until its entry comes, and is shown once", async () => {
    await welcome();
    session.say("hello");
    await settle();
    const id = idOf(message());
    await message().answer({ ok: true, seq: 1, at: "" } as never);
    expect(pending()).toMatchObject([{ text: "hello", seq: 1 }]);
    socket.tell("message", entry(1, { id, from: "customer", text: "hello" }));
    expect(pending()).toEqual([]);
    expect(texts()).toEqual(["hello"]);
  });

  test("an entry that overtakes its acknowledgement settles the message too", async () => {
    await welcome();
    session.say("hello");
    await settle();
    socket.tell("message", entry(1, { id: idOf(message()), from: "customer", text: "hello" }));
    await message().answer({ ok: true, seq: 1, at: "" } as never);
    expect(pending()).toEqual([]);
    expect(storage.getItem("warmline.outbox")).toBeNull();
  });

  test("two equal texts are two messages", async () => {
    await welcome();
    session.say("yes");
    session.say("yes");
    await settle();
    await message().answer({ ok: true, seq: 1, at: "" } as never);
    expect(idOf(message(1))).not.toBe(idOf(message(0)));
  });

  test("a refused message fails with its reason, does not hold up the next, and can be retried", async () => {
    await welcome();
    session.say("a".repeat(5000));
    session.say("second");
    await settle();
    await message().answer({ ok: false, error: { code: "too_long", message: "" } });
    expect(pending()[0]!.error?.code).toBe("too_long");
    await message(1).answer({ ok: true, seq: 1, at: "" } as never);
    session.outbox.retry(pending()[0]!.id);
    await settle();
    expect(idOf(message(2))).toBe(idOf(message(0)));
  });

  test("a refusal is remembered over a reload", async () => {
    await welcome();
    session.say("x");
    await settle();
    await message().answer({ ok: false, error: { code: "invalid", message: "" } });
    load();
    await welcome();
    expect(pending()[0]!.error?.code).toBe("invalid");
    expect(socket.of("message")).toEqual([]);
  });

  test("a server that asks for patience gets it", async () => {
    await welcome();
    session.say("hello");
    await settle();
    await message().answer({ ok: false, error: { code: "rate_limited", message: "", retry_after: 7 } });
    await clock.advance(6999);
    expect(socket.of("message").length).toBe(1);
    await clock.advance(1);
    expect(idOf(message(1))).toBe(idOf(message(0)));
  });

  test("two tabs share the storage without erasing each other's messages", async () => {
    session.say("from the first tab");
    const first = session;
    load();
    session.say("from the second tab");
    first.outbox.discard(first.view.value.pending[0]!.id);
    load();
    expect(pending().map((m) => m.text)).toEqual(["from the second tab"]);
  });

  test("keeps the order of writing over a reload, whatever the device's clock did meanwhile", async () => {
    session.say("first");
    clock.turnBack(3_600_000);
    session.say("second");
    load();
    expect(pending().map((m) => m.text)).toEqual(["first", "second"]);
  });

  test("a button pressed before a reload is still that button", async () => {
    await welcome(1);
    await socket.drop();
    session.press({ title: "Yes", payload: "1.0" });
    load();
    await welcome(1);
    expect(message().payload).toMatchObject({ payload: "1.0" });
  });

  test("of an old conversation's messages only the unconfirmed come along, and no button", async () => {
    await welcome();
    session.say("acknowledged, but not seen as an entry");
    await settle();
    await message().answer({ ok: true, seq: 1, at: "" } as never);
    await socket.drop();
    session.press({ title: "Yes", payload: "1.0" });
    storage.setItem("warmline.token", "token-c2");
    storage.setItem("warmline.conversation", "c2");
    session.storageChanged();
    await welcome(0, "c2");
    expect(pending().map((m) => m.text)).toEqual(["Yes"]);
    expect(message(1).payload).toEqual({ id: pending()[0]!.id, text: "Yes" });
  });

  test("a browser without storage still delivers", async () => {
    const forbidden = () => {
      throw new Error("denied");
    };
    const keep = new Keep({ getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    session = new CustomerSession({ open: socket.open, keep, clock });
    session.start();
    session.say("hello");
    await welcome();
    await message().answer({ ok: true, seq: 1, at: "" } as never);
    expect(pending()).toMatchObject([{ seq: 1 }]);
  });

  test("what a closed chat refused goes into the next one", async () => {
    await welcome();
    session.say("one more thing");
    await settle();
    await message().answer({ ok: false, error: { code: "closed", message: "" } });
    session.startOver();
    expect(socket.dials.at(-1)).toEqual({});
    await welcome(0, "c2");
    expect(message(1).payload).toMatchObject({ text: "one more thing" });
  });
});

describe("asking for a person", () => {
  test("without a line the wish survives a reload and is sent when there is one", async () => {
    session.askForPerson();
    load();
    expect(session.view.value.asking).toBe(true);
    await welcome();
    await socket.of("handoff")[0]!.answer({ ok: true, state: { mode: "queued", position: 1 } } as never);
    expect(session.view.value).toMatchObject({ asking: false, standing: { mode: "queued", position: 1 } });
    load();
    expect(session.view.value.asking).toBe(false);
  });

  test("is repeated when the server cannot just now", async () => {
    await welcome();
    session.askForPerson();
    await settle();
    await socket.of("handoff")[0]!.answer({ ok: false, error: { code: "unavailable", message: "" } });
    await clock.advance(5000);
    expect(socket.of("handoff").length).toBe(2);
  });

  test("a refusal is said, not swallowed", async () => {
    await welcome();
    session.askForPerson();
    await settle();
    await socket.of("handoff")[0]!.answer({ ok: false, error: { code: "closed", message: "" } });
    expect(session.view.value).toMatchObject({ asking: false });
    expect(session.view.value.notice).toContain("This chat has ended");
  });
});

describe("buttons", () => {
  const offered = { buttons: [{ title: "Yes", payload: "1.0" }] };

  test("of the bot's last line are live until the customer answers", async () => {
    await welcome(1);
    socket.tell("message", entry(1, offered));
    expect(liveButtons(session.view.value)).toBe(1);
    session.press(offered.buttons[0]!);
    expect(liveButtons(session.view.value)).toBeNull();
  });

  test("are dead once a person has the conversation", async () => {
    await welcome(1);
    socket.tell("message", entry(1, offered));
    socket.tell("state", { mode: "agent", agent: { name: "Sam" } });
    expect(liveButtons(session.view.value)).toBeNull();
  });

  test("of an older bot line are dead", async () => {
    await welcome(2);
    socket.tell("message", entry(1, offered));
    socket.tell("message", entry(2));
    expect(liveButtons(session.view.value)).toBe(2);
  });
});

test("what was missed before the first line was seen is news, what was said before joining is not", async () => {
  await welcome();
  await socket.drop();
  await clock.advance(1000);
  await welcome(1);
  socket.tell("message", entry(1));
  expect(session.view.value.history).toBe(0);
  load();
  await welcome(1);
  expect(session.view.value.history).toBe(1);
});

test("typing ends by itself, and when the line that was typed arrives", async () => {
  await welcome();
  socket.tell("typing", { on: true, from: "bot" });
  expect(session.view.value.typing).toBe("bot");
  await clock.advance(8000);
  expect(session.view.value.typing).toBeNull();
  socket.tell("typing", { on: true, from: "agent" });
  socket.tell("message", entry(1, { from: "agent" }));
  expect(session.view.value.typing).toBeNull();
});

test("ending a chat without a line says so", async () => {
  await session.end();
  expect(session.view.value.notice).toContain("no connection");
});

