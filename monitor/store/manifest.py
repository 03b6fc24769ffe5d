"""The store's one commit point: what the manifest does not name does not exist.

``manifest.json`` lists every load (a file taken in), every parameter recorded, every word that there is nothing to load or
that something was done, and every run, in order, each with the
time it was committed. It is only ever replaced whole.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.base.errors import StoreError
from monitor.intake.unused import UnknownValue, Unused, unknown_of, unused_of
from monitor.store.files import replace_atomically

#: Another number after every change by which an earlier program would misread a home. 5: decisions on joins, which an earlier
#: program would drop on writing.
FORMAT = 5
#: Formats this program reads: what 5 adds is absent in 4.
READABLE = (4, 5)

#: A workbook's lines are counted in each sheet; the second sheet's first line is stored as this plus one. More than a
#: sheet can hold, so that a row's number is one number whatever the file.
SHEET_LINES = 2_000_000
WORKBOOKS = ("xlsx", "xls")
#: The fields of ``Manifest`` that hold what the home was told: each record says when, and ``known`` goes by it.
TOLD = ("loads", "parameters", "none", "joins", "duplicates")


@dataclass(frozen=True)
class YearHeld:
    """What a load holds of a year of settlement, in days (YYYY-MM-DD): of its first and last row, and of the last that counts
    by itself ("" without one). What the rows come to is in the load's file ``sums-YYYY.parquet``."""

    first: str
    last: str
    latest: str


