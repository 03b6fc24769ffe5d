"""Who may be one person: the pairs of numbers one psn_no was shown with, each with the money on both sides, what both come to
together, and which line they would then cross. Weighed by the same SELECTs as a run, over people who do not exist yet: a pair's two
sides, and both as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from monitor.assess.assessment import added_up, candidates, identify, judge, near
from monitor.assess.inputs import IDENTITIES, KEY, LINE, Asked, name_facts
from monitor.assess.sql import sql
from monitor.assess.who import MOST_NUMBERS, pair_facts
from monitor.assess.years import name_sums
from monitor.base.vocabulary import JoinState, Measure
from monitor.store.engine import DuckEngine, table_of
from monitor.store.home import Store
from monitor.store.manifest import JoinRecord, Manifest, PairRecord

_NOBODY = Decimal(0)
_LOWEST = Decimal("-99999999999")


@dataclass(frozen=True)
class Pair:
    """Two stored keys that may be one person, and where that stands.

    ``places``: where each was first shown with the psn_no; ``word``: the officer's that holds; ``because``: what else is to be
    known (ids of ``reports`` sentences): the register knows both as people of their own, or names one for the psn_no.
    """

    fact: PairRecord
    state: JoinState
    places: tuple[int, int]
    word: JoinRecord | None
    because: tuple[str, ...]

    @property
    def keys(self) -> tuple[Decimal, Decimal]:
        return Decimal(self.fact.one), Decimal(self.fact.other)


@dataclass(frozen=True)
class Side:
    """One side of a pair, or both together: yuan by the document's first measure, the lines it is over, and where it belongs."""

    amount: Decimal = _NOBODY
    over: tuple[tuple[str, Decimal], ...] = ()
    insu_admdvs: str = ""
    town: str = ""


@dataclass(frozen=True)
class Weighed:
    """A pair with the figures of its sides and of both as one."""

    pair: Pair
    one: Side
    other: Side
    both: Side

    @property
    def crosses(self) -> tuple[tuple[str, Decimal], ...]:
        """The lines only both together are over: kind and amount."""
        alone = {kind for side in (self.one, self.other) for kind, _ in side.over}
        return tuple(line for line in self.both.over if line[0] not in alone)


def listed(store: Store, known: Manifest, engine: DuckEngine) -> list[Pair]:
    """Every pair to be listed, in the order they are numbered in. in: what ``name_persons`` leaves.

    A psn_no without number is listed with a number only once nothing stands open between the numbers themselves: with one of
    these its rows are theirs.
    """
    facts = {(pair.one, pair.other): pair for pair in pair_facts(store, known, engine)}
    words = {(record.one, record.other): record for record in known.decided()}
    rows = engine.select("SELECT * FROM pairs").to_pylist()
    if not rows:
        return []
    person = _persons(engine, {row[side] for row in rows for side in ("one", "other")})
    registered = {key for (key,) in engine.execute("SELECT DISTINCT person FROM told WHERE person IS NOT NULL").fetchall()}
    found: list[tuple[tuple[int, int], bool, list[Decimal], Pair]] = []
    for row in rows:
        key = (str(row["one"]), str(row["other"]))
        word, together = words.get(key), person[row["one"]] == person[row["other"]]
        because = []
        if row["one"] in registered and row["other"] in registered:
            because.append("register_two")
        elif row["by_register"]:
            because.append("register_one")
        if not row["agree"]:
            because.append("names_differ")
        places = (row["one_first"], row["other_first"])
        pair = Pair(facts[key], _state(word, together, row["by_register"]), places, word, tuple(because))
        found.append(((max(places), min(places)), row["numbered"], row["psn_nos"], pair))
    unsettled = {psn for _, numbered, psns, pair in found if numbered and pair.state is JoinState.OPEN for psn in psns}
    numbered_before = {(pair.one, pair.other) for pair in store.manifest.pairs}
    kept = [
        (order, pair) for order, numbered, psns, pair in found
        if numbered or pair.word or (pair.fact.one, pair.fact.other) in numbered_before
        or (pair.state is JoinState.OPEN and unsettled.isdisjoint(psns))
    ]
    return [pair for _, pair in sorted(kept, key=lambda one: (one[0], one[1].keys))]


def _state(word: JoinRecord | None, together: bool, by_register: bool) -> JoinState:
    if word is not None:
        return JoinState.JOINED if word.together else JoinState.APART
    if not together:
        return JoinState.OPEN
    return JoinState.BY_REGISTER if by_register else JoinState.THROUGH_OTHERS


def _persons(engine: DuckEngine, keys: Iterable[Decimal]) -> dict[Decimal, Decimal]:
    engine.table("keys_asked", table_of({"stored": KEY}, [{"stored": key} for key in sorted(keys)]))
    return dict(engine.execute(
        "SELECT k.stored, coalesce(n.person, k.stored) FROM keys_asked AS k LEFT JOIN numbers_resolved AS n ON n.stored = k.stored"
    ).fetchall())


