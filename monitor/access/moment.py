"""How an instant is written down in the tables of access: text of one width in China time, so that order by text is
order by time in every database, and a signed entry reads back as the very text that was signed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def written(moment: datetime) -> str:
    """``2026-11-22T09:30:00.000000+08:00``. Raises ValueError for a time without a zone: it would be somebody's guess."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs its offset")
    return moment.astimezone(CHINA).isoformat(timespec="microseconds")


def read(text: str) -> datetime:
    """The instant ``written`` wrote, or any ISO 8601 text with an offset."""
    return datetime.fromisoformat(text)
