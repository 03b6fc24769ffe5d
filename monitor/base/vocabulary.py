"""The field's words as types, each with its Chinese label and definition (GLOSSARY.md lists the same words).

Two different things get two types: 自付 (in-policy self-payment), 自费 (outside the catalogue) and 个人负担 (all a
person bears) are three measures, never one "out of pocket".
"""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A domain word: the value is the machine name, ``label`` the Chinese one, ``definition`` one sentence."""

    label: str
    definition: str

    def __new__(cls, value: str, label: str = "", definition: str = "") -> Word:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.definition = definition
        return member


class Category(Word):
    """救助对象身份, in the order used for ties and display."""

    TEKUN = "tekun", "特困人员", "民政部门认定的特困供养人员"
    ORPHAN = "orphan", "孤儿", "孤儿，含事实无人抚养儿童；民政部门认定"
    DIBAO = "dibao", "低保对象", "最低生活保障家庭成员；民政部门认定"
    CHILD_IN_NEED = "child_in_need", "困境儿童", "民政部门认定"
    RETURNED_TO_POVERTY = "returned_to_poverty", "返贫致贫人口", "乡村振兴（现多在农业农村）部门认定"
    MONITORED_UNSTABLE = "monitored_unstable", "脱贫不稳定户", "防返贫监测对象；风险未消除期间有效"
    MONITORED_MARGINAL = "monitored_marginal", "边缘易致贫户", "防返贫监测对象；风险未消除期间有效"
    MONITORED_SUDDEN = "monitored_sudden", "突发严重困难户", "防返贫监测对象；风险未消除期间有效"
    DIBAO_MARGINAL = "dibao_marginal", "低保边缘家庭成员", "民政部门认定"
    LIFTED_OUT = "lifted_out", "脱贫人口", "过渡期内的已脱贫人口；乡村振兴部门认定"
    ILLNESS_POOR = "illness_poor", "因病致贫重病患者", "因高额医疗费用支出导致家庭基本生活出现严重困难的大病患者"
    VETERAN_HARDSHIP = "veteran_hardship", "“三老”人员", "市政府规定的特殊困难人员"
    SEVERE_DISABILITY = "severe_disability", "重度残疾人员", "残联认定"
    OTHER_HARDSHIP = "other_hardship", "其他特殊困难人员", "县级以上政府规定"
    ORDINARY = "ordinary", "普通参保人员", "在所依据文件点名的身份中，一种也不在有效期内的参保人员"


MONITORED = (Category.MONITORED_UNSTABLE, Category.MONITORED_MARGINAL, Category.MONITORED_SUDDEN)


class Measure(Word):
    """个人负担口径: what is summed over a person's counted settlements in the window, in yuan."""

    BURDEN_BEFORE_AID = (
        "burden_before_aid",
        "个人负担（救助前）",
        "基本医保、大病保险等支付后的个人负担：个人负担总金额 + 医疗救助基金支出",
    )
    BURDEN_AFTER_AID = "burden_after_aid", "个人负担（救助后）", "三重制度综合保障后的个人负担：个人负担总金额"
    IN_POLICY_BEFORE_AID = (
        "in_policy_before_aid",
        "政策范围内个人自付（救助前）",
        "个人负担总金额 + 医疗救助基金支出 − 全自费金额 − 超限价自费费用 − 先行自付金额",
    )
    IN_POLICY_AFTER_AID = (
        "in_policy_after_aid",
        "政策范围内个人自付（救助后）",
        "个人负担总金额 − 全自费金额 − 超限价自费费用 − 先行自付金额",
    )


#: The settlement columns each measure needs. A batch without one of them cannot answer for that measure.
MEASURE_COLUMNS: dict[Measure, tuple[str, ...]] = {
    Measure.BURDEN_BEFORE_AID: ("psn_part_amt", "maf_pay"),
    Measure.BURDEN_AFTER_AID: ("psn_part_amt",),
    Measure.IN_POLICY_BEFORE_AID: (
        "psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt",
    ),
    Measure.IN_POLICY_AFTER_AID: (
        "psn_part_amt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt",
    ),
}


