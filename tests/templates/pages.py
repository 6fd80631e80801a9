"""Pages of one template that tell different facts: forecasts, notices of courts, stock notes, results, appointments and others.

The templates and all names were made up for these tests. `{…}` is a slot, filled anew wherever it stands; `{name:who}` gives
what was drawn a name, and `{who}` repeats it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文海燕春梅晓东红卫小林佳宁思远子涵雨欣浩然梓轩"
PLACES = [
    "青河",
    "东山",
    "永宁",
    "白石",
    "清溪",
    "南湖",
    "北岭",
    "双桥",
    "临江",
    "云台",
    "新塘",
    "西关",
    "金沙",
    "长洲",
    "安平",
    "柳河",
    "石门",
    "凤栖",
    "龙泉",
    "望城",
]
GOODS = [
    "恒远",
    "瑞丰",
    "天泽",
    "华盛",
    "中鼎",
    "博雅",
    "嘉禾",
    "远航",
    "金诺",
    "银桥",
    "鼎信",
    "德润",
    "长青",
    "宏达",
    "星辰",
    "海川",
]
LATIN = [
    "aurora",
    "berlin",
    "cobalt",
    "delta",
    "ember",
    "falcon",
    "granite",
    "harbor",
    "indigo",
    "jasper",
    "kepler",
    "lumen",
    "meteor",
    "nova",
    "orion",
    "pioneer",
]
WEATHER = ["晴", "多云", "阴", "小雨", "中雨", "阵雨", "雷阵雨", "晴转多云", "多云转阴", "阴转小雨"]

SHARED = 0.6

TEMPLATES = {
    "forecast": (
        "{place}市气象台{month}月{day}日{hour}时发布未来一天天气预报：今天夜间到明天白天，全市天气以{weather}为主，最高气温{temperature}度，"
        "最低气温{cold}度，相对湿度百分之{percent}。气象台提醒市民，近期昼夜温差较大，早晚出门请适当添加衣物，老人和孩子要注意预防感冒；驾车出行的朋友"
        "请留意路面湿滑，保持车距，减速慢行。农田作业要抓住有利天气，及时做好田间管理。户外施工单位应当检查脚手架和临时围挡，防止大风刮落。气象台将"
        "继续密切监视天气变化，如有新的情况会及时通过广播、短信和公众号向社会发布，请大家放心安排生产和生活。"
    ),
    "court": (
        "{place}区人民法院公告。（{year}）民初字第{number}号。{name}：本院受理原告{name}诉你民间借贷纠纷一案，已依法审理终结。因你下落不明，采用其他方式"
        "无法送达，现依法向你公告送达民事判决书，判令你于判决生效之日起十日内偿还借款本金{money}元及相应利息，案件受理费由你负担。自本公告发出之日起"
        "经过三十日即视为送达。如不服本判决，可在公告期满后十五日内向本院递交上诉状，并按对方当事人的人数提出副本，上诉于上一级人民法院。逾期不上诉的，"
        "本判决即发生法律效力。义务人拒不履行的，权利人可以在法律规定的期限内申请强制执行，本院将依照有关规定采取限制消费等措施。特此公告。"
    ),
    "stock": (
        "{good}股份今日开盘报{price}元，截至收盘涨{percent}个百分点，成交额{money}万元，换手率百分之{small}。从资金流向看，主力资金净流入{money}万元，散户资金小幅流出。"
        "公司主营业务稳定，近年来持续加大研发投入，产品结构不断优化，市场份额保持在行业前列。分析人士认为，行业整体仍处于恢复阶段，上游原料价格波动对利润的"
        "影响值得关注，投资者宜结合自身的风险承受能力理性判断，不宜盲目追涨。以上内容由公开的行情整理而成，不构成任何投资建议，据此操作风险自担。市场有风险，"
        "入市需谨慎，请以公司正式公告为准。"
    ),
    "match": (
        "昨晚联赛第{round}轮继续进行，{place}队在主场以{score}比{score}迎战{place}队。上半场双方都踢得比较谨慎，中场争夺激烈，门前机会不多。易边再战，{name}在第{minute}分钟"
        "接队友传中头球破门，现场气氛达到高潮。随后客队大举压上，主队则稳守反击，门将多次作出精彩扑救，将优势保持到终场哨响。主教练赛后表示，队员们执行了赛前"
        "布置的战术，跑动积极，防守有层次，但传球的精度还有待提高，接下来会利用休战期好好调整。到场球迷{crowd}人，赛后他们久久不愿离去，齐声唱起了队歌。"
    ),
    "appointment": (
        "任免通知。各科室、各直属单位：经研究决定，任命{name}同志为{place}市水务局主任，试用期一年；免去{name}同志的副主任职务，另有任用。以上任免自{year}年{month}月{day}日起"
        "执行。希望上述同志在新的岗位上认真履行职责，加强学习，廉洁自律，团结同事，扎实做好各项工作。有关单位要按照干部管理的规定，及时办理工作交接和工资关系等"
        "手续，做到思想不散、秩序不乱、工作不断。通知下发以后，请各科室对照名单更新通讯录，并将本通知精神传达到每一位职工。联系电话和值班安排不变，如有疑问"
        "请与人事科联系。特此通知，请遵照执行。"
    ),
    "auction": (
        "{place}市公共资源交易中心拍卖公告：受委托，本中心定于{year}年{month}月{day}日上午{hour}时在交易大厅公开拍卖位于{place}路{small}号的房产一处，建筑面积{number}平方米，起拍价{money}元，"
        "竞买保证金{money}元。有意竞买者请携带有效身份证件，在规定的时间内到本中心办理报名手续，并将保证金足额汇入指定账户，以到账时间为准。标的物以现状为准，"
        "展示期内由专人带领看样，竞买人应当对标的物的瑕疵自行了解，参加竞买即视为认可现状。拍卖成交后，买受人应当在五个工作日内付清全部价款，逾期视为违约，"
        "保证金不予退还。过户所需的税费由双方依法各自承担。"
    ),
    "obituary": (
        "讣告。{place}中学退休教师{name:who}因病医治无效，于{hanyear}年{hanmonth}月不幸逝世，享年{hanage}岁。{who}老师从教数十年，始终坚守在讲台上，治学严谨，爱生如子，深受师生和家长的尊敬。"
        "退休以后仍然关心学校的发展，多次回校为青年教师讲课，把自己积累的经验毫无保留地传给后人。遵照本人生前的意愿，丧事从简，不设灵堂，不收花圈。告别仪式定于本周末"
        "上午在殡仪馆举行，届时学校将安排车辆接送，请参加的同事和校友提前与工会联系。谨此讣告，愿逝者安息，愿生者坚强。"
    ),
    "release": (
        "软件更新说明。{latin}项目今天发布了新的版本，编号为{version}，这是一次以稳定为主的维护更新。本次修复了{small}处已知的问题，其中包括在低内存的机器上偶尔无法启动、"
        "长文件名在列表里显示不全、断网之后重连时间过长等。升级之前建议先备份配置文件，然后停止正在运行的服务，再按照文档里的步骤替换程序。从旧版本升级的用户无需改动数据，"
        "首次启动时会自动完成转换，过程可能需要几分钟，请耐心等待，不要强行中断。如果遇到异常，可以回退到上一个版本，并把日志附在反馈里发给开发者，我们会尽快处理。感谢所有参与"
        "测试和提出意见的朋友。"
    ),
    "water": (
        "停水通知。尊敬的用户：因{place}路供水主管道检修，自来水公司定于{month}月{day}日{hour}时至{day}日{hour}时对沿线区域停止供水，届时{place}小区及周边共{number}户居民的用水会受到影响。"
        "请您提前储水，合理安排生活，关好家中的水龙头，以免来水时跑水造成损失。恢复供水初期可能出现短时间的水色发黄，属于正常现象，稍放片刻即可使用。施工期间抢修人员会尽量"
        "缩短停水的时间，如遇恶劣天气等特殊情况，恢复供水的时间可能顺延，我们将另行告知。给您带来的不便，敬请谅解，感谢您的理解与支持。"
    ),
    "scholarship": (
        "关于奖学金评审结果的公示。根据学校的评审办法，经个人申请、班级评议、学院审核，拟授予{name}、{name}、{name}三位同学本学年的优秀学生奖学金，现将名单予以公示，公示期为五个工作日。"
        "公示期间如对名单有异议，可以以书面形式向学生工作办公室反映，反映的情况应当真实具体，并署真实姓名和联系方式，便于核实和答复。学院将对反映人的信息严格保密。"
        "希望获奖的同学珍惜荣誉，戒骄戒躁，在今后的学习和生活中发挥榜样的作用；也希望全体同学以他们为榜样，刻苦学习，全面发展，为班级和学院争光。"
    ),
}


def _han(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return f"{digits[tens] if tens > 1 else ''}十{digits[ones] if ones else ''}" if tens else digits[ones]


def _number(least: int, most: int) -> Callable[[random.Random], str]:
    return lambda draw: str(draw.randint(least, most))


def _one_of(words: list[str]) -> Callable[[random.Random], str]:
    return lambda draw: draw.choice(words)


FILLS: dict[str, Callable[[random.Random], str]] = {
    "year": _number(1998, 2025),
    "month": _number(1, 12),
    "day": _number(1, 28),
    "hour": _number(6, 22),
    "temperature": _number(8, 38),
    "cold": _number(-9, 7),
    "percent": _number(11, 98),
    "small": _number(2, 99),
    "number": _number(100, 9_999),
    "money": _number(1_000, 999_999),
    "crowd": _number(8_000, 60_000),
    "round": _number(1, 30),
    "score": _number(0, 5),
    "minute": _number(46, 90),
    "price": lambda draw: f"{draw.randint(300, 9_900) / 100:.2f}",
    "version": lambda draw: f"{draw.randint(1, 9)}.{draw.randint(0, 20)}.{draw.randint(0, 30)}",
    "hanyear": lambda draw: (
        "二〇" + "".join("零一二三四五六七八九"[draw.randint(0, 2) if place == 0 else draw.randint(0, 9)] for place in range(2))
    ),
    "hanmonth": lambda draw: _han(draw.randint(1, 12)),
    "hanage": lambda draw: _han(draw.randint(61, 99)),
    "name": lambda draw: draw.choice(SURNAMES) + "".join(draw.sample(GIVEN, draw.choice([1, 2, 2]))),
    "place": _one_of(PLACES),
    "good": _one_of(GOODS),
    "latin": _one_of(LATIN),
    "weather": _one_of(WEATHER),
}


def series(template: str, count: int, draw: random.Random) -> list[str]:
    """Different pages of one template that share SHARED of their facts, as notices of one house and one week do."""
    slots = re.findall(r"\{([a-z:]+)\}", TEMPLATES[template])
    common = [FILLS[slot.partition(":")[0]](draw) for slot in slots if slot.partition(":")[0] in FILLS]
    pages: dict[str, None] = {}
    while len(pages) < count:
        pages[_page(template, common, draw)] = None
    return list(pages)


def _page(template: str, common: list[str], draw: random.Random) -> str:
    drawn: dict[str, str] = {}
    values = iter(common)

    def filled(slot: re.Match[str]) -> str:
        kind, _, name = slot[1].partition(":")
        if kind in drawn:
            return drawn[kind]
        value = next(values)
        if draw.random() >= SHARED:
            value = FILLS[kind](draw)
        if name:
            drawn[name] = value
        return value

    return re.sub(r"\{([a-z:]+)\}", filled, TEMPLATES[template])
