"""The audit's chain without its database: how an entry is signed, and which is the first that does not hold."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from monitor.base.vocabulary import AuditFault

#: What stands before the first entry.
BEGINNING = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One act, as it is written and signed. Times as ``moment.written`` writes them; ``detail`` is canonical JSON."""

    sequence: int
    at: str
    written_at: str
    actor: str
    account: int | None
    session: str | None
    place: str
    action: str
    object: str
    purpose: str
    detail: str
    fact: str | None
    previous: str
    digest: str = ""


@dataclass(frozen=True)
class Head:
    """The last entry, as a file outside the database remembers it."""

    sequence: int
    digest: str


@dataclass(frozen=True)
class Broken:
    """The first entry that does not hold: its place in the chain, what is wrong, and the sentence that says so."""

    sequence: int
    fault: AuditFault
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """How many entries hold, the last of them, and the first that does not. ``digest`` is what to write down elsewhere."""

    entries: int
    digest: str
    broken: Broken | None


def canonical(value: object) -> str:
    """JSON with one spelling: keys sorted, no blanks, characters as they are."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(key: bytes, entry: Entry) -> str:
    """HMAC-SHA256 over everything the entry says, its place and the digest before it included; 64 hexadecimal digits."""
    content = asdict(entry)
    del content["digest"]
    return hmac.digest(key, canonical(content).encode(), "sha256").hex()


def signed(key: bytes, entry: Entry) -> Entry:
    return replace(entry, digest=digest_of(key, entry))


def head_mac(key: bytes, head: Head) -> str:
    """What keeps the head's file from being written by somebody without the key."""
    return hmac.digest(key, canonical({"head": head.sequence, "digest": head.digest}).encode(), "sha256").hex()


def verify(key: bytes, entries: Iterable[Entry], head: Head | None, length: int) -> Verdict:
    """Walk the whole chain in order of sequence. ``length``: the highest sequence there is.

    ``head`` None means there is no file, which is right for an empty audit only. Entries after the head hold by their
    signatures: a crash between the commit and the head's file leaves one or two.
    """
    place, previous = 0, BEGINNING
    for entry in entries:
        place += 1
        broken = _broken(key, entry, place, previous, head, length)
        if broken is not None:
            return Verdict(place - 1, previous, broken)
        previous = entry.digest
    if head is None and place:
        return Verdict(place, previous, _fault(place, AuditFault.HEAD_MISSING, "记着最后一条的文件不在，不能断定末尾是否完整"))
    if head is not None and place < head.sequence:
        what = f"应至第 {head.sequence} 条，库中只到第 {place} 条"
        return Verdict(place, previous, _fault(place + 1, AuditFault.CUT_OFF, what))
    return Verdict(place, previous, None)


def _same(reckoned: str, kept: str) -> bool:
    # As bytes: what somebody put in its place need not be ASCII, nor even text.
    return hmac.compare_digest(reckoned.encode(), kept.encode(errors="surrogatepass"))


def _broken(key: bytes, entry: Entry, place: int, previous: str, head: Head | None, length: int) -> Broken | None:
    if entry.sequence < place:
        return _fault(entry.sequence, AuditFault.ADDED, "序号应从 1 起逐一递增")
    if entry.sequence > place:
        last = entry.sequence - 1
        return _fault(place, AuditFault.MISSING, f"第 {place} 条" + (f"至第 {last} 条" if last > place else "") + "不在库中")
    if not _same(digest_of(key, entry), entry.digest):
        origin = _origin(key, entry, length)
        if origin is not None:
            return _fault(place, AuditFault.MOVED, f"这里是原来的第 {origin} 条")
        if head is not None and place > head.sequence:
            return _fault(place, AuditFault.ADDED, f"链尾凭据止于第 {head.sequence} 条，此后的记录校验值不符")
        return _fault(place, AuditFault.CHANGED, "内容与校验值不符")
    if entry.previous != previous:
        return _fault(place, AuditFault.MOVED, "它所接的前一条不是库中的前一条")
    if head is not None and place == head.sequence and entry.digest != head.digest:
        return _fault(place, AuditFault.CHANGED, "与链尾凭据所记的不是同一条")
    return None


def _origin(key: bytes, entry: Entry, length: int) -> int | None:
    """Which entry this was, when it is whole but for its number. Costs a signature per entry, once."""
    for sequence in range(1, length + 2):
        if _same(digest_of(key, replace(entry, sequence=sequence)), entry.digest):
            return sequence
    return None


def _fault(sequence: int, fault: AuditFault, what: str) -> Broken:
    return Broken(sequence, fault, f"审计记录第 {sequence} 条{fault.label}：{what}")