class AlertKind(Word):
    """预警类别."""

    RETURN_TO_POVERTY = "return_to_poverty", "因病返贫", "困难边缘人群的年度负担超过返贫预警线"
    POVERTY_DUE_TO_ILLNESS = "poverty_due_to_illness", "因病致贫", "普通参保人员的年度负担超过致贫预警线"
    HIGH_EXPENSE = "high_expense", "大额费用预警", "合规自负费用超过绝对金额线"


class AlertState(Word):
    """An alert against its predecessor run (docs/ARCHITECTURE.md, "Lines and alerts")."""

    NEW = "new", "新增", "上次运行未预警，本次越线"
    CONTINUING = "continuing", "持续", "上次已预警，本次仍越线，档位未上升"
    RAISED = "raised", "升档", "上次已预警，本次越过更高一档（所依据文件的档，基准的百分数）"
    CLEARED = "cleared", "解除", "上次已预警，本次未越线，并有原因"
    UNCONFIRMED = "unconfirmed", "待核实", "上次已预警，本次未越线，但上次窗口内的结算少于当时，不予解除"


class ClearedReason(Word):
    """Why somebody who was over a line is not over it now."""

    CORRECTION = "correction", "结算更正", "退费、更正或补报销使负担回到线下"
    IDENTITY_ENDED = "identity_ended", "身份终止", "适用该规则的身份已不在有效期内"
    OTHER_LINE_APPLIES = "other_line_applies", "改按其他标准", "现适用另一条规则、另一标准或不再有适用的规则"
    DECEASED = "deceased", "已死亡", "人员登记为死亡"


class Residents(Word):
    """Whose per-capita disposable income a benchmark is."""

    ALL = "all", "全体居民"
    URBAN = "urban", "城镇常住居民"
    RURAL = "rural", "农村常住居民"


class ApplicationOutcome(Word):
    """What became of an application for assistance."""

    PENDING = "pending", "待定", "已申请，尚未作出决定"
    GRANTED = "granted", "批准", "决定给予救助"
    REFUSED = "refused", "不予批准", "决定不给予救助"


class DecisionKind(Word):
    """On what ground a case decision gives money beside the schedules."""

    CASE_DISCUSSION = "case_discussion", "一事一议", "对特别困难的患者，经集体研究确定的救助"


class DocumentStatus(Word):
    """Whether a document may be run for a date."""

    IN_FORCE = "in_force", "现行有效"
    DRAFT = "draft", "征求意见稿"
    REPEALED = "repealed", "已废止"


class SetAside(Word):
    """Why somebody over a line is listed apart and never flagged."""

    NO_RULE = "no_rule", "无适用规则", "文件没有一条规则覆盖其身份与险种"
    OUTSIDE_REGION = "outside_region", "参保地不在文件地区", "参保地不在文件适用地区，或参保地不明"
    DECEASED = "deceased", "已死亡", "人员登记为死亡（人员参保关系状态 2 或自然减少）"


class Route(Word):
    """How somebody gets medical assistance (救助方式)."""

    DIRECT = "direct", "直接救助", "身份在医保系统标识后，结算时直接救助，不须申请"
    ON_APPLICATION = "on_application", "依申请救助", "本人或代办人提出申请、经审核后救助"


class Bound(Word):
    """How firmly a document sets a figure; the bureau's own value must lie within the bound."""

    EXACT = "exact", "定数", "文件写定的数字，本地不得另定"
    AT_LEAST = "at_least", "不低于", "本地可以更高；登记之前按文件的数字"
    AT_MOST = "at_most", "不高于", "本地可以更低；登记之前按文件的数字"
    ABOUT = "about", "左右", "本地在其左右确定并公布；登记之前按文件的数字"
    PHASED = "phased", "渐退", "文件给出起点，其后按规定逐步降低；登记之前按文件的数字"
    REFERENCE = "reference", "参照", "文件给出参照的数字，由省、市确定公布；登记之前按参照的数字"
    LOCAL = "local", "由本地确定", "文件没有数字；登记之前不能计算"


