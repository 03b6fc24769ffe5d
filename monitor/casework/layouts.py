"""How each department is dealt with, as data: whom its lists take, in which columns, how it answers and until when.

``policies/referral/<department>.toml``; a file of the same name in the home's ``referral`` directory replaces it whole, and
one of a new department's name adds a recipient. Every key is known: an unknown or missing one refuses the file by name.
"""

from __future__ import annotations

import hashlib
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast

from monitor.base.errors import PolicyError
from monitor.base.settings import policies_directory
from monitor.base.vocabulary import DEPARTMENTS, AlertKind, CaseState, Category, RefusalReason, ReliefKind, Word

#: What a column can hold of a line. ``blank`` goes out empty, for the department to fill in.
FIELDS = (
    "number", "position", "news", "covered", "name", "certno", "category", "insutype", "insu_admdvs", "town", "kind", "rule",
    "measure", "burden", "benchmark", "benchmark_year", "multiple", "threshold", "excess", "band", "crossed_on", "provisional",
    "note", "document", "as_of", "blank",
)
#: The fields that may go out masked.
PERSONAL = ("name", "certno")
ENCODINGS = ("utf-8-sig", "gb18030")
FORMATS = ("xlsx", "csv")
#: The states a department's answer leads to (``transitions.ANSWERS``).
ANSWER_STATES = (
    CaseState.ACCEPTED, CaseState.NOT_RECOGNISED, CaseState.ALREADY_COVERED, CaseState.DECEASED, CaseState.UNREACHABLE,
)
#: What a reply's headings can be named for, besides the person's number and name.
REPLY_COLUMNS = (
    "pack", "answer", "reason", "category", "begin", "recognised_on", "relief_kind", "relief_amount", "relief_on", "remark",
)
#: Who lists of people go to that are of no department and no case.
HOSPITALS = "hospitals"
RECIPIENTS = DEPARTMENTS | {HOSPITALS: "定点医疗机构"}


def short_name(department: str) -> str:
    """Of whom a list goes to, as its number begins: 乡村振兴（农业农村）→ 乡村振兴."""
    return RECIPIENTS.get(department, department).partition("（")[0]


WARNING_COLUMNS = ("kind", "burden", "month")
WARNING_LIST = "warning_list"
NO_DEPOSIT = "no_deposit"
#: What a column of the list to hospitals can hold of a person.
PEOPLE_FIELDS = ("number", "position", "name", "certno", "category", "since", "until", "insu_admdvs", "town", "insutype", "note")

Encoding = Literal["utf-8-sig", "gb18030"]


@dataclass(frozen=True)
class Take:
    """People a department is told about: of these kinds, in these categories, under these documents (empty: all)."""

    kinds: frozenset[str]
    categories: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    def takes(self, document: str, kind: str, category: str) -> bool:
        return (
            kind in self.kinds
            and (not self.categories or category in self.categories)
            and (not self.documents or document in self.documents)
        )


@dataclass(frozen=True)
class LayoutColumn:
    """One column of a department's list: its heading, what stands in it, and whether a name or number is masked."""

    heading: str
    field: str
    width: int
    masked: bool = False


@dataclass(frozen=True)
class ReplyWords:
    """How a department writes its answers: its headings by column, its words (folded) by what they mean."""

    headings: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, str]
    reasons: Mapping[str, str]
    relief: Mapping[str, str]


@dataclass(frozen=True)
class Layout:
    """One recipient. ``amount_up``: yuan from which a change of the excess is news; ``push_day``, ``identity_list_day``: days
    of the month; ``answer_days``: days after sending; ``recognises``: the categories whose lists it sends;
    ``covered``: those who stand apart in its lists; ``sha256``: of the file."""

    department: str
    title: str
    formats: tuple[str, ...]
    encoding: Encoding
    amount_up: Decimal
    push_day: int
    answer_days: int
    identity_list_day: int | None
    recognises: frozenset[str]
    covered: frozenset[str]
    taken: tuple[Take, ...]
    columns: tuple[LayoutColumn, ...]
    reply: ReplyWords
    sha256: str = field(repr=False)

    @property
    def label(self) -> str:
        return DEPARTMENTS[self.department]

    @property
    def amount_up_fen(self) -> int:
        return int(self.amount_up * 100)

    @property
    def masked(self) -> bool:
        """Whether nobody's whole name or number is in its lists."""
        return not any(column.field in PERSONAL and not column.masked for column in self.columns)

    def takes(self, document: str, kind: str, category: str) -> bool:
        return any(take.takes(document, kind, category) for take in self.taken)


@dataclass(frozen=True)
class PeopleLayout:
    """How a list of people that is of no cases goes out: to hospitals (先诊疗后付费). ``sha256``: of the file."""

    department: str
    title: str
    formats: tuple[str, ...]
    encoding: Encoding
    columns: tuple[LayoutColumn, ...]
    sha256: str = field(repr=False)

    @property
    def label(self) -> str:
        return RECIPIENTS[self.department]

    @property
    def masked(self) -> bool:
        """Whether nobody's whole name or number is in its lists."""
        return not any(column.field in PERSONAL and not column.masked for column in self.columns)


