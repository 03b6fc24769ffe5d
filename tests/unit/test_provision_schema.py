"""The tables that say what a document gives are as strict as the rest: each mistake is refused by file and field."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from test_policy_schema import MINIMAL

from monitor.base.errors import PolicyError
from monitor.base.vocabulary import Bound, Category
from monitor.policy.document import Document
from monitor.policy.encoding import parse_document
from monitor.policy.provisions import IncomeShare, ParameterShare

GIVES = """
[assistance]
other_rules = [{ categories = ["dibao_marginal"], clause = "二", quote = "另有规定", reading = [] }]

[assistance.identities]
clause = "二"
quote = "就高不重复"
reading = []

[assistance.paid_first]
deducted = ["oth_pay"]
already_off = ["hifp_pay"]
clause = "二"
quote = "先保险后救助"
reading = []

[assistance.transition]
clause = "二"
quote = "过渡期内"
reading = []

[[assistance.care]]
id = "stay"
groups = ["inpatient"]
clause = "二"
quote = "住院费用"
reading = []

[[assistance.care]]
id = "chronic"
groups = ["chronic_outpatient"]
clause = "二"
quote = "慢性病"
reading = []

[[assistance.look_back]]
id = "application"
window = "before_application_date"
months = 12
clause = "二"
quote = "前12个月"
reading = []

[[assistance.tilt]]
id = "again"
label = "再救助"
threshold = { kind = "parameter_share", share = 0.5, parameter = "insurance.deductible", bound = "reference" }
ratio = { kind = "ratio", ratio = 0.6, bound = "at_least" }
cap = { kind = "local" }
needs_referral = true
within = "province"
clause = "二"
quote = "再救助"
reading = []

[[assistance.schedule]]
id = "main"
label = "特困救助"
categories = ["tekun"]
route = "direct"
care = "stay"
deductible = [
    { kind = "amount", first = 2022, last = 2022, amount = 2500 },
    { kind = "income_share", first = 2023, share = 0.1, region_level = "prefecture", residents = "all", year_offset = -1, bound = "about", lowest = 0.08, highest = 0.12, yearly = true },
]
ratio = { kind = "ratio", ratio = 0.7 }
cap = { kind = "no_limit" }
tilt = "again"
look_back = "application"
transition = true
clause = "二"
quote = "特困人员"
reading = []

[[assistance.schedule]]
id = "beside"
label = "门诊救助"
categories = ["tekun"]
route = "direct"
care = "chronic"
deductible = { kind = "amount", amount = 3000 }
ratio = { kind = "ratio", ratio = 1 }
cap = { kind = "amount", amount = 2000 }
apart = true
clause = "二"
quote = "门诊"
reading = []

[[premium_support.rule]]
id = "ladder"
categories = ["tekun"]
kind = "share"
share = [{ kind = "ratio", first = 2022, last = 2022, ratio = 0.9 }, { kind = "ratio", first = 2023, ratio = 0.8 }]
clause = "三"
quote = "资助"
reading = []

[critical_illness]
categories = ["tekun"]
added_back = ["maf_pay"]
paid = ["hifmi_pay"]
not_computable = "不能算出"
deductible = { kind = "local" }
segment = [
    { scheme = "39", above = 9000, up_to = 100000, ratio = 0.65 },
    { scheme = "39", above = 100000, ratio = 0.7 },
]
care = [{ scheme = "39", groups = ["inpatient"] }]
clause = "四"
quote = "大病保险"
reading = []

[recognition]
test = "income_after_burden"
excluded = ["tekun"]
months = 12
clause = "五"
quote = "家庭收入扣减"
reading = []

[[indicator]]
id = "balance"
label = "结余"
comparison = "at_most"
limit = 0.15
needs = ["fund"]
stated = true
clause = "六"
quote = "不超过15%"
reading = []

[[offer]]
id = "relief"
kind = "temporary_relief"
categories = "everyone"
text = "临时救助"
clause = "七"
quote = "临时救助"
reading = []

[[deadline]]
id = "claims"
label = "手工结报"
kind = "claims"
month = 6
day = 30
years_after = 1
clause = "八"
quote = "次年6月底前"
reading = []

