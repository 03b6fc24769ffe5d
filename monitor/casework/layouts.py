"""How each department is dealt with, as data: whom its lists take, in which columns, how it answers and until when.

``policies/referral/<department>.toml``; a file of the same name in the home's ``referral`` directory replaces it whole, and
one of a new department's name adds a recipient. Every key is known: an unknown or missing one refuses the file by name.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast

from monitor.base.errors import PolicyError
from monitor.base.settings import policies_directory
from monitor.base.vocabulary import DEPARTMENTS, AlertKind, CaseState, Category, RefusalReason, ReliefKind, Word
from monitor.policy.strict_toml import StrictTable, read_toml, refusal

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
                raise refusal(_told(path), "department", f"须与文件名相同，即 {path.stem}")
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
    top, sha256 = _top(path, ("title", "formats", "encoding", "column"))
    return PeopleLayout(
        HOSPITALS, top.text("title"), _formats(top), cast(Encoding, top.text("encoding", among=ENCODINGS)),
        _columns(top, PEOPLE_FIELDS, "名单的每一行须能说出是哪份名单的第几行"), sha256,
    )


def warning_words(home_layouts: Path | None) -> WarningWords:
    """How the province's list is read. Raises PolicyError."""
    path = _paths(home_layouts)[WARNING_LIST]
    top, _ = _top(path, ("headings", "kinds"))
    return WarningWords(_lists(top.table("headings", (), WARNING_COLUMNS)), _words(top, "kinds", AlertKind))


def folded(text: str) -> str:
    """A word as it is compared: without blanks, in half width."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _paths(home_layouts: Path | None) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for directory in (policies_directory() / "referral", home_layouts):
        if directory is not None and directory.is_dir():
            paths |= {path.stem: path for path in sorted(directory.glob("*.toml"))}
    return paths


def _told(path: Path) -> str:
    """The file as sentences call it."""
    return f"推送版式 {path}"


def _top(path: Path, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> tuple[StrictTable, str]:
    """The whole file as one table, and the SHA-256 of its bytes. Raises PolicyError."""
    content = path.read_bytes()
    return StrictTable(_told(path), "", read_toml(content, _told(path)), required, optional), hashlib.sha256(content).hexdigest()


def _layout(path: Path) -> Layout:
    top, sha256 = _top(
        path,
        ("department", "title", "formats", "encoding", "amount_up", "push_day", "answer_days", "recognises", "covered", "takes",
         "column", "reply"),
        ("identity_list_day",),
    )
    amount_up = top.number("amount_up")
    if not amount_up.is_finite() or not 0 < amount_up <= 1_000_000:
        raise top.wrong("amount_up", "须为大于 0 的金额（元）")
    categories = tuple(category.value for category in Category)
    return Layout(
        department=top.text("department", among=DEPARTMENTS), title=top.text("title"), formats=_formats(top),
        encoding=cast(Encoding, top.text("encoding", among=ENCODINGS)), amount_up=amount_up,
        push_day=top.within("push_day", 1, 28), answer_days=top.within("answer_days", 1, 180),
        identity_list_day=top.within("identity_list_day", 1, 28) if top.has("identity_list_day") else None,
        recognises=frozenset(top.texts("recognises", categories)), covered=frozenset(top.texts("covered", categories)),
        taken=tuple(_take(one) for one in top.tables("takes", ("kinds",), ("categories", "documents"))),
        columns=_columns(top), reply=_reply(top), sha256=sha256,
    )


def _formats(top: StrictTable) -> tuple[str, ...]:
    formats = top.texts("formats", FORMATS)
    if not formats:
        raise top.wrong("formats", f"须至少有一种：{'、'.join(FORMATS)}")
    return formats


def _take(table: StrictTable) -> Take:
    kinds = table.texts("kinds", (kind.value for kind in AlertKind))
    if not kinds:
        raise table.wrong("kinds", "须至少有一类")
    categories = table.texts("categories", (category.value for category in Category)) if table.has("categories") else ()
    return Take(frozenset(kinds), frozenset(categories), frozenset(table.texts("documents") if table.has("documents") else ()))


def _columns(
    top: StrictTable, fields: tuple[str, ...] = FIELDS, why: str = "反馈按名单编号和人对应"
) -> tuple[LayoutColumn, ...]:
    columns: list[LayoutColumn] = []
    for table in top.tables("column", ("heading", "field", "width"), ("masked",)):
        column = LayoutColumn(
            table.text("heading"), table.text("field", among=fields), table.within("width", 2, 100),
            table.flag("masked") if table.has("masked") else False,
        )
        if column.masked and column.field not in PERSONAL:
            raise table.wrong("masked", f"只用于 {'、'.join(PERSONAL)}")
        if column.heading in [other.heading for other in columns]:
            raise table.wrong("heading", f"的值“{column.heading}”已经有了")
        columns.append(column)
    given = {column.field for column in columns}
    for needed in ("number", "position"):
        if needed not in given:
            raise top.wrong("column", f"须有一列 field = \"{needed}\"：{why}")
    return tuple(columns)


def _reply(top: StrictTable) -> ReplyWords:
    table = top.table("reply", ("headings", "answers"), ("reasons", "relief"))
    answers = _words(table, "answers", CaseState, tuple(state.value for state in ANSWER_STATES))
    reasons, relief = _words(table, "reasons", RefusalReason), _words(table, "relief", ReliefKind)
    return ReplyWords(_lists(table.table("headings", ("answer",), REPLY_COLUMNS)), answers, reasons, relief)


def _lists(table: StrictTable) -> dict[str, tuple[str, ...]]:
    return {key: table.texts(key) for key in table.keys()}  # noqa: SIM118 - no mapping: keys() is all it has of one


def _words(above: StrictTable, key: str, word: type[Word], only: tuple[str, ...] = ()) -> dict[str, str]:
    """Folded word → code; the codes and labels of the vocabulary are always known."""
    codes = only or tuple(one.value for one in word)
    meant = {folded(text): code for code in codes for text in (code, word(code).label)}
    if not above.has(key):
        return meant
    table = above.table(key, (), codes)
    for code, texts in _lists(table).items():
        for text in texts:
            if meant.setdefault(folded(text), code) != code:
                raise table.wrong(code, f"中的“{text}”已经用于 {meant[folded(text)]}")
    return meant
