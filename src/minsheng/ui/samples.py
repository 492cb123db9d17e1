# ruff: noqa: E501 - sentences in two languages
"""The fictitious content of the pattern pages, in both languages. Nothing here is shown outside them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

from minsheng.ui import components as c


class T(NamedTuple):
    """A sentence in Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The sentence in the language."""
        return self.en if language.startswith("en") else self.zh


AS_OF = date(2026, 10, 13)
NOW = datetime(2026, 10, 14, 1, 20, tzinfo=UTC)
WORDS = (
    "我妈七十八了，住桂花里 6 栋 5 楼，电梯从 9 月 20 号坏到今天。她一周做三次透析，都是我背下去的。"
    "物业说等维修资金，居委会说归房管，房管电话没人接。"
)
_HOW = c.Link(T("这一天怎么算的", "How this day was counted"), "#why")
_RULE = T("《云溪市居民诉求办理规定》第十二条", "Yunxi Rules on Residents’ Requests, art. 12")
HOUSING = T("市住房和城乡建设局", "Housing and Construction Bureau")

LOCAL = c.Basis("local", _RULE, _HOW)
LAW = c.Basis("law", T("《政府信息公开条例》第三十条", "Regulations on Open Government Information, art. 30"))
PLATFORM = c.Basis(
    "design", T("答复后7天，居民说话的时间", "7 days after the answer, the resident’s time to speak")
)

YOURS = c.Due(
    what=T("等您说：办好了没有", "Your turn: is it solved?"),
    limit=date(2026, 10, 19),
    state="yours",
    days_left=5,
    then=T(
        "您不说，就记为“不知道”，不会记成“满意”。",
        "If you say nothing, it counts as unknown, never as satisfied.",
    ),
    basis=PLATFORM,
)
LATE_DONE = c.Due(
    what=T("答复", "Answer"),
    limit=date(2026, 10, 8),
    state="late",
    late_by=3,
    done_on=date(2026, 10, 12),
    then=T("这一条一直公开，补了答复也不撤。", "This stays public."),
    basis=LOCAL,
)
LATE = c.Due(
    what=T("答复", "Answer"),
    limit=date(2026, 10, 8),
    state="late",
    late_by=4,
    then=T("已经报到市政府督查室。", "Reported to the city’s inspection office."),
)
OPEN = c.Due(
    what=T("登记审核", "Registration check"),
    limit=date(2026, 10, 20),
    days_left=6,
    then=T(
        "要申请人补正，只能在这之前说，而且只能说一次。",
        "A request for correction may be made before that day only, and once.",
    ),
    basis=LAW,
)
TODAY = c.Due(
    heading=T("今天24:00到期", "Due today, until midnight"),
    state="yours",
    then=T("过了就公开记为超期。", "After that it is late, publicly."),
)
CLOCKS = (YOURS, LATE_DONE, LATE, OPEN, TODAY)

SAID = c.Said(
    WORDS, T("您的原话，一字未改", "Your words, unaltered. We do not translate them."), date(2026, 9, 25)
)
REPLY = c.Reply(
    done="10月12日上午换了曳引机控制板，15:20恢复运行。换下的板子和检验单照片在下面。",
    not_done="这部电梯用了19年，再坏的可能不小。大修或换新要用维修资金，得由业主共同决定，我们不能替业主定。",
    rule="《民法典》第二百七十八条：使用维修资金由业主共同决定。",
    why_late="配件10月10日才到。我们9月30日就知道会晚，没有告诉您，这是我们的错。",
    next="10月22日19:00在桂花里活动室开业主会，街道到场。电梯再停，打5550-0199，维保30分钟内到。",
    attachments=(c.Link("检验单.jpg", "#file", note="210 kB"),),
    at=datetime(2026, 10, 12, 8, 5, tzinfo=UTC),
    by=T("物业科3号经办", "Property section, officer 3"),
)
TIMELINE = (
    c.Happening(
        T("等您说办好了没有", "Your turn: is it solved?"),
        "now",
        when=T("现在", "Now"),
        text=T("到10月19日（星期一）", "Until Mon 19 Oct"),
    ),
    c.Happening(
        T("市住建局答复", "The Housing Bureau answered"),
        on=date(2026, 10, 12),
        text=T("晚3个工作日。", "3 working days late."),
    ),
    c.Happening(
        T("自9月28日以来没有任何进展", "Nothing has happened since 28 Sep"),
        "clock",
        on=date(2026, 10, 10),
        beside=T("调休上班", "Make-up working day"),
        text=T(
            "到了该告诉您的日子，承办单位没有写，系统照实说。这种情况会计数公开。",
            "The day to tell you came and the body wrote nothing, so the clock says so. It is counted in public.",
        ),
    ),
    c.Happening(
        T("超期，报到市政府督查室", "Overdue, reported to the inspection office"),
        "late",
        on=date(2026, 10, 9),
        text=T("到期自动发生，不用谁批准。", "It happens by itself; nobody has to approve it."),
    ),
    c.Happening(
        T("到期没有提出异议，由市住建局负责", "No objection in time: it is the Housing Bureau’s"),
        "clock",
        on=date(2026, 9, 28),
        text=T("不说话就是接下。", "Silence means accepted."),
        basis=c.Basis("local", T("第九条，1个工作日", "art. 9, 1 working day")),
    ),
    c.Happening(
        T("专家论证", "Expert review"),
        "skipped",
        when=T("不走", "Not taken"),
        text=T(
            "因为认定“专业性、技术性不强”。认定人：市交通运输局，9月21日。",
            "Because it was found not to be technical. Found by: Transport Bureau, 21 Sep.",
        ),
        links=(c.Link(T("不同意这个认定", "I disagree"), "#contest"),),
    ),
    c.Happening(
        T("合法性审查，至少7个工作日", "Legality review, at least 7 working days"),
        "later",
        when=T("然后", "Then"),
        text=T("不通过，不能提交讨论。", "Without it nothing may be tabled."),
    ),
)
MISSING = (
    c.Lack(
        T("早市菜农、轮椅使用者的沟通记录", "Records of talks with market growers and wheelchair users"),
        T("归市交通运输局和市残联", "The Transport Bureau’s and the Disabled Persons’ Federation’s"),
        until=date(2026, 12, 4),
    ),
    c.Lack(
        T("41条意见的采纳说明", "Reasons for 41 comments"),
        T("归您的单位。286条里写好了245条", "Your own body’s. 245 of 286 are written"),
        links=(c.Link(T("接着写", "Go on writing"), "#points"),),
    ),
    c.Lack(
        T("公开征求意见满30日", "30 days of public comment"),
        T("10月28日已满", "Complete since 28 Oct"),
        have=True,
    ),
)
WORKLIST = (
    c.WorkRow(
        T("锦绣苑车库积水，答复", "Flooded garage at Jinxiuyuan: answer"),
        "#1",
        c.State(T("晚5个工作日", "5 working days late"), "late"),
        on=date(2026, 9, 30),
        text=T("居民问2件事。自10月9日以来没有记录。", "2 questions. No entry since 9 Oct."),
        last_word=T("超期已公开，并报督查室", "Late in public, reported"),
    ),
    c.WorkRow(
        T("云锦小区物业费涨价，答复", "Higher fees at Yunjin: answer"),
        "#2",
        c.State(T("今天到期", "Due today"), "yours"),
        on=date(2026, 10, 14),
        text=T("居民问3件事。草稿还缺：规定依据。", "3 questions. The draft lacks: the rule."),
        last_word=T("上次告诉居民：10月9日", "Resident last told: 9 Oct"),
    ),
    c.WorkRow(
        T("翠竹园消防通道占用，接不接", "Blocked fire lane at Cuizhuyuan: accept?"),
        "#3",
        c.State(T("还有1天", "1 day left")),
        on=date(2026, 10, 15),
        text=T(
            "不接要写明该归谁；到期不写，就是接了。",
            "Object by naming the right body; silence means accepted.",
        ),
    ),
    c.WorkRow(
        T("金桂花园漏水，问了楼层", "Leak at Jingui Garden: asked for the floor"),
        "#4",
        c.State(T("等居民", "Waiting for the resident")),
        head=T("停表", "Clock stopped"),
        last_word=T("居民答了就接着走，最晚10月20日", "Goes on with the reply, 20 Oct at the latest"),
    ),
)
PUBLIC_ROWS = (
    c.PublicRow(
        T("老城区公交线网调整方案", "Old-town bus network"),
        "#d1",
        T(
            "正在公开征求意见。末班车、站点、票价还能改。",
            "Open for comment. Last buses, stops and fares can still change.",
        ),
        until=T("到10月28日（星期三）", "Until Wed 28 Oct"),
        left=T("还有14天", "14 days left"),
    ),
    c.PublicRow(
        T("燃油车换成电车", "Electric buses"), state=c.State(T("已经定了", "Decided already"), "not")
    ),
)
STATES = (
    c.State(T("还有3个工作日", "3 working days left")),
    c.State(T("晚4个工作日", "4 working days late"), "late"),
    c.State(T("今天到期", "Due today"), "yours"),
    c.State(T("已答复", "Answered"), "said"),
    c.State(T("居民说解决了", "Solved, says the resident"), "confirmed"),
    c.State(T("居民说没有解决", "Not solved, says the resident"), "not"),
    c.State(T("没有回音，算不知道", "No reply: unknown"), "unknown"),
)
SEES = c.Sees(
    T(
        "您，受理室，市住建局。公众只看得到日期、单位、步骤和结果，看不到原话。",
        "you, the intake desk, the Housing Bureau. The public sees days, body, steps and outcome, not your words.",
    ),
    T("谁看得到这一页：", "Who can see this page: "),
    c.Link(T("改一改", "Change"), "#who"),
)
FIGURE = c.Figure(
    id="september",
    caption=T("九月到期的412件，按居民的结论", "412 matters due in September, by the residents’ verdict"),
    headline=T("412件到期，203件居民说解决了", "412 due, 203 solved as residents say"),
    parts=(
        c.Part(T("解决了", "Solved"), 203, "solid"),
        c.Part(T("解决了一部分", "Partly"), 61, "hatch"),
        c.Part(T("没有解决", "Not solved"), 58, "dark"),
        c.Part(T("说不清", "Cannot tell"), 12, "empty"),
        c.Part(T("没有回音，算不知道", "No reply: unknown"), 78, "unknown"),
    ),
    share=0.4927,
    low=0.44,
    high=0.54,
    unit=T("件", ""),
    note=T("没有回音的，不算满意，也不算解决。", "No reply is neither satisfied nor solved."),
    recompute=c.Link(T("分单位看，以及怎么重新算", "By body, and how to recompute"), "#recompute"),
)
INTERVALS = c.Intervals(
    T("分单位，按机构代码排，不排名次", "By body, in the order of codes, not a ranking"),
    (
        c.IntervalRow(T("市教育局", "Education Bureau"), 38, 21, 8, 0.55, 0.40, 0.70),
        c.IntervalRow(
            T("市民政局", "Civil Affairs Bureau"), 9, link=c.Link(T("逐件看", "One by one"), "#few")
        ),
        c.IntervalRow(HOUSING, 96, 38, 19, 0.40, 0.30, 0.50),
        c.IntervalRow(T("城东街道办事处", "Chengdong Subdistrict"), 44, 24, 10, 0.55, 0.40, 0.68),
    ),
)
TREND = c.Trend(
    T("每月到期件数和居民说解决了的件数", "Due and solved, by month"),
    T(
        "四月到九月，居民说解决了的比例，每月在44%到49%之间，区间互相重叠",
        "April to September, share solved as residents say, 44% to 49% each month, intervals overlap",
    ),
    tuple(
        c.Month(T(f"{month}月", name), n, solved, rate, low, high)
        for month, name, n, solved, rate, low, high in (
            (5, "May", 390, 181, 0.46, 0.42, 0.51),
            (6, "Jun", 402, 190, 0.47, 0.42, 0.52),
            (7, "Jul", 8, 3, None, None, None),
            (8, "Aug", 448, 205, 0.46, 0.41, 0.50),
            (9, "Sep", 412, 203, 0.49, 0.44, 0.54),
        )
    ),
)
RECEIPT = c.Receipt(
    number="云溪2026-1038",
    received_at=datetime(2026, 9, 25, 2, 42, tzinfo=UTC),
    code=("7QK4", "M2XD", "9VHT", "3RPC", "W"),
    qr="https://minsheng.yunxi.example/mine#7QK4M2XD9VHT3RPCW",
    passed_to=HOUSING,
    where=T(
        "minsheng.yunxi.example/mine，或者打5550-0112报查询码",
        "minsheng.yunxi.example/mine, or call 5550-0112 and say the code",
    ),
    said=c.Said(WORDS),
    due=c.Due(
        what=T("答复", "Answer"),
        limit=date(2026, 10, 8),
        then=T(
            "派单后7天是10月2日，正逢国庆放假，顺延到放假后第一个工作日。",
            "7 days after dispatch is 2 Oct, a holiday, so the first working day after it.",
        ),
        basis=LOCAL,
    ),
    sentences=(
        (
            T("谁看得到：", "Who sees it: "),
            T(
                "您的原话，受理室和市住建局看得到；您的电话，只有受理室和回访员看得到，谁看过都有记录，您可以查。",
                "Your words: the intake desk and the Housing Bureau. Your phone: the intake desk and the caller only; "
                "each look is recorded and you can see it.",
            ),
        ),
        (
            T("没人答复：", "If nobody answers: "),
            T(
                "过了10月8日，就公开记为超期，自动报到市政府督查室，不用您去催。",
                "after 8 Oct it is late, publicly, and reported to the inspection office without your asking.",
            ),
        ),
        (
            T("再问一次：", "Asking again: "),
            T(
                "再问、再催、再说同一件事，都不影响办理，也不会记在您头上。",
                "asking, urging or saying it again never harms and is not held against you.",
            ),
        ),
        (
            T("办没办好：", "Solved or not: "),
            T(
                "由您说。谁也不能要求您选“解决了”或“满意”；有人要求，请告诉我们，承办单位看不到是您说的。",
                "you say. Nobody may ask you for “solved” or “satisfied”. If somebody does, tell us; "
                "the body cannot see that it was you.",
            ),
        ),
        (
            T("还能去哪：", "Where else: "),
            T(
                "对答复不服，可以要求换人重办、要求复核；也可以不等我们，直接申请行政复议或者信访。",
                "ask for another officer or a review; or, without waiting for us, apply for administrative "
                "reconsideration or petition.",
            ),
        ),
    ),
    actions=(
        c.Link(T("存成可打印的一页", "Save as one page to print"), "#pdf"),
        c.Link(T("下载凭证文件（6 kB）", "Download the proof file (6 kB)"), "#proof"),
    ),
)
REFUSAL = c.RefusalPage(
    reason=T("现在还不能提交讨论", "Not yet: this cannot be tabled"),
    lead=T(
        "没有经过合法性审查的草案，不能提交集体讨论，也不能用征求意见来代替审查。",
        "A draft that has not passed legality review cannot be tabled; a call for comment does not replace it.",
    ),
    code="step_not_open",
    basis=c.Basis(
        "law",
        T("《重大行政决策程序暂行条例》第二十五条", "Interim Regulations on Major Decisions, art. 25"),
        c.Link(T("看原文", "Read it"), "#text"),
    ),
    missing=MISSING,
    ways=(
        c.Link(T("接着写那41条", "Write those 41"), "#points"),
        c.Link(
            T("我认为这条规则用错了，请上级看", "This rule was applied wrongly: ask the next level"),
            "#contest",
        ),
    ),
    kept=True,
    no_override=True,
    back=c.Link(T("老城区公交线网调整方案", "Old-town bus network"), "#back"),
    at=datetime(2026, 12, 2, 7, 2, tzinfo=UTC),
    rule="cn.major-decision.2019 v1, submit",
)
PERSONA = c.Persona(
    T("秀英的女儿（居民）", "Xiuying’s daughter (resident)"), "#switch", date(2026, 10, 14), "#advance"
)
NAV = (
    c.Link(T("首页", "Home"), "/"),
    c.Link(T("大事决策", "Decisions"), "#decisions"),
    c.Link(T("数字", "Figures"), "#figures", current=True),
)
FOOTER = (
    c.Link(T("谁能看到什么", "Who can see what"), "#who-sees"),
    c.Link(T("管机器的人能看到什么", "What the machine’s operator can see"), "#operator"),
    c.Link(T("无障碍说明", "Accessibility"), "#access"),
    c.Link(T("源代码", "Source code"), "#source"),
)


class _Town(NamedTuple):
    name: T
    zone: str


TOWN = _Town(T("云溪市", "Yunxi"), "Asia/Shanghai")
