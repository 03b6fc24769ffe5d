"""States against the predecessor run: new, continuing, raised, cleared with its reason, unconfirmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement

ONE, OTHER = certno(1), certno(2)


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    """Weihai, benchmark 40,000, one marginal person 21,000 over February's line and an ordinary one far below."""
    made = Bureau(tmp_path)
    made.incomes()
    made.identities({"certno": ONE, "category": "dibao_marginal"})
    made.people({"certno": ONE, "psn_no": "P1", "psn_name": "样例一"}, {"certno": OTHER, "psn_no": "P2", "psn_name": "样例二"})
    made.settlements(
        settlement(setl_id="A1", certno=ONE, psn_no="P1", setl_time="2025-01-10", psn_part_amt="12000"),
        settlement(setl_id="A2", certno=ONE, psn_no="P1", setl_time="2025-02-10 09:00:00", psn_part_amt="9000"),
        settlement(setl_id="B1", certno=OTHER, psn_no="P2", setl_time="2025-01-10", psn_part_amt="100"),
    )
    return made


def states(bureau: Bureau, as_of: str) -> list[tuple[str, str, str, str]]:
    return [(row["kind"], row["state"], row["reason"], row["burden"]) for row in bureau.alerts(bureau.run(as_of=as_of))]


OVER = "return_to_poverty"


def test_new_then_continuing_and_the_crossing_stays(bureau: Bureau) -> None:
    assert states(bureau, "2025-01-31") == []
    assert states(bureau, "2025-02-28") == [(OVER, "new", "", "21000.00")]
    assert states(bureau, "2025-03-31") == [(OVER, "continuing", "", "21000.00")]
    alert = bureau.alerts(bureau.run(as_of="2025-03-31"))[0]
    assert (alert["crossed_on"], alert["crossing_setl_id"]) == ("2025-02-10", "A2")


@pytest.mark.parametrize(
    ("more", "state"),
    [("19000.00", "continuing"), ("19000.01", "raised"), ("38999.99", "raised"), ("39000.01", "raised")],
    ids=["at 100 %: not raised", "over 100 %", "below 150 %", "over 150 %"],
)
def test_raised_when_the_band_goes_up(bureau: Bureau, more: str, state: str) -> None:
    bureau.run(as_of="2025-02-28")
    bureau.settlements(settlement(setl_id="A3", certno=ONE, setl_time="2025-03-01", psn_part_amt=more))
    assert [row[1] for row in states(bureau, "2025-03-31")] == [state]


def test_cleared_by_a_refund_is_a_correction(bureau: Bureau) -> None:
    bureau.run(as_of="2025-02-28")
    # The reversal only: the original's own flag is never exported again.
    bureau.settlements(
        settlement(setl_id="R2", certno=ONE, setl_time="2025-03-02", psn_part_amt="-9000", refd_setl_flag="1", init_setl_id="A2")
    )
    assert states(bureau, "2025-03-31") == [(OVER, "cleared", "correction", "12000.00")]
    assert states(bureau, "2025-04-30") == [], "a cleared alert is said once"


def test_cleared_by_a_corrected_export(bureau: Bureau) -> None:
    bureau.run(as_of="2025-02-28")
    bureau.settlements(settlement(setl_id="A2", certno=ONE, psn_no="P1", setl_time="2025-02-10 09:00:00", psn_part_amt="8000"))
    assert states(bureau, "2025-02-28") == [(OVER, "cleared", "correction", "20000.00")], "20,000 is not over 20,000"


def test_a_supplementary_reimbursement_lowers_the_burden(bureau: Bureau) -> None:
    bureau.run(as_of="2025-02-28")
    bureau.settlements(settlement(setl_id="A9", certno=ONE, setl_time="2025-03-05", psn_part_amt="-1000.01"))
    assert states(bureau, "2025-03-31") == [(OVER, "cleared", "correction", "19999.99")]


def test_cleared_because_the_identity_ended(bureau: Bureau) -> None:
    bureau.run(as_of="2025-02-28")
    bureau.identities({"certno": ONE, "category": "dibao_marginal", "end": "2025-02-28"})
    assert states(bureau, "2025-02-28") == [(OVER, "continuing", "", "21000.00")], "the last day is still in force"
    assert states(bureau, "2025-03-31") == [(OVER, "cleared", "identity_ended", "21000.00")]


def test_cleared_because_another_line_applies(bureau: Bureau) -> None:
    bureau.settlements(settlement(setl_id="B2", certno=OTHER, psn_no="P2", setl_time="2025-02-01", psn_part_amt="60000"))
    bureau.run(as_of="2025-02-28")
    bureau.identities({"certno": OTHER, "category": "monitored_sudden", "begin": "2025-03-01"})
    assert states(bureau, "2025-03-31") == [
        ("poverty_due_to_illness", "cleared", "other_line_applies", "60100.00"),
        (OVER, "new", "", "60100.00"),
        (OVER, "continuing", "", "21000.00"),
    ]