class ShortfallReason(Word):
    """Why somebody is due more than was paid (应享未享), the first that applies in this order of questions."""

    NO_APPLICATION = "no_application", "尚未申请", "依申请救助的对象，本年没有申请"
    APPLICATION_UNKNOWN = "application_unknown", "有无申请不详", "依申请救助的对象，救助申请没有导入，也没有登记为没有"
    PENDING = "pending", "申请待批", "已申请，尚未决定"
    REFUSED = "refused", "申请未获批准", "本年的申请未获批准"
    NOT_IDENTIFIED = "not_identified", "未及时认定", "没有得到救助的费用，多半发生在身份生效之前"
    NOT_SETTLED = "not_settled", "结算时未救助", "身份有效期内的费用，结算时没有医疗救助支付"
    UNDERPAID = "underpaid", "救助少付", "每次结算都有医疗救助支付，合计少于应享"


class AidMark(Word):
    """What else an officer asks about somebody's assistance; several can hold."""

    CAP_REACHED = "cap_reached", "已达封顶", "年度救助限额或倾斜救助限额已用完"
    CARE_NOT_COUNTED = "care_not_counted", "有费用不在保障范围", "本文件不计入这类医疗费用"
    NOT_REFERRED = "not_referred", "有费用未按规定转诊", "参保地市以外就医未按规定转诊，不纳入救助"
    REFERRAL_ASSUMED = "referral_assumed", "转诊按有处理", "参保地市以外就医，是否转诊未填，按已转诊处理"
    SEVERAL_SCHEDULES = "several_schedules", "年内换过标准", "年内身份有变，按几个救助标准合计"
    AT_LEAST = "at_least", "至少数", "有的数据还不知道，所列是没有它也能确定的金额，可能更高"
    APPLIED_TWICE = "applied_twice", "一年内重复获批", "一个年度内有不止一份获批的申请，只算一次，请核对"
    PERHAPS_LAST_YEAR = "perhaps_last_year", "可能是上一年的发票", "6 月 30 日以前手工结报而没有发票日期，可能应归上一年，请核对"


class HouseholdOutcome(Word):
    """What the test for 因病致贫重病患者 says of somebody seriously ill."""

    CANDIDATE = "candidate", "候选", "收入扣减负担后低于低保标准，其他条件均符合；是否认定由主管部门核定"
    TO_VERIFY = "to_verify", "待核查", "收入扣减负担后低于低保标准，户籍或财产尚未核查"
    NOT_COMPUTABLE = "not_computable", "不能计算", "家庭的数字缺少、为零、为负或不一致，或缺少重特大疾病标识"
    NO_CANDIDATE = "no_candidate", "不符合", "有一项条件不符合"


class HomeCheck(Word):
    """What ``monitor doctor`` looks at, in this order."""

    HOME = "home", "数据目录", "数据目录存在，且同机的其他用户不能进入"
    KEYS = "keys", "密钥", "密钥文件在数据目录之外，权限为 0600，能打开密封内容，且没有未完成的换钥"
    DATABASE = "database", "案件数据库", "数据库完好，结构是本版本的，运行结果齐全"
    AUDIT = "audit", "审计记录", "逐条相接，没有改动、缺失、调换或截去"
    FILES = "files", "数据文件", "清单列出的文件都在；加 --full 时逐个核对 SHA-256"
    LEFTOVERS = "leftovers", "残留", "没有中断的命令留下的半成品和溢出文件"
    DISK = "disk", "磁盘", "数据目录所在磁盘的剩余空间够用"
    FEED = "feed", "数据更新", "最近一次导入结算和最近的结算月份都不太旧"
    CLOCK = "clock", "时钟", "本机时间不早于最近一次写入的时间"
    VERSIONS = "versions", "版本", "Python 和各组件的版本与锁定文件一致"


class Role(Word):
    """What somebody is at the bureau for; an account can have several, see ``monitor.access.roles``."""

    ADMINISTRATOR = "administrator", "系统管理员", "管理账号、角色和范围；看不到任何人员数据，也不能兼任其他角色"
    DATA_MANAGER = "data_manager", "数据管理员", "导入数据、运行计算、查看和导出名单"
    POLICY_MANAGER = "policy_manager", "政策管理员", "登记文件留给本地确定的参数，查看汇总数字"
    OFFICER = "officer", "经办人", "在自己的范围内查看名单、办理预警"
    APPROVER = "approver", "审核人", "审核他人提出的处理和推送"
    AUDITOR = "auditor", "审计员", "只读：查看脱敏名单和审计记录；不能兼任其他角色"


