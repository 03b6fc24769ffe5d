"""What a run does to a case, by the state it stands in: where it leads, what is written down, what stays to be acted on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from caseload import Caseload, Said
from office import Office
from sqlalchemy import select
from tables import read_table

from monitor.casework.tables import case_runs


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def load(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caseload]:
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    office = Office(tmp_path_factory.mktemp("office"), url)
    yield Caseload(office)
    office.close()


HEARD = read_table("""
    | state           | then        | because     | led to       | written down  | news        |
    |-----------------|-------------|-------------|--------------|---------------|-------------|
    | new             | continuing  |             | new          |               |             |
    | new             | raised      |             | new          | hear          | raised      |
    | under_review    | cleared     | correction  | under_review | hear          | cleared     |
    | ready           | cleared     | correction  | ready        | hear          | cleared     |
    | ready           | unconfirmed |             | ready        | hear          | unconfirmed |
    | excluded        | raised      |             | excluded     | hear          | raised      |
    | excluded        | continuing  |             | excluded     |               |             |
    | sent            | raised      |             | sent         | hear          | raised      |
    | sent            | unconfirmed |             | sent         | hear          | unconfirmed |
    | sent            | cleared     | correction  | back_under   | clear         | cleared     |
    | received        | cleared     | identity_ended | back_under | clear        | cleared     |
    | received        | cleared     | deceased    | deceased     | find_deceased | cleared     |
    | new             | cleared     | deceased    | deceased     | find_deceased | cleared     |
    | accepted        | cleared     | correction  | accepted     | hear          | cleared     |
    | accepted        | raised      |             | accepted     | hear          | raised      |
    | not_recognised  | raised      |             | under_review | reopen        | raised      |
    | not_recognised  | new         |             | under_review | reopen        | new         |
    | not_recognised  | continuing  |             | not_recognised |             |             |
    | already_covered | raised      |             | already_covered | hear       | raised      |
    | unreachable     | raised      |             | under_review | reopen        | raised      |
    | deceased        | raised      |             | deceased     | hear          | raised      |
    | relief_arranged | cleared     | correction  | relief_arranged | hear       | cleared     |
    | relief_arranged | raised      |             | relief_arranged | hear       | raised      |
    | back_under      | new         |             | under_review | reopen        | new         |
    | closed          | raised      |             | under_review | reopen        | raised      |
    | closed          | continuing  |             | closed       |               |             |
    | closed          | cleared     | correction  | closed       | hear          | cleared     |
    | excluded        | cleared     | deceased    | excluded     | hear          | cleared     |
""")


def test_what_a_run_says_next(load: Caseload) -> None:
    """All rows in one run: what happens to one case has nothing to do with the others."""
    people = dict(enumerate(HEARD, start=1))
    load.says("2026-01-31", {n: Said("new") for n in people})
    for n, row in people.items():
        load.put(n, row["state"], reason="other", due_on=date(2026, 2, 1))
    run_id = load.says("2026-02-28", {n: Said(row["then"], burden=80_000_00, reason=row["because"]) for n, row in people.items()})
    for n, row in people.items():
        case, moved = load.of(n), row["led to"] != row["state"]
        told = f"{row['state']} {row['then']}"
        assert (case.state, case.news, case.alert_state) == (row["led to"], row["news"], row["then"]), told
        assert (case.burden_fen, case.alert_run, case.alert_reason) == (80_000_00, run_id, row["because"]), told
        assert case.version == (2 if row["written down"] else 1), told
        assert case.reason == ("" if moved else "other"), told
        assert case.due_on == (None if row["written down"] == "reopen" else date(2026, 2, 1)), told
        assert case.crossed_on == date(2026, 1, 15), told
        written = load.history(n)[1:]
        assert written == ([(row["written down"], row["state"], row["led to"], row["because"] or row["then"])] if row["written down"] else []), told
    with load.office.engine.connect() as connection:
        (counted,) = connection.execute(select(case_runs).where(case_runs.c.run_id == run_id)).all()
    acts = [row["written down"] for row in HEARD]
    meant = (0, acts.count("reopen"), acts.count("clear") + acts.count("find_deceased"), acts.count("hear"), False)
    assert (counted.opened, counted.reopened, counted.moved, counted.heard, counted.skipped) == meant
