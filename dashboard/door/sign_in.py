"""Signing in and out, the password, the second factor: routes of plain HTML, before and beside Streamlit.

Every form carries a token made from a cookie, every POST must name its Origin (the gate has compared it with the Host), bodies are
small, and what costs time (argon2) runs in a worker thread, two at once and no more.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import parse_qsl, quote

from anyio import CapacityLimiter, to_thread
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.door import access
from dashboard.door.cookies import Cookies, cookies_of, form_token, form_token_holds
from dashboard.door.doorman import STAGE_PATHS, next_page
from dashboard.door.forms import Field, Form, page
from dashboard.locale import t
from monitor.access import second_factor, sessions
from monitor.access import sign_in as signing
from monitor.access.actor import Actor
from monitor.access.deeds import Attempt
from monitor.access.moment import CHINA
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import Refused, Role
from monitor.demo import home as demo

if TYPE_CHECKING:
    from starlette.requests import Request

Given = dict[str, str]
Answer = TypeVar("Answer")
Kept = TypeVar("Kept")

#: The largest form has three passwords; anything longer is none of ours.
BODY_LIMIT = 4096
#: What may be said on the sign-in page by its address: words of ours by name, never text.
SAID = ("out", "ended", "everywhere")
#: How long, and for how many forms, a second step is waited for.
HELD_FOR = timedelta(minutes=5)
HELD = 200
#: Hashing a password takes some 60 MB and a core. More at once would let a stranger slow everybody down.
_HASHING = 2


class NoForm(Exception):
    """A request that is no form of ours: the status and the sentence to answer with."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Held(Generic[Kept]):
    """What is kept for one form's next step: a few minutes, in memory, by the hash of a secret only its browser has."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[datetime, Kept]] = {}
        self._lock = Lock()

    def keep(self, secret: str, value: Kept, now: datetime) -> None:
        with self._lock:
            self._drop(now)
            while len(self._kept) >= HELD:
                del self._kept[next(iter(self._kept))]
            self._kept[_digest(secret)] = (now + HELD_FOR, value)

    def take(self, secret: str, now: datetime) -> Kept | None:
        with self._lock:
            self._drop(now)
            _, value = self._kept.pop(_digest(secret), (now, None))
            return value

    def _drop(self, now: datetime) -> None:
        for key in [key for key, (until, _) in self._kept.items() if until < now]:
            del self._kept[key]


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


class Door:
    """The routes, for the server on one port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._limiter: CapacityLimiter | None = None
        self._waiting: Held[tuple[str, str]] = Held()
        self._enrolling: Held[second_factor.Enrolment] = Held()

    def routes(self) -> list[Route]:
        ways: list[tuple[str, Callable[[Request], Awaitable[Response]], list[str]]] = [
            ("/login", self.login, ["GET", "POST"]),
            ("/logout", self.logout, ["POST"]),
            ("/password", self.password, ["GET", "POST"]),
            ("/second-factor", self.second_factor, ["GET", "POST"]),
            ("/session/ping", self.ping, ["GET"]),
        ]
        return [Route(path, refusing(answer), methods=methods) for path, answer, methods in ways]

    # --- signing in -------------------------------------------------------------------------------

    async def login(self, request: Request) -> Response:
        cookies = self._cookies(request)
        if request.method != "POST":
            beyond = next_page(request.query_params.get("next", "/"))
            if await self._actor(cookies) is not None:
                return RedirectResponse(beyond, 303)
            said = request.query_params.get("said", "")
            # A browser that comes from another site holds our cookie back; the page itself will know better.
            elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
            return await self._login_page(
                cookies, beyond, t(f"door.{said}") if said in SAID else "", going=beyond if elsewhere else ""
            )
        given = await _form(request, ("name", "password", "code", "next", "form"))
        beyond, secret = next_page(given["next"]), cookies.get("form")
        if secret is None or not form_token_holds(secret, given["form"]):
            return await self._login_page(cookies, beyond, t("door.form_expired"), status=403)
        if not given["password"]:
            # The second step: the first one's name and password wait here, never in the page.
            asked = self._waiting.take(secret, access.now())
            if asked is None:
                return await self._login_page(cookies, beyond, t("door.form_expired"), status=403)
            given["name"], given["password"] = asked
        found = await self._hash(partial(_sign_in, given, client=_client(request)))
        if isinstance(found, signing.SignedIn):
            if (before := cookies.get("session")) is not None:
                await self._run(partial(_close, before, "screen:sign-in"))
            stage = access.stage_of(found.actor)
            return _signed_in(cookies, found.token, beyond if stage == "open" else STAGE_PATHS[stage])
        if found.reason is Refused.CODE_NEEDED:
            self._waiting.keep(secret, (given["name"], given["password"]), access.now())
            return _code_page(secret, beyond)
        if found.reason in (Refused.LOCKED, Refused.BUSY):
            return _locked(found)
        return await self._login_page(cookies, beyond, found.sentence, status=401, name=given["name"])

    async def _login_page(
        self, cookies: Cookies, beyond: str, said: str, *, status: int = 200, name: str = "", going: str = ""
    ) -> Response:
        secret = cookies.get("form") or secrets.token_urlsafe(32)
        lead = await self._run(_lead)
        return page(
            Form(
                title=t("door.login.title"), lead=lead, action="/login", button=t("door.login.button"),
                sending=t("door.login.sending"), said=said, bad=status >= 400, going=going,
                hidden={"form": form_token(secret), "next": beyond},
                fields=(
                    Field("name", t("door.name"), autocomplete="username", value=name, longest=64),
                    Field("password", t("door.password"), "password", "current-password"),
                ),
                demo=await self._run(_demo_accounts),
            ),
            status,
            cookies=(cookies.setting("form", secret),),
        )

    # --- the session ------------------------------------------------------------------------------

    async def ping(self, request: Request) -> Response:
        """Whether the session lasts, and which it is: 204 or 401. Asked by open pages now and then; it is no use of the session."""
        actor = await self._actor(self._cookies(request))
        return Response(status_code=401) if actor is None else Response(status_code=204, headers={"x-session": access.told_of(actor)})

    async def logout(self, request: Request) -> Response:
        """Ends this session, or all of the account's. The named Origin and the cookie's SameSite keep other sites out."""
        given = await _form(request, ("everywhere", "form"))
        cookies, token, actor = await self._session(request)
        everywhere = bool(given["everywhere"])
        if everywhere:
            await self._run(partial(_close_all, actor))
        else:
            await self._run(partial(_close, token, "screen:sign-out"))
        answer = RedirectResponse(f"/login?said={'everywhere' if everywhere else 'out'}", 303)
        answer.headers.append("set-cookie", cookies.setting("session", ""))
        return answer

    # --- password and second factor ---------------------------------------------------------------

    async def password(self, request: Request) -> Response:
        cookies, token, actor = await self._session(request)
        said = ""
        if request.method == "POST":
            given = await _form(request, ("old", "new", "again", "form"))
            if not form_token_holds(token, given["form"]):
                said = t("door.form_expired")
            elif given["new"] != given["again"]:
                said = t("door.new.differ")
            else:
                try:
                    changed = await self._hash(
                        partial(_change_password, actor, token, given["old"], given["new"], client=_client(request))
                    )
                except MonitorError as error:
                    said = error.sentence
                else:
                    return _signed_in(cookies, changed, "/")
        forced = access.stage_of(actor) == "password"
        lead = t("door.password.forced" if forced else "door.password.lead", name=actor.display)
        return page(
            Form(
                title=t("door.password.title"), lead=lead,
                rules=t("door.password.rules", kinds=access.access().rules.password_kinds).split("\n"), action="/password",
                button=t("door.password.button"),
                sending=t("door.sending"), said=said, bad=True, hidden={"form": form_token(token)},
                fields=(
                    Field("old", t("door.old"), "password", "current-password"),
                    Field("new", t("door.new"), "password", "new-password"),
                    Field("again", t("door.again"), "password", "new-password"),
                ),
                aside=("/logout", t("door.logout")) if forced else None, link=None if forced else ("/", t("door.back")),
            ),
            400 if said else 200,
        )

    async def second_factor(self, request: Request) -> Response:
        cookies, token, actor = await self._session(request)
        said = ""
        if request.method == "POST":
            given = await _form(request, ("code", "form"))
            if not form_token_holds(token, given["form"]):
                said = t("door.form_expired")
            else:
                try:
                    confirmed = await self._run(partial(_confirm, actor, token, given["code"], client=_client(request)))
                except MonitorError as error:
                    said = error.sentence
                else:
                    return _signed_in(cookies, confirmed, "/")
        forced = access.stage_of(actor) == "second_factor"
        try:
            # The same secret again after a wrong code: the officer's authenticator has it already.
            kept = self._enrolling.take(token, access.now())
            enrolment = kept if kept is not None else await self._run(partial(_enrol, actor))
        except MonitorError as error:
            return page(Form(title=t("door.factor.title"), said=said or error.sentence, link=("/", t("door.back"))), 409)
        self._enrolling.keep(token, enrolment, access.now())
        secret = " ".join(enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4))
        return page(
            Form(
                title=t("door.factor.title"), lead=t("door.factor.lead"), rules=t("door.factor.steps").split("\n"),
                figure=f'<div class="qr">{enrolment.svg}</div>', typed=(t("door.factor.secret"), secret), action="/second-factor",
                button=t("door.factor.button"), sending=t("door.sending"), said=said, bad=True, hidden={"form": form_token(token)},
                fields=(Field("code", t("door.factor.code"), autocomplete="one-time-code", code=True, longest=10),),
                aside=("/logout", t("door.logout")) if forced else None, link=None if forced else ("/", t("door.back")),
            ),
            400 if said else 200,
        )

    # --- pieces -----------------------------------------------------------------------------------

    def _cookies(self, request: Request) -> Cookies:
        return cookies_of(request.scope, self.port)

    async def _actor(self, cookies: Cookies) -> Actor | None:
        token = cookies.get("session")
        return await self._run(partial(access.actor_of_token, token)) if token else None

    async def _session(self, request: Request) -> tuple[Cookies, str, Actor]:
        """Whose session the request is in; the doorman has let nobody else come here, and it is asked again all the same."""
        cookies = self._cookies(request)
        token, actor = cookies.get("session"), await self._actor(cookies)
        if token is None or actor is None:
            raise NoForm(401, t("door.nobody"))
        return cookies, token, actor

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        return await to_thread.run_sync(work)

    async def _hash(self, work: Callable[[], Answer]) -> Answer:
        if self._limiter is None:  # it belongs to the event loop, which is not there yet when the routes are made
            self._limiter = CapacityLimiter(_HASHING)
        return await to_thread.run_sync(work, limiter=self._limiter)


