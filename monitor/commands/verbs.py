"""Which commands there are, what each is for, and which file has it.

A command's file is imported when that command is asked for, and not before: importing Python modules is a sixth of the time
of a ``monitor run``.
"""

from __future__ import annotations

from monitor.commands.verb import Verb

#: What each command is for, in the order in which ``monitor --help`` lists them.
VERBS = {
    "import": "导入一类导出文件",
    "template": "写一份空表（xlsx）供填报：中文表头、一行示例、各列说明",
    "none": "登记某类自填数据确实没有（不是没有导入）；不写类别则列出已登记的",
    "done": "登记文件定了日期的事项已经完成（如与医疗机构结清、实施评估）；不写文件则列出已登记的",
    "run": "按一份文件计算截至某日的预警",
    "alerts": "输出一次运行的预警名单（不脱敏，供数据管理员使用）",
    "entitlements": "输出文件认定的每个人应享、已享和差额（不脱敏，供数据管理员使用）",
    "shortfall": "输出应享未享名单：应享金额大于已支付的人，及其原因",
    "audit-coverage": "核对指标：资助参保和医疗救助是否到人、基金结余、参保率、目录外费用等",
    "households": "按家庭人口和收入测算因病致贫重病患者候选人，附算式",
    "insurance": "核对大病保险应付与已付（文件写明分段标准的）",
    "premiums": "某月的资助参保名单：谁应资助、金额、财政补助和合计，不等任何人缴费",
    "institutions": "各医药机构的救助人数、费用、占比、次均费用，与同级别中位数对照；只列名单",
    "evaluation": "年度评价：监测、帮扶、时效、救助、资助、指标、基金、机构，各附条款和出处；缺少的写明",
    "refer": "每月推送：预览、提出、批准、发出、签收、撤回给部门的名单",
    "no-deposit": "先诊疗后付费名单：谁住院免交押金；提出、另一人批准之后才能送医疗机构",
    "replies": "导入部门的反馈（csv、xlsx、xls，可压缩为 zip），按名单编号和人对应",
    "replay": "一份已发出的名单，发出时所知与现在所知有何不同：新增、撤出、变化，及其原因",
    "due": "待办、逾期和缺少的：部门的身份名单、每月推送、部门反馈",
    "explain": "说明一个人为何在或不在名单上",
    "parameter": "列出或登记文件留给本地确定的参数",
    "documents": "列出已收录的文件；写明编号则列出该文件给的救助、资助和指标",
    "runs": "列出全部运行",
    "loads": "列出全部导入",
    "review": "列出存疑的行（保留并计入，供核对）",
    "keys": "密封密钥：查看、更换",
    "backup": "备份数据目录：加密的数据文件和分开存放的密钥文件，写完读回核对",
    "restore": "把备份恢复到新的数据目录（--home，须不存在或为空），逐个文件核对",
    "doctor": "体检：权限、密钥、数据库、审计记录、文件、残留、磁盘、数据更新、时钟、版本；有异常时退出码为 1",
    "accounts": "管理看板的账号",
    "audit": "审计记录",
    "cases": "案件：列出、办理、统计",
    "serve": "启动看板（仅本机 127.0.0.1）",
    "demo": "样例数据：导入十二个月、逐月运行、启动看板",
}


def verb_of(name: str) -> Verb:
    """The command of this name (a key of ``VERBS``)."""
    match name:
        case "import":
            from monitor.commands.importing import VERB
        case "template":
            from monitor.commands.template import VERB
        case "none":
            from monitor.commands.none import VERB
        case "done":
            from monitor.commands.done import VERB
        case "run":
            from monitor.commands.run import VERB
        case "alerts":
            from monitor.commands.alerts import VERB
        case "entitlements":
            from monitor.commands.entitlements import VERB
        case "shortfall":
            from monitor.commands.shortfall import VERB
        case "audit-coverage":
            from monitor.commands.audit_coverage import VERB
        case "households":
            from monitor.commands.households import VERB
        case "insurance":
            from monitor.commands.insurance import VERB
        case "premiums":
            from monitor.commands.premiums import VERB
        case "institutions":
            from monitor.commands.institutions import VERB
        case "evaluation":
            from monitor.commands.evaluation import VERB
        case "refer":
            from monitor.commands.refer import VERB
        case "no-deposit":
            from monitor.commands.no_deposit import VERB
        case "replies":
            from monitor.commands.replies import VERB
        case "replay":
            from monitor.commands.replay import VERB
        case "due":
            from monitor.commands.due import VERB
        case "explain":
            from monitor.commands.explain import VERB
        case "parameter":
            from monitor.commands.parameter import VERB
        case "documents":
            from monitor.commands.documents import VERB
        case "runs":
            from monitor.commands.runs import VERB
        case "loads":
            from monitor.commands.loads import VERB
        case "review":
            from monitor.commands.review import VERB
        case "keys":
            from monitor.commands.keys import VERB
        case "backup":
            from monitor.commands.backup import VERB
        case "restore":
            from monitor.commands.restore import VERB
        case "doctor":
            from monitor.commands.doctor import VERB
        case "accounts":
            from monitor.commands.accounts import VERB
        case "audit":
            from monitor.commands.audit import VERB
        case "cases":
            from monitor.commands.cases import VERB
        case "serve":
            from monitor.commands.serve import VERB
        case "demo":
            from monitor.commands.demo import VERB
        case _:
            raise LookupError(name)
    return VERB
