"""The door: attempts to get in, or to stay in, that must fail; and the way that works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from door import HOST, PORT, Served, Visitor, inside, served
from office import GOOD, Office

from dashboard.door import access, sign_in
from dashboard.door.cookies import form_token
from dashboard.door.doorman import next_page
from monitor.access import accounts, sessions
from monitor.access.scope import Scope
from monitor.base.vocabulary import AuditAction, Role
from monitor.store.manifest import Manifest, commit

SESSION = f"monitor-session-{PORT}"
BELOW = "/_stcore/stream"

#: Ways that show something, or do something: closed to whoever has not signed in.
WAYS = (
    "/", "/alerts", "/set_aside", "/shortfall", "/person", "/person?alert=1", "/accounts", "/audit", "/my_account", "/password",
    "/second-factor", "/export/abc", "/media/0123abcd.svg", "/component/x/index.html", "/_stcore/bidi-components/x/y.js",
    "/_stcore/script-health-check", "/app/static/x", "/index.html", "/manifest.json", "/robots.txt", "/static", "/static/../media/x",
    "/static/..%2f..%2fmedia/x", "//127.0.0.1/alerts", "/login/", "/login/../alerts", "/LOGIN", "/_stcore/health/", "/_stcore/stream",
    "/session/ping/x", "/anything", "/alerts/", "/%61lerts", "/alerts\n", "/.streamlit/config.toml", "/main.py", "/views/person.py",
)
#: Closed to everybody.
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/agent/mcp", "/_stcore/upload_file/a/b", "/auth/login", "/oauth2callback")
OPEN = ("/login", "/_stcore/health", "/_stcore/host-config", "/static/js/index.Ab-1.js", "/favicon.png")


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    office = Office(tmp_path)
    with served(office, monkeypatch) as found:
        yield found
    office.close()


def shut(status: int | str, where: str) -> bool:
    """Turned away: refused, not there, or sent to sign in; never the thing itself."""
    return status in (400, 401, 403, 404) or (status == 303 and where.startswith("/login"))


# --- nobody ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", [*WAYS, *CLOSED])
def test_nobody_gets_anything(door: Served, path: str, method: str) -> None:
    answer = Visitor(door).ask(method, path)
    assert shut(answer.status, answer.header("location")), (answer.status, answer.text)
    assert "inside" not in answer.text
    assert answer.header("cache-control") == "no-store" or path in CLOSED


@pytest.mark.parametrize("path", ["/", BELOW, "/alerts", "/static/x", "/login", "/session/ping", "/_stcore/health"])
def test_nobody_gets_a_websocket(door: Served, path: str) -> None:
    assert Visitor(door).socket(path).status in ("websocket.close", 400, 401, 403, 404)


@pytest.mark.parametrize("path", OPEN)
def test_what_has_to_be_open_is(door: Served, path: str) -> None:
    assert Visitor(door).get(path).status == 200


def test_a_page_is_asked_for_again_after_signing_in_and_anything_else_is_refused(door: Served) -> None:
    visitor = Visitor(door)
    assert visitor.get("/person?alert=12").header("location") == "/login?next=/person%3Falert%3D12"
    assert visitor.get("/").header("location") == "/login"
    assert visitor.get("/media/x.svg").status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"x-app-session": "0" * 64}, {"x-app-user": "admin"}, {"X-App-Session": "x"}, {"x-forwarded-user": "admin"}, {"x-remote-user": "a"},
        {"authorization": "Basic YWRtaW46YWRtaW4="}, {"x-original-url": "/login"}, {"x-rewrite-url": "/login"},
        {"cookie": f"{SESSION}={'A' * 43}"}, {"cookie": f"{SESSION}="}, {"cookie": f"{SESSION}=' OR 1=1 --"},
        {"cookie": "_streamlit_user=x"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_forged_headers_open_nothing(door: Served, headers: dict[str, str]) -> None:
    door.office.member("wang.fang", Role.OFFICER)
    answer = Visitor(door).ask("GET", "/alerts", extra=list(headers.items()))
    assert (answer.status, answer.header("location")) == (303, "/login?next=/alerts")
    assert Visitor(door).ask("GET", BELOW, kind="websocket", extra=list(headers.items())).status == "websocket.close"


def test_a_header_of_ours_from_outside_never_reaches_streamlit(door: Served) -> None:
    who = door.office.member("wang.fang", Role.OFFICER)
    assert who.actor.session is not None
    answer = inside(door, who).ask("GET", "/alerts", extra=[("x-app-session", "forged"), ("X-APP-User", "forged")])
    assert answer.text.split() == ["inside", who.actor.session]
    answer = inside(door, who).ask("GET", BELOW, kind="websocket", extra=[("x-app-session", "forged")])
    assert who.actor.session in answer.text and "forged" not in answer.text
    assert who.token not in answer.text, "the token itself goes no further than the door"


# --- somebody -------------------------------------------------------------------------------------


def test_the_way_in_and_out(door: Served) -> None:
    one_time = door.office.add("wang.fang", Role.OFFICER, scope=Scope(("371002",)))
    visitor = Visitor(door)
    entered = visitor.sign_in("Wang.Fang ", one_time, next="/alerts")
    assert (entered.status, entered.header("location")) == (303, "/password"), "a handed-out password is changed first"
    assert visitor.get("/alerts").header("location") == "/password"
    changed = visitor.post("/password", {"old": one_time, "new": GOOD[1], "again": GOOD[1], "form": visitor.form("/password")})
    assert (changed.status, changed.header("location")) == (303, "/")
    assert visitor.get("/alerts").text.startswith("inside")
    assert visitor.get("/session/ping").status == 204
    assert visitor.get("/login").header("location") == "/", "nobody signs in twice"
    left = visitor.post("/logout", {})
    assert (left.status, left.header("location")) == (303, "/login?said=out")
    assert visitor.jar.get(SESSION) is None
    assert "您已退出" in visitor.get("/login?said=out").text
    done = [entry.action for entry in door.office.entries(actor="wang.fang")]
    assert done == [AuditAction.SIGN_IN, AuditAction.PASSWORD_CHANGED, AuditAction.SIGN_OUT]


@pytest.mark.parametrize("path", WAYS)
def test_a_session_opens_nothing_but_what_is_listed(door: Served, path: str) -> None:
    answer = inside(door, door.office.member("wang.fang", Role.OFFICER)).get(path)
    ours = {"/password": 200, "/second-factor": 200, "/export/abc": 404}
    if path.partition("?")[0] in ours:
        assert answer.status == ours[path.partition("?")[0]]
    elif re.fullmatch(r"/[a-z_]*(\?alert=1)?|/media/0123abcd\.svg", path) and path != "/alerts\n":
        assert answer.status == 200
    else:
        assert answer.status in (400, 404), path


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"])
def test_a_session_asks_and_sends_forms_and_nothing_else(door: Served, method: str) -> None:
    visitor, nobody = inside(door, door.office.member("wang.fang", Role.OFFICER)), Visitor(door)
    for path in ("/", "/alerts", "/export/abc", "/media/0123abcd.svg", *(OPEN[1:])):
        assert visitor.ask(method, path).status == 404, path
        assert nobody.ask(method, path).status == 401, path
    if method != "POST":
        assert [visitor.ask(method, path).status for path in ("/login", "/logout")] == [404, 404]
    assert visitor.get("/alerts").status == 200


@pytest.mark.parametrize("path", CLOSED)
def test_what_is_closed_is_closed_to_a_session_too(door: Served, path: str) -> None:
    assert inside(door, door.office.member("wang.fang", Role.DATA_MANAGER)).get(path).status == 403


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/", False), ("/alerts", False), ("/export/x", False), ("/media/x.svg", False), ("/second-factor", False), ("/password", True)],
)
def test_until_the_password_is_changed_only_that_is_open(door: Served, path: str, allowed: bool) -> None:
    one_time = door.office.add("wang.fang", Role.OFFICER)
    visitor = inside(door, door.office.signed_in("wang.fang", one_time))
    assert (visitor.get(path).status == 200) is allowed
    assert visitor.socket().status == "websocket.close"


def test_the_second_factor_is_bound_first_where_the_rules_ask_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path, rules='second_factor = ["officer"]')
    with served(office, monkeypatch) as door:
        who = office.member("wang.fang", Role.OFFICER)
        visitor = inside(door, who)
        assert visitor.get("/alerts").header("location") == "/second-factor"
        assert visitor.socket().status == "websocket.close"
        shown = visitor.get("/second-factor").text
        assert "<svg" in shown and "http" not in shown.partition("<main>")[2].replace("http://www.w3.org", "")
        secret = re.search(r"<code>([A-Z2-7 ]+)</code>", shown)
        assert secret
        code = office.code(secret[1].replace(" ", ""), minute=door.minute)
        form = visitor.form("/second-factor")
        wrong = visitor.post("/second-factor", {"code": "000000" if code != "000000" else "111111", "form": form})
        assert wrong.status == 400 and secret[1] in wrong.text, "the same secret again: it is in the telephone already"
        before = visitor.token
        bound = visitor.post("/second-factor", {"code": code, "form": form})
        assert (bound.status, bound.header("location")) == (303, "/")
        assert visitor.token != before
        assert visitor.get("/alerts").status == 200

        # From now on a right password alone is half the way, and shows nothing.
        door.minute += 2
        other = Visitor(door)
        asked = other.sign_in("wang.fang", GOOD[0])
        assert asked.status == 401 and "动态口令" in asked.text and GOOD[0] not in asked.text
        assert not other.token and other.get("/alerts").status == 303
        form = re.search(r'name="form" value="([0-9a-f]{64})"', asked.text)
        assert form
        entered = other.post("/login", {"code": office.code(secret[1].replace(" ", ""), minute=door.minute), "form": form[1]})
        assert entered.status == 303 and other.token
        again = Visitor(door, dict(other.jar))
        again.jar.pop(SESSION)
        assert again.post("/login", {"code": "123456", "form": form[1]}).status == 403, "what waited was used up"
    office.close()


# --- guessing -------------------------------------------------------------------------------------


def test_a_name_that_is_nobodys_looks_like_a_wrong_password(door: Served) -> None:
    door.office.member("wang.fang", Role.OFFICER)
    known, unknown = (Visitor(door).sign_in(name, "Wrong-password-1").text for name in ("wang.fang", "nobody.here"))

    def plain(text: str) -> str:
        return re.sub(r"[0-9a-f]{64}|nonce=\"[^\"]+\"", "", text.replace("wang.fang", "").replace("nobody.here", ""))

    assert "不正确" in known
    assert plain(known) == plain(unknown)


def test_guessing_locks_the_account_even_for_the_right_password(door: Served) -> None:
    door.office.member("wang.fang", Role.OFFICER)
    tried = [Visitor(door, client=f"10.0.1.{n}").sign_in("wang.fang", f"Wrong-password-{n}").status for n in range(8)]
    assert tried[0] == 401 and tried[-1] == 429
    answer = Visitor(door).sign_in("wang.fang", GOOD[0])
    assert answer.status == 429 and "之后可以再试" in answer.text
    assert int(answer.header("retry-after")) > 0
    # One clock, China's, whatever the machine's is: the time of day stands there twice.
    assert len(times := re.findall(r"(\d\d:\d\d)(?::\d\d)? 之后", answer.text)) == 2 and times[0] == times[1], answer.text
    door.minute += 60
    assert Visitor(door).sign_in("wang.fang", GOOD[0]).status == 303


def test_one_address_cannot_try_many_names(door: Served) -> None:
    tried = [Visitor(door).sign_in(f"nobody{n}", "Wrong-password-1").status for n in range(25)]
    assert tried[0] == 401 and tried[-1] == 429
    door.office.member("wang.fang", Role.OFFICER)
    assert Visitor(door).sign_in("wang.fang", GOOD[0]).status == 429
    assert Visitor(door, client="10.9.9.9").sign_in("wang.fang", GOOD[0]).status == 303, "others are not held to it"


# --- cookies, sessions ----------------------------------------------------------------------------


def test_the_cookie_is_for_this_server_alone_and_for_no_script(door: Served) -> None:
    door.office.member("wang.fang", Role.OFFICER)
    plain = next(c for c in Visitor(door).sign_in("wang.fang", GOOD[0]).cookies if "session" in c)
    assert re.fullmatch(rf"{SESSION}=[A-Za-z0-9_-]{{43}}; Path=/; HttpOnly; SameSite=Strict", plain)
    secure = next(c for c in Visitor(door, scheme="https").sign_in("wang.fang", GOOD[0]).cookies if "session" in c)
    assert re.fullmatch(r"__Host-monitor-session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict; Secure", secure)


def test_a_token_never_travels_between_plain_and_secure(door: Served) -> None:
    who = door.office.member("wang.fang", Role.OFFICER)
    assert Visitor(door, {SESSION: who.token}, scheme="https").get("/alerts").status == 303
    assert Visitor(door, {"__Host-monitor-session": who.token}).get("/alerts").status == 303


def test_a_planted_cookie_does_not_become_the_session(door: Served) -> None:
    """Fixation: whoever knows a token before the sign-in knows nothing after it."""
    door.office.member("wang.fang", Role.OFFICER)
    planted = "B" * 43
    visitor = Visitor(door, {SESSION: planted})
    visitor.sign_in("wang.fang", GOOD[0])
    assert visitor.token not in ("", planted)
    assert Visitor(door, {SESSION: planted}).get("/alerts").status == 303
    twice = Visitor(door).ask("GET", "/alerts", cookie=f"{SESSION}={visitor.token}; {SESSION}={planted}")
    assert twice.status == 303, "two cookies of the name: somebody planted one"


def test_signing_in_anew_ends_the_session_the_browser_had(door: Served) -> None:
    old = door.office.member("wang.fang", Role.OFFICER)
    visitor = inside(door, old)
    form = form_token("C" * 43)
    visitor.jar[f"monitor-form-{PORT}"] = "C" * 43
    assert visitor.post("/login", {"name": "wang.fang", "password": GOOD[0], "form": form}).status == 303
    assert visitor.token != old.token
    assert inside(door, old).get("/alerts").status == 303


def ended(door: Served, token: str) -> None:
    """A stolen copy of the token opens nothing any more."""
    thief = Visitor(door, {SESSION: token})
    assert thief.get("/alerts").status == 303
    assert thief.socket().status == "websocket.close"
    assert thief.get("/session/ping").status == 401
    assert thief.get("/export/abc").status == 401
    assert thief.post("/logout", {}).status == 401


@pytest.mark.parametrize("how", ["out", "everywhere", "idle", "absolute", "password", "disabled", "reset"])
def test_after_the_end_a_kept_token_is_worth_nothing(door: Served, how: str) -> None:
    who = door.office.member("wang.fang", Role.OFFICER)
    visitor = inside(door, who)
    assert visitor.get("/alerts").status == 200
    if how in ("out", "everywhere"):
        assert visitor.post("/logout", {"everywhere": "1"} if how == "everywhere" else {}).status == 303
    elif how == "idle":
        door.minute += 31
    elif how == "absolute":
        for _ in range(37):
            door.minute += 20
            sessions.actor_of(access.access(), who.token, now=door.office.at(door.minute), touch=True)
    elif how == "password":
        form = visitor.form("/password")
        assert visitor.post("/password", {"old": GOOD[0], "new": GOOD[2], "again": GOOD[2], "form": form}).status == 303
        assert visitor.get("/alerts").status == 200, "the browser that changed it stays in"
    else:
        act = accounts.disable if how == "disabled" else accounts.reset
        act(door.office.access, door.office.root, "wang.fang", now=door.office.at(2), where="command:test")
    ended(door, who.token)


def test_asking_whether_a_session_lasts_does_not_make_it_last(door: Served) -> None:
    visitor = inside(door, door.office.member("wang.fang", Role.OFFICER))
    for _ in range(10):
        door.minute += 2.9
        visitor.get("/session/ping")
        visitor.get("/alerts")
    door.minute += 2.9
    assert visitor.get("/session/ping").status == 401


def test_a_page_can_tell_its_own_session_from_the_next_ones(door: Served) -> None:
    """Somebody signs out in one tab and a colleague signs in there: the other tab asks with the colleague's cookie."""
    one, two = door.office.member("wang.fang", Role.OFFICER), door.office.member("li.na", Role.OFFICER)
    told = [inside(door, who).get("/session/ping").header("x-session") for who in (one, two)]
    assert told == [access.told_of(one.actor), access.told_of(two.actor)] and len(set(told)) == 2
    assert not any(said in who.token or who.token in said for said in told for who in (one, two))
    assert inside(door, one).get("/session/ping").header("x-session") == told[0]
    assert Visitor(door).get("/session/ping").header("x-session") == ""