@dataclass(frozen=True)
class WarningWords:
    """How the province writes its own warning list: headings by column, words (folded) by kind."""

    headings: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]


def layouts(home_layouts: Path | None) -> dict[str, Layout]:
    """Every recipient by department, the home's own files first. Raises PolicyError naming file and key."""
    found = {}
    for path in _paths(home_layouts).values():
        if path.stem not in (WARNING_LIST, NO_DEPOSIT):
            layout = _layout(path)
            if layout.department != path.stem:
                raise _wrong(path, "department", f"须与文件名相同，即 {path.stem}")
            found[layout.department] = layout
    return found


def layout_of(home_layouts: Path | None, department: str) -> Layout:
    """The recipient's. Raises PolicyError where there is none."""
    known = layouts(home_layouts)
    if department not in known:
        listed = "、".join(f"{name}（{layout.label}）" for name, layout in known.items())
        raise PolicyError(
            f"没有给部门 {department} 的推送版式；现有 {listed}。可在数据目录的 referral 目录里按 policies/referral/README.md 写一份"
        )
    return known[department]


def no_deposit_layout(home_layouts: Path | None) -> PeopleLayout:
    """How the list of who is admitted without a deposit goes to hospitals. Raises PolicyError."""
    path = _paths(home_layouts)[NO_DEPOSIT]
    raw, sha256 = _read(path)
    top = _Keys(path, "", raw, ("title", "formats", "encoding", "column"))
    formats = top.texts("formats", FORMATS)
    if not formats:
        raise top.wrong("formats", f"须至少有一种：{'、'.join(FORMATS)}")
    return PeopleLayout(
        HOSPITALS, top.text("title"), formats, cast(Encoding, top.text("encoding", ENCODINGS)),
        _columns(path, top.tables("column"), PEOPLE_FIELDS, "名单的每一行须能说出是哪份名单的第几行"), sha256,
    )


def warning_words(home_layouts: Path | None) -> WarningWords:
    """How the province's list is read. Raises PolicyError."""
    path = _paths(home_layouts)[WARNING_LIST]
    raw, _ = _read(path)
    top = _Keys(path, "", raw, ("headings", "kinds"))
    headings = _lists(_Keys(path, "headings", top.table("headings"), (), WARNING_COLUMNS))
    return WarningWords(headings, _words(path, "kinds", top.table("kinds"), AlertKind))