class Permission(Word):
    """What a role allows; the same row answers the guard and the button."""

    SEE_OVERVIEW = "see_overview", "查看概览", "汇总数字，不到人"
    SEE_PEOPLE = "see_people", "查看名单", "到人的名单和明细，姓名和证件号码脱敏"
    REVEAL = "reveal", "查看完整信息", "显示一个人的完整姓名和证件号码，须写明目的"
    EXPORT_PEOPLE = "export_people", "导出名单", "把到人的名单存成文件"
    DECIDE_CASES = "decide_cases", "办理", "对预警作出处理"
    APPROVE_REFERRALS = "approve_referrals", "审核推送", "批准他人提出的推送"
    IMPORT_DATA = "import_data", "导入数据", "导入结算、登记和其他文件"
    RUN = "run", "运行计算", "按一份文件计算预警和应享待遇"
    MANAGE_PARAMETERS = "manage_parameters", "登记参数", "登记文件留给本地确定的参数"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号", "新建、停用、解锁、重置账号，确定角色和范围"
    SEE_AUDIT = "see_audit", "查看审计记录", "查看、核对和导出审计记录"


class Duty(Word):
    """What an account has to do before anything else is allowed."""

    CHANGE_PASSWORD = "change_password", "修改口令", "首次登录、重置之后或口令到期，须先修改口令"
    ENROL_SECOND_FACTOR = "enrol_second_factor", "绑定动态口令", "角色要求第二重验证而账号尚未绑定"


class Refused(Word):
    """Why a sign-in was refused."""

    WRONG = "wrong", "账号、口令或动态口令不正确", "账号不存在、已停用、口令错误或动态口令错误，不说明是哪一种"
    CODE_NEEDED = "code_needed", "还需要动态口令", "口令正确，账号启用了第二重验证而没有填写动态口令"
    LOCKED = "locked", "连续失败过多，暂时锁定", "同一账号连续失败后须等待，失败越多等待越久"
    BUSY = "busy", "本机失败过多，暂时不能登录", "同一地址在短时间内失败过多"
    ONE_TIME_EXPIRED = "one_time_expired", "一次性口令已过期", "一次性口令在规定时间内没有使用，须由系统管理员重置"


class PasswordFault(Word):
    """Why a new password is not taken."""

    TOO_SHORT = "too_short", "太短", "少于 12 个字符"
    TOO_LONG = "too_long", "太长", "超过 128 个字符"
    TOO_FEW_KINDS = "too_few_kinds", "字符种类太少", "大写字母、小写字母、数字、其他字符，不足规定的种数"
    HOLDS_NAME = "holds_name", "含有账号或姓名", "含有账号名称或显示姓名"
    COMMON = "common", "太常见", "由常见口令或常见词加数字、符号构成"
    PATTERN = "pattern", "有规律", "由同一段重复、连续字符或键盘上相邻的键构成"
    REUSED = "reused", "用过", "与最近用过的 5 个口令之一相同"


