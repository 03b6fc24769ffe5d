"""What departments write by hand into a list, compared and understood as far as there is one meaning only.

Each function says None (or no agreement) where more than one meaning is possible: the caller keeps the text as a remark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from monitor.base.vocabulary import DEPARTMENTS
from monitor.casework.layouts import short_name

#: What people write into a cell that has nothing to say.
_FILLERS = frozenset({"无", "没有", "未填", "空", "无数据", "不详", "null", "none", "n/a", "na", "nil", "\\n"})
#: Every stroke a keyboard or a typesetter has for a hyphen, and what stands in for the underscore.
_STROKES = re.compile("[-_\u2010-\u2015\u2212\u30fc\u4e00\u00b7\\s]+")
_NUMBERED = re.compile(r"([a-z]+(?:-[a-z]+)*)-?(20[0-9]{2})-?([0-9]{1,6})(?![0-9])")
_YEAR_AND_SERIAL = re.compile(r"(20[0-9]{2})-([0-9]{1,6})")
_BRACKETS = re.compile(r"[(\[{<《〈【〔「『][^)\]}>》〉】〕」』]*[)\]}>》〉】〕」』]?")
_DOTS = re.compile("[.·•・‧∙⋅●○∘⸱。﹒‐-―'’`´-]")
#: Behind or before a name; only where something of a name is left.
_TITLES = ("先生", "女士", "同志", "小姐", "小朋友", "同学", "老师", "户主", "本人", "患者")
_BEFORE = ("姓名:", "户主:", "患者:", "户主", "患者")
_AMOUNT = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
_TIMES = {"万": 10_000, "千": 1_000, "百": 100}
#: The most an amount can be: what an intake column of money takes.
_MOST = Decimal("99999999999999.99")
#: Traditional and simplified forms of characters names are written with, where each has one counterpart (Unihan,
#: kSimplifiedVariant). Pairs that are two different surnames (於 and 于, 後 and 后, 範 and 范) are left out.
_PAIRS = (
    "張张劉刘陳陈楊杨趙赵黃黄吳吴孫孙馬马許许鄧邓馮冯蕭萧鄭郑謝谢韓韩盧卢蔣蒋賈贾鄒邹陸陆龍龙萬万錢钱湯汤賴赖龔龚顧顾"
    "嚴严溫温魯鲁莊庄聶聂齊齐龐庞蘭兰單单關关項项喬乔慶庆國国華华麗丽紅红輝辉軍军傑杰偉伟強强東东鳳凤藝艺賢贤"
    "義义禮礼勝胜興兴榮荣蓮莲蘇苏葉叶邊边滿满驗验樣样試试測测擬拟書书學学愛爱銀银鐵铁鋼钢鋒锋銘铭錦锦鎮镇鍾钟鐘钟鳴鸣"
    "鵬鹏鴻鸿鶴鹤鷹鹰魚鱼麥麦貞贞財财貴贵賓宾賀贺質质贊赞軒轩輪轮辭辞運运達达遠远適适選选還还鄉乡醫医針针鈞钧鈴铃"
    "長长門门開开閆闫閻阎間间陽阳陰阴隊队際际雙双雞鸡離离雲云電电靈灵靜静順顺頁页題题顏颜願愿風风飛飞飯饭養养駿骏"
    "騰腾騫骞驊骅鬆松點点齡龄龜龟億亿優优儀仪倫伦側侧備备傳传傷伤價价儉俭內内兩两冊册劍剑劇剧勁劲動动務务勞劳勢势"
    "勵励勳勋區区協协卻却厲厉參参員员問问啟启喚唤嗎吗嘆叹嬌娇孃娘寧宁寶宝實实審审對对導导將将專专尋寻屆届屬属岡冈"
    "島岛嵐岚嶺岭嶽岳巖岩帥帅師师帳帐帶带幣币幫帮幹干庫库廠厂廣广廬庐張张彈弹彌弥徑径從从復复徵征恆恒"
    "悅悦慮虑憲宪懷怀戰战戲戏戶户揚扬換换損损搖摇搶抢攝摄攜携敵敌數数斬斩斷断時时晉晋晝昼暉晖暢畅曉晓曆历書书"
    "會会朧胧條条來来棟栋楓枫楨桢業业極极樂乐樓楼樞枢標标樹树橋桥機机檔档檢检權权歡欢歐欧歲岁歷历殘残殺杀氣气決决"
    "沖冲況况洶汹淚泪淨净淵渊減减湧涌溝沟滄沧滅灭滬沪漢汉潔洁潛潜潤润澤泽濟济濤涛濱滨瀟潇灣湾災灾為为無无煉炼"
    "煒炜煙烟煥焕熱热燁烨燈灯爍烁爐炉爺爷爾尔狀状獎奖獨独獻献瑋玮瑣琐瑩莹瑪玛環环瓊琼畢毕畫画異异當当療疗發发"
    "盜盗監监盤盘眾众睜睁矯矫碩硕確确碼码禎祯禪禅種种稱称積积穎颖穩稳窮穷竇窦競竞筆笔節节築筑簡简"
    "籃篮籌筹糧粮紀纪約约純纯紗纱紙纸級级紛纷紐纽紹绍終终組组結结絕绝絡络給给統统絲丝經经綠绿維维綱纲網网綵彩綺绮"
    "綿绵緊紧緒绪線线緣缘編编緩缓緯纬練练縣县縱纵總总績绩織织繡绣繪绘繼继續续纓缨羅罗翹翘聖圣聞闻聯联聰聪"
    "聲声職职聽听肅肃脈脉腦脑臉脸臨临舉举舊旧艦舰芻刍莖茎華华葦苇蒼苍蔭荫薈荟薔蔷薦荐藍蓝藥药蘆芦蘊蕴虛虚虧亏"
    "號号蟬蝉蠟蜡術术衛卫裝装補补見见規规視视親亲覺觉觀观計计訊讯討讨訓训記记訪访設设訴诉診诊評评詞词詠咏詢询"
    "詩诗話话詳详誌志認认誠诚語语說说課课誼谊調调談谈請请諒谅論论諸诸諾诺謀谋謙谦講讲譯译議议護护譽誉讀读變变讓让"
    "豐丰貝贝負负貢贡責责賢贤賜赐賞赏賽赛贏赢趕赶跡迹車车軟软載载輕轻輔辅輩辈輯辑輸输轉转轟轰農农進进遙遥遞递遷迁"
    "鄖郧鄰邻釋释鈺钰鉅巨鉑铂鉛铅銅铜銳锐鋪铺錄录錢钱錫锡鍵键鎖锁鏡镜鑑鉴鑒鉴鑲镶閃闪閉闭閏闰閑闲閔闵閣阁"
    "閱阅闊阔闖闯隨随險险隱隐雖虽霧雾韋韦韌韧響响項项須须頌颂預预頓顿領领頭头頻频顆颗類类飲饮飽饱飾饰館馆駕驾駱骆"
    "驍骁驕骄驚惊驥骥驢驴骯肮體体髮发鬥斗鮑鲍鮮鲜鯉鲤鯤鲲鳥鸟鴛鸳鴨鸭鵑鹃鸞鸾鹽盐麼么黨党齒齿滿满岡冈嫻娴嫵妩嬋婵"
    "嬪嫔媽妈婁娄婦妇孿孪"
)
_SIMPLIFIED = {ord(_PAIRS[at]): _PAIRS[at + 1] for at in range(0, len(_PAIRS), 2)}


def narrow(text: str) -> str:
    """Half width, small letters, without blanks and characters nobody sees."""
    kept = (character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) not in ("Cf", "Cc"))
    return "".join("".join(kept).split()).casefold()


def is_filler(text: str) -> bool:
    """Whether a cell says that there is nothing to say."""
    return not (said := narrow(text)) or said in _FILLERS or set(said) <= set("-—–/\\_")


def word_of(text: str, words: Mapping[str, str]) -> str:
    """The code a department's word stands for, empty where it is none: as written, or without brackets, stops and quotes."""
    said = narrow(text)
    bare = _BRACKETS.sub("", said).strip(" 。.,，、;；:：!！\"'“”‘’")
    return words.get(said) or words.get(bare) or ""


