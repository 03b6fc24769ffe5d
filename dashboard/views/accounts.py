"""账号: who may sign in, as what, and whose people they see. For administrators, who see nobody's data."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.door.access import access, now
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import card_title
from dashboard.text import show
from monitor.access import accounts
from monitor.access.accounts import Account
from monitor.access.actor import Actor
from monitor.access.roles import WITHOUT_PEOPLE
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import Permission, Role

WHERE = "screen:accounts"
ROLES = [role.value for role in Role]
_BETWEEN = re.compile(r"[\s,，、;；]+")
_DISTRICT = re.compile(r"[0-9]{2,6}")


def scope_fields(prefix: str, given: Scope | None) -> Callable[[], Scope]:
    """Whose people: everybody's is a choice, never what is left when nothing is typed. Returns how to read what was typed."""
    whole = None if given is None else given == EVERYTHING
    kind = st.radio(
        t("account.scope"), ["part", "everything"], index=1 if whole else 0, horizontal=True,
        format_func=lambda value: t(f"account.scope.{value}"), key=f"{prefix}-scope",
    )
    part = given if given is not None and not whole else Scope()
    districts = st.text_input(
        t("account.districts"), "、".join(part.districts), placeholder="371002、371003", key=f"{prefix}-districts"
    )
    towns = st.text_input(
        t("account.towns"), "、".join(part.towns), placeholder=t("account.towns.placeholder"), key=f"{prefix}-towns"
    )

    def typed() -> Scope:
        if kind == "everything":
            return EVERYTHING
        scope = Scope(_parts(districts), _parts(towns))
        if not all(_DISTRICT.fullmatch(district) for district in scope.districts):
            raise MonitorError(t("account.districts.wrong"))
        if scope == EVERYTHING:
            raise MonitorError(t("account.scope.missing"))
        return scope

    return typed


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in _BETWEEN.split(text.strip()) if part))


def role_field(prefix: str, given: list[str]) -> list[str]:
    return st.multiselect(
        t("account.roles"), ROLES, given, format_func=lambda value: Role(value).label, select_all=False,
        placeholder=t("account.roles.choose"), key=f"{prefix}-roles", help=t("account.roles.help"),
    )


def hand_out(name: str, password: str) -> None:
    """A one-time password, on this sight of the page only: it is kept nowhere."""
    with st.container(border=True, key="one-time"):
        st.markdown(t("account.one_time", name=show.plain(name)))
        st.code(password, language=None)
        st.caption(t("account.one_time.note"))


def try_to(act: Callable[[], str | None], done: str, name: str) -> None:
    """Do it and say so, or say why not."""
    try:
        password = act()
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
        return
    st.success(done, icon=":material/check:")
    if password is not None:
        hand_out(name, password)


def new_account(viewer: Actor) -> None:
    with st.expander(t("account.new"), icon=":material/person_add:"), st.form("account-new", border=False):
        left, right = st.columns(2)
        with left:
            name = st.text_input(t("account.name"), placeholder=t("account.name.placeholder"), key="new-name", autocomplete="off")
            display = st.text_input(
                t("account.display"), placeholder=t("account.display.placeholder"), key="new-display", autocomplete="off"
            )
            roles = role_field("new", [])
        with right:
            typed = scope_fields("new", None)
        pressed = st.form_submit_button(t("account.new.button"), type="primary", key="new-button")
    if not pressed:
        return

    def add() -> str:
        chosen = [Role(role) for role in roles]
        scope = None if chosen and WITHOUT_PEOPLE.issuperset(chosen) else typed()
        return accounts.add(
            access(), viewer, accounts.NewAccount(name.strip(), display.strip(), chosen, scope), now=now(), where=WHERE
        )

    try_to(add, t("account.new.done", name=show.plain(name.strip())), name.strip())