def test_sign_out_everywhere_ends_the_other_computer(door: Served) -> None:
    first = door.office.member("wang.fang", Role.OFFICER)
    second = door.office.signed_in("wang.fang", GOOD[0], minute=1)
    assert inside(door, second).post("/logout", {"everywhere": "1"}).header("location") == "/login?said=everywhere"
    ended(door, first.token)
    ended(door, second.token)


# --- forged forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/login", "/logout", "/password", "/second-factor"])
@pytest.mark.parametrize("origin", ["http://example.invalid", "null", f"http://{HOST}.example.invalid", "http://127.0.0.1:9999"])
def test_another_sites_form_is_refused(door: Served, path: str, origin: str) -> None:
    visitor = inside(door, door.office.member("wang.fang", Role.OFFICER))
    assert visitor.post(path, {}, origin=origin).status == 403
    assert visitor.get("/alerts").status == 200


@pytest.mark.parametrize("form", ["", "0" * 64, form_token("D" * 43)])
def test_a_form_without_our_token_changes_nothing(door: Served, form: str) -> None:
    who = door.office.member("wang.fang", Role.OFFICER)
    visitor = inside(door, who)
    refused = visitor.post("/password", {"old": GOOD[0], "new": GOOD[2], "again": GOOD[2], "form": form})
    assert refused.status == 400 and "失效" in refused.text
    assert visitor.post("/second-factor", {"code": "123456", "form": form}).status == 400
    stranger = Visitor(door)
    stranger.get("/login")
    assert stranger.post("/login", {"name": "wang.fang", "password": GOOD[0], "form": form}).status == 403
    assert not stranger.token
    assert door.office.signed_in("wang.fang", GOOD[0], minute=1), "the password is still the old one"