def pack_of(text: str, department: str) -> str | None:
    """The number of a list (民政-2025-002, or an id) within what was written: in any width and case, with any hyphens and zeros, with
    words or a file's ending around it, with the department's id for its name. None where there is none in it."""
    said = _STROKES.sub("-", unicodedata.normalize("NFKC", text).casefold()).strip("-")
    if re.fullmatch(r"[0-9]{1,9}(\.0+)?", said):
        return said.partition(".")[0].lstrip("0") or None
    for name, label in DEPARTMENTS.items():
        for words in (unicodedata.normalize("NFKC", label), short_name(name)):
            said = said.replace(words, name.replace("_", "-"))
    for found in _NUMBERED.finditer(said):
        letters = found[1].replace("-", "")
        named = [name for name in DEPARTMENTS if letters.endswith(name.replace("_", ""))]
        if named:
            return f"{short_name(named[0])}-{found[2]}-{int(found[3]):03d}"
    whole = _YEAR_AND_SERIAL.fullmatch(said)
    return f"{short_name(department)}-{whole[1]}-{int(whole[2]):03d}" if whole and department else None


def plain_name(text: str) -> str:
    """A name without blanks, dots, brackets, titles, in simplified characters."""
    said = narrow(text)
    for before in _BEFORE:
        said = said.removeprefix(before) or said
    bare = _BRACKETS.sub("", said) or said
    bare = _DOTS.sub("", bare).strip(",，、;；:：*＊") if "*" not in bare else bare
    for title in _TITLES:
        if len(bare) > len(title) + 1 and bare.endswith(title):
            bare = bare.removesuffix(title)
    return bare.translate(_SIMPLIFIED)


def names_agree(given: str, known: str) -> bool:
    """Whether two ways of writing can be one name; a masked one (``张*``, ``张*三``) agrees with all it can stand for."""
    mine, theirs = plain_name(given), plain_name(known)
    if mine == theirs or not mine or not theirs:
        return True
    if "*" not in mine or not mine.strip("*"):
        return False
    pattern = ".*".join(re.escape(part) for part in re.split(r"\*+", mine))
    return re.fullmatch(pattern, theirs) is not None


def amount_of(text: str) -> Decimal | None:
    """Yuan, where a cell says one exact amount: 500, 1,000元, ￥3000.50, 5百, 0.3万元. None for 约500, 500元/月, 3000-5000."""
    said = narrow(text).replace("人民币", "").removeprefix("¥").removeprefix("rmb")
    for unit in ("元整", "块钱", "元", "圆", "块"):
        said = said.removesuffix(unit)
    times = _TIMES.get(said[-1:], 1)
    said = said[:-1] if times > 1 else said
    if len(said) > 24 or _AMOUNT.fullmatch(said) is None:
        return None
    amount = Decimal(said.replace(",", "")) * times
    exact = amount.quantize(Decimal("0.01"))
    # 3.000 is three yuan or three thousand: nobody can tell.
    odd = times == 1 and re.search(r"\.[0-9]{3,}$", said) is not None
    return exact if exact == amount and amount <= _MOST and not odd else None
