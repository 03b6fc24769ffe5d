"""What a run cannot know and everybody who reads it must: that nobody can be warned as marginal or monitored."""

from __future__ import annotations

from monitor.assess.inputs import Asked
from monitor.assess.sql import sql
from monitor.store.engine import DuckEngine
from monitor.store.manifest import Manifest

_NOBODY = "没有人能作为低保边缘家庭成员、防返贫监测对象等身份预警"


def identity_notices(known: Manifest, engine: DuckEngine, asked: Asked) -> list[dict[str, str]]:
    """Code and sentence where no identity list was loaded, none is in force on the day, or none of its people belong to the region of
    the document. in: what ``assess`` leaves."""
    if not any(load.accepted for load in known.of_table("identities")):
        return [{"code": "no_identity_list", "sentence": (
            f"没有导入过任何身份名单，{_NOBODY}，人人都按普通参保人员比较；"
            "请用 monitor import identities 文件 导入部门的身份名单后重新运行"
        )}]
    as_of = asked.as_of
    if not engine.count("in_force"):
        return [{"code": "no_identity_in_force", "sentence": (
            f"导入过的身份名单在 {as_of} 没有一条有效而为文件点名的身份，"
            f"{_NOBODY}；请核对名单的起止日期和身份类别（monitor review），"
            "或用 monitor import identities 文件 导入新的名单后重新运行"
        )}]
    people, inside, elsewhere = _placed(engine)
    if inside:
        return []
    unknown = f"，参保登记和结算中都找不到 {people - elsewhere} 人" if people > elsewhere else ""
    return [{"code": "identities_elsewhere", "sentence": (
        f"导入过的身份名单在 {as_of} 有效的 {people} 人没有一人参保地在文件的地区（参保地在外 {elsewhere} 人{unknown}），"
        f"{_NOBODY}；请核对是否导入了外地的名单（monitor review --unmatched 可列出找不到的），"
        "用 monitor import identities 文件 导入本地区的名单后重新运行"
    )}]


def _placed(engine: DuckEngine) -> tuple[int, int, int]:
    """How many people have an identity in force, how many of them belong to the region, how many elsewhere."""
    (near,) = engine.one(
        "SELECT count(*) FROM known_people AS k WHERE k.inside AND EXISTS (SELECT 1 FROM in_force AS i WHERE i.person = k.person)"
    )
    if near:
        # As nearly always: nobody else has to be looked for.
        return int(near), int(near), 0
    engine.make("identities_placed", sql("identities_placed"))
    people, inside, elsewhere = engine.one("SELECT people, inside, elsewhere FROM identities_placed")
    return int(people), int(inside), int(elsewhere)
