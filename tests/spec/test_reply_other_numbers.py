"""A list goes out under one number of each person and is answered under another: as the old fifteen digits, the pass before its renewal,
the number the psn_no had before. Each answer finds its case, the identity its person, and the next run both."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from bureau import LIBRARY, Bureau, settlement
from sentlist import HEADINGS, NUMBER, approve, opened, ready, send
from sqlalchemy import select
from tables import read_table

from monitor.base.settings import Home
from monitor.casework.tables import CERTNO_SEAL, cases, referral_lines
from monitor.intake.identity_number import check_character
from monitor.review.joins import decide, joins
from monitor.store.home import writing

Monitor = Callable[..., subprocess.CompletedProcess[str]]


def resident(order: int, born: str = "19700505") -> str:
    first = f"990101{born}{order:03d}"
    return first + check_character(first)


#: ``shown``: the numbers the person's settlements and register show under one psn_no, in order; ``by``: what makes one person of them;
#: ``sent`` and ``answered``: the number of the list, and of the answer. R1 is the resident number of order 1, R1/15 its old form.
PEOPLE = read_table("""
| who               | shown                          | type   | by       | sent             | answered         |
|-------------------|--------------------------------|--------|----------|------------------|------------------|
| old form answered | R1                             |        |          | R1               | R1/15            |
| old form shown    | R3/15                          |        |          | R3               | R3               |
| both shown        | R5/15 R5                       |        |          | R5               | R5/15            |
| renewed pass      | H1234567801                    | 港澳   |          | H12345678        | H1234567802      |
| pass in brackets  | M1234567801 M1234567802        | 港澳   |          | M12345678        | M12345678(03)    |
| renewed Taiwan    | 1234567801                     | 06     |          | 12345678         | 1234567802       |
| Taiwan in brackets| 2345678901                     | 06     |          | 23456789         | 23456789(02)     |
| foreigner's card  | GBR310070010101 R7             |        | word     | R7               | GBR310070010101  |
| the other way     | GBR310070010102 R9             |        | word     | R9               | R9               |
| register's number | R11 R13                        |        | register | R13              | R11              |
| said by a word    | R15 R17                        |        | word     | R17              | R15              |
""")


def number(text: str) -> str:
    """R5/15 as it is written: the fifteen digits."""
    if not text.startswith("R"):
        return text
    order, _, short = text[1:].partition("/")
    whole = resident(int(order))
    return whole[:6] + whole[8:17] if short else whole


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has sent a list of them all."""
    directory = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        bureau = Bureau(directory)
        bureau.incomes()
        bureau.settlements(*(
            settlement(setl_id=f"S{n}-{place}", certno=number(one), psn_no=f"P{n}", psn_name=f"样例{n}号", psn_cert_type=row["type"],
                       psn_part_amt=str(70_000 + n), setl_time=f"2025-0{place + 1}-01")
            for n, row in enumerate(PEOPLE) for place, one in enumerate(row["shown"].split())
        ))
        bureau.people(*(
            {"psn_no": f"P{n}", "psn_name": f"样例{n}号", "certno": number(row["sent"])}
            for n, row in enumerate(PEOPLE) if row["by"] == "register"
        ))
        with writing(bureau.home, "test") as store:
            for one in joins(store, LIBRARY).pairs:
                if one.pair.state.value == "open":
                    decide(store, LIBRARY, one.number, together=True, reason="核对过", by="测试", now=bureau.now(), twice=True)
        ready(bureau)
        approve(bureau.home)
        send(bureau.home)
    return directory


def lines(home: Home) -> dict[str, Mapping[str, Any]]:
    """The list's lines by the number they were sent with, with the state of each case."""
    with opened(home) as (_, access), access.engine.connect() as connection:
        asked = select(referral_lines, cases.c.state, cases.c.recognised_as).join(cases, cases.c.id == referral_lines.c.case_id)
        return {access.sealer.open_text(row["certno_sealed"], CERTNO_SEAL): row for row in connection.execute(asked).mappings()}


def test_every_answer_finds_its_case_and_its_person(
    sent: Path, tmp_path: Path, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(sent / "keys"))
    home = Home(sent / "home")
    assert set(lines(home)) == {row["sent"] if not row["sent"].startswith("R") else number(row["sent"]) for row in PEOPLE}
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for n, row in enumerate(PEOPLE):
            writer.writerow([NUMBER, f"样例{n}号", number(row["answered"]), "已认定", "", "低保边缘家庭成员", "2025-12-01", "", ""])
    answer = call_monitor("replies", path, "--json", home=home.path)
    (found,) = json.loads(answer.stdout)
    assert found["counts"] == {"applied": len(PEOPLE)}, found["listed"]
    assert {(row["answer"], row["state"], row["recognised_as"]) for row in lines(home).values()} == {
        ("accepted", "accepted", "dibao_marginal"),
    }
    # Whoever was granted it is warned as what they are now, under the number they stand under.
    assert call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31", home=home.path).returncode == 0
    alerts = list(csv.DictReader(call_monitor("alerts", home=home.path).stdout.splitlines()))
    over = {row["certno"]: row["category"] for row in alerts if row["kind"] == "return_to_poverty" and row["state"] != "cleared"}
    assert over == dict.fromkeys(lines(home), "dibao_marginal")
    # The same answers once more, from another file: nothing new.
    (tmp_path / "again.csv").write_bytes(path.read_bytes() + b"\n")
    (again,) = json.loads(call_monitor("replies", tmp_path / "again.csv", "--json", home=home.path).stdout)
    assert again["counts"] == {"repeated": len(PEOPLE)}
