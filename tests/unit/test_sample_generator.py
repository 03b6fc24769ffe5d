"""The generator: same seed same bytes, aimed sums exact, nobody real, dirt only where it is meant."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from monitor.intake import columns
from sample_data.__main__ import main
from sample_data.generator.exports import Request, districts_of, static_sql, write
from sample_data.numbers import check_digit, identity_number

SMALL = Request(people=2_000, settlements=20_000, months=3, seed=7)
FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")

Row = dict[str, str]


def rows(file: Path, encoding: str = "utf-8") -> list[Row]:
    with file.open(encoding=encoding, newline="") as source:
        return list(csv.DictReader(source))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(SMALL, tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def exported(made: list[Path]) -> list[Row]:
    """Every settlement row of the year, in order of arrival."""
    return [row for file in made[3:] for row in rows(file)]


def whole(exported: list[Row]) -> list[Row]:
    """The rows that need not be rejected."""
    return [
        row for row in exported
        if row["setl_id"] and row["setl_id"] != "合计" and row["psn_no"] and "E+" not in row["certno"]
        and "-02-30" not in row["setl_time"] and row["psn_part_amt"] not in ("", "不详")
    ]


def test_the_same_request_gives_the_same_bytes_and_another_seed_others(tmp_path: Path, made: list[Path]) -> None:
    again = write(SMALL, tmp_path / "again")
    other = write(replace(SMALL, seed=8), tmp_path / "other")
    assert [file.name for file in made] == [file.name for file in again] == [
        "people.csv", "identities.csv", "incomes.csv",
        "settlements-2025-01.csv", "settlements-2025-02.csv", "settlements-2025-03.csv",
    ]
    assert [file.read_bytes() for file in made] == [file.read_bytes() for file in again]
    for first, second in zip(made, other, strict=True):
        if first.name != "incomes.csv":
            assert first.read_bytes() != second.read_bytes()
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == sorted(file.name for file in made)


def test_headings_are_the_declared_ones(made: list[Path]) -> None:
    people, identities, incomes, *settlements = made
    for file, table in ((people, columns.PEOPLE), (incomes, columns.INCOMES), *(
        (file, columns.SETTLEMENTS) for file in settlements
    )):
        usual = [name for name in table.names if table is not columns.SETTLEMENTS or name not in columns.CLAIM_DAYS]
        assert file.read_text(encoding="utf-8").partition("\n")[0] == ",".join(usual)
    given = identities.read_text(encoding="utf-8").partition("\n")[0].split(",")
    assert set(given) <= set(columns.IDENTITIES.names)


def test_nobody_can_exist(made: list[Path], exported: list[Row]) -> None:
    register = rows(made[0])
    wrong = []
    numbers = {row["certno"] for row in (*register, *rows(made[1]), *exported)} - {"", "9.90E+17"}
    for number in numbers:
        assert number.startswith("99")
        assert len(number) in (15, 18)
        if len(number) == 18:
            assert date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
            if check_digit(number[:17]) != number[17]:
                wrong.append(number)
    assert 0 < len(wrong) < 0.005 * len(numbers)
    assert all(row["tel"].startswith("000") for row in register)


def test_two_people_never_share_a_number(made: list[Path]) -> None:
    holders = defaultdict(set)
    for row in rows(made[0]):
        if row["certno"] != "9.90E+17":
            holders[row["certno"]].add(row["psn_no"][3:])
    assert all(len(people) == 1 for people in holders.values())


def test_accounting_identities_hold_to_the_cent_but_for_a_few(exported: list[Row]) -> None:
    broken: Counter[str] = Counter()
    for row in whole(exported):
        value = {name: Decimal(row[name]) for name in columns.SETTLEMENTS.money}
        broken["A"] += value["medfee_sumamt"] != sum(
            value[name] for name in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
        )
        broken["B"] += value["medfee_sumamt"] != sum(
            value[name] for name in ("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")
        )
        broken["C"] += value["psn_part_amt"] != value["acct_pay"] + value["psn_cash_pay"]
        broken["D"] += value["fund_pay_sumamt"] != sum(value[name] for name in FUNDS)
    assert set(broken) == set("ABCD")
    assert all(0 < times < 0.001 * len(exported) for times in broken.values())


def burdens(made: list[Path], exported: list[Row]) -> dict[str, Decimal]:
    """Burden before aid by certno (else psn_no), added the obvious way."""
    current = {row["setl_id"]: row for row in whole(exported)}
    reversed_ids = {row["init_setl_id"] for row in current.values() if row["init_setl_id"]}
    people = rows(made[0])
    register = {row["psn_no"]: row["certno"] for row in people}
    old = {number[:6] + number[8:17]: number for number in register.values()}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in current.values():
        if row["refd_setl_flag"] == "1" or row["setl_id"] in reversed_ids:
            continue
        number = old.get(row["certno"], row["certno"]) or register.get(row["psn_no"], row["psn_no"])
        sums[number] += Decimal(row["psn_part_amt"]) + Decimal(row["maf_pay"])
    return sums


def test_people_stand_at_just_under_and_just_over_the_lines(tmp_path: Path) -> None:
    made = write(Request(people=12_000, settlements=40_000, months=2, seed=3), tmp_path)
    sums = burdens(made, [row for file in made[3:] for row in rows(file)])
    held = {row["certno"] for row in rows(made[1])}
    by_amount = Counter(sums.values())
    for line in ("20000.00", "60000.00"):
        assert by_amount[Decimal(line)] > 0
        assert by_amount[Decimal(line) - Decimal("0.01")] > 0
        assert by_amount[Decimal(line) + Decimal("0.01")] > 0
    over = sum(total > (20000 if number in held else 60000) for number, total in sums.items())
    assert 0.003 < over / 12_000 < 0.02
    assert 0.05 < len(held) / 12_000 < 0.07


def test_the_dirt_is_there(made: list[Path], exported: list[Row]) -> None:
    assert sum(row["setl_id"] == "合计" for row in exported) == 3
    rejected = len(exported) - len(whole(exported)) - 3
    assert 0 < rejected < 0.005 * len(exported)
    good = whole(exported)
    assert any(not row["certno"] for row in good)
    assert any(len(row["certno"]) == 15 for row in good)
    assert any(Decimal(row["psn_part_amt"]) < 0 and row["refd_setl_flag"] == "0" for row in good)
    flagged = [row for row in good if row["refd_setl_flag"] == "1"]
    known = {row["setl_id"] for row in good}
    reversals = [row for row in flagged if row["init_setl_id"]]
    assert any(row["init_setl_id"] not in known for row in reversals)
    unflagged = {row["setl_id"] for row in good if row["refd_setl_flag"] == "0"}
    assert any(row["init_setl_id"] in unflagged for row in reversals)
    contents = defaultdict(set)
    for row in good:
        contents[row["setl_id"]].add(tuple(row.values()))
    assert any(len(versions) > 1 for versions in contents.values())
    assert len(good) > sum(map(len, contents.values()))
    registered = {row["certno"] for row in rows(made[0])}
    assert any(row["certno"] and row["certno"] not in registered for row in good)
    assert {row["insutype"] for row in good} == {"310", "390", "391"}


def test_late_rows_come_in_a_later_month_and_never_before_they_happen(made: list[Path]) -> None:
    late = 0
    for month, file in enumerate(made[3:], start=1):
        for row in whole(rows(file)):
            happened = int(row["setl_time"][5:7])
            assert happened <= month
            late += happened < month
    assert late > 0


def test_one_file_in_gb18030(tmp_path: Path) -> None:
    request = replace(SMALL, people=300, settlements=900, split="none", encoding="gb18030")
    files = write(request, tmp_path)
    assert [file.name for file in files][3:] == ["settlements.csv"]
    assert len(rows(files[3], "gb18030")) > 900
    with pytest.raises(UnicodeDecodeError):
        files[0].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("document", "region", "income"),
    [
        ("hebei-city-2022", "130600", "130000"),
        ("inner-mongolia-2022-draft", "150000", "150100"),
        ("dongyang-2020-24", "330783", "330000"),
        ("gansu-2022-23", "620000", "620000"),
    ],
)
def test_other_documents(tmp_path: Path, document: str, region: str, income: str) -> None:
    files = write(Request(people=200, settlements=400, months=1, document=document, region=region), tmp_path)
    assert income in {row["region"] for row in rows(files[2])}
    assert {row["insu_admdvs"] for row in rows(files[0])} & set(districts_of(region))


def test_fewer_settlements_than_people(tmp_path: Path) -> None:
    files = write(Request(people=50, settlements=7, months=1), tmp_path)
    assert len(rows(files[3])) >= 7


@pytest.mark.parametrize(
    ("people", "settlements", "months", "region"),
    [(0, 1, 1, "371000"), (9_000_000, 1, 1, "371000"), (1, 0, 1, "371000"), (1, 1, 13, "371000"), (1, 1, 1, "37")],
)
def test_impossible_requests_are_refused(people: int, settlements: int, months: int, region: str) -> None:
    with pytest.raises(ValueError, match="must"):
        Request(people=people, settlements=settlements, months=months, region=region)


def test_unknown_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown document"):
        write(replace(SMALL, document="nowhere-1"), tmp_path)


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--people", "40", "--months", "1", "--output", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "settlements-2025-01.csv")
    with pytest.raises(SystemExit) as stopped:
        main(["generate", "--people", "0"])
    assert stopped.value.code == 2


def test_the_sql_and_the_python_make_the_same_check_digit() -> None:
    seventeens = [identity_number("990101", date(1970, 1, 1), sequence)[:17] for sequence in range(200)]
    with duckdb.connect() as engine:
        macros = static_sql("macros.sql")
        start = macros.index("CREATE MACRO digit(")
        engine.execute(macros[start:macros.index("CREATE MACRO has_two_numbers")])
        made = engine.execute("SELECT check_digit(unnest(?::BIGINT[]))", [list(map(int, seventeens))]).fetchall()
    assert [row[0] for row in made] == list(map(check_digit, seventeens))


def test_draws_for_two_purposes_are_independent() -> None:
    """With hash(i, salt) the two would share their low bits, and each month would have its own kind of dirt only."""
    with duckdb.connect() as engine:
        macros = static_sql("macros.sql")
        engine.execute("SET VARIABLE seed = 1")
        engine.execute(macros[macros.index("CREATE MACRO draw("):macros.index("-- Fen to yuan")])
        pairs = engine.execute(
            "SELECT count(*) FROM range(24000) t (i) GROUP BY draw(50, i, 12), draw(70, i, 6)"
        ).fetchall()
    assert len(pairs) == 72
    assert all(220 < times < 450 for (times,) in pairs)


def test_sample_numbers_outside_99_are_refused() -> None:
    with pytest.raises(ValueError, match="99"):
        identity_number("370101", date(1970, 1, 1), 1)
