"""The chain by itself: whatever entries there are and whatever is done to them, verify finds the first that does not hold."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.access import chain
from monitor.access.chain import BEGINNING, Entry, Head, signed, verify
from monitor.base.vocabulary import AuditFault

KEY = b"k" * 32
WORDS = st.text(max_size=8)
CONTENTS = st.lists(
    st.tuples(WORDS, WORDS, st.none() | st.integers(0, 99), st.none() | WORDS, WORDS, st.none() | WORDS), min_size=1, max_size=12
)
NAMES = [field.name for field in fields(Entry)]


def written(contents: list[tuple[str, str, int | None, str | None, str, str | None]]) -> list[Entry]:
    entries: list[Entry] = []
    previous = BEGINNING
    for sequence, (at, actor, account, session, detail, fact) in enumerate(contents, start=1):
        entry = Entry(sequence, at, at, actor, account, session, "t", "shown", "x", "", detail, fact, previous)
        entries.append(signed(KEY, entry))
        previous = entries[-1].digest
    return entries


def check(entries: list[Entry], head: Head | None) -> chain.Verdict:
    return verify(KEY, entries, head, max((entry.sequence for entry in entries), default=0))


def head_of(entries: list[Entry]) -> Head:
    return Head(entries[-1].sequence, entries[-1].digest)


@given(CONTENTS)
def test_what_was_written_holds_with_any_head_it_ever_had(contents: list) -> None:  # type: ignore[type-arg]
    entries = written(contents)
    for head in (Head(0, BEGINNING), *(Head(entry.sequence, entry.digest) for entry in entries)):
        assert check(entries, head) == chain.Verdict(len(entries), entries[-1].digest, None)


@given(CONTENTS, st.data())
@settings(max_examples=100)
def test_one_changed_value_is_found_at_its_entry(contents: list, data: st.DataObject) -> None:  # type: ignore[type-arg]
    entries = written(contents)
    place = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from([name for name in NAMES if name != "sequence"]))
    before = getattr(entries[place], name)
    after = data.draw((st.integers(0, 99) if name == "account" else WORDS).filter(lambda value: value != before))
    head = head_of(entries)
    entries[place] = replace(entries[place], **{name: after})
    broken = check(entries, head).broken
    assert broken is not None and (broken.sequence, broken.fault) == (place + 1, AuditFault.CHANGED)


@given(CONTENTS.filter(lambda contents: len(contents) > 1), st.data())
@settings(max_examples=100)
def test_any_other_order_or_choice_of_entries_is_found(contents: list, data: st.DataObject) -> None:  # type: ignore[type-arg]
    """Any selection of the entries in any order, renumbered or not, that is not all of them in order."""
    entries = written(contents)
    head = head_of(entries)
    chosen = data.draw(st.lists(st.sampled_from(entries), max_size=len(entries) + 2))
    if data.draw(st.booleans()):
        chosen = [replace(entry, sequence=number) for number, entry in enumerate(chosen, start=1)]
    else:
        chosen = sorted({entry.sequence: entry for entry in chosen}.values(), key=lambda entry: entry.sequence)
    broken = check(chosen, head).broken
    if chosen == entries:
        assert broken is None
        return
    assert broken is not None
    # Named is the first place that is not what it was.
    same = 0
    while same < min(len(chosen), len(entries)) and chosen[same] == entries[same]:
        same += 1
    assert broken.sequence == same + 1


@given(CONTENTS, CONTENTS, st.integers(0, 12))
@settings(max_examples=100)
def test_a_chain_made_anew_from_somewhere_does_not_fit_the_head(old: list, new: list, kept: int) -> None:  # type: ignore[type-arg]
    """With the key, which only the operating-system user has: what the head remembers is still another entry."""
    entries = written(old)
    other = written([*old[:kept], *new])
    broken = check(other, head_of(entries)).broken
    if other[: len(entries)] == entries:
        assert broken is None
    else:
        assert broken is not None and broken.fault in (AuditFault.CHANGED, AuditFault.CUT_OFF)


@given(st.dictionaries(WORDS, WORDS | st.integers() | st.none() | st.booleans() | st.lists(WORDS), max_size=6))
def test_the_canonical_form_is_one_spelling(detail: dict) -> None:  # type: ignore[type-arg]
    import json

    text = chain.canonical(detail)
    assert chain.canonical(dict(reversed(detail.items()))) == text
    assert chain.canonical(json.loads(text)) == text
