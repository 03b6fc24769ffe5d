"""The SQL's reading of a cell against plain Python, on generated cells."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from monitor.intake.checks import Cleaning
from monitor.intake.columns import SETTLEMENTS
from monitor.intake.identifiers import MASKED, UNCLEAR, certificate_number
from monitor.intake.identity_number import check_character, normalise
from monitor.intake.scrubbing import scrub

#: Each example is a list of cells, cleaned in one statement; the cell at fault is named, so there is nothing to shrink.
QUICK = settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def column(
    connection: duckdb.DuckDBPyConnection, name: str, cells: list[str]
) -> list[tuple[object, list[str], list[str]]]:
    """One column's cleaned value, reasons and flags for each cell, in otherwise good rows."""
    good = {"setl_id": "S1", "psn_no": "P1", "certno": "", "setl_time": "2025-01-01", "psn_part_amt": "1"}
    columns: dict[str, pa.Array] = {
        "line": pa.array(range(len(cells)), pa.int64()),
        "number_cell": pa.array([False] * len(cells)),
    }
    for other in SETTLEMENTS.names:
        filled = cells if other == name else [good.get(other)] * len(cells)
        columns[other] = pa.array(filled, pa.string())
    Cleaning(connection, SETTLEMENTS).take(scrub(SETTLEMENTS, pa.table(columns)))
    chosen = connection.sql("SELECT * FROM cleaned ORDER BY line").project(f'"{name}", reasons, flags')
    return [(value, reasons, flags) for value, reasons, flags in chosen.fetchall()]


def amount(cell: str, decimal_commas: bool) -> Decimal | None:
    """What a cell says in yuan, None for what is no amount of two decimals and fourteen digits.

    ``decimal_commas``: some cell of the column has a comma for its decimal point, so that 1,234 and 1.230 may be anything.
    """
    text = written(cell)
    if re.fullmatch("-*", text):
        return Decimal(0)
    if text.endswith("-") and re.fullmatch(r"\d[\d.,]*-", text, re.ASCII):
        text = "-" + text[:-1]
    text = re.sub(r"^([-+])\s+(?=\d)", r"\1", text)
    if not re.fullmatch(r"[-+]?(\d+|[1-9]\d{0,2}(,\d{3})+)?(\.\d*)?", text, re.ASCII) or not re.search(r"\d", text):
        return None
    if decimal_commas and re.fullmatch(r"[-+]?\d{1,3}(,\d{3}|\.\d\d0)", text) and not re.match(r"[-+]?0", text):
        return None
    value = Decimal(text.replace(",", ""))
    return value if value == value.quantize(Decimal("0.01")) and abs(value) < 10**14 else None


def written(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().strip("'")


def has_decimal_comma(cells: list[str]) -> bool:
    return any(re.search(r"^[-+]?[\d.]*\d,\d{1,2}-?$|^[-+]?0,\d+-?$|\..*,", written(cell), re.ASCII) for cell in cells)


DIGITS = st.text("0123456789", min_size=1, max_size=6)
AMOUNT = st.one_of(
    st.decimals(-(10**13), 10**13, places=2).map(str),
    st.decimals(-(10**6), 10**6, places=2).map(lambda value: f"{value:,}"),
    st.text("0123456789.,-+eE_ ", max_size=8),
    st.tuples(st.sampled_from(["", "-", "+"]), DIGITS, st.sampled_from([".", ",", ""]), DIGITS).map("".join),
    st.text("０１９．，－", max_size=5),
)


@QUICK
@given(cells=st.lists(AMOUNT, min_size=50, max_size=50))
def test_amounts(connection: duckdb.DuckDBPyConnection, cells: list[str]) -> None:
    commas = has_decimal_comma(cells)
    for cell, (value, reasons, _) in zip(cells, column(connection, "maf_pay", cells), strict=True):
        assert value == amount(cell, commas), cell
        assert bool(reasons) == (value is None), cell


@QUICK
@given(
    moments=st.lists(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 12, 31)), min_size=20, max_size=20),
    form=st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y年%m月%d日 %H:%M:%S"]
    ),
)
def test_times(connection: duckdb.DuckDBPyConnection, moments: list[dt.datetime], form: str) -> None:
    # strftime leaves years below 1000 unpadded; none are drawn.
    cells = [moment.strftime(form) for moment in moments]
    found = [value for value, _, _ in column(connection, "setl_time", cells)]
    assert found == [dt.datetime.strptime(cell, form) for cell in cells]  # noqa: DTZ007  # China time, as written


BODY = st.one_of(
    st.tuples(
        st.sampled_from(["990101", "371002", "160000"]),
        st.dates(dt.date(1849, 12, 1), dt.date(2101, 1, 31)).map(lambda day: day.strftime("%Y%m%d")),
        st.integers(0, 999).map("{:03}".format),
    ).map("".join),
    st.text("0123456789", min_size=17, max_size=17),
)
CERTNO = st.one_of(
    BODY.map(lambda body: body + check_character(body)),
    st.tuples(BODY, st.sampled_from("0123456789Xx")).map("".join),
    BODY.map(lambda body: body + check_character(body) + "42"),
    BODY.map(lambda body: body[:6] + body[8:]),
    st.text("0123456789Xx. E+'", max_size=20),
)


@QUICK
@given(cells=st.lists(CERTNO, min_size=50, max_size=50))
def test_certificate_numbers(connection: duckdb.DuckDBPyConnection, cells: list[str]) -> None:
    for cell, (value, reasons, flags) in zip(cells, column(connection, "certno", cells), strict=True):
        written_as = certificate_number(cell)
        number, wanted = normalise(written_as)
        if written_as == UNCLEAR:
            assert reasons == ["certno:unclear_number"], cell
        elif written_as == MASKED:
            assert (value, reasons, flags) == (None, [], ["masked_certno"]), cell
        elif written_as and not re.search("[0-9#]", written_as):
            assert (value, reasons, flags) == (None, [], ["certno_words"]), cell
        elif wanted == ("destroyed_number",):
            assert reasons == ["certno:destroyed_number"], cell
        else:
            assert (value, reasons, set(flags)) == (number or None, [], set(wanted)), cell


def test_check_character_wants_seventeen_digits() -> None:
    for wrong in ("", "1" * 16, "1" * 18, "1" * 16 + "X", "１" * 17):
        with pytest.raises(ValueError, match="17 digits"):
            check_character(wrong)
