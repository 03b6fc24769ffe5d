"""What is written about the program is true of the program: commands, options, targets, words."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import monitor
from monitor.access.rules import AccessRules
from monitor.base.vocabulary import Role, Word
from monitor.intake import archive, confined, delimited, records
from monitor.intake.columns import LONGEST_CELL, MOST_COLUMNS, OPTIONAL

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (*READMES, "SECURITY.md", "GLOSSARY.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md", "docs/ARCHITECTURE.md", "docs/DATA.md")
#: Options argparse and every command share; named once in the text, not at each command.
EVERYWHERE = {"-h", "--help"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- commands -------------------------------------------------------------------------------------


def parsers(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[
    tuple[str, argparse.ArgumentParser]
]:
    """Every command that does something, as typed after ``monitor``, with its parser."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        for name, child in action.choices.items():
            yield from parsers(child, (*words, name))
    if not below:
        yield " ".join(words), parser


def commands() -> dict[str, set[str]]:
    """``{"import settlements": {"--encoding", …}}`` of the program as it is."""
    from monitor.commands.grammar import build_parser

    return {
        name: {option for action in parser._actions for option in action.option_strings} - EVERYWHERE
        for name, parser in parsers(build_parser())
    }


def documented(readme: str) -> set[str]:
    """The commands of a README's command table: the first cell's ``monitor …`` up to its first argument."""
    rows = re.findall(r"^\| `monitor ((?:[a-z][a-z_-]* ?)+)[^`]*` \|", read(readme), re.MULTILINE)
    return {row.strip() for row in rows}


def promised(readme: str) -> set[str]:
    """The commands a README says are still to come: the rows of its second table."""
    rows = re.findall(r"^\| \*`monitor ([a-z-]+(?: [a-z-]+)*)[^`]*`\* \|", read(readme), re.MULTILINE)
    return set(rows)


needs_command_line = pytest.mark.usefixtures("home")


@needs_command_line
@pytest.mark.parametrize("readme", READMES)
def test_every_command_and_no_other_is_in_the_readme(readme: str) -> None:
    assert documented(readme) == set(commands())


@needs_command_line
@pytest.mark.parametrize("readme", READMES)
def test_every_option_is_in_the_readme(readme: str) -> None:
    text = read(readme)
    missing = {
        f"{command} {option}"
        for command, options in commands().items()
        for option in options
        if not re.search(rf"{re.escape(option)}\b", text)
    }
    assert missing == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_column_of_our_own_inputs_is_in_the_readme(readme: str) -> None:
    """These tables are nobody's but ours: what is not written here is written nowhere. A star is a required column."""
    rows = dict(re.findall(r"^\| `([a-z_]+)` [^|]*\| ((?:`[a-z_]+`\*?,? ?)+) \|", read(readme), re.MULTILINE))
    assert rows == {
        table.name: ", ".join(f"`{column.name}`{'*' if column.required else ''}" for column in table.columns)
        for table in OPTIONAL
    }


@pytest.mark.parametrize("readme", READMES)
def test_every_rule_of_signing_in_is_in_the_readme_as_it_is(readme: str) -> None:
    """Key and default of access.toml, and every role."""
    rules = AccessRules()
    shown = dict(re.findall(r"^\| (`[a-z_`、, ]+) \| ([^|]+) \|", read(readme), re.MULTILINE))
    told = {key.strip(" `"): value.strip() for keys, values in shown.items()
            for key, value in zip(re.split("[、,]", keys), re.split("[、,]", values), strict=False)}
    defaults = {field.name: getattr(rules, field.name) for field in fields(AccessRules)}
    for key, default in defaults.items():
        assert key in told, key
        assert not isinstance(default, int) or told[key] == str(default), key
    assert [role.value for role in Role if f"| `{role.value}`" not in read(readme)] == []


@needs_command_line
@pytest.mark.parametrize("readme", READMES)
def test_what_is_promised_is_not_there_yet(readme: str) -> None:
    assert promised(readme) & set(commands()) == set()


def test_both_readmes_list_the_same_commands() -> None:
    assert documented(READMES[0]) == documented(READMES[1])
    assert promised(READMES[0]) == promised(READMES[1])
    assert documented(READMES[0]), "the command table's form has changed: adapt this test"


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_every_make_target_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", read(name), re.MULTILINE))
    assert named
    assert named - targets == set()


# --- words ----------------------------------------------------------------------------------------

