"""Every key a document file may have, declared once: others are refused; policies/README.md explains each.

A table's keys are all required unless marked otherwise. ``Section`` is one table of one file, read by ``strict_toml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.policy.citing import Reading
from monitor.policy.strict_toml import StrictTable


@dataclass(frozen=True)
class Key:
    """A key of a table."""

    name: str
    required: bool = True


def _keys(required: str, optional: str = "") -> tuple[Key, ...]:
    wanted, possible = required.split(), optional.split()
    return tuple(Key(name) for name in wanted) + tuple(Key(name, required=False) for name in possible)


#: What any figure may say besides its value: for which years, how firmly, within which bounds.
_FIGURE = "first last bound lowest highest yearly"

TABLES: Mapping[str, tuple[Key, ...]] = {
    "document": _keys(
        "id number title issuer region status effective_from effective_to checked_on names recipient reading "
        "warning_reading rule example_setting example",
        "bands parameter assistance premium_support critical_illness recognition indicator offer deadline watch evaluation",
    ),
    "effective": _keys("", "date open clause quote reading"),
    "names": _keys("categories clause quote"),
    "recipient": _keys("department clause quote"),
    "reading": _keys("id text why"),
    "rule": _keys("id kind population schemes measure window line clause quote reading"),
    "line.benchmark": _keys("kind region_level residents year_offset multiple"),
    "line.absolute": _keys("kind amount"),
    "line.left_to_bureau": _keys("kind year_offset"),
    "parameter": _keys("name type description clause quote"),
    "example_setting": _keys("as_of insu_admdvs income", "parameters"),
    "income": _keys("region residents year amount"),
    "example": _keys("id categories insutype facts expected excess why", "insu_admdvs rule category"),
    "facts": _keys("psn_part_amt", "maf_pay fulamt_ownpay_amt overlmt_selfpay preselfpay_amt"),
    # What the document gives (provisions)
    "clause": _keys("clause quote reading"),
    "cited": _keys("about clause quote"),
    "figure.amount": _keys("kind amount", _FIGURE),
    "figure.ratio": _keys("kind ratio", _FIGURE),
    "figure.income_share": _keys("kind share region_level residents year_offset", _FIGURE),
    "figure.parameter_share": _keys("kind share parameter", _FIGURE),
    "figure.no_limit": _keys("kind", "first last"),
    "figure.local": _keys("kind", "first last lowest highest yearly"),
    "assistance": _keys(
        "paid_first care schedule other_rules",
        "identities day_of_care counted_once hand_claims referral transition extra_points look_back tilt",
    ),
    "assistance.counted_once": _keys("clause quote reading", "difference"),
    "assistance.paid_first": _keys("deducted already_off clause quote reading", "outside"),
    "assistance.extra_points": _keys("points under_age clause quote reading"),
    "assistance.care": _keys("id groups clause quote reading", "cited"),
    "assistance.look_back": _keys("id window months clause quote reading"),
    "assistance.tilt": _keys("id label threshold ratio cap needs_referral within clause quote reading", "calendar_year"),
    "assistance.schedule": _keys(
        "id label categories route care deductible ratio cap clause quote reading",
        "cap_serious tilt look_back apart transition once_a_year keeps_year cited",
    ),
    "assistance.other_rules": _keys("categories clause quote reading"),
    "premium_support": _keys("rule", "identities leavers_keep_year joiners_next_year figure"),
    "premium_support.figure": _keys("id kind label clause quote reading", "tier"),
    "premium_support.rule": _keys(
        "id categories kind clause quote reading", "first last share amount tier optional_shares transition cited"
    ),
    "critical_illness": _keys(
        "not_computable clause quote reading",
        "categories segment care added_back paid deductible ratio special_drugs tilt",
    ),
    "critical_illness.segment": _keys("scheme above ratio", "up_to"),
    "critical_illness.care": _keys("scheme groups", "specific_outpatient"),
    "critical_illness.special_drugs": _keys("groups deductible ratio cap clause quote reading"),
    "critical_illness.tilt": _keys("categories schemes deductible_factor points cap_lifted clause quote reading"),
    "recognition": _keys("test clause quote reading", "excluded months"),
    "indicator": _keys("id label comparison limit needs stated clause quote reading", "levels"),
    "offer": _keys("id kind categories text clause quote reading"),
    "watch": _keys("id label measures clause quote reading"),
    "evaluation": _keys("id label clause quote reading"),
    "deadline": _keys(
        "id label kind clause quote reading", "departments year month day years_after notice_months postponed_over_holidays cited"
    ),
}


class Section(StrictTable):
    """One table of a document file, one of ``TABLES``."""

    def __init__(self, file: str, path: str, table: str, values: Mapping[str, object]) -> None:
        keys = TABLES[table]
        super().__init__(
            file, path, values, (key.name for key in keys if key.required), (key.name for key in keys if not key.required)
        )

    def section(self, key: str, table: str) -> Section:
        """A table inside this one."""
        value = self._values[key]
        if not isinstance(value, dict):
            raise self.wrong(key, "须为表")
        return Section(self.file, self.where(key), table, value)

    def line(self, key: str) -> Section:
        """A line: which keys it has depends on its kind."""
        return self._kinded(key, "line", self._values[key])

    def figures(self, key: str) -> tuple[Section, ...]:
        """A figure, or a list of them for different years, numbered from 1; which keys depends on each one's kind."""
        value = self._values[key]
        if not isinstance(value, list):
            return (self._kinded(key, "figure", value),)
        if not value:
            raise self.wrong(key, "不能为空")
        return tuple(self._kinded(f"{key}[{number}]", "figure", one) for number, one in enumerate(value, start=1))

    def _kinded(self, key: str, table: str, value: object) -> Section:
        if not isinstance(value, dict):
            raise self.wrong(key, "须为表")
        kinds = [name.partition(".")[2] for name in TABLES if name.startswith(f"{table}.")]
        kind = value.get("kind")
        if kind not in kinds:
            raise self.wrong(f"{key}.kind", f"须为 {'、'.join(kinds)} 之一")
        return Section(self.file, self.where(key), f"{table}.{kind}", value)

    def sections(self, key: str, table: str, *, empty: bool = False) -> tuple[Section, ...]:
        """A list of tables, numbered from 1 in paths; may be empty only where ``empty`` says so."""
        return tuple(Section(self.file, path, table, values) for path, values in self.numbered(key, empty=empty))

    def once(self, key: str, ids: Sequence[str]) -> None:
        """Refuses the list of tables under ``key`` where an id repeats."""
        for number, one in enumerate(ids, start=1):
            if one in ids[: number - 1]:
                raise self.wrong(f"{key}[{number}].id", f"的值 {one} 重复")

    def reading(self) -> Reading:
        """This table as a reading."""
        return Reading(self.identifier("id"), self.text("text"), self.text("why"))

    def readings(self, key: str) -> tuple[Reading, ...]:
        """A list of readings, each id once; may be empty."""
        readings = tuple(one.reading() for one in self.sections(key, "reading", empty=True))
        self.once(key, [reading.id for reading in readings])
        return readings

    def free(self, key: str) -> dict[str, str]:
        """A table of texts whose keys are checked elsewhere."""
        value = self._values[key]
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise self.wrong(key, "须为文字的表")
        return dict(value)
