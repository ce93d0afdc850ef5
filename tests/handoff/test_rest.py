"""Plain HTTP: health, signing in, and the pages with their headers."""

from __future__ import annotations

from aiohttp import ClientSession
from doubles import PASSWORD, Served


async def post(served: Served, body: object) -> tuple[int, dict]:
    async with (
        ClientSession() as http,
        http.post(f"{served.url}/api/login", json=body) as response,
    ):
        return response.status, await response.json()


async def test_the_right_password_gives_a_token(served: Served) -> None:
    """And says who one is."""
    status, body = await post(served, {"username": "agent", "password": PASSWORD})
    assert status == 200
    assert body["agent"]["name"] == "Sam Rivera"
    assert served.app is not None
    assert body["token"].count(".") == 2


async def test_a_wrong_name_and_a_wrong_password_look_alike(served: Served) -> None:
    """Nobody learns which names exist."""
    wrong = await post(served, {"username": "agent", "password": "guess"})
    nobody = await post(served, {"username": "nobody", "password": "guess"})
    assert wrong == nobody
    assert wrong[0] == 401
    assert wrong[1]["error"]["code"] == "unauthorized"


async def test_guessing_is_slowed(served: Served) -> None:
    """The eleventh attempt in five minutes waits; another name is not held up."""
    for _ in range(10):
        await post(served, {"username": "agent", "password": "guess"})
    status, body = await post(served, {"username": "agent", "password": PASSWORD})
    assert (status, body["error"]["code"]) == (429, "rate_limited")
    assert body["error"]["retry_after"] > 0
    assert (await post(served, {"username": "agent2", "password": PASSWORD}))[0] == 200
    served.clock.pass_s(301)
    assert (await post(served, {"username": "agent", "password": PASSWORD}))[0] == 200


async def test_signing_in_often_is_not_guessing(served: Served) -> None:
    """An agent whose password fits is never locked out."""
    for _ in range(12):
        assert (await post(served, {"username": "agent", "password": PASSWORD}))[0] == 200


async def test_guessing_many_names_is_slowed_too(served: Served) -> None:
    """An address that tries name after name."""
    statuses = [(await post(served, {"username": f"n{n}", "password": "x"}))[0] for n in range(101)]
    assert statuses == [401] * 100 + [429]


async def test_what_is_not_there_is_answered_in_form(served: Served) -> None:
    """Also a wrong method and a body that nobody should read."""
    async with ClientSession() as http:
        async with http.get(f"{served.url}/api/nothing") as response:
            assert (response.status, (await response.json())["error"]["code"]) == (404, "not_found")
        async with http.get(f"{served.url}/api/login") as response:
            assert (response.status, (await response.json())["error"]["code"]) == (405, "invalid")
        for body in (b"[" * 100_000, b"\xff", b"9" * 5000):
            async with http.post(f"{served.url}/api/login", data=body) as response:
                assert response.status == 400
        charset = {"Content-Type": "application/json; charset=nonsense"}
        async with http.post(f"{served.url}/api/login", data=b"{}", headers=charset) as response:
            assert response.status == 400


async def test_a_malformed_login_is_a_clear_error(served: Served) -> None:
    """Never a stack trace."""
    for body in ([], {}, {"username": 1, "password": "x"}, "text"):
        status, answer = await post(served, body)
        assert (status, answer["error"]["code"]) == (400, "invalid")


async def test_health_tells_of_each_dependency(served: Served) -> None:
    """A bot that is down is no reason to take the desk away."""
    async with ClientSession() as http:
        async with http.get(f"{served.url}/healthz") as response:
            assert await response.json() == {"ok": True}
        async with http.get(f"{served.url}/readyz") as response:
            assert response.status == 200
            assert await response.json() == {"ready": True, "database": "ok", "bot": "down"}


async def test_pages_that_are_not_built_say_so(served: Served) -> None:
    """With the command to build them, and under a strict policy."""
    async with ClientSession() as http, http.get(f"{served.url}/") as response:
        assert response.status == 503
        assert "make setup" in (await response.json())["error"]["message"]
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