class AuditAction(Word):
    """What an entry of the audit is about."""

    SIGN_IN = "sign_in", "登录", "登录成功"
    SIGN_IN_REFUSED = "sign_in_refused", "登录被拒", "登录失败，及其原因"
    SIGN_OUT = "sign_out", "退出", "本人退出，或结束全部会话"
    PASSWORD_CHANGED = "password_changed", "修改口令", "本人修改口令"
    SECOND_FACTOR_ENROLLED = "second_factor_enrolled", "绑定动态口令", "本人绑定动态口令"
    ACCOUNT_ADDED = "account_added", "新建账号", "新建账号，及其角色和范围"
    ACCOUNT_DISABLED = "account_disabled", "停用账号", "停用账号并结束其全部会话"
    ACCOUNT_ENABLED = "account_enabled", "启用账号", "重新启用已停用的账号"
    ACCOUNT_UNLOCKED = "account_unlocked", "解锁账号", "解除连续失败后的锁定"
    ACCOUNT_RESET = "account_reset", "重置账号", "发放新的一次性口令，解除动态口令"
    ROLES_SET = "roles_set", "确定角色", "改变账号的角色"
    SCOPE_SET = "scope_set", "确定范围", "改变账号可见的区县和乡镇"
    IMPORTED = "imported", "导入", "导入一个文件"
    PARAMETER_SET = "parameter_set", "登记参数", "登记文件留给本地确定的参数"
    NONE_SAID = "none_said", "登记没有", "登记某类数据截至某日确实没有"
    DAY_SAID = "day_said", "登记完成", "登记文件定了日期的事项已经完成，或撤回登记"
    JOINED = "joined", "认定同人", "认定两个号码是或不是同一人"
    DUPLICATE_DECIDED = "duplicate_decided", "认定重复结算", "认定两笔结算是或不是同一结算，或登记未认定的是否计入"
    RUN = "run", "运行", "按一份文件计算截至某日的预警"
    ENTITLED = "entitled", "计算待遇", "计算一次运行的应享待遇"
    SHOWN = "shown", "查看名单", "列出或查看到人的数据"
    REVEALED = "revealed", "查看完整信息", "显示一个人的完整姓名和证件号码"
    EXPORTED = "exported", "导出", "把到人的名单存成文件"
    DECIDED = "decided", "办理", "对预警作出处理"
    REFERRED = "referred", "推送", "提出、批准、发出、撤回或签收一份推送名单"
    REPLIED = "replied", "导入反馈", "导入部门的反馈或省级预警名单，或处理其中的冲突"
    REFUSED = "refused", "拒绝", "因没有权限或超出范围而拒绝"
    SERVED = "served", "启动看板", "在本机启动看板"
    AUDIT_SHOWN = "audit_shown", "查看审计", "列出或导出审计记录"
    MAINTAINED = "maintained", "维护", "备份、恢复、更换密封密钥等维护操作"


class JoinState(Word):
    """Where it stands whether two numbers are one person."""

    OPEN = "open", "待认定", "同一人员编号对应两个号码，是否同一人尚未认定，分开计算"
    JOINED = "joined", "认定同人", "经办人认定是同一人，合并计算"
    APART = "apart", "认定非同人", "经办人认定不是同一人，分开计算"
    BY_REGISTER = "by_register", "登记为同人", "参保登记给出该人员编号的号码，合并计算；可由经办人分开"
    THROUGH_OTHERS = "through_others", "已并为一人", "经由其他已认定的号码并为一人"


class CaseState(Word):
    """Where a case stands, from the alert to somebody having helped; ``casework.transitions`` says what leads where."""

    NEW = "new", "待审核", "预警已立案，尚未有人审核"
    UNDER_REVIEW = "under_review", "审核中", "经办人正在核实"
    EXCLUDED = "excluded", "已排除", "经核实不推送，有原因和说明；可以恢复，从不删除"
    READY = "ready", "待推送", "已核实，列入下一次推送"
    SENT = "sent", "已推送", "已随推送名单发给部门"
    RECEIVED = "received", "已签收", "部门已签收名单，尚未答复"
    ACCEPTED = "accepted", "已认定", "部门认定了身份"
    NOT_RECOGNISED = "not_recognised", "未认定", "部门不予认定，有原因"
    ALREADY_COVERED = "already_covered", "已在保障范围", "此人已有救助身份或已在监测范围"
    DECEASED = "deceased", "已死亡", "此人已经死亡"
    UNREACHABLE = "unreachable", "无法联系", "部门未能联系到本人及其家属"
    RELIEF_ARRANGED = "relief_arranged", "已落实救助", "已确定救助的种类、金额和日期"
    BACK_UNDER = "back_under", "已回线下", "推送之后，更正使负担回到线下"
    CLOSED = "closed", "已办结", "有原因地办结；再次预警或升档时重新办理"