def folded(text: str) -> str:
    """A word as it is compared: without blanks, in half width."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _paths(home_layouts: Path | None) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for directory in (policies_directory() / "referral", home_layouts):
        if directory is not None and directory.is_dir():
            paths |= {path.stem: path for path in sorted(directory.glob("*.toml"))}
    return paths


def _read(path: Path) -> tuple[dict[str, Any], str]:
    content = path.read_bytes()
    try:
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal), hashlib.sha256(content).hexdigest()
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"推送版式 {path} 不能读取（{error}）；请按 UTF-8 的 TOML 格式改正") from None


def _wrong(path: Path, key: str, what: str) -> PolicyError:
    return PolicyError(f"推送版式 {path} 的 {key}：{what}")


class _Keys:
    """One table of a file: refuses unknown and missing keys, hands values out by type."""

    def __init__(
        self, path: Path, where: str, raw: object, required: Iterable[str], optional: Iterable[str] = ()
    ) -> None:
        self._path, self._where = path, where
        if not isinstance(raw, dict):
            raise _wrong(path, where, "须为一张表")
        self.raw: dict[str, Any] = raw
        for key in (*required,):
            if key not in raw:
                raise _wrong(path, self.key(key), "没有写")
        known = {*required, *optional}
        for key in raw:
            if key not in known:
                raise _wrong(path, self.key(key), f"没有这个键；可用的有 {'、'.join(sorted(known))}")

    def key(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def wrong(self, name: str, what: str) -> PolicyError:
        return _wrong(self._path, self.key(name), what)

    def text(self, name: str, choices: Iterable[str] = ()) -> str:
        value = self.raw[name]
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(name, "须为不空的文字")
        if choices and value not in (known := tuple(choices)):
            raise self.wrong(name, f"{value} 不在 {'、'.join(known)} 之中")
        return value

    def texts(self, name: str, choices: Iterable[str] = ()) -> tuple[str, ...]:
        value, known = self.raw.get(name, []), tuple(choices)
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.wrong(name, "须为文字的列表")
        if len(set(value)) != len(value):
            raise self.wrong(name, "有重复")
        for one in value:
            if known and one not in known:
                raise self.wrong(name, f"{one} 不在 {'、'.join(known)} 之中")
        return tuple(value)

    def number(self, name: str, low: int, high: int) -> int:
        value = self.raw[name]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(name, f"须为 {low} 至 {high} 的整数")
        return value

    def table(self, name: str) -> Any:
        return self.raw[name]

    def tables(self, name: str) -> list[Any]:
        value = self.raw[name]
        if not isinstance(value, list) or not value:
            raise self.wrong(name, f"须至少有一个 [[{name}]]")
        return value


def _layout(path: Path) -> Layout:
    raw, sha256 = _read(path)
    top = _Keys(
        path, "", raw,
        ("department", "title", "formats", "encoding", "amount_up", "push_day", "answer_days", "recognises", "covered", "takes",
         "column", "reply"),
        ("identity_list_day",),
    )
    amount_up = raw["amount_up"]
    if isinstance(amount_up, bool) or not isinstance(amount_up, int | Decimal) or not 0 < amount_up <= 1_000_000:
        raise top.wrong("amount_up", "须为大于 0 的金额（元）")
    categories = tuple(category.value for category in Category)
    formats = top.texts("formats", FORMATS)
    if not formats:
        raise top.wrong("formats", f"须至少有一种：{'、'.join(FORMATS)}")
    return Layout(
        department=top.text("department", DEPARTMENTS), title=top.text("title"), formats=formats,
        encoding=cast(Encoding, top.text("encoding", ENCODINGS)), amount_up=Decimal(amount_up),
        push_day=top.number("push_day", 1, 28), answer_days=top.number("answer_days", 1, 180),
        identity_list_day=top.number("identity_list_day", 1, 28) if "identity_list_day" in raw else None,
        recognises=frozenset(top.texts("recognises", categories)), covered=frozenset(top.texts("covered", categories)),
        taken=tuple(_take(path, f"takes[{n}]", one) for n, one in enumerate(top.tables("takes"), start=1)),
        columns=_columns(path, top.tables("column")), reply=_reply(path, top.table("reply")), sha256=sha256,
    )


def _take(path: Path, where: str, raw: object) -> Take:
    keys = _Keys(path, where, raw, ("kinds",), ("categories", "documents"))
    kinds = keys.texts("kinds", (kind.value for kind in AlertKind))
    if not kinds:
        raise keys.wrong("kinds", "须至少有一类")
    categories = keys.texts("categories", (category.value for category in Category))
    return Take(frozenset(kinds), frozenset(categories), frozenset(keys.texts("documents")))


def _columns(
    path: Path, raw: list[Any], fields: tuple[str, ...] = FIELDS, why: str = "反馈按名单编号和人对应"
) -> tuple[LayoutColumn, ...]:
    columns: list[LayoutColumn] = []
    for number, one in enumerate(raw, start=1):
        keys = _Keys(path, f"column[{number}]", one, ("heading", "field", "width"), ("masked",))
        column = LayoutColumn(
            keys.text("heading"), keys.text("field", fields), keys.number("width", 2, 100), keys.raw.get("masked", False)
        )
        if not isinstance(column.masked, bool) or (column.masked and column.field not in PERSONAL):
            raise keys.wrong("masked", f"只用于 {'、'.join(PERSONAL)}，写 true 或 false")
        if column.heading in [other.heading for other in columns]:
            raise keys.wrong("heading", f"“{column.heading}”已经有了")
        columns.append(column)
    given = {column.field for column in columns}
    for needed in ("number", "position"):
        if needed not in given:
            raise _wrong(path, "column", f"须有一列 field = \"{needed}\"：{why}")
    return tuple(columns)


def _reply(path: Path, raw: object) -> ReplyWords:
    keys = _Keys(path, "reply", raw, ("headings", "answers"), ("reasons", "relief"))
    headings = _lists(_Keys(path, "reply.headings", keys.table("headings"), ("answer",), REPLY_COLUMNS))
    answers = _words(path, "reply.answers", keys.table("answers"), CaseState, tuple(state.value for state in ANSWER_STATES))
    reasons = _words(path, "reply.reasons", keys.raw.get("reasons", {}), RefusalReason)
    return ReplyWords(headings, answers, reasons, _words(path, "reply.relief", keys.raw.get("relief", {}), ReliefKind))


def _lists(keys: _Keys) -> dict[str, tuple[str, ...]]:
    return {name: keys.texts(name) for name in keys.raw}


def _words(path: Path, where: str, raw: object, word: type[Word], only: tuple[str, ...] = ()) -> dict[str, str]:
    """Folded word → code; the codes and labels of the vocabulary are always known."""
    codes = only or tuple(one.value for one in word)
    keys = _Keys(path, where, raw, (), codes)
    meant = {folded(text): code for code in codes for text in (code, word(code).label)}
    for code in keys.raw:
        for text in keys.texts(code):
            if meant.setdefault(folded(text), code) != code:
                raise keys.wrong(code, f"“{text}”已经用于 {meant[folded(text)]}")
    return meant
