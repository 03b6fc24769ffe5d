"""Settlements: what the platform has paid, a row a settlement.

The key is the settlement within the insured district.
"""

from __future__ import annotations

from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import EXAMPLE_NAME, EXAMPLE_NUMBER

SETTLEMENTS = Table(
    "settlements",
    "结算",
    (
        Column(
            "setl_id", "结算ID", "text", "结算的自然主键",
            ("结算编号", "结算流水号"), required=True, key=True, example="99S000000001",
        ),
        Column("mdtrt_id", "就诊ID", "text", "所属就诊", ("就诊编号",), example="99M000000001"),
        Column(
            "psn_no", "人员编号", "text", "平台的人员编号；一人可有多个",
            ("个人编号",), stored="psn", sealed=True, example="99P000000001",
        ),
        Column("psn_name", "人员姓名", "text", "姓名", ("姓名", "患者姓名"), stored="name", sealed=True, example=EXAMPLE_NAME),
        Column(
            "certno", "证件号码", "certno", "证件号码；累计个人负担的依据",
            ("身份证号", "身份证号码", "公民身份号码", "居民身份证号", "居民身份证号码"), stored="person", sealed=True,
            example=EXAMPLE_NUMBER,
        ),
        Column("psn_cert_type", "人员证件类型", "code", "证件类型，01 为居民身份证", ("证件类型",), stored=None, example="01"),
        Column("insutype", "险种类型", "code", "310 职工，390 居民（391、392 及 399xx 同类）", ("险种",), example="390"),
        Column("med_type", "医疗类别", "code", "11 普通门诊，14xx 门诊慢特病，21–28 住院，41 购药……", example="21"),
        Column(
            "setl_time", "结算时间", "time", "结算的日期或日期时间；无时刻按 00:00:00",
            ("结算日期",), required=True, example="2025-03-05 10:20:00",
        ),
        Column(
            "medfee_sumamt", "医疗费总额", "money", "本次医疗总费用，元",
            ("医疗总费用", "总费用", "费用总额"), example="10000.00",
        ),
        Column("fulamt_ownpay_amt", "全自费金额", "money", "目录外全自费，元", example="500.00"),
        Column("overlmt_selfpay", "超限价自费费用", "money", "超出限价部分，元", example="0.00"),
        Column("preselfpay_amt", "先行自付金额", "money", "乙类等先行自付，元", example="300.00"),
        Column(
            "inscp_scp_amt", "符合政策范围金额", "money", "政策范围内费用，元",
            ("INSCP_AMT", "符合范围金额"), example="9200.00",
        ),
        Column("act_pay_dedc", "实际支付起付线", "money", "本次实际起付线，元", example="500.00"),
        Column(
            "hifp_pay", "基本医疗保险统筹基金支出", "money", "基本医保统筹基金支付，元",
            ("统筹基金支出", "统筹报销金额", "基本医疗保险报销金额"), example="6000.00",
        ),
        Column("cvlserv_pay", "公务员医疗补助资金支出", "money", "公务员医疗补助，元", example="0.00"),
        Column("hifes_pay", "企业补充医疗保险基金支出", "money", "企业补充医保，元", ("补充医疗保险基金支出",), example="0.00"),
        Column(
            "hifmi_pay", "居民大病保险资金支出", "money", "居民大病保险，元",
            ("大病报销金额", "大病保险支付"), example="0.00",
        ),
        Column("hifob_pay", "职工大额医疗费用补助基金支出", "money", "职工大额补助，元", ("大额报销金额",), example="0.00"),
        Column("hifdm_pay", "伤残人员医疗保障基金支出", "money", "伤残人员医疗保障，元", example="0.00"),
        Column("maf_pay", "医疗救助基金支出", "money", "医疗救助，元", ("医疗救助", "医疗救助金额"), example="500.00"),
        Column(
            "oth_pay", "其他支出", "money", "其他基金支付，元",
            ("OTHFUND_PAY", "其它基金支付", "其他基金支付"), example="0.00",
        ),
        Column("fund_pay_sumamt", "基金支付总额", "money", "各项基金支付之和，不含个人账户，元", example="6500.00"),
        Column(
            "psn_part_amt", "个人负担总金额", "money", "个人负担，已扣除医疗救助，含个人账户支出，元",
            ("PSN_PAY", "个人支付总额"), required=True, example="3500.00",
        ),
        Column("acct_pay", "个人账户支出", "money", "个人账户支付，元", ("个人账户支付金额",), example="0.00"),
        Column("psn_cash_pay", "个人现金支出", "money", "个人现金支付，元", ("CASH_PAYAMT", "现金支付金额"), example="3500.00"),
        Column("hosp_part_amt", "医院负担金额", "money", "医院负担，元", ("OWNPAY_HOSP_PART",), example="0.00"),
        Column("refd_setl_flag", "退费结算标志", "code", "1 表示退费（原结算与冲正两条都标）；有的导出没有此列", example="0"),
        Column("init_setl_id", "原结算ID", "text", "冲正结算所冲的原结算"),
        Column("vali_flag", "有效标志", "code", "0 表示无效", example="1"),
        Column("insu_admdvs", "参保所属医保区划", "code", "参保地医保区划，六位", ("参保地",), key=True, example="990101"),
        Column("fix_blng_admdvs", "定点归属医保区划", "code", "就诊地医保区划，六位", ("就诊地",), example="990101"),
        Column("fixmedins_code", "定点医药机构代码", "text", "机构代码", ("定点医药机构编号",), example="99H0001"),
        Column("fixmedins_name", "定点医药机构名称", "text", "机构名称", example="示例医院"),
        Column("hosp_lv", "医院等级", "code", "01–04 三级，05–07 二级，08–10 一级，11 无等级", example="05"),
        Column("dise_codg", "病种编码", "text", "病种编码", ("DISE_NO",), example="99X99"),
        Column("dise_name", "病种名称", "text", "病种名称", example="示例病种"),
        Column("pay_loc", "支付地点类别", "code", "1 中心，2 机构，3 省内异地，4 跨省异地", example="2"),
        Column("manl_reim_rea", "零星报销原因", "text", "手工报销的原因"),
        Column(
            "invoice_on", "发票结算日期", "date", "手工报销的发票日期：东阳按发票结算时间所在年度救助",
            ("发票日期", "发票结算时间", "发票时间", "开票日期", "发票开具日期"), stored="claimed_for", later=True,
        ),
        Column(
            "enddate", "结束日期", "date", "就医结束（出院）的日期；手工报销没有发票日期时用",
            ("结束时间", "出院日期", "出院时间"), stored="claimed_for", later=True,
        ),
        Column(
            "referred", "规范转诊", "code", "参保地市以外就医是否按规定转诊：1、0 或空白",
            ("是否规范转诊", "转诊标志"), example="1",
        ),
    ),
    one_of=(("certno", "psn_no"),),
    blank_is_zero=True,
)

#: Columns that few exports have: the day a claim by hand is for.
CLAIM_DAYS = ("invoice_on", "enddate")
