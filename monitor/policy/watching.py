"""What a text wants looked at: figures of medical institutions, and the yearly evaluation; as frozen values, strictly read."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.base.vocabulary import Word
from monitor.policy.citing import Reading
from monitor.policy.schema import Section


class InstitutionMeasure(Word):
    """A figure of a medical institution. The last four are asked for and stand in no settlement, but in ``institution_months``."""

    ASSISTED = "assisted", "救助人数和金额", "在该机构有医疗救助支付的人数和金额"
    COST = "cost", "医疗费用", "医疗费总额"
    OUTSIDE_SHARE = "outside_share", "目录外费用占比", "全自费金额占医疗费总额"
    OWN_SHARE = "own_share", "个人负担占比", "个人负担总金额占医疗费总额"
    STAY_COST = "stay_cost", "次均住院费用", "住院医疗费总额除以住院人次"
    DRUG_SHARE = "drug_share", "药品费用占比", "药品费用占医疗总费用，取医药机构月度费用"
    CONSUMABLE_SHARE = "consumable_share", "耗材费用占比", "耗材费用占医疗总费用，取医药机构月度费用"
    TEST_SHARE = "test_share", "检查化验费用占比", "检查化验费用占医疗总费用，取医药机构月度费用"
    SETTLED = "settled", "已结清救助费用", "已与机构结清的和还没有结清的医疗救助费用，取医药机构月度费用"


#: Asked for by texts, and in no settlement: where the table of institutions' months is not there they are missing, never zero.
NOT_IN_SETTLEMENTS = (
    InstitutionMeasure.DRUG_SHARE, InstitutionMeasure.CONSUMABLE_SHARE, InstitutionMeasure.TEST_SHARE, InstitutionMeasure.SETTLED,
)


@dataclass(frozen=True)
class Watch:
    """What a clause wants watched of institutions."""

    id: str
    label: str
    measures: tuple[InstitutionMeasure, ...]
    clause: str
    quote: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Evaluation:
    """A clause that wants what was done evaluated."""

    id: str
    label: str
    clause: str
    quote: str
    readings: tuple[Reading, ...]


def watch_of(section: Section) -> Watch:
    """One ``[[watch]]``. Raises PolicyError naming file and field."""
    measures = section.words("measures", InstitutionMeasure)
    if not measures:
        raise section.wrong("measures", f"不能为空，可用 {'、'.join(InstitutionMeasure)}")
    return Watch(
        section.identifier("id"), section.text("label"), tuple(one for one in InstitutionMeasure if one in measures),
        section.text("clause"), section.text("quote"), section.readings("reading"),
    )


def evaluation_of(section: Section) -> Evaluation:
    """One ``[[evaluation]]``. Raises PolicyError naming file and field."""
    return Evaluation(
        section.identifier("id"), section.text("label"), section.text("clause"), section.text("quote"), section.readings("reading")
    )