def refusing(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The same, answering a request that is no form of ours with its sentence."""

    async def told(request: Request) -> Response:
        try:
            return await answer(request)
        except NoForm as refusal:
            return PlainTextResponse(refusal.sentence, refusal.status, headers={"cache-control": "no-store"})

    return told


async def _form(request: Request, names: tuple[str, ...]) -> Given:
    """The fields by name, "" for one that is not there. Raises NoForm for what no form of ours sends."""
    if "origin" not in request.headers:
        raise NoForm(403, t("door.form_expired"))
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise NoForm(415, t("door.no_form"))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise NoForm(413, t("door.no_form"))
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=len(names) + 2, errors="strict")
    except ValueError:
        raise NoForm(400, t("door.no_form")) from None
    given = dict(pairs)
    if len(given) != len(pairs) or not set(given) <= set(names):
        raise NoForm(400, t("door.no_form"))
    return {name: given.get(name, "") for name in names}


def _client(request: Request) -> str:
    """The address of whoever asks. Behind a proxy on this machine the server has put the proxy's word in its place."""
    return request.client.host if request.client else ""


def _signed_in(cookies: Cookies, token: str, beyond: str) -> Response:
    """On with a new token; the form's secret has served."""
    answer = RedirectResponse(quote(beyond, safe="/?=&"), 303)
    answer.headers.append("set-cookie", cookies.setting("session", token))
    answer.headers.append("set-cookie", cookies.setting("form", ""))
    return answer


def _code_page(secret: str, beyond: str) -> Response:
    return page(
        Form(
            title=t("door.code.title"), lead=t("door.code.lead"), action="/login", button=t("door.login.button"),
            sending=t("door.login.sending"), hidden={"form": form_token(secret), "next": beyond},
            fields=(Field("code", t("door.code"), autocomplete="one-time-code", code=True, longest=10),),
            link=("/login", t("door.code.back")),
        ),
        401,
    )


def _locked(refusal: signing.Refusal) -> Response:
    """No form: trying goes on being refused until then, right password or not."""
    again = refusal.again_at
    answer = page(
        Form(
            title=t(f"door.{refusal.reason.value}.title"), said=refusal.sentence, bad=True,
            lead=t("door.again_at", time=f"{again.astimezone(CHINA):%H:%M:%S}") if again else "",
            link=("/login", t("door.locked.back")),
        ),
        429,
    )
    if again is not None:
        answer.headers["retry-after"] = str(max(1, int((again - access.now()).total_seconds())))
    return answer


def _demo_accounts() -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (one.name, one.password, t("demo.account", role=one.role.label, place=one.district or t("scope.everything")))
        if one.role is not Role.ADMINISTRATOR else (one.name, one.password, one.role.label)
        for one in demo.accounts_of(access.home())
    )