@dataclass(frozen=True)
class Load:
    """One file taken in. ``read = accepted + duplicates + rejected`` always.

    ``columns`` are the canonical columns the file had; ``months`` (settlements: rows by YYYY-MM), ``districts`` (insured
    districts met) and ``years`` (settlements, by YYYY) let a run check what it needs without reading a row.
    """

    number: int
    table: str
    file: str
    sha256: str
    committed_at: str
    encoding: str
    columns: list[str]
    read: int
    accepted: int
    duplicates: int
    rejected: int
    reasons: dict[str, int]
    flags: dict[str, int]
    months: dict[str, int]
    districts: list[str]
    files: dict[str, str]
    #: Who made the column ``h`` of its rows (store/versions.py); another maker's is not compared with.
    hashes_by: str = ""
    years: dict[str, YearHeld] = field(default_factory=dict)
    #: What of the file was not used; None where it was not written down yet when the file was loaded.
    unused: tuple[Unused, ...] | None = None
    unknown_values: tuple[UnknownValue, ...] | None = None
    #: Which tables of codes it was read by (policy/codes.py); empty for a load of an earlier version.
    tables: str = ""

    @property
    def batch(self) -> str:
        """The batch's name and its directory below ``loads/``."""
        return f"{self.number:04d}-{self.table}"

    def place(self, line: int) -> tuple[int, int]:
        """Sheet (from 1) and line of a stored row number; a text file is one sheet."""
        if self.encoding not in WORKBOOKS:
            return 1, line
        sheet, within = divmod(line, SHEET_LINES)
        return sheet + 1, within

    def place_text(self, line: int) -> str:
        """The row number as a person looks for it: ``12``, or ``2!12`` in a workbook's second sheet."""
        sheet, within = self.place(line)
        return str(within) if sheet == 1 else f"{sheet}!{within}"

    @property
    def content(self) -> str:
        """What a run's manifest names a batch by: hash of the hashes of its files."""
        return hashlib.sha256(json.dumps(self.files, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class ParameterRecord:
    """A value the bureau set for something a document leaves to it, with its paper, who and when."""

    document: str
    name: str
    value: str
    paper: str
    by: str
    committed_at: str


@dataclass(frozen=True)
class NoneRecord:
    """The bureau's word that there is nothing to load of an optional table, up to and with a day; with its paper, who and when."""

    table: str
    until: str
    paper: str
    by: str
    committed_at: str


@dataclass(frozen=True)
class DayRecord:
    """The bureau's word that what a document sets a day for was done for a year, and on which day (``done_on``, YYYY-MM-DD): no
    feed says so. "" takes an earlier word back; the latest of a document, deadline and year holds."""

    document: str
    deadline: str
    year: int
    done_on: str
    paper: str
    by: str
    committed_at: str


@dataclass(frozen=True)
class PairRecord:
    """Two stored person keys that may be one person; its place in ``Manifest.pairs``, from 1, is its number (J1, J2 …), for good.

    ``one`` and ``other``: keyed hashes as decimal text, the smaller first. ``differs``: what the two numbers say differently, of
    "birth" and "sex"; ``unsound``: those of the two keys whose check character is wrong. Facts about two texts that never change,
    kept because the texts lie sealed.
    """

    one: str
    other: str
    differs: tuple[str, ...] = ()
    unsound: tuple[str, ...] = ()


@dataclass(frozen=True)
class JoinRecord:
    """A person's word that two stored person keys are one person (``together``) or are not; the latest word of a pair holds, and None
    takes it back."""

    one: str
    other: str
    together: bool | None
    reason: str
    by: str
    committed_at: str


@dataclass(frozen=True)
class CopyRecord:
    """Two settlements that are perhaps one, by the keyed hashes of their ids, and the stored key of the person."""

    first: str
    copy: str
    person: str


@dataclass(frozen=True)
class DuplicateRecord:
    """A person's word that ``copy`` is the settlement ``first`` once more (``same``: it does not count) or is one of its own; the
    latest word holds, and None takes it back. Without both: the bureau's rule for those nobody has decided on, ``same`` meaning
    that they do not count."""

    first: str
    copy: str
    person: str
    same: bool | None
    reason: str
    by: str
    committed_at: str


@dataclass(frozen=True)
class RunRecord:
    """A run whose result lies in ``runs/<run>/``."""

    run: str
    document: str
    as_of: str
    known_at: str
    trial: bool
    replay: bool
    provisional: bool
    predecessor: str | None
    committed_at: str


@dataclass(frozen=True)
class Resealed:
    """Where a sealed file lies now: its name, in the directory it was first written to, and its hash."""

    file: str
    sha256: str


@dataclass(frozen=True)
class By:
    """Who committed a fact, and from which screen or command; ``fact`` as ``Manifest.facts`` names it."""

    fact: str
    actor: str
    where: str


@dataclass(frozen=True)
class Manifest:
    """The whole store, as a value."""

    home: str
    loads: tuple[Load, ...] = ()
    parameters: tuple[ParameterRecord, ...] = ()
    runs: tuple[RunRecord, ...] = ()
    latest_run: str | None = None
    #: Runs whose entitlements were worked out, too: they lie in ``entitled/<run>/``.
    entitled: tuple[str, ...] = ()
    none: tuple[NoneRecord, ...] = ()
    #: What texts set a day for and was done. No run depends on it.
    days: tuple[DayRecord, ...] = ()
    #: Every pair ever listed, in the order of their numbers; what a run finds does not depend on it.
    pairs: tuple[PairRecord, ...] = ()
    joins: tuple[JoinRecord, ...] = ()
    #: Every suspected duplicate ever listed, in the order of their numbers (D1 is the first), and what was said of them.
    copies: tuple[CopyRecord, ...] = ()
    duplicates: tuple[DuplicateRecord, ...] = ()
    #: Sealed files written anew under a later key, by the path below the home they were first written at. A load's
    #: ``files`` stay as committed: they say what was taken in, and runs are named by them.
    resealed: dict[str, Resealed] = field(default_factory=dict)
    #: What was written below ``runs/`` and ``entitled/``: sha256 by file, by directory (``runs/<run>``).
    results: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Who did it; nothing for what was committed before this was written down. Beside the facts and not in them, because
    #: a run's result and its hash do not depend on it.
    done_by: tuple[By, ...] = ()

    def known(self, moment: str | None) -> Manifest:
        """What we had been told by ``moment`` (ISO 8601 with offset): loads, parameters, "there are none" and decisions on
        joins and duplicates committed not after it."""
        if moment is None:
            return self
        bound = datetime.fromisoformat(moment)

        def by_then(records: Iterable[Any]) -> tuple[Any, ...]:
            return tuple(record for record in records if datetime.fromisoformat(record.committed_at) <= bound)

        told: dict[str, Any] = {name: by_then(getattr(self, name)) for name in TOLD}
        return replace(self, **told)

    @property
    def told(self) -> list[str]:
        """When each of what ``known`` goes by was committed."""
        return [record.committed_at for name in TOLD for record in getattr(self, name)]

    def in_order(self, before: Manifest, overtaken: timedelta) -> Manifest:
        """The same, nothing new in it committed earlier than what ``before`` has.

        A command takes the time when it begins, waits for the lock, and may be overtaken there. By its own time it would have been
        known to runs that were over before it committed, and their replays would not be what they were. Only as far back as a
        command can be ``overtaken``: what lies further back comes from a clock that was set.
        """
        latest = max(map(datetime.fromisoformat, before.told), default=None)
        if latest is None:
            return self

        def later(record: Any) -> Any:
            late = latest - overtaken < datetime.fromisoformat(record.committed_at) < latest
            return replace(record, committed_at=(latest + timedelta(microseconds=1)).isoformat()) if late else record

        changed: dict[str, Any] = {}
        for name in TOLD:
            records, there = getattr(self, name), len(getattr(before, name))
            changed[name] = (*records[:there], *map(later, records[there:]))
        return replace(self, **changed)

    def with_result(self, directory: str, files: dict[str, str]) -> Manifest:
        """What was written to ``directory`` (``runs/<run>``): sha256 by file; whatever lay there before is no more."""
        there = {path: now for path, now in self.resealed.items() if not path.startswith(f"{directory}/")}
        return replace(self, resealed=there, results={**self.results, directory: files})

    @property
    def facts(self) -> list[str]:
        """Every fact by name, each once and for good: what the audit writes down about this store."""
        return [
            *(f"load:{load.batch}" for load in self.loads),
            *(f"parameter:{number}" for number, _ in enumerate(self.parameters, start=1)),
            *(f"none:{number}" for number, _ in enumerate(self.none, start=1)),
            *(f"day:{number}" for number, _ in enumerate(self.days, start=1)),
            *(f"join:{number}" for number, _ in enumerate(self.joins, start=1)),
            *(f"duplicate:{number}" for number, _ in enumerate(self.duplicates, start=1)),
            *(f"run:{record.run}" for record in self.runs),
            *(f"entitled:{run}" for run in self.entitled),
        ]

    def attributed(self, before: Manifest, actor: str, where: str) -> Manifest:
        """The same with its author put down for every fact that ``before`` lacks."""
        known = set(before.facts)
        new = (By(fact, actor, where) for fact in self.facts if fact not in known)
        return replace(self, done_by=(*self.done_by, *new))

    def done(self) -> dict[tuple[str, str, int], DayRecord]:
        """What was done, by document, deadline and year: the word that holds, unless it was taken back."""
        latest = {(record.document, record.deadline, record.year): record for record in self.days}
        return {key: record for key, record in latest.items() if record.done_on}

    def pair_number(self, one: str, other: str) -> int | None:
        """The number of a pair of keys (J1 is 1); None where it was never listed."""
        numbers = {(pair.one, pair.other): number for number, pair in enumerate(self.pairs, start=1)}
        return numbers.get((one, other))

    def not_said_yet(self, said: Sequence[ParameterRecord]) -> list[ParameterRecord]:
        """Those that say something else, or on another paper, than the latest record of their name."""
        latest = {(record.document, record.name): record for record in self.parameters}
        return [
            record for record in said
            if (known := latest.get((record.document, record.name))) is None
            or replace(known, committed_at=record.committed_at) != record
        ]

    def decided(self) -> list[JoinRecord]:
        """The word that holds of each pair decided on: the latest, unless it was taken back."""
        latest = {(record.one, record.other): record for record in self.joins}
        return [record for record in latest.values() if record.together is not None]

    def decided_copies(self) -> list[DuplicateRecord]:
        """The word that holds of each suspected duplicate decided on: the latest, unless it was taken back."""
        latest = {(record.first, record.copy): record for record in self.duplicates if record.copy}
        return [record for record in latest.values() if record.same is not None]

    def undecided_rule(self) -> DuplicateRecord | None:
        """The bureau's rule for suspected duplicates nobody has decided on, where it recorded one."""
        rules = [record for record in self.duplicates if not record.copy]
        return rules[-1] if rules else None

    def counts_undecided(self) -> bool:
        """Whether suspected duplicates count until somebody has decided on them: so, unless the bureau's rule is another."""
        rule = self.undecided_rule()
        return rule is None or not rule.same

    def of_table(self, table: str) -> list[Load]:
        return [load for load in self.loads if load.table == table]

    def run(self, run_id: str | None) -> RunRecord:
        """The named run, or the latest asked for. Raises StoreError when there is none."""
        wanted = run_id or self.latest_run
        if wanted is None:
            raise StoreError("还没有运行过；请先执行 monitor run --document 文件编号 --as-of 日期")
        for record in self.runs:
            if record.run == wanted:
                return record
        raise StoreError(f"没有编号为 {wanted} 的运行；monitor runs 可列出全部运行")


def new_home_id() -> str:
    return uuid.uuid4().hex


def read(path: Path) -> Manifest | None:
    """The manifest, or None where there is no home yet. Raises StoreError when it is damaged."""
    try:
        raw: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        raise StoreError(f"清单文件 {path} 已损坏，不能读取；请从备份恢复该文件") from None
    if raw.get("format") not in READABLE:
        raise StoreError(f"清单文件 {path} 的格式版本为 {raw.get('format')}，本程序只认 {FORMAT}；请用对应版本的程序打开")
    try:
        return Manifest(
            home=raw["home"],
            loads=tuple(_load(load) for load in raw["loads"]),
            parameters=tuple(ParameterRecord(**record) for record in raw["parameters"]),
            runs=tuple(RunRecord(**record) for record in raw["runs"]),
            latest_run=raw["latest_run"],
            entitled=tuple(raw.get("entitled", ())),
            none=tuple(NoneRecord(**record) for record in raw.get("none", ())),
            days=tuple(DayRecord(**record) for record in raw.get("days", ())),
            pairs=tuple(_pair(record) for record in raw.get("pairs", ())),
            joins=tuple(JoinRecord(**record) for record in raw.get("joins", ())),
            copies=tuple(CopyRecord(**record) for record in raw.get("copies", ())),
            duplicates=tuple(DuplicateRecord(**record) for record in raw.get("duplicates", ())),
            resealed={path: Resealed(**now) for path, now in raw.get("resealed", {}).items()},
            results=raw.get("results", {}),
            done_by=tuple(By(**done) for done in raw.get("done_by", ())),
        )
    except (KeyError, TypeError):
        # A later version may say more about a load or a run: what this one does not know it must not drop on writing.
        raise StoreError(
            f"清单文件 {path} 里有本程序不认识的内容，多半由更新版本的程序写成；请换用该版本，或从升级前的备份恢复"
        ) from None


def _load(raw: dict[str, Any]) -> Load:
    return Load(**{
        **raw, "years": {year: YearHeld(**held) for year, held in raw["years"].items()},
        "unused": None if raw.get("unused") is None else unused_of(raw["unused"]),
        "unknown_values": None if raw.get("unknown_values") is None else unknown_of(raw["unknown_values"]),
    })


def _pair(raw: dict[str, Any]) -> PairRecord:
    return PairRecord(**{**raw, "differs": tuple(raw["differs"]), "unsound": tuple(raw["unsound"])})


def commit(path: Path, manifest: Manifest) -> None:
    """Replace the manifest: this is the moment everything it names begins to exist."""
    text = json.dumps({**asdict(manifest), "format": FORMAT}, ensure_ascii=False, indent=1)
    replace_atomically(path, text.encode())
