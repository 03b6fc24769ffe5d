"""The schema is strict: each thing that can be wrong with a document file is refused by file and field."""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitor.base.errors import PolicyError
from monitor.base.vocabulary import Category
from monitor.policy.document import BenchmarkLine, Document
from monitor.policy.encoding import parse_document

MINIMAL = """
id = "some-2022-1"
number = "某政发〔2022〕1号"
title = "某意见"
issuer = "某市人民政府"
region = "990000"
status = "in_force"
checked_on = 2026-11-21
bands = [50, 100]
reading = []
warning_reading = []

[effective_from]
date = 2023-01-01
clause = "文末"
quote = "自2023年1月1日起施行"

[effective_to]
open = true
reading = { id = "effective_to", text = "未写有效期。", why = "无此条款。" }

[[names]]
categories = ["tekun", "dibao_marginal"]
clause = "一（一）"
quote = "特困人员、低保边缘家庭成员"

[[recipient]]
department = "civil_affairs"
clause = "一（二）"
quote = "推送民政部门"

[[rule]]
id = "first"
kind = "return_to_poverty"
population = ["ordinary", "dibao_marginal"]
schemes = "all"
measure = "burden_before_aid"
window = "calendar_year"
line = { kind = "benchmark", region_level = "province", residents = "all", year_offset = -1, multiple = 0.5 }
clause = "一（三）"
quote = "超过50%的"
reading = []

[example_setting]
as_of = 2024-12-31
insu_admdvs = "990102"
income = [{ region = "990000", residents = "all", year = 2023, amount = 40000.00 }]

[[example]]
id = "above"
categories = ["dibao_marginal"]
insutype = "390"
facts = { psn_part_amt = 20000.01 }
rule = "first"
category = "dibao_marginal"
expected = "over"
excess = 0.01
why = "多一分"
"""


def parse(text: str) -> Document:
    return parse_document(text.encode(), "some-2022-1.toml")


def test_minimal_document_is_read_exactly() -> None:
    document = parse(MINIMAL)
    rule = document.rule("first")
    assert isinstance(rule.line, BenchmarkLine)
    assert rule.line.multiple == Decimal("0.5")
    assert rule.population.categories == (Category.DIBAO_MARGINAL, Category.ORDINARY)
    assert rule.population.schemes == ("",)
    assert document.named == (Category.TEKUN, Category.DIBAO_MARGINAL)
    assert document.examples[0].facts == {"psn_part_amt": Decimal("20000.01")}