def one_account(chosen: Account, viewer: Actor) -> None:
    """What can be done about one account; one's own is somebody else's business."""
    name = chosen.name
    with st.container(border=True, key="one-account"):
        card_title(show.plain(f"{chosen.display}（{name}）"))
        if name == viewer.name:
            st.caption(t("account.own"))
            return
        left, right = st.columns(2)
        with left, st.form(f"roles-{name}", border=False):
            roles = role_field(f"roles-{name}", show.in_order(Role, [role.value for role in chosen.roles]))
            if st.form_submit_button(t("account.roles.save"), key="roles-save"):
                try_to(
                    lambda: accounts.set_roles(access(), viewer, name, [Role(role) for role in roles], now=now(), where=WHERE),
                    t("account.saved"), name,
                )
        with right, st.form(f"scope-{name}", border=False):
            if WITHOUT_PEOPLE.issuperset(chosen.roles):
                st.caption(t("account.scope.none"))
            typed = scope_fields(f"scope-{name}", chosen.scope)
            if st.form_submit_button(t("account.scope.save"), key="scope-save"):
                try_to(
                    lambda: accounts.set_scope(access(), viewer, name, typed(), now=now(), where=WHERE), t("account.saved"), name
                )
        acts: list[tuple[str, Callable[..., str | None]]] = [
            ("reset", accounts.reset), ("unlock", accounts.unlock),
            ("enable", accounts.enable) if chosen.disabled_at else ("disable", accounts.disable),
        ]
        with st.container(horizontal=True):
            pressed = [
                (act, do) for act, do in acts if st.button(t(f"account.{act}"), key=f"{act}-button", help=t(f"account.{act}.help"))
            ]
        for act, do in pressed:
            try_to(lambda do=do: do(access(), viewer, name, now=now(), where=WHERE), t(f"account.{act}.done"), name)  # type: ignore[misc]


def state(one: Account) -> list[str]:
    """What has to be known of an account at a glance."""
    said = [t("account.state.disabled")] if one.disabled_at else []
    if one.locked_until and one.locked_until > now().isoformat():
        said.append(t("account.state.locked"))
    said += [duty.label for duty in sorted(one.duties)]
    return said or [t("account.state.open")]


def table(found: list[Account]) -> None:
    """All accounts, each with a button that opens it below."""

    def choose() -> None:
        st.session_state["account"] = found[st.session_state["account-open"]["row"]].name

    text = st.column_config.TextColumn
    st.dataframe(
        pd.DataFrame(
            {
                "action": [t("account.open")] * len(found),
                "name": [one.name for one in found],
                "display": [one.display for one in found],
                "roles": [show.roles(one.roles) for one in found],
                "scope": ["" if WITHOUT_PEOPLE.issuperset(one.roles) else show.scope(one.scope) for one in found],
                "state": ["、".join(state(one)) for one in found],
                "factor": [t("yes") if one.second_factor else t("no") for one in found],
                "seen": [show.moment(one.signed_in_at) for one in found],
            }
        ),
        hide_index=True, lazy=False, height="content", row_height=34, placeholder="—", alt=t("alt.accounts"), key="accounts-table",
        column_config={
            "action": st.column_config.ButtonColumn(
                t("column.action"), type="secondary", key="account-open", on_click=choose, width=60
            ),
            "name": text(t("account.name"), width=110), "display": text(t("account.display"), width=140),
            "roles": text(t("account.roles"), width=150), "scope": text(t("account.scope"), width=150),
            "state": text(t("account.state"), width=170), "factor": text(t("account.factor"), width=80),
            "seen": text(t("account.seen"), width=130),
        },
    )


def page(viewer: Actor) -> None:
    st.header(t("nav.accounts"), anchor=False)
    st.caption(t("account.note"))
    new_account(viewer)
    place = st.container()
    chosen = st.session_state.get("account")
    by_name = {one.name: one for one in accounts.list_accounts(access(), viewer, now=now())}
    if chosen in by_name:
        one_account(by_name[chosen], viewer)
    with place:
        # Read after whatever was just done to one of them, so that the table shows it.
        table(accounts.list_accounts(access(), viewer, now=now()))


if __name__ == "__main__":
    for_viewer(page, Permission.MANAGE_ACCOUNTS)
