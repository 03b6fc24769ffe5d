"""The five shipped documents: words as in the texts, readings recorded, every field explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from monitor.base.errors import PolicyError
from monitor.base.settings import ROOT
from monitor.base.vocabulary import AlertKind, Category
from monitor.policy.document import Document, Outcome
from monitor.policy.library import load_library
from monitor.policy.schema import TABLES

POLICIES = ROOT / "policies"
LIBRARY = load_library(POLICIES)
IDS = ("dongyang-2020-24", "gansu-2022-23", "hebei-city-2022", "inner-mongolia-2022-draft", "weihai-2022-15")
NUMBERS = "一二三四五六七八九十"


def test_the_library_holds_the_five() -> None:
    assert tuple(LIBRARY.documents) == IDS
    assert set(LIBRARY.hashes) == set(IDS)
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in LIBRARY.hashes.values())


def test_an_unknown_document_lists_the_known() -> None:
    with pytest.raises(PolicyError) as refusal:
        LIBRARY.get("weihai")
    assert all(document_id in refusal.value.sentence for document_id in IDS)


def test_an_empty_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="没有政策文件"):
        load_library(tmp_path)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def cited(value: object) -> Iterator[tuple[str, str]]:
    """Every clause and quote in a document, however deep: whatever has the two of them."""
    if isinstance(value, tuple):
        for one in value:
            yield from cited(one)
    elif is_dataclass(value):
        quote = getattr(value, "quote", "")
        if quote:
            yield value.clause, quote
        for one in fields(value):
            yield from cited(getattr(value, one.name))


def clauses(text: str) -> Iterator[tuple[str, str]]:
    """Each line of a text with the clause it stands in, as a document file writes it: 二（三）1."""
    chapter = section = item = ""
    for line in text.splitlines():
        line = squeezed(line)
        if found := re.match(rf"([{NUMBERS}]+)、", line):
            chapter, section, item = found.group(1), "", ""
        elif found := re.match(rf"[（(]([{NUMBERS}]+)[）)]", line):
            section, item = f"（{found.group(1)}）", ""
        elif found := re.match(r"(\d)[.．]", line):
            item = found.group(1)
        yield f"{chapter}{section}{item}", line


@pytest.mark.parametrize("document", LIBRARY.documents.values(), ids=IDS)
def test_every_quote_stands_in_the_text_where_it_says(document: Document) -> None:
    text = (POLICIES / "texts" / f"{document.id}.txt").read_text("utf-8")
    whole = squeezed(text)
    begins = []  # the clause of every character
    for clause, line in clauses(text):
        begins.extend([clause] * len(line))
    everything = list(cited(document))
    assert len(everything) > 30
    for clause, quote in everything:
        wanted = squeezed(quote)
        places = [found.start() for found in re.finditer(re.escape(wanted), whole)]
        assert places, quote
        if clause == "文末":
            assert any(place > len(whole) * 0.9 for place in places), quote
        else:
            assert any(begins[place].startswith(clause) for place in places), (clause, quote)


#: document → readings the texts need, by id
READINGS = {
    "weihai-2022-15": "calendar_year total_burden before_aid all_residents kind monitored_kinds ordinary same_measure "
    "rural_affairs province_list",
    "hebei-city-2022": "effective_from number title region calendar_year total_burden before_aid identity_dates "
    "monitored_kinds ordinary rural_affairs",
    "inner-mongolia-2022-draft": "number status population calendar_year total_burden before_aid pooling_area "
    "monitored_kinds effective_to rural_affairs",
    "dongyang-2020-24": "effective_from effective_to any_identity calendar_year before_aid in_policy population",
    "gansu-2022-23": "effective_from effective_to standard population measure kind calendar_year previous_year "
    "lifted_out rural_affairs",
}
EVERYWHERE = "strictly_over any_identity insured_region all_schemes account pharmacy identity_dates"


@pytest.mark.parametrize("document", LIBRARY.documents.values(), ids=IDS)
def test_readings_are_recorded(document: Document) -> None:
    bounds = [bound.reading for bound in (document.effective_from, document.effective_to) if bound.reading]
    own = [reading for rule in document.rules for reading in rule.readings]
    found = {one.id for one in (*document.readings, *document.warning_readings, *bounds, *own)}
    assert found >= set(f"{READINGS[document.id]} {EVERYWHERE}".split())
    monitored = Category.MONITORED_UNSTABLE in document.named
    assert ("risk" in found) == monitored
    for rule in document.rules:
        ids = [reading.id for reading in document.readings_of(rule)]
        assert len(ids) == len(set(ids))
        assert "pharmacy" in ids


NAMED = {
    "weihai-2022-15": "tekun orphan dibao returned_to_poverty monitored dibao_marginal illness_poor other_hardship",
    "hebei-city-2022": "tekun dibao returned_to_poverty monitored dibao_marginal lifted_out illness_poor "
    "other_hardship",
    "inner-mongolia-2022-draft": "tekun dibao returned_to_poverty monitored dibao_marginal illness_poor other_hardship",
    "dongyang-2020-24": "tekun dibao child_in_need dibao_marginal illness_poor veteran_hardship severe_disability "
    "other_hardship",
    "gansu-2022-23": "tekun orphan dibao returned_to_poverty monitored dibao_marginal lifted_out illness_poor "
    "other_hardship",
}


@pytest.mark.parametrize("document", LIBRARY.documents.values(), ids=IDS)
def test_named_categories(document: Document) -> None:
    monitored = "monitored_unstable monitored_marginal monitored_sudden"
    assert list(document.named) == NAMED[document.id].replace("monitored", monitored).split()


def test_recipients() -> None:
    departments = {one.id: [to.department for to in one.recipients] for one in LIBRARY.documents.values()}
    both = ["civil_affairs", "rural_affairs"]
    assert departments == {
        "weihai-2022-15": both,
        "hebei-city-2022": both,
        "gansu-2022-23": both,
        "dongyang-2020-24": ["civil_affairs"],
        "inner-mongolia-2022-draft": [*both, "health", "disabled_federation"],
    }


@pytest.mark.parametrize("document", LIBRARY.documents.values(), ids=IDS)
def test_every_rule_has_rows_below_at_and_above_its_line(document: Document) -> None:
    for rule in document.rules:
        expected = [example.expected for example in document.examples if example.rule == rule.id]
        assert expected.count(Outcome.NOT_OVER) >= 2
        assert expected.count(Outcome.OVER) >= 1
    assert {rule.kind for rule in document.rules} <= set(AlertKind)


def test_every_field_the_schema_knows_is_explained() -> None:
    """Each table's fields stand in the README section that names the table."""
    headings = {
        "document": "The document",
        "effective": "effective_from",
        "line.benchmark": "line",
        "line.absolute": "line",
        "line.left_to_bureau": "line",
        "income": "example_setting.income",
        **{table: "figure" for table in TABLES if table.startswith("figure.")},
    }
    sections = re.split(r"^## ", (POLICIES / "README.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    explained = {
        re.split(r"[,(\n]", section)[0].strip(): set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))
        for section in sections
    }
    wanted: dict[str, set[str]] = {}
    for table, keys in TABLES.items():
        wanted.setdefault(headings.get(table, table), set()).update(key.name for key in keys)
    for heading, names in wanted.items():
        assert explained[heading] == names, heading
