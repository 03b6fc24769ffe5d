"""The pages before the pages: sign-in, second factor, change of password, as plain HTML with everything in them.

No Streamlit here: what asks for a password must work for somebody who is nobody yet. Each answer names its own styles and script
by a nonce and allows nothing else, and nothing here is kept by a browser.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.locale import t

if TYPE_CHECKING:
    from starlette.responses import HTMLResponse

_LOGO = (Path(__file__).parent.parent / "logo.svg").read_text(encoding="utf-8")

#: The colours are those of .streamlit/config.toml, light and dark.
_STYLE = """
:root { --ground: #F4F6F9; --card: #FFFFFF; --text: #1F2A37; --faint: #5C6876; --border: #DDE3EA; --primary: #1F5FA8;
  --on-primary: #FFFFFF; --bad: #B8442F; --bad-ground: #FBEFEC; --note-ground: #EEF4FB; color-scheme: light; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181D; --card: #1D232B; --text: #E4E9EF; --faint: #A3AFBC;
  --border: #333C47; --primary: #5B9BE0; --on-primary: #10151B; --bad: #F0937E; --bad-ground: #3A2420; --note-ground: #1E2C3C;
  color-scheme: dark; } .logo text { fill: #8FBDF0; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-flow: row wrap; align-items: center; align-content: center;
  justify-content: center; gap: 20px; padding: 28px 16px; background: var(--ground); color: var(--text);
  font: 15px/1.65 'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif; }
main, .card { width: 100%; max-width: 432px; padding: 30px 34px 32px; background: var(--card); border: 1px solid var(--border);
  border-radius: 8px; }
.logo { display: block; height: 34px; width: auto; }
h1 { margin: 22px 0 4px; font-size: 1.35rem; font-weight: 650; }
p { margin: 0 0 14px; } .faint { color: var(--faint); font-size: .93rem; }
label { display: block; margin: 14px 0 4px; font-weight: 500; }
input, select { width: 100%; padding: 9px 11px; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--border);
  border-radius: 6px; } input.code { letter-spacing: .35em; font-size: 1.2rem; }
:is(input, select, button, a):focus-visible { outline: 2px solid var(--primary); outline-offset: 1px; }
button { font: inherit; cursor: pointer; border-radius: 6px; border: 1px solid var(--border); background: var(--card);
  color: inherit; }
button.main { width: 100%; margin-top: 22px; padding: 10px; font-weight: 600; color: var(--on-primary); background: var(--primary);
  border-color: var(--primary); } button:disabled { opacity: .6; cursor: default; }