#: (what stands in MINIMAL, what is put there instead, the field the refusal must name)
WRONG = [
    # unknown keys, at every depth
    ('title = "某意见"', 'title = "某意见"\nheading = "x"', "heading"),
    ('kind = "return_to_poverty"', 'kind = "return_to_poverty"\nfloor = 1', "rule[1].floor"),
    ("multiple = 0.5 }", "multiple = 0.5, cap = 1 }", "rule[1].line.cap"),
    ("[example_setting]", "[entitlement]\nratio = 0.7\n[example_setting]", "entitlement"),
    ("[example_setting]", "[assistance]\nratio = 0.7\n[example_setting]", "assistance.ratio"),
    ("{ psn_part_amt = 20000.01 }", "{ psn_part_amt = 20000.01, acct_pay = 1.0 }", "example[1].facts.acct_pay"),
    # missing keys
    ('number = "某政发〔2022〕1号"\n', "", "number"),
    ("checked_on = 2026-11-21\n", "", "checked_on"),
    ('clause = "一（三）"\n', "", "rule[1].clause"),
    ('quote = "超过50%的"\n', "", "rule[1].quote"),
    ('clause = "一（一）"\n', "", "names[1].clause"),
    ('quote = "推送民政部门"\n', "", "recipient[1].quote"),
    ('clause = "文末"\n', "", "effective_from.clause"),
    ('quote = "自2023年1月1日起施行"\n', "", "effective_from.quote"),
    ('clause = "文末"\nquote = "自2023年1月1日起施行"\n', "", "effective_from.clause"),
    ("date = 2023-01-01\n", "", "effective_from.date"),
    (', why = "无此条款。"', "", "effective_to.reading.why"),
    ("year_offset = -1, ", "", "rule[1].line.year_offset"),
    ("psn_part_amt = 20000.01", "maf_pay = 20000.01", "example[1].facts.psn_part_amt"),
    ('rule = "first"\n', "", "example[1].rule"),
    ('category = "dibao_marginal"\n', "", "example[1].category"),
    # wrong types
    ('title = "某意见"', "title = 1", "title"),
    ('title = "某意见"', 'title = " "', "title"),
    ("checked_on = 2026-11-21", 'checked_on = "2026-11-21"', "checked_on"),
    ("checked_on = 2026-11-21", "checked_on = 2026-11-21T08:00:00", "checked_on"),
    ("multiple = 0.5", 'multiple = "0.5"', "rule[1].line.multiple"),
    ("multiple = 0.5", "multiple = true", "rule[1].line.multiple"),
    ("multiple = 0.5", "multiple = nan", "rule[1].line.multiple"),
    ("multiple = 0.5", "multiple = inf", "rule[1].line.multiple"),
    ("multiple = 0.5", "multiple = 0.50001", "rule[1].line.multiple"),
    ("multiple = 0.5", "multiple = 0", "rule[1].line.multiple"),
    ("year_offset = -1", "year_offset = 0", "rule[1].line.year_offset"),
    ("year_offset = -1", "year_offset = -1.0", "rule[1].line.year_offset"),
    ("reading = []\nwarning_reading", 'reading = "x"\nwarning_reading', "reading"),
    ("amount = 40000.00", "amount = 40000.001", "example_setting.income[1].amount"),
    ("open = true", "open = false", "effective_to.open"),
    ("open = true", 'open = "yes"', "effective_to.open"),
    ("date = 2023-01-01", "open = true", "effective_from.open"),
    ("facts = { psn_part_amt = 20000.01 }", "facts = 1", "example[1].facts"),
    ("[[recipient]]", "[recipient]", "recipient"),
    # words and codes the vocabulary does not know
    ('kind = "return_to_poverty"', 'kind = "returning"', "rule[1].kind"),
    ('measure = "burden_before_aid"', 'measure = "out_of_pocket"', "rule[1].measure"),
    ('window = "calendar_year"', 'window = "month"', "rule[1].window"),
    ('categories = ["tekun", "dibao_marginal"]', 'categories = ["tekun", "poor"]', "names[1].categories"),
    ('categories = ["tekun", "dibao_marginal"]', 'categories = ["tekun", "tekun"]', "names[1].categories"),
    ('categories = ["tekun", "dibao_marginal"]', 'categories = ["ordinary"]', "names[1].categories"),
    ('categories = ["tekun", "dibao_marginal"]', "categories = []", "names[1].categories"),
    ('population = ["ordinary", "dibao_marginal"]', 'population = ["orphan"]', "rule[1].population"),
    ('population = ["ordinary", "dibao_marginal"]', 'population = "all"', "rule[1].population"),
    ('population = ["ordinary", "dibao_marginal"]', "population = []", "rule[1].population"),
    ('schemes = "all"', 'schemes = "39"', "rule[1].schemes"),
    ('schemes = "all"', 'schemes = ["3x"]', "rule[1].schemes"),
    ('schemes = "all"', 'schemes = ["39", "390"]', "rule[1].schemes"),
    ('schemes = "all"', "schemes = []", "rule[1].schemes"),
    ('kind = "benchmark"', 'kind = "relative"', "rule[1].line.kind"),
    ('region_level = "province"', 'region_level = "county"', "rule[1].line.region_level"),
    ('residents = "all", year_offset', 'residents = "everyone", year_offset', "rule[1].line.residents"),
    ('department = "civil_affairs"', 'department = "police"', "recipient[1].department"),
    ('status = "in_force"', 'status = "expired"', "status"),
    ('region = "990000"\nstatus', 'region = "99"\nstatus', "region"),
    ('id = "first"', 'id = "First rule"', "rule[1].id"),
    # things that do not fit together
    ('id = "some-2022-1"', 'id = "other-2022-1"', "id"),
    ('number = "某政发〔2022〕1号"', 'number = ""', "number"),
    ('rule = "first"', 'rule = "second"', "example[1].rule"),
    ('expected = "over"', 'expected = "perhaps"', "example[1].expected"),
    ('expected = "over"', 'expected = "not over"', "example[1].category"),
    ("excess = 0.01", "excess = 0.00", "example[1].excess"),
    ("excess = 0.01", "excess = -0.01", "example[1].excess"),
    ('category = "dibao_marginal"\nexpected', 'category = "orphan"\nexpected', "example[1].category"),
    ('categories = ["dibao_marginal"]', 'categories = ["ordinary"]', "example[1].categories"),
    ('insutype = "390"', 'insutype = "居民"', "example[1].insutype"),
    # left to the bureau: all seven parameters, and only then
    (
        'line = { kind = "benchmark", region_level = "province", residents = "all", year_offset = -1, multiple = 0.5 }',
        'line = { kind = "left_to_bureau", year_offset = -1 }',
        "parameter",
    ),
    (
        "[example_setting]",
        '[[parameter]]\nname = "first.multiple"\ntype = "multiple"\ndescription = "倍数"\nclause = "一"\n'
        'quote = "q"\n[example_setting]',
        "parameter[1].name",
    ),
    # bands: there with a benchmark, rising, in the steps of the distribution they are drawn in
    ("bands = [50, 100]\n", "", "bands"),
    ("bands = [50, 100]", "bands = []", "bands"),
    ("bands = [50, 100]", "bands = [100, 50]", "bands"),
    ("bands = [50, 100]", "bands = [50, 50]", "bands"),
    ("bands = [50, 100]", "bands = [50, 101]", "bands"),
    ("bands = [50, 100]", "bands = [0, 50]", "bands"),
    ("bands = [50, 100]", "bands = [50, 300]", "bands"),
    ("bands = [50, 100]", "bands = [50, 100.0]", "bands"),
    ("bands = [50, 100]", 'bands = ["50"]', "bands"),
    # given twice
    ('title = "某意见"', 'title = "某意见"\ntitle = "另一意见"', "title"),
    ("[example_setting]", '[effective_to]\nopen = true\n[example_setting]', "effective_to"),
    ('quote = "超过50%的"', 'quote = "超过50%的"\nquote = "超过"', "quote"),
]


