"""Which numbers are one person: listed with what hangs on it, and settled by a person whose word is kept beside the facts.

A word is a fact of the store (``Manifest.joins``), so what was known at a moment bounds it, a run's inputs name it, and the audit has
it. The two sides are named by keyed hash; the latest word of a pair holds, so any word can be taken back by another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from monitor.access.actor import Actor
from monitor.access.scope import Scope
from monitor.assess.frames import details
from monitor.assess.inputs import Asked, ask, name_settlements, register_persons, register_tables
from monitor.assess.joins import Pair, Side, Weighed, listed, numbered, weigh
from monitor.base.errors import AccessError, MonitorError, StoreError
from monitor.base.vocabulary import AlertKind, JoinState
from monitor.intake.identity_number import contradictions
from monitor.policy.library import Library
from monitor.store.engine import DuckEngine
from monitor.store.home import Store
from monitor.store.manifest import DuplicateRecord, JoinRecord, PairRecord, RunRecord
from monitor.store.names import texts_at

_LONGEST = 500
#: Part of an identity or telephone number, in whatever digits.
_LONG_NUMBER = re.compile(r"(\d[\s-]?){6}")
DIFFERS = {"birth": "出生日期", "sex": "性别"}
BECAUSE = {
    "register_two": "参保登记中两个号码各有其人",
    "register_one": "参保登记给出该人员编号的号码是其中之一",
    "names_differ": "两个号码下的姓名不同",
}


@dataclass(frozen=True)
class Listed:
    """A pair as an officer sees it: number, who stands on each side (certno, psn_no, psn_name) and the figures of each.

    ``numbered``: whether the number is kept; of a pair that has none yet, ``number`` is only its place in the list."""

    number: int
    weighed: Weighed
    texts: tuple[tuple[str, str, str], tuple[str, str, str]]
    numbered: bool

    @property
    def pair(self) -> Pair:
        return self.weighed.pair

    @property
    def differs(self) -> tuple[str, ...]:
        return self.pair.fact.differs

    @property
    def psn_nos(self) -> str:
        return " ".join(dict.fromkeys(psn_no for _, psn_no, _ in self.texts if psn_no))

    @property
    def note(self) -> str:
        """What else is to be known before deciding; a word the register speaks against is said so."""
        said = [BECAUSE[one] for one in self.pair.because]
        if self.differs:
            said.append("两个号码的" + "、".join(DIFFERS[one] for one in self.differs) + "不同")
        if self.pair.fact.unsound:
            said.append(f"其中 {len(self.pair.fact.unsound)} 个号码的校验位或出生日期有误")
        if self.pair.state is JoinState.JOINED and "register_two" in self.pair.because:
            said.append("与登记不一致，请复核")
        if self.pair.state is JoinState.APART and "register_one" in self.pair.because:
            said.append("与登记不一致，请复核")
        return "；".join(said)


@dataclass(frozen=True)
class Joins:
    """All pairs there are; ``record``: the run whose document and day the figures are for; ``lacking``: why there are none;
    ``half``: pairs of which one side lies outside the scope, left out."""

    pairs: tuple[Listed, ...]
    record: RunRecord | None
    lacking: str
    unnumbered: bool
    half: int = 0


def joins(store: Store, library: Library, scope: Scope | None = None) -> Joins:
    """Every pair with its figures, of what is known now, for the document and day of the latest run. ``scope``: only pairs of which
    both sides belong there; of how many one does, is counted. Looking gives no pair a number: where some have none yet
    (``unnumbered``), ``number_pairs`` does."""
    known = store.manifest
    record, asked, lacking = _asked(store, library)
    with store.engine_scope() as engine:
        if asked is None:
            register_persons(store, known, engine)
        else:
            register_tables(store, known, engine, asked)
            name_settlements(store, known, engine, asked.lines.window_from)
        pairs = listed(store, known, engine)
        places = sorted({place for pair in pairs for place in pair.places})
        weighed = [Weighed(pair, Side(), Side(), Side()) for pair in pairs] if asked is None else []
        if asked is not None:
            weighed = weigh(store, known, engine, asked, pairs)
    texts = texts_at(store, known, places)
    numbers = _numbers(numbered(known, pairs))
    found = []
    for one in weighed:
        number = numbers[one.pair.fact.one, one.pair.fact.other]
        sides = (texts[one.pair.places[0]], texts[one.pair.places[1]])
        found.append(Listed(number, one, sides, number <= len(known.pairs)))
    inside = [one for one in found if scope is None or all(_covers(scope, side) for side in (one.weighed.one, one.weighed.other))]
    half = 0 if scope is None else sum(
        _covers(scope, one.weighed.one) != _covers(scope, one.weighed.other) for one in found
    )
    return Joins(
        tuple(sorted(inside, key=lambda one: one.number)), record, lacking, len(numbered(known, pairs)) > len(known.pairs), half
    )


def _asked(store: Store, library: Library) -> tuple[RunRecord | None, Asked | None, str]:
    """What the latest run asked, of what is known now; with the sentence where it cannot be asked."""
    if not store.manifest.runs:
        return None, None, "还没有运行过，两边的金额和预警线未算；请先执行 monitor run --document 文件编号 --as-of 日期"
    record = store.manifest.run(None)
    provisional = details(store, record.run)["inputs"]["provisional_allowed"]
    try:
        as_of = date.fromisoformat(record.as_of)
        return record, ask(store, store.manifest, library.get(record.document), as_of, provisional), ""
    except MonitorError as refusal:
        return record, None, f"两边的金额和预警线未算：{refusal.sentence}"


def _numbers(pairs: Sequence[PairRecord]) -> dict[tuple[str, str], int]:
    return {(pair.one, pair.other): number for number, pair in enumerate(pairs, start=1)}


def _covers(scope: Scope, side: Side) -> bool:
    return scope.covers(side.insu_admdvs, side.town)


def number_pairs(store: Store) -> None:
    """Give the pairs that have none their numbers, for good. ``store``: held for writing."""
    with store.engine_scope() as engine:
        register_persons(store, store.manifest, engine)
        pairs = listed(store, store.manifest, engine)
    together = numbered(store.manifest, pairs)
    if len(together) > len(store.manifest.pairs):
        store.commit(replace(store.manifest, pairs=together))


def decide(
    store: Store, library: Library, number: int, *, together: bool | None, reason: str, by: str, now: str, twice: bool = False,
    actor: Actor | None = None, seen: str | None = None,
) -> Listed:
    """An officer's word that the two of pair J``number`` are one person, or are not; None takes the word back. The pair as it stands
    then.

    ``store``: held for writing. ``twice``: said again although the numbers say another birth date or sex. ``actor``: whose scope
    must cover both sides; None at the command line. ``seen``: when the word was said that whoever decides has seen, "" for none; None
    at the command line, where nothing was seen. The same word again changes nothing. Raises MonitorError, AccessError.
    """
    why = checked_reason(reason)
    number_pairs(store)
    found = {one.number: one for one in joins(store, library).pairs}
    if (one := found.get(number)) is None:
        raise StoreError(f"没有编号为 J{number} 的一对号码；monitor review --joins 可列出全部")
    if actor is not None and not all(_covers(actor.scope, side) for side in (one.weighed.one, one.weighed.other)):
        raise AccessError(f"J{number} 的两边不都在账号 {actor.name} 的范围内，须由范围涵盖两边的数据管理员认定")
    if (one.pair.word.together if one.pair.word else None) == together:
        return one
    check_seen(f"J{number}", seen, one.pair.word, one.pair.state.label)
    if together:
        _check_together(store, one, twice)
    elif together is False:
        _check_apart(store, one)
    record = JoinRecord(one.pair.fact.one, one.pair.fact.other, together, why, by, now)
    store.commit(replace(store.manifest, joins=(*store.manifest.joins, record)))
    return next(now_so for now_so in joins(store, library).pairs if now_so.number == number)


def checked_reason(text: str) -> str:
    """The reason as it is kept, open: without anybody's number in it. Raises MonitorError."""
    reason = " ".join(text.split())
    if not reason:
        raise MonitorError("认定须写明理由：加上 --reason \"理由和依据的材料\"")
    if len(reason) > _LONGEST:
        raise MonitorError(f"理由有 {len(reason)} 字，最多 {_LONGEST} 字；请写得简短些")
    if _LONG_NUMBER.search(unicodedata.normalize("NFKC", reason)):
        raise MonitorError("理由会原样保存，里面不要写证件号码、电话等长号码；请改写后重试")
    return reason


