"""Each input table, declared once, a file a table (``declaration`` says what a declaration says).

Names, headings and the other names seen come from the national platform's exports and the spreadsheets people make of
them (three dialects). Headings are compared after folding full-width forms, case, blanks and a "(元)" or "*" around
them, so an alias needs to be listed in one spelling only.
"""

from __future__ import annotations

from monitor.intake.columns.applications import APPLICATIONS
from monitor.intake.columns.case_decisions import CASE_DECISIONS
from monitor.intake.columns.childhood_diseases import CHILDHOOD_DISEASES
from monitor.intake.columns.declaration import LAST_ROW, LONGEST_CELL, MOST_COLUMNS, Column, Kind, Table, other_columns
from monitor.intake.columns.fund import FUND
from monitor.intake.columns.households import HOUSEHOLDS
from monitor.intake.columns.identities import IDENTITIES
from monitor.intake.columns.incomes import INCOMES
from monitor.intake.columns.institution_months import INSTITUTION_MONTHS
from monitor.intake.columns.other_payments import OTHER_PAYMENTS
from monitor.intake.columns.people import PEOPLE
from monitor.intake.columns.premium_support import PREMIUM_SUPPORT
from monitor.intake.columns.serious_illness import SERIOUS_ILLNESS
from monitor.intake.columns.settlements import CLAIM_DAYS, SETTLEMENTS

__all__ = [
    "APPLICATIONS", "CASE_DECISIONS", "CHILDHOOD_DISEASES", "CLAIM_DAYS", "FUND", "HOUSEHOLDS", "IDENTITIES", "INCOMES",
    "INSTITUTION_MONTHS", "LAST_ROW", "LONGEST_CELL", "MOST_COLUMNS", "OPTIONAL", "OTHER_PAYMENTS", "PEOPLE",
    "PREMIUM_SUPPORT", "SERIOUS_ILLNESS", "SETTLEMENTS", "TABLES", "Column", "Kind", "Table", "other_columns",
]

#: What an assessment can do without, and says so: without one of these, what depends on it is "not computable". Nobody exports
#: these yet: no platform has their columns, so they are this program's own, and there is a template of each to hand out
#: (``monitor template``).
OPTIONAL = (
    APPLICATIONS, PREMIUM_SUPPORT, FUND, HOUSEHOLDS, SERIOUS_ILLNESS, CHILDHOOD_DISEASES, CASE_DECISIONS, OTHER_PAYMENTS,
    INSTITUTION_MONTHS,
)

TABLES: dict[str, Table] = {table.name: table for table in (SETTLEMENTS, PEOPLE, IDENTITIES, INCOMES, *OPTIONAL)}
