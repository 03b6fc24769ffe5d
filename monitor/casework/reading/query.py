"""What is asked of a list: filters, order, page, and whose rows may be in the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, Self, TypeVar

from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import MonitorError

MAX_PAGE_SIZE = 1000
Narrowed = TypeVar("Narrowed")


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """A page of a list that has one order. ``page`` counts from 1. Raises MonitorError for a page no list has."""

    page: int = 1
    size: int = 50
    scope: Scope = EVERYTHING

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MAX_PAGE_SIZE or self.page < 1:
            raise MonitorError(f"每页行数应在 1 到 {MAX_PAGE_SIZE} 之间，页码从 1 开始，请改正后重试")

    @property
    def start(self) -> int:
        """How many rows stand before the page."""
        return (self.page - 1) * self.size

    def within(self, scope: Scope) -> Self:
        """The same, asked by somebody who may see ``scope``."""
        return replace(self, scope=scope)


FIRST_PAGE = PageQuery()


@dataclass(frozen=True)
class ListQuery(PageQuery, Generic[Narrowed]):
    """A page of a list that can be narrowed and sorted. ``sort``: one of the list's orders; empty: its first."""

    filters: Narrowed
    sort: str = ""
    descending: bool = True
