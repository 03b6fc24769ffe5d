"""People of the demonstration whose year is written out: warned, raised, cleared for each reason there is.

The lines are Weihai's with the demonstration's benchmark: 20,000 yuan for the focus groups, 60,000 for ordinary people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sample_data.layouts import Row
from sample_data.numbers import identity_number

NAMES = (
    "样明远", "例思雨", "试长青", "验小满", "测立春", "拟雨桐", "仿子涵", "虚㛃", "样𠮷",
    "例木其格·试巴雅尔", "试婉清", "验向阳",
)
DISTRICTS = ("371002", "371003", "371082", "371083")


@dataclass
class Story:
    """One person. ``settlements[m]``, ``identities[m]`` and ``people[m]`` are the rows that arrive in month m (1–12);
    ``corrections[m]`` those of that month's corrected export."""

    number: int
    insutype: str = "390"
    elsewhere: str = ""
    settlements: dict[int, list[Row]] = field(default_factory=dict)
    corrections: dict[int, list[Row]] = field(default_factory=dict)
    identities: dict[int, list[Row]] = field(default_factory=dict)
    people: dict[int, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people[1] = [self.person()]

    @property
    def birth(self) -> date:
        return date(1950 + self.number % 50, 1 + self.number % 12, 1 + self.number % 28)

    @property
    def certno(self) -> str:
        return identity_number("990001", self.birth, self.number)

    @property
    def name(self) -> str:
        return NAMES[self.number % len(NAMES)]

    @property
    def psn_no(self) -> str:
        return f"99T{self.number:09d}"

    @property
    def district(self) -> str:
        return self.elsewhere or DISTRICTS[self.number % len(DISTRICTS)]

    def person(self, surv_stas: str = "1") -> Row:
        """The person's row of the register."""
        return {
            "psn_no": self.psn_no, "psn_name": self.name, "certno": self.certno, "psn_cert_type": "01",
            "gend": "1" if self.number % 2 else "2", "brdy": self.birth.isoformat(), "insutype": self.insutype,
            "psn_insu_stas": "1", "insu_admdvs": self.district, "town": "样例镇", "village": "样例村",
            "address": f"样例路{self.number}号", "tel": f"000{self.number:08d}", "resdbook_no": f"99T{self.number:08d}",
            "surv_stas": surv_stas,
        }

    def pays(
        self, month: int, amount: str, *, told: int | None = None, key: str = "", refunded: bool = False,
        reverses: str = "", reason: str = "", corrected: bool = False,
    ) -> str:
        """A settlement of ``month`` with this burden before aid, arriving in month ``told``; its setl_id."""
        file_month = told or month
        target = self.corrections if corrected else self.settlements
        rows = target.setdefault(file_month, [])
        setl_id = key or f"99D{self.number:04d}{month:02d}{sum(map(len, self.settlements.values())):02d}"
        rows.append(settlement(self, setl_id, month, Decimal(amount), refunded, reverses, reason))
        return setl_id

    def holds(self, told: int, category: str, begin: str, end: str = "", risk_eliminated: str = "") -> None:
        """An identity, as the lists of month ``told`` have it."""
        self.identities.setdefault(told, []).append(
            {
                "certno": self.certno, "psn_name": self.name, "category": category, "begin": begin, "end": end,
                "risk_eliminated": risk_eliminated, "household": f"99T{self.number:08d}",
            }
        )


def settlement(
    story: Story, setl_id: str, month: int, amount: Decimal, refunded: bool, reverses: str, reason: str
) -> Row:
    """A row whose accounting identities hold: a tenth of the fee outside the catalogue, as much again from the fund."""
    supplement = bool(reason)
    # A supplementary reimbursement moves money from the person to the fund; the fee stays.
    fund = -amount if supplement else amount
    fee = fund + amount
    own = Decimal(0) if supplement else round(amount / 10, 2)
    text = "{:.2f}".format
    none = "0.00"
    return {
        "setl_id": setl_id, "mdtrt_id": "99M" + setl_id[3:], "psn_no": story.psn_no, "psn_name": story.name,
        "certno": story.certno, "psn_cert_type": "01", "insutype": story.insutype, "med_type": "21",
        "setl_time": f"2025-{month:02d}-{10 + story.number % 15:02d} 09:30:00", "medfee_sumamt": text(fee),
        "fulamt_ownpay_amt": text(own), "overlmt_selfpay": none, "preselfpay_amt": none,
        "inscp_scp_amt": text(fee - own), "act_pay_dedc": none, "hifp_pay": text(fund), "cvlserv_pay": none,
        "hifes_pay": none, "hifmi_pay": none, "hifob_pay": none, "hifdm_pay": none, "maf_pay": none, "oth_pay": none,
        "fund_pay_sumamt": text(fund), "psn_part_amt": text(amount), "acct_pay": none, "psn_cash_pay": text(amount),
        "hosp_part_amt": none, "refd_setl_flag": "1" if refunded else "0", "init_setl_id": reverses, "vali_flag": "1",
        "insu_admdvs": story.district, "fix_blng_admdvs": story.district, "fixmedins_code": "H99000000001",
        "fixmedins_name": "样例市第一医院", "hosp_lv": "03", "dise_codg": "", "dise_name": "", "pay_loc": "2",
        "manl_reim_rea": reason, "referred": "",
    }


def _refunded(story: Story, month: int) -> None:
    """Over the line, then refunded two months later; every second original is never re-exported with its flag."""
    story.holds(1, "低保边缘家庭成员", "2024-01-01")
    key = story.pays(month, "21500.00")
    story.pays(month + 2, "-21500.00", refunded=True, reverses=key)
    if story.number % 2:
        story.pays(month, "21500.00", told=month + 2, key=key, refunded=True)


def _corrected(story: Story, month: int) -> None:
    """Over the upper line by a slip of the keyboard, put right in August's corrected export."""
    key = story.pays(month, "65000.00")
    story.pays(month, "6500.00", told=8, key=key, corrected=True)


def _identity_ends(story: Story, month: int) -> None:
    """Over the lower line while a member of a marginal household; later no longer one."""
    story.holds(1, "低保边缘家庭成员", "2024-06-01")
    story.pays(month, "26000.00")
    story.holds(month + 2, "低保边缘家庭成员", "2024-06-01", f"2025-{month + 2:02d}-15")


def _risk_gone(story: Story, month: int) -> None:
    """Monitored and over the line; the risk is then declared gone."""
    story.holds(1, "突发严重困难户", "2024-09-01", risk_eliminated="否")
    story.pays(month, "24000.00")
    story.holds(month + 3, "突发严重困难户", "2024-09-01", risk_eliminated="是")


def _supplement(story: Story, month: int) -> None:
    """Just over, then just under through a late supplementary reimbursement."""
    story.holds(1, "脱贫不稳定户", "2024-03-01", risk_eliminated="否")
    story.pays(month, "20500.00")
    story.pays(month + 2, "-1500.00", reason="年度二次补报销")


def _raised(story: Story, month: int) -> None:
    """Over 50 %, then over 100 %, then over 150 % of the benchmark."""
    story.holds(1, "边缘易致贫户", "2024-03-01", risk_eliminated="否")
    for later, amount in ((0, "23000.00"), (2, "19000.00"), (4, "20000.00")):
        story.pays(month + later, amount)


def _recognised(story: Story, month: int) -> None:
    """Heavy bills for an ordinary person; warned once the identity is in force."""
    story.pays(month, "32000.00")
    story.holds(month + 1, "低保边缘家庭成员", f"2025-{month + 2:02d}-01")


def _died(story: Story, month: int) -> None:
    """Over the line, then dead."""
    story.pays(month, "66000.00")
    story.people[month + 2] = [story.person("2")]


def _ordinary(story: Story, month: int) -> None:
    """An employee over the upper line, and staying there."""
    story.insutype = "310"
    story.people[1] = [story.person()]
    story.pays(month, "41000.00")
    story.pays(month + 1, "22000.00")


def _insured_elsewhere(story: Story, month: int) -> None:
    """Over the upper line, but insured in another prefecture: listed apart."""
    story.elsewhere = "370202"
    story.people[1] = [story.person()]
    story.pays(month, "72000.00")


PLOTS: tuple[Callable[[Story, int], None], ...] = (
    _refunded, _corrected, _identity_ends, _risk_gone, _supplement, _raised, _recognised, _died, _ordinary,
    _insured_elsewhere,
)

#: Months the plots start in. Each needs four more; the corrected export of August puts right what came before.
STARTS = (1, 2, 3, 4, 5, 6, 7)


def doubts() -> list[Story]:
    """What somebody has to settle: two numbers under one psn_no that are over the line together only, and a settlement exported
    twice, without which its person is not over it. None of them is in the register, which would settle it."""
    two, twice = Story(901), Story(904)
    two.pays(10, "34000.00")
    two.pays(11, "34000.00")
    # The second time with another number of the same birth date and sex.
    two.settlements[11][0]["certno"] = identity_number("990001", two.birth, 903)
    key = twice.pays(11, "36000.00")
    twice.pays(11, "36000.00", key=f"37100{key}")
    for story in (two, twice):
        story.people.clear()
    return [two, twice]


def stories() -> list[Story]:
    """Every plot, once for each starting month: 70 people."""
    told: list[Story] = []
    for start in STARTS:
        for plot in PLOTS:
            story = Story(len(told) + 1)
            plot(story, start)
            told.append(story)
    return told