def _lead() -> str:
    """Whose page it is; and where the demonstration is over, that its accounts are."""
    ended = demo.ended_at(access.home())
    return f"{t('app.title')}　{t('demo.ended', day=ended[:10])}" if ended else t("app.title")


def _sign_in(given: Given, client: str) -> signing.SignedIn | signing.Refusal:
    code = "".join(given["code"].split())
    return signing.sign_in(_attempt(client, "screen:sign-in"), given["name"].strip(), given["password"], code)


def _attempt(client: str, where: str) -> Attempt:
    return Attempt(access.access(), access.now(), client, where)


def _close(token: str, where: str) -> None:
    sessions.close(access.access(), token, now=access.now(), where=where)


def _close_all(actor: Actor) -> None:
    sessions.close_all(access.access(), actor, now=access.now())


def _change_password(actor: Actor, token: str, old: str, new: str, client: str) -> str:
    return signing.change_password(_attempt(client, "screen:password"), actor, token, old, new)


def _enrol(actor: Actor) -> second_factor.Enrolment:
    return second_factor.enrol_totp(access.access(), actor, now=access.now())


def _confirm(actor: Actor, token: str, code: str, client: str) -> str:
    return second_factor.confirm_totp(_attempt(client, "screen:second-factor"), actor, token, "".join(code.split()))
