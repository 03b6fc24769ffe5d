"""Each input table, declared once: reader, checks, documentation and sample generator all use this declaration.

Names, headings and the other names seen come from the national platform's exports and the spreadsheets people make of
them (three dialects). Headings are compared after folding full-width forms, case, blanks and a "(元)" or "*" around
them, so an alias needs to be listed in one spelling only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

#: Characters a cell may have: what Excel itself keeps in one. Longer text is no value of any column.
LONGEST_CELL = 32_767

#: Columns a table may have, ours or not: what a sheet has.
MOST_COLUMNS = 16_384

#: How many rows a sheet of each format has.
LAST_ROW = {"xlsx": 1_048_576, "xls": 65_536}

Kind = Literal["text", "code", "money", "time", "date", "certno", "integer"]


@dataclass(frozen=True)
class Column:
    """One column: canonical name, Chinese heading, kind, a sentence of meaning, the other names accepted."""

    name: str
    heading: str
    kind: Kind
    sentence: str
    aliases: tuple[str, ...] = ()
    required: bool = False

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every name a file may use for this column, the canonical one first."""
        return (self.name, self.heading, *self.aliases)


def other_columns(number: int) -> tuple[Column, ...]:
    """The columns a table of ``others`` keeps what is none of its own in."""
    return tuple(Column(f"other_{place}", f"其他列 {place}", "text", "表里没有的列，原样保留") for place in range(1, number + 1))


@dataclass(frozen=True)
class Table:
    """One kind of export. ``one_of``: groups of which a file must have at least one column each.

    ``others``: of such tables so many columns that are none of ours, or say one of ours again, are kept as text under
    ``other_1``, ``other_2`` … (``Chunk.others`` has their headings). Columns of these names are part of ``columns``.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    others: int = 0

    def column(self, name: str) -> Column:
        """The column of that canonical name; KeyError for any other."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def in_words(self, names: Iterable[str]) -> str:
        """Columns as whoever exports them knows them, the canonical name behind: 医院等级（hosp_lv）、规范转诊（referred）."""
        return "、".join(f"{self.column(name).heading}（{name}）" for name in names)

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def money(self) -> tuple[str, ...]:
        """The canonical names of the amounts, in order."""
        return tuple(column.name for column in self.columns if column.kind == "money")


