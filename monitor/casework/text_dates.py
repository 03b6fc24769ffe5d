"""The days set by the texts a home works under: which department sends its list by when, what is due once a year."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.base.vocabulary import DocumentStatus, Word
from monitor.casework.working_days import Due, postponed
from monitor.policy.deadlines import Deadline, DeadlineKind
from monitor.policy.document import Document
from monitor.store.manifest import DayRecord, RunRecord


class Obligation(Word):
    """What somebody is waiting for."""

    IDENTITY_LIST = "identity_list", "身份名单", "部门每月送来的新增和退出身份名单"
    PUSH = "push", "每月推送", "本月推送给部门的名单"
    ANSWERS = "answers", "部门反馈", "部门对已推送名单的反馈"
    DECISIONS = "decisions", "反馈待处理", "有冲突、迟到或对不上人的反馈，须人工处理"
    RELIEFS = "reliefs", "救助待采用", "部门反馈了救助，经办人还没有采用"
    DECISIONS_OWED = "decisions_owed", "决定未入账", "案件的一事一议救助还没有记入一事一议决定"
    IDENTITIES_OWED = "identities_owed", "认定未入名单", "反馈中认定的身份还没有导入身份名单"
    CLAIMS = "claims", "手工结报", "个人持上年的票据申请手工结报的期限"
    SETTLEMENT = "settlement", "结清费用", "与定点医疗机构结清救助费用的期限"
    EVALUATION = "evaluation", "实施评估", "文件要求的实施评估的期限"


class Standing(Word):
    """How it stands with it on a day."""

    DONE = "done", "已完成", "已经做到"
    DUE = "due", "待办", "期限未到，或文件没有写日期"
    LATE = "late", "逾期", "期限已过而没有做到"
    UNKNOWN = "unknown", "待核实", "期限已过，没有登记是否做到"


@dataclass(frozen=True)
class Item:
    """One thing due. ``department`` empty where it is nobody's in particular; ``note``: what else to know, or empty; ``document``
    and ``clause``: the text that asks for it, empty where it is the layout's or nobody's; ``year``: whose events it is about,
    where the text sets a day of the year."""

    what: Obligation
    department: str
    month: str
    due: date | None
    standing: Standing
    sentence: str
    note: str = ""
    document: str = ""
    clause: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Sender:
    """A department that sends its identities every month. ``due`` None: no text and no layout names a day; ``documents``: the ids of
    the texts that ask for it, joined by a comma."""

    department: str
    due: Due | None
    words: str
    note: str
    documents: str
    clause: str


#: Said of what a text asks that is not in force: a home that has only tried it.
_DRAFT = "征求意见稿，尚未施行，仅供参考"


def worked_under(runs: Iterable[RunRecord], documents: Mapping[str, Document]) -> list[Document]:
    """The documents of the official runs there are; of the trials, where there is none: by id."""
    official = {run.document for run in runs if not run.trial and not run.replay}
    ids = official or {run.document for run in runs if run.trial}
    return [document for key, document in sorted(documents.items()) if key in ids]


def standing(due: date | None, done: bool, today: date) -> Standing:
    """Whether it is done, still in time, or late; what has no day is never late."""
    return Standing.DONE if done else Standing.LATE if due is not None and today > due else Standing.DUE


def senders(documents: Iterable[Document], local_days: Mapping[str, int | None], today: date) -> list[Sender]:
    """Who sends a list of identities this month, each department once: by the earliest day a text sets, else by the local layout's,
    else without a day. ``local_days``: department → the day the layout names."""
    asked: dict[str, list[tuple[Document, Deadline]]] = {}
    known = list(documents)
    for document in known:
        for deadline in document.provisions.deadlines:
            if deadline.kind is DeadlineKind.IDENTITY_LIST and _holds(document, deadline.day_in(today.year, today.month) or today):
                for department in deadline.departments:
                    asked.setdefault(department, []).append((document, deadline))
    if known:
        asked |= {name: [] for name, day in local_days.items() if day is not None and name not in asked}
    return [_sender(department, texts, local_days.get(department), today) for department, texts in asked.items()]


def _sender(department: str, texts: list[tuple[Document, Deadline]], local_day: int | None, today: date) -> Sender:
    dated = [(document, one) for document, one in texts if one.day is not None]
    dues = [_due(one, day) for _, one in dated if (day := one.day_in(today.year, today.month))]
    words = [f"{one.words}：{_name(document)} {one.clause}" for document, one in dated or texts]
    if not dated and local_day is not None:
        dues = [postponed(today.replace(day=local_day))]
        words = [f"每月 {local_day} 日前，节假日顺延：本地的推送版式"]
    named = dated or texts
    note = _DRAFT if named and all(document.status is DocumentStatus.DRAFT for document, _ in named) else ""
    return Sender(
        department, min(dues, key=lambda due: due.latest) if dues else None, "；".join(words), note,
        ",".join(document.id for document, _ in named), ",".join(dict.fromkeys(one.clause for _, one in named)),
    )


def yearly(
    documents: Iterable[Document], today: date, done: Mapping[tuple[str, str, int], DayRecord] | None = None
) -> list[Item]:
    """What the texts set a day of the year for, from its notice until a month after. ``done``: what the bureau said was done, by
    document, deadline and year (``Manifest.done``); what nobody said anything of is to be looked into once its day has passed."""
    items = []
    for document in documents:
        for deadline in document.provisions.deadlines:
            if deadline.month is None:
                continue
            for year in (today.year - 1, today.year, today.year + 1):
                day = deadline.day_in(year, deadline.month)
                said = (done or {}).get((document.id, deadline.id, year - deadline.years_after))
                if day is not None and _holds(document, day) and (item := _of_year(document, deadline, day, today, said)):
                    items.append(item)
    return items


def recordable(document: Document) -> list[Deadline]:
    """What a text sets a day for and no feed shows to be done: the bureau says so itself."""
    return [one for one in document.provisions.deadlines if one.kind in (DeadlineKind.SETTLEMENT, DeadlineKind.EVALUATION)]


def day_of_year(document: Document, deadline: Deadline, year: int) -> date | None:
    """The last day on which it is in time for the events of a year; None where the text sets none for that year."""
    if deadline.month is None or (day := deadline.day_in(year + deadline.years_after, deadline.month)) is None:
        return None
    return _due(deadline, day).latest if _holds(document, day) else None


def _of_year(document: Document, deadline: Deadline, day: date, today: date, said: DayRecord | None) -> Item | None:
    due = _due(deadline, day)
    if today < _months_before(day, deadline.notice_months):
        return None
    passed = today > due.latest
    if passed and (deadline.kind is DeadlineKind.CLAIMS or today > _end_of_next_month(due.latest)):
        return None
    year = day.year - deadline.years_after
    return Item(
        Obligation(deadline.kind.value), "", f"{day:%Y-%m}", due.latest,
        Standing.DONE if said else Standing.UNKNOWN if passed else Standing.DUE,
        f"{_words(document, deadline, year, due.latest, said)}（{_name(document)} {deadline.clause}）",
        "；".join(part for part in (due.note, _DRAFT if document.status is DocumentStatus.DRAFT else "") if part),
        document.id, deadline.clause, year,
    )


def _words(document: Document, deadline: Deadline, year: int, latest: date, said: DayRecord | None) -> str:
    if deadline.kind is DeadlineKind.CLAIMS:
        return f"{year} 年的发票没有实时结报的，{latest} 前受理手工结报"
    asked, figures = (
        (f"{year} 年的救助费用须在 {latest} 前与定点医疗机构结清", "各机构的金额见 monitor institutions")
        if deadline.kind is DeadlineKind.SETTLEMENT
        else (f"须在 {latest} 前开展实施评估", f"数字见 monitor evaluation --year {year}")
    )
    if said is None:
        return f"{asked}，{figures}；做到后用 monitor done {document.id} {deadline.id} --year {year} 登记"
    return f"{asked}：{done_words(said, latest)}"


def done_words(said: DayRecord, latest: date | None) -> str:
    """The bureau's word with where it comes from, as an officer reads it; ``latest``: the last day in time, where there is one."""
    late = "，晚于期限" if latest is not None and said.done_on > latest.isoformat() else ""
    return f"{said.done_on} 完成{late}（依据：{said.paper}；登记：{said.by}，{said.committed_at[:10]}）"


def _due(deadline: Deadline, day: date) -> Due:
    return postponed(day) if deadline.postponed_over_holidays else Due(day, day)


def _holds(document: Document, day: date) -> bool:
    """Whether a text's day counts: within its time; a draft's, which only trials know, always."""
    first, last = document.effective_from.day, document.effective_to.day
    return document.status is not DocumentStatus.REPEALED and (
        document.status is DocumentStatus.DRAFT or ((first is None or first <= day) and (last is None or day <= last))
    )


def _name(document: Document) -> str:
    return document.number or f"《{document.title}》"


def _months_before(day: date, months: int) -> date:
    """The first of the month so many months before a day's."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _end_of_next_month(day: date) -> date:
    following = date(day.year, day.month, calendar.monthrange(day.year, day.month)[1]) + timedelta(days=1)
    return date(following.year, following.month, calendar.monthrange(following.year, following.month)[1])