def _kinds_of_word() -> list[type[Word]]:
    """Every type of words of the program, wherever it stands."""
    for module in pkgutil.walk_packages(monitor.__path__, "monitor."):
        if module.name != "monitor.__main__" and ".migrations" not in module.name:
            importlib.import_module(module.name)
    found, waiting = [], [Word]
    while waiting:
        below = waiting.pop().__subclasses__()
        found += [kind for kind in below if kind.__module__.startswith("monitor.")]
        waiting += below
    return sorted(found, key=lambda kind: kind.__name__)


KINDS_OF_WORD = _kinds_of_word()
WORDS = [pytest.param(word, id=f"{kind.__name__}-{word}") for kind in KINDS_OF_WORD for word in kind]


def glossary_rows(kind: str) -> dict[str, list[str]]:
    """``{id: cells}`` of the glossary's table under the heading that begins with the type's name."""
    section = re.search(rf"^## {kind}\b.*?(?=^## |\Z)", read("GLOSSARY.md"), re.MULTILINE | re.DOTALL)
    assert section, f"GLOSSARY.md has no section for {kind}"
    rows = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section[0].splitlines()
        if line.startswith("| `")
    )
    return {cells[0].strip("`"): cells[1:] for cells in rows}


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_in_the_glossary_as_the_program_has_it(word: Word) -> None:
    rows = glossary_rows(type(word).__name__)
    assert word.value in rows
    label, english, definition, source = rows[word.value]
    assert label == word.label
    assert word.definition in ("", definition)
    assert english and definition and source


def test_two_types_of_words_do_not_share_a_name() -> None:
    """The glossary's tables go by it; and one word means one thing."""
    names = [kind.__name__ for kind in KINDS_OF_WORD]
    assert sorted(set(names)) == names and len(names) > 50


def test_every_table_of_the_glossary_is_a_type() -> None:
    headings = re.findall(r"^## (\w+):", read("GLOSSARY.md"), re.MULTILINE)
    assert sorted(heading for heading in headings if heading[0].isascii()) == [kind.__name__ for kind in KINDS_OF_WORD]


@pytest.mark.parametrize("kind", KINDS_OF_WORD, ids=lambda kind: kind.__name__)
def test_the_glossary_has_no_word_the_program_lacks(kind: type[Word]) -> None:
    assert set(glossary_rows(kind.__name__)) == {word.value for word in kind}


# --- documents of the program and of the house ----------------------------------------------------


@pytest.mark.parametrize("readme", READMES)
def test_every_encoded_document_is_in_the_readme(readme: str) -> None:
    encoded = sorted((ROOT / "policies").glob("*.toml"))
    ids = [tomllib.loads(path.read_text(encoding="utf-8")).get("id", path.stem) for path in encoded]
    text = read(readme)
    assert [document for document in ids if f"`{document}`" not in text] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_a_text_points_at_exists(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", read(name))
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_the_limits_written_for_bureaus_are_the_programs() -> None:
    text = read("docs/INSTALL.zh-CN.md")
    table = text[text.index("## 导入文件的限度") :]
    for said in (
        f"{archive.LARGEST_WORKBOOK >> 20} MB；解开后 {archive.LARGEST_UNPACKED >> 30} GB",
        f"内存最多 {confined.MEMORY >> 30} GB（小文件 {confined.LITTLE >> 20} MB 起），处理器时间 {confined.SECONDS // 60} 分钟",
        f"解开后 {archive.LARGEST_TEXT >> 30} GB；超过 {archive.LARGE >> 20} MB 的，不得大于压缩文件的 {archive.LARGEST_RATIO} 倍",
        f"文件目录 {archive.LARGEST_DIRECTORY >> 20} MB",
        f"{MOST_COLUMNS} 列；一行 {records.LONGEST_LINE >> 20} MB；一条记录 {records.LONGEST_RECORD} 行",
        f"{LONGEST_CELL} 个字符",
    ):
        assert said in table, said
    assert (delimited.LINES_IN_VAIN, delimited.BYTES_IN_VAIN) == (1_000_000, 256 << 20)


def test_decisions_are_dated_whole_and_short() -> None:
    entries = re.split(r"^## ", read("DECISIONS.md"), flags=re.MULTILINE)[1:]
    assert entries
    for entry in entries:
        title = entry.splitlines()[0]
        assert re.match(r"\d{4}-\d{2}-\d{2} \S", title), title
        for part in ("**Context.**", "**Decision.**", "**Consequence.**"):
            assert part in entry, f"{title}: {part} is missing"
        assert len(entry.strip().splitlines()) <= 14, f"{title}: too long to be read"


def test_the_licence_is_what_the_project_says() -> None:
    assert tomllib.loads(read("pyproject.toml"))["project"]["license"] == "Apache-2.0"
    assert "Apache License" in read("LICENSE") and "END OF TERMS AND CONDITIONS" in read("LICENSE")

