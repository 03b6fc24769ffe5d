"""What a run says of the identity lists it had: none, none in force, none of this place. Weihai's region is 3710."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from bureau import Bureau, certno, settlement

#: Person → district by the register, district and amount of a settlement in the window ("" where there is none).
PEOPLE = {
    1: ("371002", "371002", "70000"), 2: ("130602", "", ""), 3: ("", "", ""), 4: ("", "130602", "1"),
    5: ("130602", "371002", "50000"), 6: ("", "130602", "65000"), 7: ("", "371002", "1"),
}
#: Whose identity is loaded next, from when; what the next run says: code, people in force, elsewhere, in neither.
LISTS = [
    (2, "2026-01-01", ("no_identity_in_force",)), (2, "2025-01-01", ("identities_elsewhere", 1, 1, 0)),
    (3, "2025-01-01", ("identities_elsewhere", 2, 1, 1)), (4, "2025-01-01", ("identities_elsewhere", 3, 2, 1)),
    (5, "2025-01-01", ("identities_elsewhere", 4, 3, 1)), (6, "2025-01-01", ("identities_elsewhere", 5, 4, 1)),
    # A settlement far under every line is enough to belong here.
    (7, "2025-01-01", ()),
]


def said(bureau: Bureau) -> tuple[object, ...]:
    notices = bureau.details(bureau.run())["notices"]
    if not notices:
        return ()
    (notice,) = notices
    if notice["code"] != "identities_elsewhere":
        return (notice["code"],)
    sentence = notice["sentence"]
    assert "monitor import identities" in sentence
    people = int(sentence.partition("有效的 ")[2].partition(" 人")[0])
    elsewhere = int(sentence.partition("参保地在外 ")[2].partition(" 人")[0])
    neither = int(sentence.partition("都找不到 ")[2].partition(" 人")[0] or 0)
    return notice["code"], people, elsewhere, neither


def test_list_after_list(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.people(*(
        {"certno": certno(n), "psn_no": f"P{n}", "insu_admdvs": place} for n, (place, _, _) in PEOPLE.items() if place
    ))
    bureau.settlements(*(
        settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt=amount, insu_admdvs=district)
        for n, (_, district, amount) in PEOPLE.items() if district
    ))
    assert said(bureau) == ("no_identity_list",)
    for n, begin, expected in LISTS:
        bureau.identities({"certno": certno(n), "category": "dibao_marginal", "begin": begin})
        assert said(bureau) == expected, n


def test_somebody_near_a_line_is_enough(tmp_path: Path, home: Path, call_monitor: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(*(settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt="70000", insu_admdvs=district)
                         for n, district in ((1, "371002"), (2, "130602"))))
    bureau.identities({"certno": certno(2), "category": "dibao_marginal"})
    run = ("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31")
    answer = call_monitor(*run).stdout
    assert "注意：导入过的身份名单在 2025-12-31 有效的 1 人没有一人参保地在文件的地区（参保地在外 1 人），没有人能作为" in answer
    assert [one["code"] for one in json.loads(call_monitor(*run, "--json").stdout)["notices"]] == ["identities_elsewhere"]
    bureau.identities({"certno": certno(1), "category": "dibao_marginal"})
    assert "注意" not in call_monitor(*run).stdout
