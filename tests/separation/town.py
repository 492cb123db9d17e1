"""A town with a mark in every place where something of a resident, or of an officer, may rest.

Everything goes through the services that the pages use. Two spans: matters that run their whole course over
forty days, then those that stand in the middle of it on the day of the crawl.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest
from PIL import Image

from minsheng.kernel.procedure.model import Document
from minsheng.listen.rules.contact import Contact
from minsheng.listen.rules.written import Written
from minsheng.listen.services.filing import Receipt, submit_request
from minsheng.matter import procedures, queries, services
from minsheng.matter.rules.uploads import Upload
from minsheng.matter.testing import DAY, HOUR, MONDAY, Cast, must
from minsheng.people import services as people
from minsheng.people.rules.actor import Actor
from minsheng.people.rules.vault import protection_of
from minsheng.resolve import services as desk
from minsheng.site import worker
from minsheng.verdict import services as verdict
from tests.separation.marks import Mark, Marks

MINUTE: Final = timedelta(minutes=1)
EVENING: Final = timedelta(hours=13)


@dataclass(slots=True)
class Matter:
    """One planted matter: what it is called, its id, number, follow code, level of disclosure."""

    name: str
    id: str
    number: str
    code: str
    level: str
    mail: str
    phone: str
    agreed: bool
    shows: bool
    files: list[str] = field(default_factory=list)
    check: str = ""
    slip: bytes = b""


@dataclass(slots=True)
class Town:
    """The planted town. `now` is the moment of the crawl once it is built."""

    marks: Marks
    now: datetime = MONDAY
    matters: dict[str, Matter] = field(default_factory=dict)

    def pass_days(self, n: int, at: datetime | None = None) -> None:
        """Let days pass, the night shift working every evening; the morning after."""
        morning = at or self.now
        for _ in range(n):
            worker_stopped = worker.once(morning + EVENING, but=frozenset(("publish",))).stopped
            assert not worker_stopped, worker_stopped
            morning += DAY
        self.now = morning

    def tick(self) -> datetime:
        """A minute later."""
        self.now += MINUTE
        return self.now

    # planting -----------------------------------------------------------------------------------

    def file_request(
        self,
        name: str,
        *,
        level: str = "coded",
        from_the_first: bool = False,
        agreed: bool = False,
        shows: bool = False,
        language: str = "zh-hans",
    ) -> Matter:
        """A resident files, leaves every way to reach them, and sets how much others see: afterwards, or
        (as another door may) with the first entry."""
        marks = self.marks
        words, place, who, address, mail = (marks.word() for _ in range(5))
        phone, spoken = marks.phone(), marks.phone()
        written = Written(
            words=f"楼道的灯坏了，{words}，我的电话是{spoken}。",
            place=f"桂花里6栋 {place}",
            area="guihuali",
            contact=Contact(f"王{who}", phone, f"{mail}@home.example"),
            by_unit=agreed,
            show=shows,
        )
        photos = [self._photo("original"), self._paper("original")]
        with opened_as(level if from_the_first else "coded"):
            filed = submit_request(
                written, at=self.tick(), language=language, photos=[one for one, _ in photos]
            )
        assert isinstance(filed, Receipt), filed
        found = Matter(name, filed.matter, filed.number, filed.code, level, mail, phone, agreed, shows)
        people.keep(filed.matter, {"address": f"桂花里 {address}"})
        self.matters[name] = found
        self.marks.secrets[filed.code] = f"follow code of {name}"
        resident, first = Cast.resident(found.id), level if from_the_first else "coded"
        for text, kind, document, field_name in (
            (words, "words", "original", "words"),
            (place, "words", "original", "place"),
            (spoken, "spoken", "original", "words"),
            (who, "identity", "", "name"),
            (phone, "identity", "", "phone"),
            (mail, "identity", "", "email"),
            (address, "identity", "", "address"),
        ):
            marks.plant(Mark(text, kind, found.id, 0, document, field_name, resident, first))  # type: ignore[arg-type]
        for _, planted in photos:
            self._plant_file(found, 0, "original", "media", planted, resident, first)
        if level != first:
            must(self.act(found, None, None, resident, event="level", facts={"disclosure": level}))
        return found

    def act(
        self,
        matter: Matter,
        step: str | None,
        outcome: str | None,
        actor: Actor,
        *,
        papers: Sequence[str] = (),
        files: Mapping[str, str] | None = None,
        event: str | None = None,
        facts: Mapping[str, Any] | None = None,
        fixed: Mapping[str, str] | None = None,
    ) -> services.Recorded:
        """Do one thing, with a mark in every field of every paper; `files`: document → its file field."""
        declared = procedures.all_loaded()["resident-request"].procedure
        documents = {name: dict(self._fill(declared.documents[name], fixed or {})) for name in papers}
        uploads = [(document, name, *self._paper(document, name)) for document, name in (files or {}).items()]
        recorded = must(
            services.act(
                matter.id, step, outcome, actor=actor, at=self.tick(), event=event, facts=facts,
                documents=documents, attachments=[upload for *_, upload, _ in uploads],
            )
        )  # fmt: skip
        n = recorded.entry.n
        level = matter.level
        for document, values in documents.items():
            for name, value in values.items():
                for mark in filter(None, [_word_in(str(value))]):
                    self.marks.plant(Mark(mark, "words", matter.id, n, document, name, actor, level))
        for document, name, _, planted in uploads:
            self._plant_file(matter, n, document, name, planted, actor, level)
        return recorded

    def _fill(self, document: Document, fixed: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
        for one in document.fields:
            if one.id in fixed:
                yield one.id, fixed[one.id]
            elif one.type in ("text", "long_text"):
                yield one.id, f"写的是 {self.marks.word()}。"
            elif one.type == "date":
                yield one.id, (self.now + 5 * DAY).date().isoformat()
            elif one.type == "enum":
                yield one.id, sorted(one.values)[-1]

    def _photo(self, document: str, name: str = "media") -> tuple[Upload, tuple[tuple[str, Any], ...]]:
        """A picture whose camera wrote a place and a word into it."""
        called, written = self.marks.word(), self.marks.word()
        exif = Image.Exif()
        exif[0x010E] = exif[0x013B] = written
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (30.0, 7.0, 12.0)
        exif.get_ifd(0x8825)[29] = written
        out = io.BytesIO()
        Image.new("RGB", (24, 16), (90, 120, 40)).save(out, "JPEG", exif=exif, comment=written.encode())
        assert written.encode() in out.getvalue()
        return Upload(document, name, f"{called}.jpg", out.getvalue()), (
            ("file name", called),
            ("exif", written),
        )

    def _paper(self, document: str, name: str = "media") -> tuple[Upload, tuple[tuple[str, Any], ...]]:
        """A PDF, which is kept byte for byte."""
        called, inside = self.marks.word(), self.marks.word()
        data = f"%PDF-1.4\n% {inside}\n1 0 obj <<>> endobj\n%%EOF\n".encode()
        return Upload(document, name, f"{called}.pdf", data), (("file name", called), ("file bytes", inside))

    def _plant_file(
        self, matter: Matter, n: int, document: str, name: str, planted: Any, by: Actor, level: str
    ) -> None:
        for kind, text in planted:
            self.marks.plant(Mark(text, kind, matter.id, n, document, name, by, level))

    def draft(self, matter: Matter, page: str, actor: Actor, fields: Sequence[str]) -> None:
        """An officer begins to write, with a file, and does not send it."""
        view = queries.get(matter.id, self.now)
        assert view is not None
        upload, planted = self._paper("reply", "evidence")
        words = {name: self.marks.word() for name in fields}
        refusal = desk.keep(
            matter.id, page, actor.person, {name: f"想写 {text}" for name, text in words.items()},
            round=view.status.round, at=self.tick(), files=[upload] if page == "reply" else [],
        )  # fmt: skip
        assert refusal is None, refusal
        for name, text in words.items():
            self.marks.plant(Mark(text, "draft", matter.id, 0, page, name, actor))
        if page == "reply":
            for kind, text in planted:
                self.marks.plant(Mark(text, "draft", matter.id, 0, page, kind, actor))

    def look(self, matter: Matter, name: str, actor: Actor) -> None:
        """Somebody looks into the vault, and says why."""
        view = queries.get(matter.id, self.now)
        assert view is not None
        why = self.marks.word()
        people.read_field(
            matter.id, name, actor, f"要核实 {why}", self.tick(), protection=protection_of(view.procedure),
            in_charge=view.status.assigned.get("first_unit"),
        )  # fmt: skip
        self.marks.plant(Mark(why, "reason", matter.id, 0, "", name, actor))

    def press(self, matter: Matter, *, found: str = "") -> None:
        """The resident says that somebody pressed them; with `found` a reviewer has looked into it."""
        from minsheng.verdict.models import PressureCheck

        said = self.marks.word()
        assert verdict.report(matter.id, "housing", f"有人让我选满意 {said}", self.tick()) is None
        self.marks.plant(Mark(said, "pressure", matter.id, 0, "", "words", Cast.resident(matter.id)))
        check = PressureCheck.objects.get(matter=matter.id)
        matter.check = str(check.id)
        if found:
            why = self.marks.word()
            assert verdict.find(check.id, found, f"问过了 {why}", actor=Cast.reviewer, at=self.tick()) is None
            self.marks.plant(Mark(why, "pressure finding", matter.id, 0, "", "reasons", Cast.reviewer))

    def rate(self, matter: Matter, treated: str = "no") -> None:
        """The resident says how they were treated; the slip is kept at home."""
        from minsheng.verdict.rules import rating

        answers = {"treated": treated, "understood": "partly"}
        nonce = verdict.rate(matter.id, answers, self.now.date())
        assert isinstance(nonce, bytes), nonce
        matter.slip = nonce
        for text in ("".join(rating.spoken(nonce)), nonce.hex()):
            self.marks.secrets[text] = f"slip of the rating of {matter.name}"


@contextmanager
def opened_as(level: str) -> Iterator[None]:
    """Requests are opened at this level: the form on the site knows only the default."""
    with pytest.MonkeyPatch.context() as patch:
        opening = partial(services.open_matter, disclosure=level)
        patch.setattr("minsheng.listen.services.filing.matter.open_matter", opening)
        yield


def _word_in(text: str) -> str:
    begin = text.find("zq")
    return text[begin : begin + 14] if begin >= 0 else ""


def new(seed: int = 1) -> Town:
    """A town before anything has happened in it."""
    return Town(Marks(random.Random(seed)))


__all__ = ["DAY", "HOUR", "MONDAY", "Matter", "Town", "new"]