SETTLEMENTS = Table(
    "settlements",
    "结算",
    (
        Column("setl_id", "结算ID", "text", "结算的自然主键", ("结算编号", "结算流水号"), required=True),
        Column("mdtrt_id", "就诊ID", "text", "所属就诊", ("就诊编号",)),
        Column("psn_no", "人员编号", "text", "平台的人员编号；一人可有多个", ("个人编号",)),
        Column("psn_name", "人员姓名", "text", "姓名", ("姓名", "患者姓名")),
        Column(
            "certno", "证件号码", "certno", "证件号码；累计个人负担的依据",
            ("身份证号", "身份证号码", "公民身份号码", "居民身份证号", "居民身份证号码"),
        ),
        Column("psn_cert_type", "人员证件类型", "code", "证件类型，01 为居民身份证", ("证件类型",)),
        Column("insutype", "险种类型", "code", "310 职工，390 居民（391、392 及 399xx 同类）", ("险种",)),
        Column("med_type", "医疗类别", "code", "11 普通门诊，14xx 门诊慢特病，21–28 住院，41 购药……"),
        Column(
            "setl_time", "结算时间", "time", "结算的日期或日期时间；无时刻按 00:00:00", ("结算日期",), required=True
        ),
        Column("medfee_sumamt", "医疗费总额", "money", "本次医疗总费用，元", ("医疗总费用", "总费用", "费用总额")),
        Column("fulamt_ownpay_amt", "全自费金额", "money", "目录外全自费，元"),
        Column("overlmt_selfpay", "超限价自费费用", "money", "超出限价部分，元"),
        Column("preselfpay_amt", "先行自付金额", "money", "乙类等先行自付，元"),
        Column("inscp_scp_amt", "符合政策范围金额", "money", "政策范围内费用，元", ("INSCP_AMT", "符合范围金额")),
        Column("act_pay_dedc", "实际支付起付线", "money", "本次实际起付线，元"),
        Column(
            "hifp_pay", "基本医疗保险统筹基金支出", "money", "基本医保统筹基金支付，元",
            ("统筹基金支出", "统筹报销金额", "基本医疗保险报销金额"),
        ),
        Column("cvlserv_pay", "公务员医疗补助资金支出", "money", "公务员医疗补助，元"),
        Column("hifes_pay", "企业补充医疗保险基金支出", "money", "企业补充医保，元", ("补充医疗保险基金支出",)),
        Column("hifmi_pay", "居民大病保险资金支出", "money", "居民大病保险，元", ("大病报销金额", "大病保险支付")),
        Column("hifob_pay", "职工大额医疗费用补助基金支出", "money", "职工大额补助，元", ("大额报销金额",)),
        Column("hifdm_pay", "伤残人员医疗保障基金支出", "money", "伤残人员医疗保障，元"),
        Column("maf_pay", "医疗救助基金支出", "money", "医疗救助，元", ("医疗救助", "医疗救助金额")),
        Column("oth_pay", "其他支出", "money", "其他基金支付，元", ("OTHFUND_PAY", "其它基金支付", "其他基金支付")),
        Column("fund_pay_sumamt", "基金支付总额", "money", "各项基金支付之和，不含个人账户，元"),
        Column(
            "psn_part_amt", "个人负担总金额", "money", "个人负担，已扣除医疗救助，含个人账户支出，元",
            ("PSN_PAY", "个人支付总额"), required=True,
        ),
        Column("acct_pay", "个人账户支出", "money", "个人账户支付，元", ("个人账户支付金额",)),
        Column("psn_cash_pay", "个人现金支出", "money", "个人现金支付，元", ("CASH_PAYAMT", "现金支付金额")),
        Column("hosp_part_amt", "医院负担金额", "money", "医院负担，元", ("OWNPAY_HOSP_PART",)),
        Column("refd_setl_flag", "退费结算标志", "code", "1 表示退费（原结算与冲正两条都标）；有的导出没有此列"),
        Column("init_setl_id", "原结算ID", "text", "冲正结算所冲的原结算"),
        Column("vali_flag", "有效标志", "code", "0 表示无效"),
        Column("insu_admdvs", "参保所属医保区划", "code", "参保地医保区划，六位", ("参保地",)),
        Column("fix_blng_admdvs", "定点归属医保区划", "code", "就诊地医保区划，六位", ("就诊地",)),
        Column("fixmedins_code", "定点医药机构代码", "text", "机构代码", ("定点医药机构编号",)),
        Column("fixmedins_name", "定点医药机构名称", "text", "机构名称"),
        Column("hosp_lv", "医院等级", "code", "01–04 三级，05–07 二级，08–10 一级，11 无等级"),
        Column("dise_codg", "病种编码", "text", "病种编码", ("DISE_NO",)),
        Column("dise_name", "病种名称", "text", "病种名称"),
        Column("pay_loc", "支付地点类别", "code", "1 中心，2 机构，3 省内异地，4 跨省异地"),
        Column("manl_reim_rea", "零星报销原因", "text", "手工报销的原因"),
        Column(
            "invoice_on", "发票结算日期", "date", "手工报销的发票日期：东阳按发票结算时间所在年度救助",
            ("发票日期", "发票结算时间", "发票时间", "开票日期", "发票开具日期"),
        ),
        Column(
            "enddate", "结束日期", "date", "就医结束（出院）的日期；手工报销没有发票日期时用",
            ("结束时间", "出院日期", "出院时间"),
        ),
        Column("referred", "规范转诊", "code", "参保地市以外就医是否按规定转诊：1、0 或空白", ("是否规范转诊", "转诊标志")),
    ),
    one_of=(("certno", "psn_no"),),
)