def check_seen(which: str, seen: str | None, word: JoinRecord | DuplicateRecord | None, label: str) -> None:
    """Raises MonitorError where somebody else has decided since a page was shown: nobody overrules a word they have not seen."""
    if seen is not None and seen != (word.committed_at if word else ""):
        by = f"（由 {word.by} 于 {word.committed_at[:16].replace('T', ' ')} 认定）" if word else ""
        raise MonitorError(f"{which} 的认定在您打开页面之后有变化，现为“{label}”{by}；没有认定，请看过以后再认定")


def _check_together(store: Store, one: Listed, twice: bool) -> None:
    """Raises MonitorError where the word goes against an earlier one, or needs to be said twice."""
    words = store.manifest.decided()
    group, texts = _groups(words), _numbers_of(store)
    sides = [group.get(key, {key}) for key in (one.pair.fact.one, one.pair.fact.other)]
    numbers = _numbers(store.manifest.pairs)
    for record in words:
        across = {record.one, record.other}
        if not record.together and (record.one, record.other) != (one.pair.fact.one, one.pair.fact.other) and (
            across & sides[0] and across & sides[1] and across <= sides[0] | sides[1]
        ):
            raise MonitorError(
                f"J{numbers[record.one, record.other]} 已认定非同人，认定 J{one.number} 同人会把它们并为一人；"
                f"请先改正其中之一：monitor review --join J{numbers[record.one, record.other]} --reason 理由"
            )
    differs = {
        what for left in sides[0] for right in sides[1]
        for what in contradictions(texts.get(left, ""), texts.get(right, ""))
    }
    if differs and not twice:
        said = "、".join(label for what, label in DIFFERS.items() if what in differs)
        raise MonitorError(
            f"J{one.number} 要并为一人的号码{said}不同，没有认定；请核对原始材料，"
            f"确属同一人的，把 --join J{one.number} 写两遍再认定一次"
        )


