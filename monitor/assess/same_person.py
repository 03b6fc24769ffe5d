"""Whose a number is, for who comes with one from outside: a search, a department's answer, the province's list."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from monitor.access.hashing import person_hex, person_key
from monitor.assess.inputs import KEY, register_persons
from monitor.intake.identity_number import shorter_pass
from monitor.store.engine import table_of
from monitor.store.home import Store

_ASKED = (
    "WITH of_asked AS (SELECT k.stored, coalesce(n.person, k.stored) AS person"
    " FROM keys_asked AS k LEFT JOIN numbers_resolved AS n ON n.stored = k.stored)"
    " SELECT o.stored, o.person, n.stored FROM of_asked AS o JOIN joined AS n ON n.person = o.person"
)


def keys_of(store: Store, numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Of normalised numbers, the person keys (hexadecimal) their people's rows may stand under: the number's own first, then that of
    the pass it may be once more, then the one each stands under now, then the others of the same person. Nearly always the first
    alone: nothing is looked at where no pair of numbers was ever listed that has it."""
    own = {
        number: [Decimal(person_key(store.keys.hash, "certno", one)) for one in (number, shorter_pass(number)) if one]
        for number in numbers if number
    }
    found = {number: list(keys) for number, keys in own.items()}
    paired = {Decimal(key) for pair in store.manifest.pairs for key in (pair.one, pair.other)}
    asked = {key for keys in own.values() for key in keys if key in paired}
    if asked:
        with store.engine_scope() as engine:
            register_persons(store, store.manifest, engine)
            engine.table("keys_asked", table_of({"stored": KEY}, [{"stored": key} for key in sorted(asked)]))
            together: dict[Decimal, list[Decimal]] = {}
            for key, person, other in engine.execute(_ASKED).fetchall():
                together.setdefault(key, [person]).append(other)
        for number, keys in own.items():
            found[number] += [other for key in keys for other in together.get(key, ())]
    return {number: tuple(dict.fromkeys(person_hex(int(key)) for key in some)) for number, some in found.items()}
