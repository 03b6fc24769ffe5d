"""The lists: filters, orders, pages, scope; a page, a whole list and the figures must tell the same story."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from casebook import DRAFT, WEIHAI, blind, database, people
from sqlalchemy import Connection, event, select, update

from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import MonitorError
from monitor.casework.reading import listing, overview
from monitor.casework.reading.listing import AlertRow
from monitor.casework.reading.narrowing import EVERY_ALERT, EVERYBODY_ASIDE, AsideFilters, Filters, Search
from monitor.casework.reading.overview import ACTIVE_STATES
from monitor.casework.reading.query import ListQuery
from monitor.casework.tables import alerts, set_aside


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    engine = database(tmp_path_factory.mktemp("casework") / "casework.sqlite", months=6, count=600)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@pytest.fixture(scope="module")
def run_id(connection: Connection) -> str:
    found = overview.latest_run(connection, WEIHAI)
    assert found is not None
    return found.run_id


@pytest.fixture(scope="module")
def rows(connection: Connection, run_id: str) -> list[AlertRow]:
    return list(listing.alert_rows(connection, run_id))


# --- runs -----------------------------------------------------------------------------------------


def test_runs_come_newest_first_and_know_what_they_are(connection: Connection) -> None:
    found = overview.runs(connection)
    assert [run.position for run in found] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert [run.official for run in found] == [False, False] + [True] * 6
    assert found[-1].health["read"] == 104_600


def test_the_latest_run_is_the_last_official_one(connection: Connection) -> None:
    found = overview.latest_run(connection)
    assert found is not None
    assert (found.document, found.position, found.as_of) == (WEIHAI, 6, date(2026, 6, 30))
    assert overview.latest_run(connection, DRAFT) is None, "a trial is never the latest official run"


# --- filters: each against the obvious Python over all rows ---------------------------------------

Test = Callable[[AlertRow], bool]

FILTERS: list[tuple[str, Filters, Test]] = [
    ("kind", Filters(kinds=("return_to_poverty",)), lambda row: row.kind == "return_to_poverty"),
    ("states", Filters(states=ACTIVE_STATES), lambda row: row.state in ACTIVE_STATES),
    ("category", Filters(categories=("ordinary",)), lambda row: row.category == "ordinary"),
    (
        "two districts",
        Filters(districts=("991002", "991083")),
        lambda row: row.insu_admdvs in ("991002", "991083"),
    ),
    (
        "a month",
        Filters(months=("2026-03",)),
        lambda row: row.crossed_on is not None and (row.crossed_on.year, row.crossed_on.month) == (2026, 3),
    ),
    (
        "a month or none",
        Filters(months=("", "2026-06")),
        lambda row: row.crossed_on is None or row.crossed_on.month == 6,
    ),
    ("employees", Filters(insutypes=("employee",)), lambda row: row.insutype == "310"),
    ("residents and kin", Filters(insutypes=("resident",)), lambda row: row.insutype[:2] == "39"),
    ("other schemes", Filters(insutypes=("other",)), lambda row: False),
    ("from", Filters(excess_from=1_000_000), lambda row: row.excess_fen >= 1_000_000),
    ("to", Filters(excess_to=500_000), lambda row: row.excess_fen <= 500_000),
    (
        "many together",
        Filters(kinds=("poverty_due_to_illness",), states=("new", "raised"), insutypes=("resident",), excess_from=0),
        lambda row: (
            row.kind == "poverty_due_to_illness"
            and row.state in ("new", "raised")
            and row.insutype != "310"
            and row.excess_fen >= 0
        ),
    ),
]


@pytest.mark.parametrize(("filters", "test"), [each[1:] for each in FILTERS], ids=[each[0] for each in FILTERS])
def test_a_filter_leaves_exactly_its_rows(
    connection: Connection, run_id: str, rows: list[AlertRow], filters: Filters, test: Test
) -> None:
    expected = [row for row in rows if test(row)]
    assert list(listing.alert_rows(connection, run_id, ListQuery(filters))) == expected
    page = listing.alert_page(connection, run_id, ListQuery(filters, size=1000))
    assert page.rows == tuple(expected)
    assert (page.total, page.excess_sum) == (len(expected), sum(row.excess_fen for row in expected))


def test_excess_bounds_are_included(connection: Connection, run_id: str, rows: list[AlertRow]) -> None:
    exact = rows[3].excess_fen
    assert rows[3] in list(listing.alert_rows(connection, run_id, ListQuery(Filters(excess_from=exact, excess_to=exact))))
    assert rows[3] not in list(listing.alert_rows(connection, run_id, ListQuery(Filters(excess_from=exact + 1))))


@pytest.mark.parametrize("kind", ["certno", "last4", "name"])
def test_search_finds_by_blind_index_only(
    connection: Connection, run_id: str, rows: list[AlertRow], kind: str
) -> None:
    known = {person.person: person for person in people(600)}
    wanted = known[rows[0].person]
    text = {"certno": wanted.certno, "last4": wanted.certno[-4:], "name": wanted.name}[kind]
    found = list(listing.alert_rows(connection, run_id, ListQuery(Filters(search=Search(kind, blind(text))))))  # type: ignore[arg-type]
    assert rows[0] in found
    assert all(known[row.person].name == wanted.name for row in found if kind == "name")
    assert not list(listing.alert_rows(connection, run_id, ListQuery(Filters(search=Search(kind, blind("nobody"))))))  # type: ignore[arg-type]


# --- order and pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", list(listing.SORTS))
def test_pages_in_any_order_are_the_whole_list_cut_up(
    connection: Connection, run_id: str, sort: str, descending: bool
) -> None:
    whole = list(listing.alert_rows(connection, run_id, ListQuery(EVERY_ALERT, sort, descending)))
    pages: list[AlertRow] = []
    for number in range(1, -(-len(whole) // 7) + 1):
        page = listing.alert_page(connection, run_id, ListQuery(EVERY_ALERT, sort, descending, page=number, size=7))
        pages.extend(page.rows)  # type: ignore[arg-type]
    assert pages == whole
    assert len({row.id for row in whole}) == len(whole)


def test_the_default_order_is_the_largest_excess_first(rows: list[AlertRow]) -> None:
    assert all(one.excess_fen >= other.excess_fen for one, other in pairwise(rows))


@pytest.mark.parametrize("descending", [True, False])
def test_people_without_a_crossing_come_last(connection: Connection, run_id: str, descending: bool) -> None:
    dates = [row.crossed_on for row in listing.alert_rows(connection, run_id, ListQuery(EVERY_ALERT, "crossed_on", descending))]
    without = dates.count(None)
    assert without
    assert dates[-without:] == [None] * without
    known = [day for day in dates if day is not None]
    assert known == sorted(known, reverse=descending)


def test_a_page_behind_the_end_is_empty(connection: Connection, run_id: str) -> None:
    page = listing.alert_page(connection, run_id, ListQuery(EVERY_ALERT, page=10_000))
    assert page.rows == ()
    assert page.total > 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"sort": "certno_sealed"}, "不能按“certno_sealed”排序"),
        ({"sort": "id; DROP TABLE alerts"}, "不能按"),
        ({"size": 1001}, "每页行数应在 1 到 1000 之间"),
        ({"size": 0}, "每页行数"),
        ({"page": 0}, "页码从 1 开始"),
    ],
)
def test_what_is_not_offered_is_refused(
    connection: Connection, run_id: str, options: dict[str, object], sentence: str
) -> None:
    with pytest.raises(MonitorError, match=sentence):
        listing.alert_page(connection, run_id, ListQuery(EVERY_ALERT, **options))  # type: ignore[arg-type]


def test_nothing_sealed_or_indexed_leaves_a_row(rows: list[AlertRow]) -> None:
    assert not any("sealed" in name or "index" in name for name in rows[0].__dataclass_fields__)
    assert rows[0].person not in repr(rows[0])


# --- people set aside -----------------------------------------------------------------------------


def test_people_set_aside_are_listed_apart(connection: Connection, run_id: str) -> None:
    page = listing.set_aside_page(connection, run_id)
    assert page.total == len(list(listing.set_aside_rows(connection, run_id))) > 0
    reasons = [row.reason for row in page.rows]
    only = listing.set_aside_page(connection, run_id, ListQuery(AsideFilters(reasons=("deceased",))))
    assert only.total == reasons.count("deceased")
    found = listing.set_aside_person(connection, page.rows[0].id)
    assert found == page.rows[0]
    with pytest.raises(MonitorError, match="不能按“crossed_on”排序"):
        listing.set_aside_page(connection, run_id, ListQuery(EVERYBODY_ASIDE, "crossed_on"))


# --- scope ----------------------------------------------------------------------------------------

SCOPES = [
    Scope(districts=("991002",)),
    Scope(districts=("99100",)),
    Scope(towns=("东山镇",)),
    Scope(("9910",), ("北岭乡",)),
]


def seen(scope: Scope, row: AlertRow) -> bool:
    return (not scope.districts or row.insu_admdvs.startswith(scope.districts)) and (
        not scope.towns or row.town in scope.towns
    )


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_hides_other_rows_everywhere(
    connection: Connection, run_id: str, rows: list[AlertRow], scope: Scope
) -> None:
    expected = [row for row in rows if seen(scope, row)]
    assert 0 < len(expected) < len(rows)
    assert list(listing.alert_rows(connection, run_id, ListQuery(EVERY_ALERT, scope=scope))) == expected
    page = listing.alert_page(connection, run_id, ListQuery(EVERY_ALERT, size=1000, scope=scope))
    assert (page.rows, page.total) == (tuple(expected), len(expected))
    outside = next(row for row in rows if not seen(scope, row))
    assert listing.alert(connection, outside.id, scope) is None
    assert listing.alert(connection, expected[0].id, scope) == expected[0]
    figures = overview.overview(connection, run_id, scope)
    active = [row for row in expected if row.state in ACTIVE_STATES]
    assert sum(count.people for count in figures.by_kind) == len(active)
    assert sum(count.people for count in figures.by_month) == len(active)
    assert {count.key for count in figures.by_month} == {f"{row.crossed_on:%Y-%m}" for row in active}
    assert sum(count.people for count in figures.by_state) == len(expected)
    assert (figures.trend[-1].flagged, figures.trend[-1].excess_fen) == (len(active), sum(row.excess_fen for row in active))
    assert figures.distribution == ()
    offered = overview.choices(connection, run_id, scope)
    assert set(offered.districts) == {row.insu_admdvs for row in expected}
    assert set(offered.categories) == {row.category for row in expected}


@pytest.mark.parametrize("scope", [EVERYTHING, *SCOPES])
def test_no_figure_makes_the_database_count_alerts(connection: Connection, run_id: str, scope: Scope) -> None:
    """A run may have 100,000 of them; counts were made when it was committed, for every scope."""
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    event.listen(connection, "before_cursor_execute", note)
    try:
        overview.overview(connection, run_id, scope)
        overview.choices(connection, run_id, scope)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert asked
    assert [statement for statement in asked if re.search(r"\balerts\b", statement)] == []


def test_a_scope_is_text_and_no_pattern(connection: Connection, run_id: str) -> None:
    assert listing.alert_page(connection, run_id, ListQuery(EVERY_ALERT, scope=Scope(districts=("%",)))).total == 0
    assert listing.alert_page(connection, run_id, ListQuery(EVERY_ALERT, scope=Scope(districts=("99_0",)))).total == 0


# --- figures --------------------------------------------------------------------------------------


def test_the_overview_agrees_with_the_list(connection: Connection, run_id: str, rows: list[AlertRow]) -> None:
    found = overview.overview(connection, run_id)
    active = [row for row in rows if row.state in ACTIVE_STATES]
    excess = sum(row.excess_fen for row in active)
    for counts in (found.by_kind, found.by_category, found.by_district, found.by_month):
        assert sum(count.people for count in counts) == len(active) == found.run.flagged
        assert sum(count.excess_fen for count in counts) == excess
    assert sum(count.people for count in found.by_state) == len(rows)
    assert found.trend[-1].flagged == len(active)
    assert found.trend[-1].excess_fen == excess
    aside = connection.execute(select(set_aside.c.id).where(set_aside.c.run_id == run_id)).all()
    assert found.uncovered + found.outside_region + found.deceased == len(aside)


def test_the_trend_is_one_official_run_a_date_up_to_this_one(connection: Connection, run_id: str) -> None:
    trend = overview.overview(connection, run_id).trend
    assert [point.as_of.month for point in trend] == [1, 2, 3, 4, 5, 6]
    march = trend[2]
    earlier = overview.overview(connection, march.run_id)
    assert earlier.trend == trend[:3]
    counted = connection.execute(
        select(alerts.c.id).where(alerts.c.run_id == march.run_id, alerts.c.state.in_(ACTIVE_STATES))
    ).all()
    assert march.flagged == len(counted)


def test_a_trial_stands_in_its_own_series(connection: Connection) -> None:
    trial = next(run for run in overview.runs(connection) if run.trial)
    assert [point.run_id for point in overview.overview(connection, trial.run_id).trend] == [trial.run_id]


def test_choices_are_what_occurs(connection: Connection, run_id: str, rows: list[AlertRow]) -> None:
    offered = overview.choices(connection, run_id)
    assert set(offered.states) == {row.state for row in rows}
    assert set(offered.districts) == {row.insu_admdvs for row in rows}
    assert list(offered.months) == sorted({f"{row.crossed_on:%Y-%m}" if row.crossed_on else "" for row in rows})
    assert overview.choices(connection, run_id, EVERYTHING) == offered


def test_an_unknown_run_is_refused(connection: Connection) -> None:
    with pytest.raises(MonitorError, match="没有编号为 nonsense 的运行"):
        overview.overview(connection, "nonsense")


def test_the_same_book_twice(tmp_path: Path) -> None:
    one, other = (database(tmp_path / name, months=1, count=40, draft=False) for name in ("a", "b"))
    with one.connect() as left, other.connect() as right:
        assert left.execute(select(alerts)).all() == right.execute(select(alerts)).all()
    one.dispose()
    other.dispose()


@pytest.mark.parametrize("month", ["2025-12", "2026-01", "2026-02", "2026-03", "2026-12"])
def test_a_month_ends_with_its_last_day(month: str, tmp_path: Path) -> None:
    """The first and the last day of months, the year's end among them: each alert is in its own month and in no other."""
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1), date(2026, 12, 31)]
    engine = database(tmp_path / "casework.sqlite", months=6, count=60, draft=False)
    with engine.begin() as connection:
        run = overview.latest_run(connection, WEIHAI)
        assert run is not None
        for place, number in enumerate(connection.scalars(select(alerts.c.id).where(alerts.c.run_id == run.run_id).order_by(alerts.c.id)).all()):
            connection.execute(update(alerts).where(alerts.c.id == number).values(crossed_on=days[place % len(days)]))
        found = sorted({row.crossed_on for row in listing.alert_rows(connection, run.run_id, ListQuery(Filters(months=(month,))))})
    engine.dispose()
    assert found == [day for day in days if f"{day:%Y-%m}" == month]


def test_the_figures_answer_what_they_can_and_nothing_personal() -> None:
    """What is additive is counted from ``summary``; the rest would take reading every alert's row, or be counted wrongly."""
    groups = {"kinds": ("a",), "states": ("new",), "categories": ("dibao",), "districts": ("371002",), "months": ("2026-03",)}
    assert Filters().additive and all(Filters(**{name: given}).additive for name, given in groups.items())
    personal = (Filters(insutypes=("resident",)), Filters(excess_from=0), Filters(excess_to=0), Filters(search=Search("name", "x")))
    assert [filters for filters in personal if filters.additive] == []