class CaseAct(Word):
    """What is done with a case: the acts that move it, then those that leave it where it stands."""

    OPEN = "open", "立案", "一次运行的预警立为案件"
    REVIEW = "review", "开始审核", "开始核实"
    EXCLUDE = "exclude", "排除", "不推送，须有原因和说明"
    RESTORE = "restore", "恢复", "把已排除的案件放回审核"
    MARK_READY = "mark_ready", "提交推送", "核实完毕，列入下一次推送"
    SEND_BACK = "send_back", "退回审核", "从待推送退回审核"
    SEND = "send", "推送", "随批准了的推送名单发出"
    RECALL = "recall", "撤回推送", "在部门签收之前撤回整份名单"
    RECEIVE = "receive", "签收", "部门签收整份名单"
    ACCEPT = "accept", "认定", "部门认定为某种身份"
    REFUSE = "refuse", "不予认定", "部门不予认定，须有原因"
    FIND_COVERED = "find_covered", "已在保障范围", "查明此人已有救助身份或已在监测范围"
    FIND_DECEASED = "find_deceased", "登记死亡", "查明此人已经死亡"
    FIND_UNREACHABLE = "find_unreachable", "无法联系", "部门未能联系到此人"
    ARRANGE_RELIEF = "arrange_relief", "落实救助", "登记救助的种类、金额和日期"
    CLEAR = "clear", "回到线下", "推送之后，一次运行表明此人已不在线上"
    CLOSE = "close", "办结", "结束办理，须有原因"
    REOPEN = "reopen", "重新办理", "已结束的案件回到审核：经办人提出，或再次预警、升档"
    ASSIGN = "assign", "分派", "交给一名经办人，或收回"
    NOTE = "note", "备注", "写一条备注"
    SET_DUE = "set_due", "定期限", "确定或取消办理期限"
    HEAR = "hear", "预警变化", "一次运行对此人另有说法，案件不因此移动"


class ExclusionReason(Word):
    """Why a case is not sent."""

    DATA_ERROR = "data_error", "数据有误", "结算或登记数据经核实有误"
    THIRD_PARTY = "third_party", "第三方责任", "费用由工伤、交通事故等责任方或商业保险承担"
    WELL_OFF = "well_off", "家庭经济状况较好", "经核实负担不致影响基本生活"
    MOVED_AWAY = "moved_away", "已迁出", "参保关系或户籍已迁出本地"
    UNDER_THE_LINE = "under_the_line", "已回线下", "更正后负担已不在线上"
    DECLINED = "declined", "本人不愿意", "本人或家属书面表示不愿意"
    OTHER = "other", "其他", "见说明"


class RefusalReason(Word):
    """Why a department does not recognise somebody."""

    INCOME = "income", "收入超过标准", "家庭收入超过认定标准"
    ASSETS = "assets", "财产不符合条件", "家庭财产不符合认定条件"
    NO_HARDSHIP = "no_hardship", "基本生活未受严重影响", "经核查支出没有导致基本生活困难"
    NO_APPLICATION = "no_application", "本人未申请", "本人或家属没有申请或放弃申请"
    NOT_RESIDENT = "not_resident", "户籍不在本地", "不属于该部门管辖"
    OTHER = "other", "其他", "见说明"


class CloseReason(Word):
    """Why a case is closed."""

    RELIEVED = "relieved", "已获救助", "救助已经落实"
    NOT_RECOGNISED = "not_recognised", "未认定", "部门不予认定，也没有其他救助"
    ALREADY_COVERED = "already_covered", "已在保障范围", "此人已有救助身份或已在监测范围"
    DECEASED = "deceased", "已死亡", "此人已经死亡"
    UNREACHABLE = "unreachable", "无法联系", "多次联系不上"
    UNDER_THE_LINE = "under_the_line", "已回线下", "更正后负担已不在线上"
    MOVED_AWAY = "moved_away", "已迁出", "参保关系或户籍已迁出本地"
    YEAR_OVER = "year_over", "年度结束", "年度终了，不再办理"
    OTHER = "other", "其他", "见说明"


class ReliefKind(Word):
    """Which help was arranged."""

    MEDICAL_ASSISTANCE = "medical_assistance", "医疗救助", "按文件标准给予的医疗救助"
    TILT = "tilt", "倾斜救助", "医疗救助之后的倾斜救助或再救助"
    CASE_DECISION = "case_decision", "一事一议", "经集体研究确定的救助"
    TEMPORARY = "temporary", "临时救助", "民政部门的临时救助"
    LIVING_ALLOWANCE = "living_allowance", "纳入低保或特困", "纳入最低生活保障或特困供养"
    MONITORING = "monitoring", "监测帮扶", "纳入防返贫监测，落实帮扶措施"
    CHARITY = "charity", "慈善救助", "慈善组织或社会捐助"
    OTHER = "other", "其他", "见说明"