#: Columns of settlements that few exports have: the day a claim by hand is for.
CLAIM_DAYS = ("invoice_on", "enddate")

PEOPLE = Table(
    "people",
    "人员登记",
    (
        Column("psn_no", "人员编号", "text", "平台的人员编号；一人可有多个", ("个人编号",)),
        Column("psn_name", "人员姓名", "text", "姓名", ("姓名", "患者姓名")),
        Column(
            "certno", "证件号码", "certno", "证件号码",
            ("身份证号", "身份证号码", "公民身份号码", "居民身份证号", "居民身份证号码"),
        ),
        Column("psn_cert_type", "人员证件类型", "code", "证件类型，01 为居民身份证", ("证件类型",)),
        Column("gend", "性别", "code", "1 男，2 女"),
        Column("brdy", "出生日期", "date", "出生日期；不可识别时留空并标记", ("出生年月日",)),
        Column("insutype", "险种类型", "code", "310 职工，390 居民（391、392 及 399xx 同类）", ("险种",)),
        Column("psn_insu_stas", "人员参保状态", "code", "1 表示正常参保", ("参保状态", "人员参保关系状态")),
        Column("insu_admdvs", "参保所属医保区划", "code", "参保地医保区划，六位", ("参保地",)),
        Column("town", "乡镇", "text", "乡镇、街道", ("乡镇街道", "乡镇（街道）", "所在乡镇", "街道")),
        Column("village", "村", "text", "村、社区", ("村社区", "村（社区）", "行政村", "社区")),
        Column("address", "地址", "text", "联系地址", ("家庭住址", "住址", "联系地址")),
        Column("tel", "联系电话", "text", "联系电话", ("电话", "手机号", "手机号码")),
        Column("resdbook_no", "户口簿编号", "text", "户口簿编号，表示同户", ("户口本编号", "户号")),
        Column("surv_stas", "生存状态", "code", "2 表示死亡", ("生存状况",)),
    ),
    one_of=(("psn_no", "certno"),),
)

IDENTITIES = Table(
    "identities",
    "救助对象身份",
    (
        Column(
            "certno", "证件号码", "certno", "证件号码",
            ("身份证号", "身份证号码", "公民身份号码", "居民身份证号", "居民身份证号码"), required=True,
        ),
        Column("psn_name", "人员姓名", "text", "姓名", ("姓名",)),
        Column("psn_cert_type", "人员证件类型", "code", "证件类型，01 为居民身份证", ("证件类型",)),
        Column(
            "category", "身份类别", "code", "救助对象身份：代码、本系统标识或中文名称",
            ("救助对象类别", "救助对象身份", "人员类别", "对象类别", "监测对象类别", "身份"), required=True,
        ),
        Column("begin", "开始日期", "date", "身份生效的第一天", ("生效日期", "起始日期", "享受开始日期", "开始时间")),
        Column("end", "结束日期", "date", "身份有效的最后一天", ("失效日期", "截止日期", "享受结束日期", "结束时间")),
        Column(
            "recognised_on", "认定日期", "date", "认定的日期；次月一日起生效",
            ("识别时间", "识别日期", "认定时间", "监测对象认定时间"),
        ),
        Column("ended_on", "终止日期", "date", "终止认定的日期；当月末止", ("退出日期", "终止时间", "停止日期", "退出时间")),
        Column("department", "认定部门", "text", "认定的部门", ("部门", "认定单位", "来源部门")),
        Column("risk_eliminated", "风险是否已消除", "code", "防返贫监测对象：是、否", ("风险消除", "是否消除风险", "风险消除状态")),
        Column("household", "户编号", "text", "同户编号", ("家庭编号",)),
        Column("town", "乡镇", "text", "乡镇、街道", ("乡镇街道", "乡镇（街道）", "所在乡镇")),
        Column("change_reason", "减少原因", "text", "人口变动原因；自然减少表示死亡", ("人口变动原因", "变动原因", "人员减少原因")),
    ),
    one_of=(("begin", "recognised_on"),),
)

