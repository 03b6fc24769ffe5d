"""Writing a person's rows in any notation there is never changes alerts or entitlements: whatever names somebody goes through one place."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bureau import Bureau, settlement
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from monitor.assess.frames import frame_and_allowance
from monitor.entitle.keeping import keep
from monitor.intake.identity_number import check_character
from monitor.policy.library import load_library
from monitor.reports.entitled import entitlement_rows
from monitor.store.home import writing

Row = dict[str, Any]


def resident(order: int) -> str:
    first = f"99010119700505{order:03d}"
    return first + check_character(first)


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) for one in text)


def card(first17: str) -> str:
    return first17 + check_character(first17)


#: Of each person: how the register writes them, and every way a bill or a list may (number, certificate type); "" for by psn_no alone.
PEOPLE: list[tuple[str, str, list[tuple[str, str]]]] = [
    (resident(1), "01", [(resident(1), "01"), (resident(1)[:6] + resident(1)[8:17], "01"), (resident(1) + "43", "残疾人证"),
                         (full_width(resident(1)), "01"), (f" {resident(1)} ", ""), ("", "01")]),
    (card("99010119700505004"), "01", [(card("99010119700505004"), ""), (card("99010119700505004").lower(), "01"), ("", "")]),
    ("H12345678", "港澳居民来往内地通行证", [("H12345678", ""), ("H1234567801", ""), ("h12345678(02)", ""), (full_width("H1234567803"), "")]),
    ("M87654321", "", [("M87654321", "港澳居民来往内地通行证"), ("M8765432112", ""), ("", "")]),
    ("12345678", "台湾居民来往大陆通行证", [("12345678", "台湾居民来往大陆通行证"), ("1234567801", "台湾居民来往大陆通行证"), ("", "")]),
    (card("91131019700101001"), "外国人永久居留证", [(card("91131019700101001"), "外国人永久居留证"), ("GBR310070010101", "外国人永久居留证"), ("", "")]),
    ("E12345678", "外国护照", [("E12345678", "外国护照"), ("e12345678", "外国护照"), (full_width("E12345678"), "")]),
]
#: What a list of identities, which has no psn_no, may write: everything but nothing, and no card another replaced.
LISTED = [[way for way in ways if way[0] and way[0] != "GBR310070010101"] for _, _, ways in PEOPLE]


@st.composite
def home(draw: st.DrawFn) -> tuple[list[Row], list[Row], list[int], list[int]]:
    """Bills and identities by person, and of each which way it is written."""
    bills, ways, lists, listed_ways = [], [], [], []
    for number in range(draw(st.integers(8, 16))):
        who = draw(st.sampled_from(range(len(PEOPLE))))
        bills.append({"who": who, "setl_id": f"S{number}", "psn_part_amt": draw(st.sampled_from(["9999.99", "10000", "10000.01", "30000", "60000.01"])),
                      "setl_time": f"2025-{draw(st.integers(1, 12)):02d}-15"})
        ways.append(draw(st.integers(0, len(PEOPLE[who][2]) - 1)))
    for who in draw(st.lists(st.sampled_from(range(len(PEOPLE))), max_size=4, unique=True)):
        lists.append({"who": who, "category": draw(st.sampled_from(["dibao_marginal", "dibao", "monitored_sudden"]))})
        listed_ways.append(draw(st.integers(0, len(LISTED[who]) - 1)))
    return bills, lists, ways, listed_ways


def outcome(bills: Sequence[Row], lists: Sequence[Row], ways: Sequence[int], listed_ways: Sequence[int], *, last: bool) -> tuple[list[Row], list[Row]]:
    """Alerts and entitlements with every row written as told; ``last``: the register comes after the bills."""
    with tempfile.TemporaryDirectory() as directory:
        bureau = Bureau(Path(directory))
        bureau.incomes()
        people = [
            {"psn_no": f"P{who}", "psn_name": f"样例{who}", "certno": number, "psn_cert_type": kind}
            for who, (number, kind, _) in enumerate(PEOPLE)
        ]
        if not last:
            bureau.people(*people)
        if lists:
            bureau.identities(*(
                {"certno": LISTED[one["who"]][way][0], "psn_cert_type": LISTED[one["who"]][way][1], "psn_name": f"样例{one['who']}",
                 "category": one["category"]}
                for one, way in zip(lists, listed_ways, strict=True)
            ))
        bureau.settlements(*(
            settlement(**{name: text for name, text in one.items() if name != "who"}, psn_no=f"P{one['who']}", psn_name=f"样例{one['who']}",
                       certno=PEOPLE[one["who"]][2][way][0], psn_cert_type=PEOPLE[one["who"]][2][way][1])
            for one, way in zip(bills, ways, strict=True)
        ))
        if last:
            bureau.people(*people)
        record = bureau.run()
        with writing(bureau.home, "test") as store:
            keep(store, *frame_and_allowance(store, load_library(), record))
        return bureau.alerts(record), entitlement_rows(bureau.store(), record)


@given(found=home(), last=st.booleans())
@settings(max_examples=6, phases=(Phase.explicit, Phase.generate))
def test_no_notation_changes_what_comes_of_it(found: tuple[list[Row], list[Row], list[int], list[int]], last: bool) -> None:
    bills, lists, ways, listed_ways = found
    plain = outcome(bills, lists, [0] * len(bills), [0] * len(lists), last=False)
    assert outcome(bills, lists, ways, listed_ways, last=last) == plain