class ReliefProposal(Word):
    """What became of the relief a department's reply speaks of."""

    PROPOSED = "proposed", "待采用", "部门反馈了救助，经办人还没有采用"
    TAKEN = "taken", "已采用", "经办人已按反馈登记为案件落实的救助"
    DROPPED = "dropped", "不采用", "经办人没有采用，案件的救助不变"


class ReferralNews(Word):
    """Why somebody stands in a referral pack: nobody is sent twice without news."""

    NEW = "new", "新增", "首次推送给该部门"
    CONTINUING = "continuing", "持续有变化", "推送过，此后情况有变化"
    RAISED = "raised", "金额增加或升档", "推送过，此后超出金额增加或升了一档"
    BACK_UNDER = "back_under", "已回线下", "推送过，此后已不在线上"


class PackState(Word):
    """Where a referral pack stands."""

    PROPOSED = "proposed", "待审核", "已提出，等待另一人批准"
    REFUSED = "refused", "未批准", "审核人不批准，或提出人收回；案件仍待推送"
    APPROVED = "approved", "已批准", "另一人已按所见内容批准，可以发出"
    SENT = "sent", "已发出", "已发给部门，内容不再改变"
    RECEIVED = "received", "已签收", "部门已签收，不能再撤回"
    RECALLED = "recalled", "已撤回", "发出后、签收前撤回；编号不再使用"


class ReplyMatch(Word):
    """What became of one line of a department's reply or of a province's list."""

    APPLIED = "applied", "已采用", "与推送的人对上，案件已按答复办理"
    REPEATED = "repeated", "重复", "与已有的答复相同"
    CONFLICT = "conflict", "有冲突", "与已有的答复或另一行不一致，须人工处理"
    LATE = "late", "迟到", "案件已经办结之后才到，须人工处理；只过了期限的照样采用，并注明"
    UNKNOWN = "unknown", "查无此人", "不在推送过的名单上"
    UNREADABLE = "unreadable", "读不懂", "证件号码或答复无法辨认"
    BOTH = "both", "两边都有", "省级名单和本地预警都有此人"
    ONLY_THEIRS = "only_theirs", "仅省级有", "省级名单有、本地没有预警，及其原因"


class AuditFault(Word):
    """What is wrong with the audit at the first entry that does not hold."""

    CHANGED = "changed", "被改动", "内容与其校验值不符：写入之后被改动，或不是本程序写入的"
    MISSING = "missing", "缺失", "序号不连续：中间的记录被删除"
    MOVED = "moved", "被调换", "内容完好，但不在原来的位置"
    CUT_OFF = "cut_off", "末尾被截去", "链尾凭据所记的最后一条已不在库中"
    ADDED = "added", "外加", "链尾之后有不是本程序写入的记录"
    HEAD_MISSING = "head_missing", "链尾凭据缺失", "有审计记录，但记着最后一条的文件不在"
    HEAD_CHANGED = "head_changed", "链尾凭据被改动", "记着最后一条的文件与其校验值不符"


class Purpose(Word):
    """What somebody's whole name and number are shown for, or a list is taken along for."""

    VERIFY = "verify", "核实情况", "入户、电话或向其他部门核实此人的情况"
    CONTACT = "contact", "联系本人", "通知或联系本人及其家属"
    HAND_OVER = "hand_over", "转办", "转交其他部门或乡镇办理"
    ANSWER = "answer", "答复", "答复来访、来信或本人查询"
    CORRECT = "correct", "更正数据", "核对并更正登记或结算数据"
    REPORT = "report", "上报", "按规定向上级或有关部门报送"
    INSPECT = "inspect", "检查", "内部检查或配合检查"


#: The resident scheme of basic insurance is 390 and its 39x kin (391, 392 and local 399xx codes).
RESIDENT_SCHEME_PREFIX = "39"

INSUTYPE_LABELS = {"310": "职工", "390": "居民", "391": "居民（391）", "392": "居民（392）"}

DEPARTMENTS = {
    "civil_affairs": "民政",
    "rural_affairs": "乡村振兴（农业农村）",
    "health": "卫生健康",
    "disabled_federation": "残联",
}