INCOMES = Table(
    "incomes",
    "人均可支配收入",
    (
        Column("region", "地区", "code", "六位行政区划代码", ("区划代码", "行政区划", "行政区划代码", "地区代码"), required=True),
        Column("residents", "居民类型", "code", "all 全体，urban 城镇，rural 农村", ("居民类别", "口径"), required=True),
        Column("year", "年度", "integer", "收入所属年份", ("年份",), required=True),
        Column(
            "amount", "金额", "money", "人均可支配收入，元",
            ("人均可支配收入", "居民人均可支配收入", "可支配收入"), required=True,
        ),
        Column("source", "来源", "text", "数字的出处", ("数据来源", "出处")),
        Column("published_on", "发布日期", "date", "发布的日期", ("公布日期", "发布时间")),
        Column("approved_by", "批准人", "text", "核准使用的人", ("审批人", "审核人")),
    ),
)

# What nobody exports yet: no platform has these columns, so they are this program's own, and there is a template of each
# to hand out (``monitor template``).

_CERTNO = Column(
    "certno", "证件号码", "certno", "证件号码",
    ("身份证号", "身份证号码", "公民身份号码", "居民身份证号", "居民身份证号码"), required=True,
)
_NAME = Column("psn_name", "人员姓名", "text", "姓名", ("姓名",))
_CATEGORY = Column(
    "category", "身份类别", "code", "救助对象身份：代码、本系统标识或中文名称，按身份代码表对照",
    ("救助对象类别", "救助对象身份", "人员类别", "对象类别", "身份"), required=True,
)

APPLICATIONS = Table(
    "applications",
    "救助申请",
    (
        _CERTNO,
        _NAME,
        _CATEGORY,
        Column(
            "applied_on", "申请日期", "date", "提出申请的日期，须写到日；追溯期从这一天或这个月往前算",
            ("申请时间", "提出申请日期"), required=True,
        ),
        Column(
            "outcome", "办理结果", "code", "待定、批准、不予批准（pending、granted、refused）",
            ("申请结果", "审批结果", "审核结果", "办理状态"), required=True,
        ),
        Column("decided_on", "决定日期", "date", "作出决定的日期，须写到日；待定的留空", ("审批日期", "批准日期", "办结日期")),
        Column("paper", "依据文件", "text", "批准或不予批准的文件名称、文号", ("依据", "文号", "依据文号")),
    ),
)

PREMIUM_SUPPORT = Table(
    "premium_support",
    "参保资助",
    (
        _CERTNO,
        _NAME,
        Column("year", "年度", "integer", "资助参加哪一年的居民医保", ("年份", "参保年度", "资助年度"), required=True),
        _CATEGORY,
        Column(
            "premium", "个人缴费标准", "money", "该年度个人应缴的金额，元；空白表示未填，不是零",
            ("个人缴费", "缴费标准", "个人应缴金额"),
        ),
        Column(
            "supported", "资助金额", "money", "实际资助的金额，元；空白或 - 表示没有资助",
            ("已资助金额", "财政资助金额", "补贴金额"), required=True,
        ),
        Column("insured", "是否参保", "code", "该年度是否已参保：是、否；空白表示不详", ("参保情况", "参保状态", "是否已参保")),
        Column(
            "optional_shares", "选缴保费份数", "integer", "已全额补助的大病保险选缴保费份数，0 表示没有；空白表示未填",
            ("大病保险选缴份数", "选缴份数", "补助份数"),
        ),
    ),
)

