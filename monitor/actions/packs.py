"""What is done with lists that go out: to departments, and to hospitals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.access.opening import Access
from monitor.access.roles import require
from monitor.access.sealing import Sealer
from monitor.actions.acting import Acting, refusal_noted
from monitor.base.vocabulary import Permission
from monitor.casework import referrals
from monitor.casework.layouts import HOSPITALS, Layout, layout_of
from monitor.casework.people_lists import PeopleAsked
from monitor.casework.reading.pack_listing import PackRow, lines_in_full
from monitor.casework.reading.pack_people import people_in_full
from monitor.casework.referrals import PackFile, PeopleSource, Sent
from monitor.casework.selection import Asked
from monitor.reports.no_deposit import people_files, people_occasion
from monitor.reports.referral_pack import make_files, occasion_of
from monitor.store.home import open_store

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class PackSent:
    """A list that went out: the files exactly as handed over, and what sending did."""

    files: list[PackFile]
    sent: Sent


def propose_pack(by: Acting, access: Access, asked: Asked | PeopleAsked, seen_sha256: str) -> int:
    """Put a list forward as it was previewed; the pack's id. Raises MonitorError; who may not is written down."""
    with refusal_noted(by, "referral"):
        return referrals.propose(access, by.actor, asked, seen_sha256, now=by.now, where=by.where)


def approve_pack(by: Acting, access: Access, pack: PackRow, seen_sha256: str) -> str:
    """Approve what somebody else proposed, as it was seen; the pack's number. Raises MonitorError; who may not is written down."""
    source = _source(by, pack)
    with refusal_noted(by, f"pack:{pack.id}"):
        return referrals.approve(access, by.actor, source, pack.id, seen_sha256, now=by.now, where=by.where)


def refuse_pack(by: Acting, access: Access, pack: PackRow, remark: str) -> int:
    """Not approved, or taken back before it was sent; how many people stay to be told. Raises as ``approve_pack``."""
    with refusal_noted(by, f"pack:{pack.id}"):
        referrals.refuse(access, by.actor, pack.id, remark, now=by.now, where=by.where)
    return pack.people


def receive_pack(by: Acting, access: Access, pack: PackRow) -> int:
    """The recipient has it; how many cases moved. Raises as ``approve_pack``."""
    with refusal_noted(by, f"pack:{pack.id}"):
        return referrals.receive(access, by.actor, pack.id, now=by.now, where=by.where)


def recall_pack(by: Acting, access: Access, pack: PackRow, remark: str) -> int:
    """Taken back before it was received; how many cases moved. Raises as ``approve_pack``."""
    with refusal_noted(by, f"pack:{pack.id}"):
        return referrals.recall(access, by.actor, pack.id, remark, now=by.now, where=by.where)


def send_pack(
    by: Acting, access: Access, pack: PackRow, sealer: Sealer, progress: Progress = lambda done, total: None
) -> PackSent:
    """Make an approved list's files and hand it out. ``sealer``: with the keys as they are now, which a server's access need not
    have. Raises as ``approve_pack``."""
    source = _source(by, pack)
    with refusal_noted(by, f"pack:{pack.id}"):
        require(by.actor, Permission.APPROVE_REFERRALS)
        lines = _Lines(pack, sealer, progress)
        files = lines.of_people(by, access, source) if isinstance(source, PeopleSource) else lines.of_cases(by, access, source)
        return PackSent(files, referrals.send(access, by.actor, source, pack.id, files, now=by.now, where=by.where))


@dataclass(frozen=True)
class _Lines:
    """What a list's files are made of: the people on it, opened while they are written."""

    pack: PackRow
    sealer: Sealer
    progress: Progress

    def of_people(self, by: Acting, access: Access, source: PeopleSource) -> list[PackFile]:
        occasion = people_occasion(access, self.pack, source.layout, by.now)
        with access.engine.connect() as connection:
            return people_files(self.pack, occasion, people_in_full(connection, self.sealer, self.pack.id), self.progress)

    def of_cases(self, by: Acting, access: Access, layout: Layout) -> list[PackFile]:
        occasion = occasion_of(access, self.pack, layout, by.now)
        with access.engine.connect() as connection:
            return make_files(self.pack, occasion, lines_in_full(connection, self.sealer, self.pack.id), self.progress)


def _source(by: Acting, pack: PackRow) -> Layout | PeopleSource:
    """What a pack is made again from. The home is read for lists to hospitals only: the others are the case database's."""
    if pack.department == HOSPITALS:
        return referrals.source_of(open_store(by.home), pack.department)
    return layout_of(by.home.referral, pack.department)
