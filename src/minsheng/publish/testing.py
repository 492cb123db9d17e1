"""For tests: a town that lives through some days, from the words to the verdict, and is published."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from minsheng.ledger import services as ledger
from minsheng.listen.rules.contact import Contact
from minsheng.listen.rules.written import Written
from minsheng.listen.services import filing
from minsheng.matter import services as matter
from minsheng.matter.queries import rows
from minsheng.matter.testing import HOUR, MONDAY, Cast, must
from minsheng.people.rules.actor import Actor
from minsheng.publish import services
from minsheng.publish.models import Edition

ZONE: Final = ZoneInfo("Asia/Shanghai")
WORDS: Final = "我妈七十八了，住桂花里6栋5楼。打我电话13800138000，没人接。"
PHONE: Final = "13800138000"
REPLY: Final = {"done": "换了主板，电梯已恢复。", "no_evidence": "照片在路上", "remedy": "可以要求复核"}


class Days:
    """The days of a town that has just been applied; they begin on a Monday morning.

    Every night the clock's entries are written and the log is sequenced, as the night shift does.
    """

    def __init__(self, origin: str) -> None:
        self.now = MONDAY
        ledger.begin_log(origin, MONDAY - timedelta(days=1))

    def to(self, day: int, at: time = time(9, 30)) -> None:
        """Live on to the morning of the day-th day (0: the Monday)."""
        target = datetime.combine((MONDAY + timedelta(days=day)).astimezone(ZONE).date(), at, ZONE)
        while (night := self._midnight()) < target:
            matter.tick(night)
            ledger.sequence(night, zone=ZONE)
            self.now = night
        self.now = max(self.now, target)
        matter.tick(self.now)

    def _midnight(self) -> datetime:
        tomorrow = self.now.astimezone(ZONE).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(0, 5), ZONE)

    def file(
        self,
        words: str = WORDS,
        *,
        show: bool = False,
        area: str = "guihuali",
        contact: Contact | None = None,
    ) -> str:
        """A resident says what is wrong; the matter."""
        written = Written(words=words, area=area, show=show, contact=contact or Contact())
        receipt = filing.submit_request(written, at=self.now, language="zh-hans")
        assert isinstance(receipt, filing.Receipt), receipt
        return receipt.matter

    def act(self, matter_id: str, step: str | None, outcome: str | None, actor: Actor, **more: Any) -> None:
        """One act, a quarter of an hour later."""
        self.now += HOUR / 4
        must(matter.act(matter_id, step, outcome, actor=actor, at=self.now, **more))

    def dispatch(self, matter_id: str, *, kind: str = "housing", urgency: str = "ordinary") -> None:
        """Classified, sent to housing, accepted."""
        facts = {"urgency": urgency, "kind": kind, "area": "guihuali"}
        self.act(matter_id, "classify", "dispatch", Cast.intake, facts=facts)
        self.act(matter_id, "dispatch", "sent", Cast.intake, facts={"first_unit": "housing"})
        self.act(matter_id, "accept", "accepted", Cast.housing)

    def answer(self, matter_id: str, actor: Actor = Cast.housing) -> None:
        """Housing answers."""
        self.act(matter_id, "handle", "done", actor, documents={"reply": REPLY})

    def say(self, matter_id: str, verdict: str) -> None:
        """The resident says."""
        self.act(matter_id, "verdict", verdict, Cast.resident(matter_id))

    def answered(self, **more: Any) -> str:
        """A matter from the words to the answer."""
        found = self.file(**more)
        self.dispatch(found)
        self.answer(found)
        return found

    def level(self, matter_id: str, disclosure: str) -> None:
        """The resident changes what everybody sees."""
        resident = Cast.resident(matter_id)
        self.act(matter_id, None, None, resident, event="level", facts={"disclosure": disclosure})

    def publish(self) -> Edition:
        """Publish everything up to and with yesterday."""
        return services.publish(self.now)


def number(matter_id: str) -> str:
    """The number of a matter, as its page's address has it."""
    return rows([matter_id])[matter_id].number