FUND = Table(
    "fund",
    "医疗救助基金和参保人数",
    (
        Column("region", "地区", "code", "六位行政区划代码", ("区划代码", "行政区划", "行政区划代码", "地区代码"), required=True),
        Column("year", "年度", "integer", "基金年度", ("年份",), required=True),
        Column("month", "月份", "integer", "数字截至哪个月的月末，1–12；全年决算写 12", ("截至月份",), required=True),
        Column(
            "income", "当年筹集资金", "money", "医疗救助基金当年 1 月 1 日至该月末累计筹集，元",
            ("当年筹集资金总额", "基金收入", "当年收入", "本年累计收入"),
        ),
        Column(
            "spent", "当年支出", "money", "医疗救助基金当年 1 月 1 日至该月末累计支出（含资助参保），元",
            ("当年支出总额", "基金支出", "本年累计支出"),
        ),
        Column("balance", "累计结余", "money", "医疗救助基金该月末累计结余，元", ("累计结余资金", "基金累计结余", "结余")),
        Column("participants", "参保人数", "integer", "该月末基本医保参保人数", ("基本医保参保人数", "实际参保人数")),
        Column("expected_participants", "应参保人数", "integer", "该月末应参保人数", ("应保人数", "应参保总人数")),
    ),
    one_of=(("income", "spent", "balance", "participants", "expected_participants"),),
)

HOUSEHOLDS = Table(
    "households",
    "家庭人口和收入",
    (
        Column(
            "household", "户编号", "text", "同户相同的编号；一行一名家庭成员，家庭的数字在同户各行重复",
            ("家庭编号", "户号", "household_id"), required=True,
        ),
        _CERTNO,
        _NAME,
        Column(
            "members", "家庭人口数", "integer", "共同生活的家庭成员人数；为零、为负或空白的行保留并列出，不作除数",
            ("家庭人口", "家庭成员数", "家庭成员人数", "人口数"),
        ),
        Column(
            "family_income", "家庭年收入", "money", "全家一年的收入，元；为零、为负或空白的行保留并列出",
            ("家庭收入", "家庭总收入", "年收入"),
        ),
        Column("income_year", "收入年度", "integer", "收入和人口所属的年度", ("年度", "收入所属年度"), required=True),
        Column(
            "dibao_line", "低保标准", "money", "当地最低生活保障标准，元/人·月",
            ("当地低保标准", "低保月标准", "最低生活保障标准"),
        ),
        Column(
            "local_hukou", "本地户籍", "code", "是否具有当地户籍：是、否；空白表示未核",
            ("是否本地户籍", "当地户籍", "具有当地户籍"),
        ),
        Column(
            "property_ok", "财产符合规定", "code", "家庭财产状况是否符合规定：是、否；空白表示未核",
            ("财产是否符合规定", "家庭财产符合规定", "财产状况符合规定"),
        ),
    ),
)

SERIOUS_ILLNESS = Table(
    "serious_illness",
    "重特大疾病标识",
    (
        _CERTNO,
        _NAME,
        Column("disease", "病种", "text", "重特大疾病的病种名称", ("疾病名称", "病种名称", "重特大疾病病种"), required=True),
        Column(
            "marked_on", "标识日期", "date", "标识生效的第一天；只写到月的从月初起",
            ("认定日期", "开始日期", "登记日期"), required=True,
        ),
        Column(
            "ended_on", "终止日期", "date", "标识有效的最后一天；只写到月的到月末止，空白表示仍有效",
            ("结束日期", "退出日期", "取消日期"),
        ),
    ),
)

CHILDHOOD_DISEASES = Table(
    "childhood_diseases",
    "儿童血液病和恶性肿瘤病种",
    (
        Column("dise_codg", "病种编码", "text", "病种编码，与结算中的病种编码一致；有编码的按编码认", ("DISE_NO", "疾病编码")),
        Column("dise_name", "病种名称", "text", "病种名称；没有编码时按名称认，须与结算中的写法一致", ("疾病名称",)),
        Column("listed", "是否在列", "code", "是、否；空白为是。写错或调出的病种再导入一行“否”", ("在列",)),
    ),
    one_of=(("dise_codg", "dise_name"),),
)