.said { margin: 16px 0 0; padding: 10px 13px; border-radius: 6px; background: var(--note-ground); }
.said.bad { background: var(--bad-ground); color: var(--bad); }
ul { margin: 6px 0 0; padding-left: 1.2em; } .qr { display: flex; justify-content: center; margin: 8px 0; }
.qr svg { width: 196px; height: 196px; background: #FFFFFF; border-radius: 6px; }
code { font-family: Consolas, 'Noto Sans Mono CJK SC', 'DejaVu Sans Mono', monospace; font-size: .95rem; overflow-wrap: anywhere; }
.aside { margin-top: 20px; padding-top: 14px; border-top: 1px solid var(--border); text-align: center; }
a { color: var(--primary); text-underline-offset: 3px; }
.aside button { border: 0; padding: 2px 6px; color: var(--primary); background: none; }
.card.demo { max-width: 540px; padding: 22px 26px 24px; } .demo code { white-space: nowrap; }
.demo h2 { margin: 0 0 2px; font-size: 1.02rem; font-weight: 600; }
table { width: 100%; border-collapse: collapse; }
td { padding: 5px 6px 5px 0; border-top: 1px solid var(--border); vertical-align: top; }
td:last-child { text-align: right; padding-right: 0; } td button { padding: 2px 10px; white-space: nowrap; }
"""

#: Sending once is enough; whoever comes back by the browser's back button finds the button working again. A sign-in page that was
#: come to from another site, whence the browser holds the cookie back, looks whether there is a session after all.
_SCRIPT = """
for (const form of document.forms) form.addEventListener('submit', () => {
  const button = form.querySelector('button.main');
  if (button) { button.disabled = true; button.textContent = button.dataset.sending; }
});
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
for (const button of document.querySelectorAll('[data-name]')) button.addEventListener('click', () => {
  document.getElementById('name').value = button.dataset.name;
  document.getElementById('password').value = button.dataset.password;
  document.querySelector('button.main').focus();
});
const going = document.body.dataset.going;
if (going) fetch('/session/ping', {cache: 'no-store'}).then(answer => { if (answer.status === 204) location.replace(going); });
"""


@dataclass(frozen=True)
class Field:
    """One field of a form; ``autocomplete`` tells the browser (and its keeper of passwords) what belongs in it."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    value: str = ""
    hint: str = ""
    code: bool = False
    longest: int = 128
    #: Value and words of what there is to choose from; the field is a list then, with ``value`` chosen.
    options: Sequence[tuple[str, str]] = ()
    needed: bool = True
    #: Endings of the files that can be chosen.
    accept: Sequence[str] = ()


@dataclass(frozen=True)
class Form:
    """A page with one form. Everything in it is text and is escaped, except ``figure``, which is markup of ours.

    ``typed``: what a figure says, to be typed by hand where no camera is (words, text). ``said``: what has to be read first, and
    whether it is bad news. ``hidden``: what goes along unseen. ``aside``: a second way out, as (address, words). ``going``: where
    to go at once if there is a session after all. ``upload``: whether a file goes along. ``demo``: accounts to offer (name,
    password, what they may do).
    """

    title: str
    action: str = ""
    button: str = ""
    sending: str = ""
    fields: Sequence[Field] = ()
    hidden: Mapping[str, str] | None = None
    lead: str = ""
    rules: Sequence[str] = ()
    figure: str = ""
    typed: tuple[str, str] | None = None
    said: str = ""
    bad: bool = False
    aside: tuple[str, str] | None = None
    link: tuple[str, str] | None = None
    going: str = ""
    upload: bool = False
    demo: Sequence[tuple[str, str, str]] = ()


def page(form: Form, status: int = 200, *, cookies: Sequence[str] = ()) -> HTMLResponse:
    """The answer, with its own policy, kept by nobody. ``cookies``: Set-Cookie values."""
    from starlette.responses import HTMLResponse

    nonce = secrets.token_urlsafe(18)
    answer = HTMLResponse(_html(form, nonce), status)
    answer.headers["cache-control"] = "no-store"
    # With no-referrer a browser would send its own form with "Origin: null", which the gate turns away.
    answer.headers["referrer-policy"] = "same-origin"
    answer.headers["content-security-policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    for cookie in cookies:
        answer.headers.append("set-cookie", cookie)
    return answer


def _html(form: Form, nonce: str) -> str:
    icon = base64.b64encode(_icon().encode()).decode()
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{escape(form.title)} · {escape(t("app.short"))}</title>'
        f'<link rel="icon" href="data:image/svg+xml;base64,{icon}"><style nonce="{nonce}">{_STYLE}</style></head>'
        f'<body data-going="{escape(form.going)}"><main>{_logo()}<h1>{escape(form.title)}</h1>{_body(form)}</main>{_demo(form.demo)}'
        f'<script nonce="{nonce}">{_SCRIPT}</script></body></html>'
    )


def _logo() -> str:
    return _LOGO.replace("<svg ", f'<svg class="logo" role="img" aria-label="{escape(t("app.short"))}" ', 1)


def _icon() -> str:
    """The logo's mark alone."""
    mark = _LOGO[_LOGO.index("<rect") : _LOGO.index("<text")]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 2 26 26">{mark}</svg>'


def _body(form: Form) -> str:
    parts = [f'<p class="faint">{escape(form.lead)}</p>' if form.lead else ""]
    if form.said:
        kind, role = ("said bad", "alert") if form.bad else ("said", "status")
        parts.append(f'<p class="{kind}" role="{role}">{escape(form.said)}</p>')
    if form.rules:
        parts.append(f'<ul class="faint">{"".join(f"<li>{escape(rule)}</li>" for rule in form.rules)}</ul>')
    parts.append(form.figure)
    if form.typed:
        parts.append(f'<p class="faint">{escape(form.typed[0])}<br><code>{escape(form.typed[1])}</code></p>')
    if form.button:
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in (form.hidden or {}).items()
        )
        enctype = ' enctype="multipart/form-data"' if form.upload else ""
        fields = "".join(_field(field, first=not place) for place, field in enumerate(form.fields))
        parts.append(
            f'<form method="post" action="{escape(form.action)}"{enctype}>{hidden}{fields}'
            f'<button class="main" data-sending="{escape(form.sending)}">{escape(form.button)}</button></form>'
        )
    if form.link:
        parts.append(f'<p class="aside"><a href="{escape(form.link[0])}">{escape(form.link[1])}</a></p>')
    if form.aside:
        hidden = f'<input type="hidden" name="form" value="{escape((form.hidden or {}).get("form", ""))}">'
        parts.append(
            f'<form class="aside" method="post" action="{escape(form.aside[0])}">{hidden}'
            f"<button>{escape(form.aside[1])}</button></form>"
        )
    return "".join(parts)


def _field(field: Field, first: bool) -> str:
    code = ' class="code" inputmode="numeric" pattern="[0-9 ]*"' if field.code else ""
    focus = " autofocus" if first and not field.value else ""
    hint = f'<div class="faint" id="{field.name}-hint">{escape(field.hint)}</div>' if field.hint else ""
    told = f' aria-describedby="{field.name}-hint"' if field.hint else ""
    if field.options:
        options = "".join(
            f'<option value="{escape(value)}"{" selected" if value == field.value else ""}>{escape(words)}</option>'
            for value, words in field.options
        )
        label = f'<label for="{field.name}">{escape(field.label)}</label>'
        return f'{label}<select id="{field.name}" name="{field.name}"{told}>{options}</select>{hint}'
    if field.kind == "file":
        return (
            f'<label for="{field.name}">{escape(field.label)}</label>'
            f'<input id="{field.name}" name="{field.name}" type="file" required accept="{",".join(field.accept)}"{told}>{hint}'
        )
    aids = f'autocomplete="{field.autocomplete}" autocapitalize="off" spellcheck="false"'
    needed = " required" if field.needed else ""
    return (
        f'<label for="{field.name}">{escape(field.label)}</label>'
        f'<input id="{field.name}" name="{field.name}" type="{field.kind}" value="{escape(field.value)}"{needed}'
        f' maxlength="{field.longest}" {aids}{code}{focus}{told}>'
        f"{hint}"
    )


def _demo(accounts: Sequence[tuple[str, str, str]]) -> str:
    """The accounts of a home of made-up people, for whoever tries the program: name, password, what they may do."""
    if not accounts:
        return ""
    rows = "".join(
        f'<tr><td><code>{escape(name)}</code></td><td>{escape(what)}<br><code class="faint">{escape(password)}</code></td>'
        f'<td><button type="button" data-name="{escape(name)}" data-password="{escape(password)}">'
        f"{escape(t('demo.use'))}</button></td></tr>"
        for name, password, what in accounts
    )
    return (
        f'<section class="card demo"><h2>{escape(t("demo.title"))}</h2><p class="faint">{escape(t("demo.lead"))}</p>'
        f"<table>{rows}</table></section>"
    )