def _check_apart(store: Store, one: Listed) -> None:
    """Raises MonitorError where other words keep the two together all the same."""
    others = [
        record for record in store.manifest.decided() if (record.one, record.other) != (one.pair.fact.one, one.pair.fact.other)
    ]
    group = _groups(others)
    if one.pair.fact.other in group.get(one.pair.fact.one, set()):
        numbers = _numbers(store.manifest.pairs)
        through = sorted(
            numbers[record.one, record.other] for record in others if record.together and record.one in group[one.pair.fact.one]
        )
        said = "、".join(f"J{number}" for number in through)
        raise MonitorError(
            f"J{one.number} 的两个号码还经由 {said} 认定为同人，不能只把这一对分开；请先把其中不对的认定为非同人（--apart）"
        )


def _groups(words: Sequence[JoinRecord]) -> Mapping[str, set[str]]:
    """Who is one person by these words, by key; a key nobody has joined stands alone and is not here."""
    found: dict[str, set[str]] = {}
    for record in words:
        if record.together:
            both = found.get(record.one, {record.one}) | found.get(record.other, {record.other})
            for key in both:
                found[key] = both
    return found


def _numbers_of(store: Store) -> dict[str, str]:
    """The numbers of the keys in pairs, opened."""
    with store.engine_scope() as engine:
        register_persons(store, store.manifest, engine)
        first = _first_places(engine)
    texts = texts_at(store, store.manifest, sorted(set(first.values())))
    return {str(key): texts[place][0] for key, place in first.items()}


def _first_places(engine: DuckEngine) -> dict[Decimal, int]:
    return dict(engine.execute(
        "SELECT one, one_first FROM pairs UNION SELECT other, other_first FROM pairs"
    ).fetchall())


def label_of(kind: str) -> str:
    """What a line is called."""
    return AlertKind(kind).label