def test_a_form_needs_a_named_origin(door: Served) -> None:
    visitor = inside(door, door.office.member("wang.fang", Role.OFFICER))
    form = form_token(visitor.token)
    for path in ("/logout", "/password", "/second-factor", "/login"):
        assert visitor.post(path, {"form": form}, origin="-").status == 403
    visitor.get("/logout")
    assert visitor.get("/alerts").status == 200, "no picture on another page signs anybody out"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * (sign_in.BODY_LIMIT + 1), "application/x-www-form-urlencoded", 413),
        (b"name=a", "multipart/form-data; boundary=x", 415), (b'{"name": "a"}', "application/json", 415), (b"name=a", "", 415),
        (b"name=a&name=b", "application/x-www-form-urlencoded", 400), (b"other=1", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 200, "application/x-www-form-urlencoded", 400), (b"name=%ff", "application/x-www-form-urlencoded", 400),
        (b"name=\xff", "application/x-www-form-urlencoded", 400), (b"junk", "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_no_form_of_ours_is_refused(door: Served, body: bytes, kind: str, status: int) -> None:
    answer = Visitor(door).ask("POST", "/login", body, content_type=kind or "-")
    assert answer.status == status
    assert not answer.cookies or "session" not in answer.cookies[0]


@pytest.mark.parametrize(
    "asked",
    [
        "//example.invalid", "https://example.invalid", "/\\example.invalid", "\\\\example.invalid", "/%5cexample.invalid",
        "javascript:alert(1)", "/alerts?alert=1&x=http://example.invalid", "/login", "/alerts#x", "/../x", "/person?alert=1\r\nset-cookie: a=b", "", "x",
        "/person?alert=" + "9" * 16, "/alerts ",
    ],
)
def test_signing_in_leads_to_no_other_place(door: Served, asked: str) -> None:
    assert next_page(asked) in ("/", asked) and not next_page(asked).startswith("//")
    door.office.member("wang.fang", Role.OFFICER)
    visitor = Visitor(door)
    gone = visitor.sign_in("wang.fang", GOOD[0], next=asked).header("location")
    assert gone in ("/", "/login"), gone


def test_a_page_of_ours_is_where_signing_in_leads(door: Served) -> None:
    door.office.member("wang.fang", Role.OFFICER)
    assert Visitor(door).sign_in("wang.fang", GOOD[0], next="/person?alert=12").header("location") == "/person?alert=12"


HOSTILE = ('"><script>alert(1)</script>', "'; DROP TABLE accounts; --", "<img src=x onerror=alert(1)>", "{{7*7}}", "a\x00b", "９９")


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_typed_comes_back_as_text(door: Served, typed: str) -> None:
    visitor = Visitor(door)
    answer = visitor.sign_in(typed, "Wrong-password-1")
    assert answer.status == 401
    assert "<script>alert" not in answer.text and "<img" not in answer.text
    assert "Wrong-password-1" not in answer.text
    visitor.get(f"/login?said={typed}&next={typed}".replace("\x00", ""))


def test_the_forms_carry_their_own_strict_policy(door: Served) -> None:
    answer = Visitor(door).get("/login")
    policy = answer.header("content-security-policy")
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    nonce = re.search(r"script-src 'nonce-([^']+)'", policy)
    assert nonce and answer.text.count(f'nonce="{nonce[1]}"') == 2
    assert nonce[1] not in Visitor(door).get("/login").text, "a nonce is used once"
    assert not re.findall(r" (?:on[a-z]+|style)=", answer.text), "nothing the policy would have to let through"
    assert (answer.header("cache-control"), answer.header("x-content-type-options")) == ("no-store", "nosniff")
    assert 'autocomplete="username"' in answer.text and 'autocomplete="current-password"' in answer.text


# --- the demonstration ----------------------------------------------------------------------------


def test_an_account_of_the_demonstration_is_nobody_anywhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from monitor.demo import home as demo

    office = Office(tmp_path, demo=True)
    with served(office, monkeypatch) as door:
        accounts.add_demo(
            office.access, office.root, accounts.NewAccount("yanshi", "演示", [Role.OFFICER], Scope(("371002",))), GOOD[0], now=office.at(0), where="command:demo"
        )
        one = demo.DemoAccount("yanshi", "演示", Role.OFFICER, "371002", GOOD[0])
        assert GOOD[0] not in Visitor(door).get("/login").text
        assert Visitor(door).sign_in("yanshi", GOOD[0]).status == 401, "not marked as a demonstration's"
        loaded = demo_manifest("a" * 64)
        commit(office.home.manifest, loaded)
        demo.mark(office.home, loaded, (one,))
        assert GOOD[0] in Visitor(door).get("/login").text
        visitor = Visitor(door)
        assert visitor.sign_in("yanshi", GOOD[0]).status == 303
        assert visitor.get("/alerts").status == 200
        # The first real file ends it, for sessions that are open too.
        commit(office.home.manifest, demo_manifest("a" * 64, "b" * 64))
        assert visitor.get("/alerts").status == 303
        assert Visitor(door).sign_in("yanshi", GOOD[0]).status == 401
        assert GOOD[0] not in Visitor(door).get("/login").text
        # Nor does the marker work in a home of another id.
        commit(office.home.manifest, Manifest(home="another", loads=loaded.loads))
        assert demo.accounts_of(office.home) == ()
    office.close()


def demo_manifest(*hashes: str) -> Manifest:
    from monitor.store.manifest import Load

    loads = tuple(
        Load(number, "people", f"{number}.csv", sha256, "2026-03-02T09:00:00+08:00", "utf-8", [], 0, 0, 0, 0, {}, {}, {}, [], {})
        for number, sha256 in enumerate(hashes, start=1)
    )
    return Manifest(home="office", loads=loads)
