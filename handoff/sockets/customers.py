"""The namespace of customers: one conversation each, theirs by their token."""

from __future__ import annotations

from .. import wire
from ..announce import customer_room
from ..auth import CUSTOMER, vouched_for
from ..domain.messages import named
from .edge import Desks, answering, refusing


class CustomerDesk(Desks):
    @refusing
    async def on_connect(self, sid: str, auth: wire.Json) -> None:
        after = wire.number(auth, "after") if auth.get("after") is not None else 0
        conversation_id, token = await self._resumed_or_new(auth)
        claims = self.tokens.read(token, CUSTOMER)
        await self.save_session(sid, {"claims": claims})
        async with self.desk.changes.stillness(conversation_id):
            await self.enter_room(sid, customer_room(conversation_id))
            await self._catch_up(sid, conversation_id, token, after)

    async def _resumed_or_new(self, auth: wire.Json) -> tuple[str, str]:
        if auth.get("token") is not None:
            claims = self.tokens.read(auth["token"], CUSTOMER)
            await self.desk.conversation(claims.subject)
            return claims.subject, auth["token"]
        customer = vouched_for(auth.get("identity"), self.site_secret)
        conversation = await self.desk.open(customer)
        return conversation.id, self.tokens.issue(CUSTOMER, conversation.id)

    async def _catch_up(self, sid: str, conversation_id: str, token: str, after: int) -> None:
        standing = await self.desk.standing(conversation_id)
        session = {
            "conversation": conversation_id,
            "token": token,
            "last_seq": standing.conversation.last_seq,
            "state": wire.state(standing),
        }
        await self.emit("session", session, to=sid)
        for missed in await self.desk.entries(conversation_id, after):
            await self.emit("message", wire.entry(missed), to=sid)

    @answering
    async def on_message(self, conversation_id: str, payload: wire.Json) -> wire.Json:
        entry_id = named(payload.get("id"))
        self.messages.check(conversation_id, "messages")
        if "payload" in payload:
            pressed = wire.text(payload, "payload")
            entry = await self.desk.press(conversation_id, entry_id, pressed)
        else:
            entry = await self.desk.say(conversation_id, entry_id, wire.text(payload))
        return {"seq": entry.seq, "at": wire.instant(entry.at)}

    @answering
    async def on_handoff(self, conversation_id: str, payload: wire.Json) -> wire.Json:
        wish = wire.optional_text(payload, "reason")
        await self.desk.request_handoff(conversation_id, wish)
        return {"state": wire.state(await self.desk.standing(conversation_id))}

    @answering
    async def on_end(self, conversation_id: str, payload: wire.Json) -> None:
        await self.desk.end(conversation_id)

    @answering
    async def on_rate(self, conversation_id: str, payload: wire.Json) -> None:
        comment = wire.optional_text(payload, "comment")
        await self.desk.rate(conversation_id, wire.score(payload), comment)

    @answering
    async def on_typing(self, conversation_id: str, payload: wire.Json) -> None:
        self.hints.check(conversation_id, "hints")
        conversation = await self.desk.conversation(conversation_id)
        await self.announcer.typing(conversation, "customer", wire.flag(payload, "on"))

    @answering
    async def on_read(self, conversation_id: str, payload: wire.Json) -> None:
        self.hints.check(conversation_id, "hints")
        conversation = await self.desk.conversation(conversation_id)
        await self.announcer.read(conversation, "customer", wire.number(payload, "seq"))
