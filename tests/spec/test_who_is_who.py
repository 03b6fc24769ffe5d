"""Who is who: two bills of 40,000 under one psn_no against Weihai's ordinary line of 150 % × 40,000 = 60,000.

One person is 40,000 + 40,000 = 80,000 and over it; two people are 40,000 each and under it, and where they may be one they are listed
with the 80,000 both come to and the line together they cross.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, settlement
from tables import read_table

from monitor.intake.identity_number import check_character
from monitor.review.joins import joins

_TYPES = {"TW": "台湾居民来往大陆通行证", "HM": "港澳居民来往内地通行证", "PR": "外国人永久居留证", "PP": "外国护照", "DIS": "残疾人证"}


def number(first17: str) -> str:
    return first17 + check_character(first17)


#: The numbers of the table by the name they have there; made up, of region 99 where they have one.
NUMBERS = {
    "-": "", "man": number("99010119700505001"), "man in 15": "990101700505001", "man in 20": number("99010119700505001") + "11",
    "man, x typed": number("99010119700505001")[:16] + "29", "same day": number("99010119700505003"),
    "woman": number("99010119700505002"), "other day": number("99010119710505001"),
    "old card": "GBR310070010101", "new card": number("91131019700101001"), "card, other day": number("91131019710101001"),
    "passport": "E12345678", "passport, small": "e12345678", "other passport": "E87654321",
    "pass": "H12345678", "pass, renewed": "H1234567801", "pass, again": "H1234567802", "pass, (02)": "H12345678(02)", "pass, full width": "Ｈ12345678０1",
    "other pass": "H12345679", "Macao pass": "M12345678", "pass of Taiwan": "12345678", "pass of Taiwan, renewed": "1234567801",
    "permit": number("81000019700101001"),
}

TWO_BILLS = read_table("""
    | type | first bill   | called   | second bill             | its name | register    | they are | because                    |
    |------|--------------|----------|-------------------------|----------|-------------|----------|----------------------------|
    |      | man          | 样甲     | man                     | 样甲     |             | one      | the same number            |
    |      | man          | 样甲     | man in 15               | 样甲     |             | one      | the same number            |
    |      | man in 15    | 样甲     | man in 20               | 样甲     |             | one      | the same number            |
    | PP   | passport     | 样甲     | passport, small         | 样甲     |             | one      | the same number            |
    | HM   | pass         | 样甲     | pass, renewed           | 样甲     |             | one      | renewals are no other pass |
    | HM   | pass, renewed| 样甲     | pass, again             | 样甲     |             | one      | renewals are no other pass |
    | HM   | pass         | 样甲     | pass, (02)              | 样甲     |             | one      | renewals are no other pass |
    | HM   | pass         | 样甲     | pass, full width        | 样甲     |             | one      | renewals are no other pass |
    |      | pass         | 样甲     | pass, renewed           | 样甲     |             | one      | renewals are no other pass |
    | TW   | pass of Taiwan | 样甲   | pass of Taiwan, renewed | 样甲     |             | one      | renewals are no other pass |
    |      | pass of Taiwan | 样甲   | pass of Taiwan, renewed | 样甲     |             | listed   | ten digits may be anything |
    | HM   | pass         | 样甲     | other pass              | 样甲     |             | listed   | two numbers                |
    | HM   | pass         | 样甲     | Macao pass              | 样甲     |             | listed   | two numbers                |
    |      | -            | 样甲     | man                     | 样甲     |             | one      | a sole later number        |
    |      | man          | 样甲     | -                       | 样甲     |             | one      | a sole number              |
    |      | -            |          | man                     | 样甲     |             | one      | a sole number              |
    |      | -            | 样甲之女 | woman                   | 样小乙   |             | listed   | another name               |
    |      | -            | 样甲之女 | woman                   | 样小乙   | woman       | one      | the register says so       |
    |      | man, x typed | 样甲     | man                     | 样甲     |             | listed   | two numbers, nobody says   |
    |      | man, x typed | 样甲     | man                     | 样甲     | man         | one      | the register says so       |
    |      | man, x typed | 样乙     | man                     | 样甲     | man         | listed   | another name               |
    |      | same day     | 样甲     | man                     | 样甲     | man         | one      | the register says so       |
    |      | woman        | 样甲     | man                     | 样甲     | man         | listed   | another sex                |
    |      | other day    | 样甲     | man                     | 样甲     | man         | listed   | another day of birth       |
    | PR   | old card     | 样甲     | new card                | 样甲     |             | listed   | not derivable              |
    | PR   | old card     | 样甲     | new card                | 样甲     | new card    | one      | the register says so       |
    | PR   | old card     | 样甲     | card, other day         | 样甲     | card, other day | listed | another day of birth     |
    | PP   | passport     | 样甲     | other passport          | 样甲     | other passport | one   | the register says so       |
    | HM   | pass         | 样甲     | permit                  | 样甲     | permit      | one      | the register says so       |
    |      | man          | 样甲     | same day                | 样甲     | man and same day | listed | the register knows both |
""")


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    made = Bureau(tmp_path)
    made.incomes()
    return made


def bills(bureau: Bureau, row: dict[str, str]) -> None:
    kind = _TYPES.get(row["type"], "01" if row["type"] == "" and "pass" not in row["first bill"] else "")
    for place, which in enumerate(("first bill", "second bill"), start=1):
        name = row["its name"] if place == 2 else row["called"]
        bureau.settlements(settlement(
            setl_id=f"S{place}", psn_no="P1", psn_name=name, certno=NUMBERS[row[which]], psn_cert_type=kind,
            setl_time=f"2025-0{place}-01", psn_part_amt="40000.00",
        ))


def register(bureau: Bureau, row: dict[str, str]) -> None:
    told = [one for one in row["register"].split(" and ") if one]
    if told:
        bureau.people(*(
            {"psn_no": f"P{place}", "psn_name": row["its name"], "certno": NUMBERS[one]} for place, one in enumerate(told, start=1)
        ))


@pytest.mark.parametrize(
    ("row", "registered_last"), [(row, last) for row in TWO_BILLS for last in ((False, True) if row["register"] else (False,))],
    ids=lambda one: f"{one['first bill']} / {one['second bill']} / {one['register']}" if isinstance(one, dict) else f"last {one}",
)
def test_two_bills_under_one_psn_no(row: dict[str, str], registered_last: bool, bureau: Bureau) -> None:
    if not registered_last:
        register(bureau, row)
    bills(bureau, row)
    if registered_last:
        register(bureau, row)
    alerts = bureau.alerts(bureau.run())
    found = [one for one in joins(bureau.store(), LIBRARY).pairs if one.pair.state.value == "open"]
    if row["they are"] == "one":
        assert [alert["burden"] for alert in alerts] == ["80000.00"] and found == []
    else:
        assert alerts == []
        (one,) = found
        assert [side.amount for side in (one.weighed.one, one.weighed.other, one.weighed.both)] == [40000, 40000, 40000 + 40000]
        assert one.weighed.crosses == (("poverty_due_to_illness", 60000),)