CASE_DECISIONS = Table(
    "case_decisions",
    "一事一议决定",
    (
        _CERTNO,
        _NAME,
        Column("decided_on", "决定日期", "date", "集体研究决定的日期，须写到日", ("会议日期", "研究日期", "批准日期"), required=True),
        Column("kind", "决定类别", "code", "一事一议（case_discussion）", ("决定种类", "决定类型", "类别"), required=True),
        Column("amount", "救助金额", "money", "决定给予的救助金额，元", ("金额", "决定金额", "批准金额"), required=True),
        Column("paper", "依据文件", "text", "会议纪要或文件的名称、文号", ("依据", "文号", "会议纪要")),
    ),
)

OTHER_PAYMENTS = Table(
    "other_payments",
    "商业保险等其他支付",
    (
        _CERTNO,
        _NAME,
        Column("paid_on", "支付日期", "date", "赔付到账的日期，须写到日", ("赔付日期", "到账日期", "理赔日期"), required=True),
        Column("payer", "支付方", "text", "保险公司等支付方的名称", ("保险公司", "承保公司", "赔付单位"), required=True),
        Column("amount", "支付金额", "money", "不经平台结算的赔付金额，元；追回的写负数", ("金额", "赔付金额", "理赔金额"),
               required=True),
        Column("setl_id", "结算ID", "text", "赔付的是哪一笔结算；不清楚的不填，从其当年可救助费用合计中扣除",
               ("结算编号", "结算流水号")),
    ),
)

INSTITUTION_MONTHS = Table(
    "institution_months",
    "医药机构月度费用",
    (
        Column(
            "fixmedins_code", "定点医药机构代码", "text", "机构代码，与结算中的一致；有代码的按代码认",
            ("定点医药机构编号", "医药机构编号", "机构编号", "机构代码"),
        ),
        Column(
            "fixmedins_name", "定点医药机构名称", "text", "机构名称；没有代码时按名称认，须与结算中的写法一致",
            ("医药机构名称", "医院名称", "机构名称"),
        ),
        Column("year", "年度", "integer", "费用发生的年度", ("年份",), required=True),
        Column("month", "月份", "integer", "费用发生的月份，1–12", ("费用月份",), required=True),
        Column("cost", "医疗总费用", "money", "该机构该月的医疗总费用，元；算占比的分母", ("医疗费总额", "总费用")),
        Column("drugs", "药品费用", "money", "其中的药品费用，元；空白表示未填，不是零", ("药费", "药品费")),
        Column(
            "consumables", "耗材费用", "money", "其中的医用耗材费用，元；空白表示未填，不是零",
            ("卫生材料费", "材料费", "医用耗材费用"),
        ),
        Column("tests", "检查化验费用", "money", "其中的检查和化验费用，元；空白表示未填，不是零", ("检查检验费用", "检查化验费")),
        Column(
            "settled", "已结清救助费用", "money", "该月的医疗救助费用已与该机构结清的金额，元；空白表示未填，不是零",
            ("已结算救助费用", "已拨付救助费用", "已支付救助费用"),
        ),
    ),
    one_of=(("fixmedins_code", "fixmedins_name"), ("cost", "drugs", "consumables", "tests", "settled")),
)

#: What an assessment can do without, and says so: without one of these, what depends on it is "not computable".
OPTIONAL = (
    APPLICATIONS, PREMIUM_SUPPORT, FUND, HOUSEHOLDS, SERIOUS_ILLNESS, CHILDHOOD_DISEASES, CASE_DECISIONS, OTHER_PAYMENTS,
    INSTITUTION_MONTHS,
)

TABLES: dict[str, Table] = {table.name: table for table in (SETTLEMENTS, PEOPLE, IDENTITIES, INCOMES, *OPTIONAL)}