"""
WHOLE = MINIMAL.replace("[example_setting]", GIVES + "[example_setting]", 1)


def parse(text: str) -> Document:
    return parse_document(text.encode(), "some-2022-1.toml")


def test_a_whole_document_is_read_exactly() -> None:
    given = parse(WHOLE).provisions
    assert given.assistance is not None
    main, beside = given.assistance.schedules
    first, second = main.deductible
    assert (first.value, first.bound, first.last) == (Decimal(2500), Bound.EXACT, 2022)
    assert isinstance(second.value, IncomeShare)
    assert (second.value.share, second.lowest, second.highest, second.yearly) == (
        Decimal("0.1"), Decimal("0.08"), Decimal("0.12"), True,
    )
    assert main.cap[0].unlimited and main.cap[0].value is None
    assert beside.apart and not main.apart
    (tilt,) = given.assistance.tilt
    assert tilt.threshold[0].value == ParameterShare(Decimal("0.5"), "insurance.deductible")
    assert (tilt.ratio[0].lowest, tilt.ratio[0].highest) == (Decimal("0.6"), Decimal(1))
    assert tilt.cap[0].bound is Bound.LOCAL
    assert given.offers[0].categories == (Category.TEKUN, Category.DIBAO_MARGINAL, Category.ORDINARY)
    assert given.critical_illness is not None and given.critical_illness.computable


def test_a_document_may_only_warn() -> None:
    given = parse(MINIMAL).provisions
    assert (given.assistance, given.premium_support, given.critical_illness, given.offers) == (None, None, None, ())


#: (what stands in GIVES, what is put there instead, the field the refusal must name)
WRONG = [
    # unknown keys, at every depth
    ('label = "特困救助"', 'label = "特困救助"\nfloor = 1', "assistance.schedule[1].floor"),
    ("amount = 2500 }", "amount = 2500, cap = 1 }", "assistance.schedule[1].deductible[1].cap"),
    ('kind = "ratio", ratio = 0.7 }', 'kind = "ratio", amount = 0.7 }', "assistance.schedule[1].ratio.amount"),
    ("[[assistance.care]]", "[[assistance.cover]]\nid = 1\n[[assistance.care]]", "assistance.cover"),
    ('groups = ["inpatient"] }]', 'groups = ["inpatient"], cap = 1 }]', "critical_illness.care[1].cap"),
    ("months = 12\nclause = \"五\"", "months = 12\nline = 1\nclause = \"五\"", "recognition.line"),
    ('id = "balance"', 'id = "balance"\nscope = "all"', "indicator[1].scope"),
    ('text = "临时救助"', 'text = "临时救助"\nuntil = 2025', "offer[1].until"),
    ("day = 30", "day = 30\nhour = 1", "deadline[1].hour"),
    ('id = "ladder"', 'id = "ladder"\nregion = "x"', "premium_support.rule[1].region"),
    # missing clauses, quotes and figures
    ('clause = "二"\nquote = "特困人员"', 'quote = "特困人员"', "assistance.schedule[1].clause"),
    ('quote = "特困人员"\n', "", "assistance.schedule[1].quote"),
    ('clause = "二"\nquote = "再救助"', 'quote = "再救助"', "assistance.tilt[1].clause"),
    ('quote = "住院费用"\n', "", "assistance.care[1].quote"),
    ('quote = "前12个月"\n', "", "assistance.look_back[1].quote"),
    ('quote = "先保险后救助"\n', "", "assistance.paid_first.quote"),
    ('quote = "就高不重复"\n', "", "assistance.identities.quote"),
    ('quote = "资助"\n', "", "premium_support.rule[1].quote"),
    ('quote = "大病保险"\n', "", "critical_illness.quote"),
    ('quote = "家庭收入扣减"\n', "", "recognition.quote"),
    ('quote = "不超过15%"\n', "", "indicator[1].quote"),
    ('quote = "临时救助"\n', "", "offer[1].quote"),
    ('clause = "八"\n', "", "deadline[1].clause"),
    (', clause = "二", quote = "另有规定"', ', clause = "二"', "assistance.other_rules[1].quote"),
    ("cap = { kind = \"no_limit\" }\n", "", "assistance.schedule[1].cap"),
    ("not_computable = \"不能算出\"\n", "", "critical_illness.not_computable"),
    ('paid = ["hifmi_pay"]\n', "", "critical_illness.paid"),
    # figures
    ('{ kind = "no_limit" }', '{ kind = "none" }', "assistance.schedule[1].cap.kind"),
    ('{ kind = "no_limit" }', '{ kind = "ratio", ratio = 0.5 }', "assistance.schedule[1].cap.kind"),
    ('{ kind = "no_limit" }', "70000", "assistance.schedule[1].cap"),
    ('{ kind = "no_limit" }', "[]", "assistance.schedule[1].cap"),
    ("ratio = 0.7 }\ncap", "ratio = 70 }\ncap", "assistance.schedule[1].ratio.ratio"),
    ("ratio = 0.7 }\ncap", 'ratio = "70%" }\ncap', "assistance.schedule[1].ratio.ratio"),
    ("ratio = 0.7 }\ncap", "ratio = 0.70001 }\ncap", "assistance.schedule[1].ratio.ratio"),
    ("amount = 2500 }", "amount = -1 }", "assistance.schedule[1].deductible[1].amount"),
    ("amount = 2500 }", "amount = 0.001 }", "assistance.schedule[1].deductible[1].amount"),
    ("first = 2023, share", "first = 2024, share", "assistance.schedule[1].deductible[2].first"),
    ("first = 2022, last = 2022, amount", "first = 2022, amount", "assistance.schedule[1].deductible[2].first"),
    ("first = 2022, last = 2022, amount", "first = 2023, last = 2022, amount", "assistance.schedule[1].deductible[1].last"),
    (", lowest = 0.08, highest = 0.12", "", "assistance.schedule[1].deductible[2].lowest"),
    ("lowest = 0.08", "lowest = 0.11", "assistance.schedule[1].deductible[2].lowest"),
    ("ratio = 0.7 }\ncap", "ratio = 0.7, lowest = 0.6 }\ncap", "assistance.schedule[1].ratio.lowest"),
    ("ratio = 0.7 }\ncap", "ratio = 0.7, yearly = true }\ncap", "assistance.schedule[1].ratio.yearly"),
    ("ratio = 0.7 }\ncap", 'ratio = 0.7, bound = "local" }\ncap', "assistance.schedule[1].ratio.bound"),
    ('bound = "reference"', 'bound = "roughly"', "assistance.tilt[1].threshold.bound"),
    ("year_offset = -1, bound", "year_offset = 0, bound", "assistance.schedule[1].deductible[2].year_offset"),
    ('"insurance.deductible"', '"insurance.cap"', "assistance.tilt.threshold"),
    ('deductible = { kind = "local" }\n', "", "assistance.tilt.threshold"),
    # words
    ('route = "direct"\ncare = "stay"', 'route = "automatic"\ncare = "stay"', "assistance.schedule[1].route"),
    ('groups = ["inpatient"]\nclause', 'groups = ["bed"]\nclause', "assistance.care[1].groups"),
    ('groups = ["inpatient"]\nclause', "groups = []\nclause", "assistance.care[1].groups"),
    ('window = "before_application_date"', 'window = "ever"', "assistance.look_back[1].window"),
    ('window = "before_application_date"', 'window = "calendar_year"', "assistance.look_back[1].months"),
    ("months = 12\nclause = \"二\"", "months = 0\nclause = \"二\"", "assistance.look_back[1].months"),
    ('within = "province"', 'within = "county"', "assistance.tilt[1].within"),
    ('deducted = ["oth_pay"]', 'deducted = ["psn_part_amt"]', "assistance.paid_first.deducted"),
    ('deducted = ["oth_pay"]', 'deducted = ["hifp_pay"]', "assistance.paid_first.deducted"),
    ('kind = "temporary_relief"', 'kind = "loan"', "offer[1].kind"),
    ('comparison = "at_most"', 'comparison = "below"', "indicator[1].comparison"),
    ('needs = ["fund"]', 'needs = ["money"]', "indicator[1].needs"),
    ("limit = 0.15", "limit = 15", "indicator[1].limit"),
    ("month = 6", "month = 13", "deadline[1].month"),
    ('kind = "share"\nshare', 'kind = "full"\nshare', "premium_support.rule[1].share"),
    ('kind = "share"\nshare', 'kind = "fixed"\nshare', "premium_support.rule[1].share"),
    ("excluded = [\"tekun\"]\n", "", "recognition.excluded"),
    ('test = "income_after_burden"', 'test = "set_elsewhere"', "recognition.excluded"),
    # things that do not fit together
    ('care = "stay"', 'care = "all"', "assistance.schedule[1].care"),
    ('tilt = "again"', 'tilt = "more"', "assistance.schedule[1].tilt"),
    ('look_back = "application"', 'look_back = "birth"', "assistance.schedule[1].look_back"),
    ('id = "chronic"', 'id = "stay"', "assistance.care[2].id"),
    ('id = "beside"', 'id = "main"', "assistance.schedule[2].id"),
    ('id = "beside"', 'id = "again"', "assistance.schedule[2].id"),
    ("apart = true\n", "", "assistance.schedule"),
    ('care = "chronic"', 'care = "stay"', "assistance.schedule"),
    ('categories = ["dibao_marginal"], clause', 'categories = ["tekun"], clause', "assistance.other_rules"),
    ('categories = ["dibao_marginal"], clause', 'categories = ["orphan"], clause', "assistance.other_rules[1].categories"),
    ("other_rules = [", "other_rules = []\nunused = [", "assistance.unused"),
    ('label = "特困救助"\ncategories = ["tekun"]', 'label = "特困救助"\ncategories = ["ordinary"]', "assistance.schedule[1].categories"),
    ("transition = true\n", "", "assistance.transition"),
    ("up_to = 100000", "up_to = 90000", "critical_illness.segment[1].up_to"),
    ("above = 100000, ratio", "above = 100000, up_to = 200000, ratio", "critical_illness.segment[2].up_to"),
    ('care = [{ scheme = "39"', 'care = [{ scheme = "31"', "critical_illness.care"),
    ('groups = ["inpatient"] }]', 'groups = ["inpatient"], specific_outpatient = true }]', "critical_illness.care[1].specific_outpatient"),
    # given twice
    ('route = "direct"\ncare = "stay"', 'route = "direct"\nroute = "direct"\ncare = "stay"', "route"),
    ("[recognition]", "[assistance.identities]\nclause = \"二\"\n[recognition]", "assistance.identities"),
]


@pytest.mark.parametrize(("standing", "instead", "field"), WRONG)
def test_refused_by_file_and_field(standing: str, instead: str, field: str) -> None:
    assert GIVES.count(standing) >= 1
    with pytest.raises(PolicyError) as refusal:
        parse(WHOLE.replace(GIVES, GIVES.replace(standing, instead, 1), 1))
    assert "some-2022-1.toml" in refusal.value.sentence
    assert re.search(rf"字段 {re.escape(field)} ", refusal.value.sentence), refusal.value.sentence
    assert refusal.value.sentence.endswith("。")


def test_one_premium_rule_a_category_and_year() -> None:
    rule = GIVES[GIVES.index("[[premium_support.rule]]"):GIVES.index("[critical_illness]")]
    later = rule.replace('"ladder"', '"later"').replace('kind = "share"', 'kind = "share"\nfirst = 2024')
    ended = GIVES.replace('kind = "share"', 'kind = "share"\nlast = 2023')
    parse(WHOLE.replace(GIVES, ended.replace("[critical_illness]", later + "[critical_illness]", 1), 1))
    with pytest.raises(PolicyError, match=r"premium_support\.rule\[2\]\.categories 中的 tekun 在同一年度已有资助标准"):
        parse(WHOLE.replace(GIVES, GIVES.replace("[critical_illness]", later + "[critical_illness]", 1), 1))
