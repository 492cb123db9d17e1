"""The words of which an acknowledgement, a courtesy or an empty claim is made, and nothing else."""

from __future__ import annotations

from typing import Final

# who and what
_ZH_WHO_AND_WHAT: Final = """
尊敬的 亲爱的 广大 网友 网民 市民 居民 先生 女士 同志 朋友 业主 用户 群众 来信人 来电人 诉求人 您们 你们
您 你 我们 我局 我办 我委 我单位 我街道 我中心 我公司 我科 我 本局 本单位 本办 本 贵 大家 相关 有关 职能
主管 责任 属地 各 单位 部门 科室 领导 人员 工作人员 同事 反映 提出 投诉 咨询 来信 来电 留言 帖文 发帖
帖子 网帖 所述 提交 问题 情况 诉求 意见 建议 事项 此事 该事 这件事 这 该 事 上述 工单 件 一事 中 内容
帮助 宝贵 关于 对于 对此 针对 就 对 所 的 地 得 将 把 被 是 也 又 都 均 还 并且 并 且 而 及 和 与 以及
以便 为 在 从 于 以 有
"""
# when
_ZH_WHEN: Final = """
已经 已 正在 正 目前 现在 现 今后 今天 今日 昨日 日前 近日 近期 尽快 尽早 抓紧 及时 立即 立刻 马上
第一时间 第一 稍后 随后 后续 之后 后 届时 待 如有 若有 一有 结果 进展 最新 期间 过程 当中 之中
"""
# how
_ZH_HOW: Final = """
积极 认真 高度 非常 十分 严肃 进一步 继续 持续 依法 依规 依照 按照 按 规定 程序 流程 要求 再次 再 予以
给予 进行 加以 作出 做出 做好 做 作 组织 安排 全力 妥善 逐步 迅速 相应 切实 努力 会 能 可 可以 需要 需
须 正常
"""
# deeds that are none
_ZH_NO_DEEDS: Final = """
收悉 收到 知悉 知晓 获悉 掌握 接到 受理 登记 记录 录入 记下 转交 转办 转达 转送 转至 转给 转 移交 移送
交办 交由 派发 派单 上报 汇报 反馈 核处 处理 办理 办复 处置 解决 核实 核查 调查 了解 研究 协调 沟通 对接
落实 整改 跟进 跟踪 督办 督促 关注 重视 关心 推进 推动 改进 改善 完善 加强 力度 工作 答复 回复 答覆 办结
责成 责令 完毕 完成 到位 好 清楚 中 了 过 给 至 到 向 由 请 往 交 网宣办 网宣中心 办公室
"""
# it is true, it is not ours
_ZH_NOT_OURS: Final = """
经查 经核实 经了解 基本 属实 不属于 不属 不在 不归 管辖 职责 职能 权限 范围 之内 内
"""
# courtesies
_ZH_COURTESIES: Final = """
您好 你好 首先 衷心 由衷 感谢 谢谢 多谢 支持 理解 配合 监督 信任 厚爱 问政 敬请 希望 望 耐心 等待 等候
谅解 见谅 包涵 周知 放心 留意 造成 带来 不便 深表 歉意 抱歉 特此 专此 此致 敬礼 谨此 函复 说明 如下 现将
祝 链接 详见 生活 愉快 工作 顺利 身体 健康 万事如意 阖家 幸福
"""
_ENGLISH: Final = """
dear sir madam resident residents citizen mr mrs ms hello hi good morning afternoon day sincerely best
kind regards we us our it its this that these the a an your you i my me they their to of for on in at by
with and or as about from have has had been be being is are was were will shall would can may do does
did now currently already still soon shortly actively carefully promptly duly seriously great highly
very much importance attach attached take taken note noted receive received registered recorded
acknowledge acknowledged process processed processing handle handled handling deal dealt dealing forward
forwarded refer referred pass passed transfer transferred looking look looked into investigate
investigated investigating investigation work working under review reviewed progress resolve resolved
close closed complete completed follow followed up done fixed solved settled request report reports
message letter complaint matter issue case problem concern concerns feedback comment comments relevant
competent responsible appropriate concerned department departments office offices unit units body bodies
team authority authorities colleagues staff possible due course time thank thanks grateful appreciate
appreciated support understanding patience patient please wait bear apologise apologize apologies
apology sorry inconvenience caused any update updates keep informed inform contact directly reply
respond response further action attention serious
"""

CHINESE: Final = frozenset(
    word
    for words in (
        _ZH_WHO_AND_WHAT,
        _ZH_WHEN,
        _ZH_HOW,
        _ZH_NO_DEEDS,
        _ZH_NOT_OURS,
        _ZH_COURTESIES,
    )
    for word in words.split()
)
ENGLISH: Final = frozenset(_ENGLISH.split())