def test_cleared_because_the_person_died(bureau: Bureau) -> None:
    bureau.run(as_of="2025-02-28")
    bureau.people({"certno": ONE, "psn_no": "P1", "psn_name": "样例一", "surv_stas": "2"})
    record = bureau.run(as_of="2025-03-31")
    assert [(row["state"], row["reason"]) for row in bureau.alerts(record)] == [("cleared", "deceased")]
    assert [(row["reason"], row["certno"]) for row in bureau.set_aside(record)] == [("deceased", ONE)], "kept visible"


def test_nobody_is_cleared_while_the_window_holds_fewer_settlements_than_it_did(bureau: Bureau) -> None:
    bureau.run(as_of="2025-02-28")
    # A corrected export moves the settlement out of the window: fewer rows there than when the list was made.
    bureau.settlements(settlement(setl_id="A2", certno=ONE, psn_no="P1", setl_time="2024-12-31", psn_part_amt="9000"))
    record = bureau.run(as_of="2025-03-31")
    assert [(row["state"], row["reason"]) for row in bureau.alerts(record)] == [("unconfirmed", "")]
    assert bureau.details(record)["feed"]["fewer_than_before"]
    # Once the window is whole again the person is cleared.
    bureau.settlements(settlement(setl_id="A4", certno=OTHER, psn_no="P2", setl_time="2025-02-01", psn_part_amt="1"))
    assert states(bureau, "2025-04-30") == [(OVER, "cleared", "correction", "12000.00")]


def test_a_register_that_comes_later_does_not_make_the_same_alert_new(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(settlement(setl_id="C1", psn_no="P3", setl_time="2025-01-05", psn_part_amt="70000"))
    first = bureau.alerts(bureau.run(as_of="2025-01-31"))
    assert [(row["certno"], row["state"]) for row in first] == [("", "new")]
    bureau.people({"certno": certno(3), "psn_no": "P3", "psn_name": "样例三"})
    second = bureau.alerts(bureau.run(as_of="2025-02-28"))
    assert [(row["certno"], row["psn_name"], row["state"]) for row in second] == [(certno(3), "样例三", "continuing")]


def test_the_same_command_again_returns_the_same_run_and_bytes(bureau: Bureau) -> None:
    first = bureau.run(as_of="2025-02-28")
    path = bureau.home.runs / first.run / "alerts.parquet"
    before = path.read_bytes()
    second = bureau.run(as_of="2025-02-28")
    assert (second.run, path.read_bytes()) == (first.run, before)
    assert len(bureau.store().manifest.runs) == 1


def test_a_replay_sees_what_was_known_then(bureau: Bureau) -> None:
    known = bureau.run(as_of="2025-02-28").known_at
    bureau.settlements(
        settlement(setl_id="R2", certno=ONE, setl_time="2025-02-20", psn_part_amt="-9000", refd_setl_flag="1", init_setl_id="A2")
    )
    now = bureau.alerts(bureau.run(as_of="2025-02-28"))
    then = bureau.run(as_of="2025-02-28", known_at=known)
    assert [row["state"] for row in now] == ["cleared"]
    assert [(row["state"], row["burden"]) for row in bureau.alerts(then)] == [("new", "21000.00")]
    # Neither the replay nor a trial is anybody's predecessor.
    bureau.run(as_of="2025-02-28", trial=True)
    assert states(bureau, "2025-03-31") == []


def test_provisional_until_the_figure_is_out(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes({"year": "2023", "amount": "38000.00"})
    bureau.identities({"certno": ONE, "category": "dibao_marginal"})
    bureau.settlements(settlement(setl_id="A1", certno=ONE, setl_time="2025-01-10", psn_part_amt="19500"))
    record = bureau.run(as_of="2025-01-31", provisional=True)
    row = bureau.alerts(record)[0]
    assert record.provisional
    assert (row["provisional"], row["benchmark_year"], row["threshold"]) == ("true", "2023", "19000.00")
    bureau.incomes({"year": "2024", "amount": "40000.00"})
    row = bureau.alerts(bureau.run(as_of="2025-01-31", provisional=True))[0]
    assert (row["state"], row["reason"], row["threshold"], row["provisional"]) == (
        "cleared", "other_line_applies", "20000.00", "false",
    )


def test_the_line_is_compared_unrounded(tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes({"amount": "39999.99"})  # × 50 % = 19999.995
    bureau.identities(*({"certno": certno(n), "category": "dibao_marginal"} for n in (1, 2)))
    bureau.settlements(
        settlement(setl_id="A1", certno=certno(1), setl_time="2025-01-10", psn_part_amt="19999.99"),
        settlement(setl_id="A2", certno=certno(2), setl_time="2025-01-10", psn_part_amt="20000.00"),
    )
    record = bureau.run(as_of="2025-01-31")
    assert [(row["certno"], row["excess"]) for row in bureau.alerts(record)] == [(certno(2), "0.01")]
    rule = bureau.explain(record, certno(2))["rules"][0]
    assert (rule["threshold"], rule["line_text"]) == ("19999.995", "39999.99 × 50% = 19999.995")