@pytest.mark.parametrize(("standing", "instead", "field"), WRONG)
def test_refused_by_file_and_field(standing: str, instead: str, field: str) -> None:
    assert MINIMAL.count(standing) >= 1
    with pytest.raises(PolicyError) as refusal:
        parse(MINIMAL.replace(standing, instead, 1))
    assert "some-2022-1.toml" in refusal.value.sentence
    assert f"字段 {field} " in refusal.value.sentence
    assert refusal.value.sentence.endswith("。")


def test_bands_stand_in_the_document() -> None:
    assert parse(MINIMAL).bands == (50, 100)


def test_a_document_of_absolute_lines_has_no_bands() -> None:
    line = MINIMAL[MINIMAL.index("line = {"):MINIMAL.index('clause = "一（三）"')]
    absolute = MINIMAL.replace(line, 'line = { kind = "absolute", amount = 20000.00 }\n')
    assert parse(absolute.replace("bands = [50, 100]\n", "")).bands == ()
    with pytest.raises(PolicyError, match="字段 bands "):
        parse(absolute)


def test_the_same_rule_twice_is_refused() -> None:
    rule = MINIMAL[MINIMAL.index("[[rule]]"):MINIMAL.index("[example_setting]")]
    with pytest.raises(PolicyError, match=r"rule\[2\]\.id 的值 first 重复"):
        parse(MINIMAL.replace("[example_setting]", rule + "[example_setting]"))


def test_rules_share_one_window() -> None:
    rule = MINIMAL[MINIMAL.index("[[rule]]"):MINIMAL.index("[example_setting]")]
    other = rule.replace('"first"', '"second"').replace("calendar_year", "rolling_12_months")
    with pytest.raises(PolicyError, match="window"):
        parse(MINIMAL.replace("[example_setting]", other + "[example_setting]"))


def test_a_category_is_named_once() -> None:
    again = '[[names]]\ncategories = ["tekun"]\nclause = "二"\nquote = "特困人员"\n\n[[recipient]]'
    with pytest.raises(PolicyError, match="字段 names 中同一身份出现两次"):
        parse(MINIMAL.replace("[[recipient]]", again))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'id = "x', "不是合格的 TOML"),
        (MINIMAL.replace("= 2026-11-21", "=").encode(), "字段 checked_on 写法不合 TOML"),
        ("id = 东".encode("gb18030"), "不是 UTF-8"),
    ],
)
def test_no_toml(content: bytes, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        parse_document(content, "some-2022-1.toml")
