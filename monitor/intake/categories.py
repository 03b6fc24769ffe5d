"""What identity lists call the categories, as shipped; a bureau's own table replaces it (codes differ by province)."""

from __future__ import annotations

from monitor.vocabulary import Category

_NAMES: dict[Category, tuple[str, ...]] = {
    Category.TEKUN: ("2304", "7131", "特困", "特困供养人员", "特困供养对象", "城市特困", "农村特困", "特困救助供养人员"),
    Category.ORPHAN: ("7041", "7141", "事实无人抚养儿童", "孤儿（含事实无人抚养儿童）"),
    Category.DIBAO: (
        "2303", "7019", "低保", "低保户", "低保家庭成员", "最低生活保障家庭成员", "最低生活保障对象", "最低生活保障人员",
        "城市低保", "农村低保", "城市低保对象", "农村低保对象", "城乡低保对象",
    ),
    Category.CHILD_IN_NEED: (),
    Category.RETURNED_TO_POVERTY: ("7202", "返贫致贫", "返贫致贫对象", "返贫人口", "返贫致贫户"),
    Category.MONITORED_UNSTABLE: ("7203", "脱贫不稳定", "脱贫不稳定人口", "防返贫监测对象：脱贫不稳定户"),
    Category.MONITORED_MARGINAL: ("7204", "边缘易致贫", "边缘易致贫人口", "防返贫监测对象：边缘易致贫户"),
    Category.MONITORED_SUDDEN: ("7205", "突发严重困难", "突发严重困难人口", "防返贫监测对象：突发严重困难户"),
    Category.DIBAO_MARGINAL: (
        "7201", "低保边缘", "低保边缘户", "低保边缘对象", "低保边缘家庭", "最低生活保障边缘家庭成员",
    ),
    Category.LIFTED_OUT: ("脱贫户", "已脱贫人口", "脱贫享受政策人口"),
    Category.ILLNESS_POOR: (
        "2306", "7110", "因病致贫", "因病致贫患者", "因病致贫重病患者", "因病致贫家庭重病患者", "支出型困难家庭重病患者",
    ),
    Category.VETERAN_HARDSHIP: ("三老人员", "“三老”人员", '"三老"人员'),
    Category.SEVERE_DISABILITY: ("重度残疾人", "重度残疾"),
    Category.OTHER_HARDSHIP: ("其他特殊困难", "其他困难人员"),
}

#: Code or name as a list may write it → category id.
SHIPPED_CODES: dict[str, str] = {name: category.value for category, names in _NAMES.items() for name in names}