def numbered(manifest: Manifest, pairs: Sequence[Pair]) -> tuple[PairRecord, ...]:
    """The manifest's pairs with those that have no number yet: the numbers there are stay."""
    there = {(pair.one, pair.other) for pair in manifest.pairs}
    return (*manifest.pairs, *(pair.fact for pair in pairs if (pair.fact.one, pair.fact.other) not in there))


def crowded(engine: DuckEngine) -> int:
    """psn_no shown with so many numbers that they are taken for nobody's."""
    query = "SELECT count(*) FROM (SELECT psn FROM shared WHERE numbered GROUP BY psn HAVING count(*) > ?)"
    (found,) = engine.execute(query, [MOST_NUMBERS]).fetchall()[0]
    return int(found)


def weigh(store: Store, known: Manifest, engine: DuckEngine, asked: Asked, pairs: Sequence[Pair]) -> list[Weighed]:
    """The figures of the pairs, over the document's lines and window. in: what ``register_tables`` leaves, settlements.

    The engine's ``numbers_resolved`` and everything made of it are of these sides afterwards, and of nobody else.
    """
    if not pairs:
        return []
    sides = table_of({"stored": KEY, "person": KEY}, _sides(engine, pairs))
    engine.table("numbers_resolved", sides)
    engine.table("other_numbers", sides)
    name_sums(store, known, engine, asked.lines.window_from, asked.lines.window_to)
    for name in ("summed", "unsummed"):
        engine.make(f"{name}_of_pairs", sql(f"{name}_of_pairs"))
        engine.rename(f"{name}_of_pairs", name)
    name_facts(store, known, engine, "identities", IDENTITIES)
    engine.make("identities", sql("current_of_persons"))
    added_up(engine)
    engine.make("persons", sql("persons"))
    floors = [{"measure": measure.value, "amount": _LOWEST} for measure in Measure]
    engine.table("floors", table_of({"measure": pa.string(), "amount": LINE}, floors))
    candidates(engine, None)
    near(engine)
    identify(engine)
    judge(engine)
    measure = asked.document.rules[0].measure.value
    people = {row["person"]: row for row in engine.select("SELECT * FROM known_people").to_pylist()}
    over: dict[Decimal, list[tuple[str, Decimal]]] = {}
    for person, kind, threshold in engine.execute("SELECT person, kind, threshold FROM over ORDER BY person, rule").fetchall():
        over.setdefault(person, []).append((kind, threshold))

    def side(person: int) -> Side:
        row = people.get(Decimal(person))
        if row is None:
            return Side()
        return Side(row[measure], tuple(over.get(Decimal(person), ())), row["insu_admdvs"], row["town"])

    return [Weighed(pair, *(side(person) for person in _made_up(place))) for place, pair in enumerate(pairs)]


def _made_up(place: int) -> tuple[int, int, int]:
    """Keys nobody has: of a pair's sides, and of both as one."""
    return -3 * place - 1, -3 * place - 2, -3 * place - 3


def _sides(engine: DuckEngine, pairs: Sequence[Pair]) -> list[dict[str, Decimal]]:
    """Which stored keys each side has: the rows of ``numbers_resolved`` that stand for it. A side is everything of its person; of two
    that are one person already, the one key. Together they get, too, what stands under a psn_no of theirs alone."""
    keys = {key for pair in pairs for key in pair.keys}
    person = _persons(engine, keys)
    members: dict[Decimal, set[Decimal]] = {one: {one} for one in person.values()}
    engine.table("keys_asked", table_of({"stored": KEY}, [{"stored": key} for key in sorted(members)]))
    for stored, of in engine.execute(
        "SELECT n.stored, n.person FROM numbers_resolved AS n SEMI JOIN keys_asked AS k ON k.stored = n.person"
    ).fetchall():
        members[of].add(stored)
    numbers: dict[Decimal, set[Decimal]] = {}
    for psn, stored in engine.execute("SELECT psn, stored FROM shared WHERE numbered").fetchall():
        numbers.setdefault(psn, set()).add(stored)
    lacking = {psn for (psn,) in engine.execute(
        "SELECT s.psn FROM shared AS s ANTI JOIN numbers_resolved AS n ON n.stored = s.stored WHERE NOT s.numbered"
    ).fetchall()}
    theirs: dict[Decimal, list[Decimal]] = {}
    for psn in lacking:
        for stored in numbers.get(psn, ()):
            theirs.setdefault(stored, []).append(psn)
    rows: list[dict[str, Decimal]] = []
    for place, pair in enumerate(pairs):
        one, other = pair.keys
        apart = person[one] != person[other]
        sides = [members[person[key]] if apart else {key} for key in (one, other)]
        both = members[person[one]] | members[person[other]]
        both = both | {psn for stored in both for psn in theirs.get(stored, ()) if numbers[psn] <= both}
        for made_up, stored_keys in zip(_made_up(place), (*sides, both), strict=True):
            rows += [{"stored": stored, "person": Decimal(made_up)} for stored in sorted(stored_keys)]
    return rows
