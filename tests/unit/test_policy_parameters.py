"""What Gansu leaves to the bureau: values checked, the whole standard or none of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from monitor.base.errors import PolicyError
from monitor.base.settings import ROOT
from monitor.base.vocabulary import Category, Measure, Residents
from monitor.policy.document import AbsoluteLine, BenchmarkLine, BureauLine
from monitor.policy.library import load_library
from monitor.policy.parameters import allowed_values, check_assignment, parameters_of, settle, suggestion
from monitor.policy.provisions import Provisions
from monitor.policy.regions import RegionLevel

LIBRARY = load_library(ROOT / "policies")
GANSU = LIBRARY.get("gansu-2022-23")
FIRST = {
    "return_to_poverty.multiple": "0.5",
    "return_to_poverty.region_level": "province",
    "return_to_poverty.residents": "rural",
    "return_to_poverty.measure": "burden_before_aid",
    "return_to_poverty.population": "dibao_marginal, monitored_sudden",
}
SECOND = {
    "poverty_due_to_illness.amount": "50000",
    "poverty_due_to_illness.measure": "burden_after_aid",
    "poverty_due_to_illness.population": "ordinary",
    "poverty_due_to_illness.schemes": "39",
}


def without(values: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in values.items() if key != name}


def test_the_list_and_what_the_text_suggests() -> None:
    parameters = GANSU.parameters
    assert parameters_of(GANSU)[:14] == parameters
    assert len(parameters) == 14
    suggested = {one.name: suggestion(GANSU, one) for one in parameters}
    assert suggested["return_to_poverty.population"] == (
        "monitored_unstable,monitored_marginal,monitored_sudden,dibao_marginal"
    )
    assert suggested["poverty_due_to_illness.population"] == "ordinary"
    assert suggested["return_to_poverty.measure"] == "burden_before_aid"
    assert suggested["return_to_poverty.schemes"] == "all"
    assert suggested["return_to_poverty.multiple"] == ""
    for parameter in parameters:
        for value in allowed_values(GANSU, parameter):
            assert check_assignment(GANSU, parameter.name, value) == value


@pytest.mark.parametrize(
    ("slot", "value", "kept"),
    [
        ("multiple", "0.5", "0.5"),
        ("multiple", " 0.50 ", "0.5"),
        ("multiple", "50%", "0.5"),
        ("multiple", "150 %", "1.5"),
        ("multiple", "1", "1"),
        ("multiple", "10", "10"),
        ("multiple", "", ""),
        ("amount", "20000", "20000.00"),
        ("amount", "20000.5", "20000.50"),
        ("region_level", "prefecture", "prefecture"),
        ("residents", "urban", "urban"),
        ("measure", "in_policy_after_aid", "in_policy_after_aid"),
        ("population", "dibao_marginal，tekun", "tekun,dibao_marginal"),
        ("schemes", "all", "all"),
        ("schemes", "39, 310", "310,39"),
    ],
)
def test_a_value_is_kept_in_one_form(slot: str, value: str, kept: str) -> None:
    assert check_assignment(GANSU, f"return_to_poverty.{slot}", value) == kept


@pytest.mark.parametrize(
    ("slot", "value", "said"),
    [
        ("multiple", "0", "大于 0"),
        ("multiple", "50", "不超过 10"),
        ("multiple", "-0.5", "倍数"),
        ("multiple", "half", "0.5"),
        ("multiple", "0.12345", "四位小数"),
        ("multiple", "nan", "倍数"),
        ("multiple", "５０%", "倍数"),
        ("amount", "20,000", "千分位"),
        ("amount", "1e5", "金额"),
        ("amount", "0.00", "大于 0"),
        ("amount", "1.005", "两位小数"),
        ("region_level", "county", "province、prefecture"),
        ("residents", "everyone", "all、urban、rural"),
        ("measure", "burden", "burden_before_aid、burden_after_aid"),
        ("population", "child_in_need", "dibao_marginal"),
        ("population", "dibao_marginal,nobody", "逗号"),
        ("population", ",", "逗号"),
        ("schemes", "职工", "险种代码前缀"),
        ("schemes", "39,390", "险种代码前缀"),
    ],
)
def test_a_wrong_value_names_the_allowed(slot: str, value: str, said: str) -> None:
    with pytest.raises(PolicyError) as refusal:
        check_assignment(GANSU, f"return_to_poverty.{slot}", value)
    assert f"return_to_poverty.{slot}" in refusal.value.sentence
    assert said in refusal.value.sentence


def test_an_unknown_name_lists_the_names() -> None:
    with pytest.raises(PolicyError) as refusal:
        check_assignment(GANSU, "multiple", "0.5")
    assert all(one.name in refusal.value.sentence for one in GANSU.parameters)
    # Dongyang leaves no warning to the bureau, only the year's premiums.
    with pytest.raises(PolicyError, match=r"可登记的是 premium\.three_shares\.amount"):
        check_assignment(LIBRARY.get("dongyang-2020-24"), "return_to_poverty.multiple", "0.5")
    bare = replace(LIBRARY.get("dongyang-2020-24"), provisions=Provisions())
    with pytest.raises(PolicyError, match="没有留给医保部门确定的参数"):
        check_assignment(bare, "return_to_poverty.multiple", "0.5")


def test_settled_documents_are_complete() -> None:
    settled = settle(GANSU, FIRST | SECOND)
    first, second = settled.rules
    assert first.line == BenchmarkLine(RegionLevel.PROVINCE, Residents.RURAL, -1, Decimal("0.5"))
    assert first.population.categories == (Category.MONITORED_SUDDEN, Category.DIBAO_MARGINAL)
    assert first.population.schemes == ("",)
    assert second.line == AbsoluteLine(Decimal("50000.00"))
    assert second.measure is Measure.BURDEN_AFTER_AID
    assert second.population.schemes == ("39",)
    assert (first.quote, second.readings) == (GANSU.rules[0].quote, GANSU.rules[1].readings)
    assert all(isinstance(rule.line, BureauLine) for rule in GANSU.rules)


@pytest.mark.parametrize("document_id", [one for one in LIBRARY.documents if one != GANSU.id])
def test_the_others_leave_nothing_open(document_id: str) -> None:
    document = LIBRARY.get(document_id)
    assert settle(document, {}) == document


def test_nothing_recorded_says_what_and_how() -> None:
    with pytest.raises(PolicyError) as refusal:
        settle(GANSU, {})
    sentence = refusal.value.sentence
    assert "monitor parameter gansu-2022-23 return_to_poverty.multiple=" in sentence
    for name in (*FIRST, "poverty_due_to_illness.multiple", *without(SECOND, "poverty_due_to_illness.schemes")):
        assert name in sentence
    assert "--paper" in sentence
    assert "--by" in sentence
    assert sentence.count("。") == 0


@pytest.mark.parametrize("name", [*FIRST, *without(SECOND, "poverty_due_to_illness.schemes")])
def test_a_part_is_not_a_standard(name: str) -> None:
    with pytest.raises(PolicyError) as refusal:
        settle(GANSU, without(FIRST | SECOND, name))
    assert name in refusal.value.sentence
    taken_back = FIRST | SECOND | {name: ""}
    with pytest.raises(PolicyError, match="尚缺"):
        settle(GANSU, taken_back)


@pytest.mark.parametrize("half", [FIRST, SECOND])
def test_one_of_the_two_rules_is_not_a_standard(half: dict[str, str]) -> None:
    with pytest.raises(PolicyError, match="尚缺"):
        settle(GANSU, half)


def test_either_a_multiple_or_an_amount() -> None:
    with pytest.raises(PolicyError, match="只能登记其一"):
        settle(GANSU, FIRST | SECOND | {"return_to_poverty.amount": "20000.00"})


def test_schemes_may_stay_unrecorded() -> None:
    settled = settle(GANSU, FIRST | without(SECOND, "poverty_due_to_illness.schemes"))
    assert settled.rules[1].population.schemes == ("",)
