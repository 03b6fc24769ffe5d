"""What goes wrong, as sentences for the person who can fix it.

No message ever carries a person's name, number or other personal value: it names file, line, column, document,
region, year — what somebody needs to find the place and nothing else.
"""

from __future__ import annotations


class MonitorError(Exception):
    """A refusal the user can act on. Its text is one Chinese sentence: what, where, what to do. Exit code 1."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def within(self, context: str) -> MonitorError:
        """The same refusal with the place it happened in put before it, added as the error rises."""
        return type(self)(f"{context}：{self.sentence}")


class IntakeError(MonitorError):
    """A file that cannot be taken in as a whole."""


class PolicyError(MonitorError):
    """A document, income or parameter that is missing, wrong or not allowed for the date."""


class StoreError(MonitorError):
    """The home directory cannot be read or written: lock held, keys missing, disk full."""


class UnknownPersonError(StoreError):
    """Nobody of that number, or key, is in the store."""


class AccessError(MonitorError):
    """Somebody may not do this, or an account cannot be as asked for."""
