"""People at work while processes die: residents who file, follow and speak, a desk that sends on and answers.

What was answered is noted, so that it can be looked for afterwards. A broken line tells nothing; then the
same is tried again, as people do.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.process.browsing import (
    Answer,
    Browser,
    NoAnswer,
    dispatch,
    file_request,
    handle_of,
    reply,
    write_draft,
)
from tests.process.towns import Town

__all__ = ["Load", "Noted", "file_request"]

REFUSED = frozenset({403, 404, 409, 422})
"""How a page says no: the clock or an earlier try was faster."""

TROUBLE = frozenset({503})


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was acknowledged: which matter, step and outcome, or event; a marker in its words."""

    number: str
    step: str | None
    outcome: str | None
    event: str = "done"
    marker: str = ""


@dataclass(slots=True)
class Noted:
    """What the people were told, all of it after the answer had come."""

    filed: dict[str, str] = field(default_factory=dict)  # number → marker in the words
    deeds: list[Deed] = field(default_factory=list)
    proofs: list[tuple[str, bytes]] = field(default_factory=list)  # number, file
    wrong: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Load:
    """Some threads of residents, one clerk and one officer, until `stop`."""

    town: Town
    ports: tuple[int, ...]
    seed: int
    n_residents: int = 2
    pause: float = 0.0
    noted: Noted = field(default_factory=Noted)
    _stop: threading.Event = field(default_factory=threading.Event)
    _new: queue.Queue[str] = field(default_factory=queue.Queue)
    _sent: queue.Queue[str] = field(default_factory=queue.Queue)
    _answered: set[str] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Sign the staff in, then let everybody work."""
        clerk, officer = Browser(self.ports), Browser(self.ports)
        clerk.sign_in("chen", self.town.seeds["chen"], time.time())
        officer.sign_in("zhou", self.town.seeds["zhou"], time.time())
        works: list[tuple[Callable[..., None], tuple[object, ...]]] = [
            (self._intake, (clerk,)),
            (self._office, (officer,)),
            *((self._reside, (i,)) for i in range(self.n_residents)),
        ]
        for work, args in works:
            thread = threading.Thread(target=self._guard, args=(work, *args), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float = 60) -> None:
        """Let everybody finish what they hold in hand. Fails if somebody does not come back."""
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds)
            assert not thread.is_alive(), "somebody still waits for an answer"

    def _guard(self, work: Callable[..., None], *args: object) -> None:
        try:
            work(*args)
        except BaseException as error:  # noqa: BLE001 - it is told by the thread that asks
            self.noted.wrong.append(f"{work.__name__}: {type(error).__name__}: {error}")
        for one in args:
            if isinstance(one, Browser):
                one.hang_up()

    def _wait(self, broken: NoAnswer) -> None:
        self.noted.told["nobody there" if broken.refused else "line broken"] += 1
        time.sleep(0.1)

    def _again(self, do: Callable[[], Answer]) -> Answer:
        """Do it until an answer comes, also after the page of a trouble that passes."""
        while True:
            try:
                answer = do()
            except NoAnswer as broken:
                self._wait(broken)
                continue
            self.noted.told[str(answer.status)] += 1
            if answer.status not in TROUBLE:
                return answer
            time.sleep(0.2)

    def _is(self, answer: Answer, *good: int) -> bool:
        """Whether it was done; a refusal is none, anything else is wrong."""
        if answer.status in good:
            return True
        if answer.status not in REFUSED:
            self.noted.wrong.append(f"{answer.status}: {answer.said[:300]}")
        return False

    # residents --------------------------------------------------------------------------------

    def _reside(self, which: int) -> None:
        chance = random.Random(f"{self.seed} {which}")
        mine: list[tuple[str, str, Browser]] = []
        while not self._stop.is_set():
            mine.append(self._file(f"r{which}n{len(mine)}x{chance.getrandbits(40):010x}"))
            for _ in range(chance.randrange(3)):
                self._speak(*chance.choice(mine[-8:]), chance)
            time.sleep(self.pause)

    def _file(self, marker: str) -> tuple[str, str, Browser]:
        browser = Browser(self.ports)
        words = f"三栋的电梯坏了三天，老人下不了楼。{marker}"

        def write() -> Answer:
            write_draft(browser, words)
            return browser.post("/request/check/", {})

        while True:
            try:
                answer = write()
                break
            except NoAnswer as broken:
                # Was the last button's answer lost? The same browser asks again and gets the same receipt.
                self._wait(broken)
                if "minsheng_draft" in browser.cookies:
                    answer = self._again(lambda: browser.post("/request/check/", {}))
                    if answer.location.startswith("/mine/"):
                        break
        assert answer.status == 303, (answer.status, answer.said[:300])
        handle = handle_of(answer.location)
        receipt = self._again(lambda: browser.get(f"/mine/{handle}/receipt/"))
        assert receipt.status == 200, (receipt.status, receipt.said[:300])
        number = receipt.number
        assert number not in self.noted.filed, f"{number} was given twice"
        self.noted.filed[number] = marker
        proof = self._again(lambda: browser.get(f"/mine/{handle}/proof/"))
        assert proof.status == 200, proof.said[:300]
        self.noted.proofs.append((number, proof.body))
        browser.hang_up()
        self._new.put(number)
        return number, handle, browser

    def _speak(self, number: str, handle: str, browser: Browser, chance: random.Random) -> None:
        if number in self._answered:
            self._answered.discard(number)
            choice = chance.choice(["solved", "not"])
            answer = self._again(lambda: browser.fill_in(f"/mine/{handle}/verdict/", choice=choice))
            browser.hang_up()
            if self._is(answer, 302, 303):
                self.noted.deeds.append(Deed(number, "verdict", choice))
            return
        marker = f"add{chance.getrandbits(48):012x}"
        try:
            answer = browser.post(f"/mine/{handle}/add/", {"words": f"又停了一次。{marker}"})
        except NoAnswer as broken:
            self._wait(broken)
            return
        browser.hang_up()
        if answer.status not in TROUBLE and self._is(answer, 303):
            self.noted.deeds.append(Deed(number, None, None, "supplemented", marker))

    # staff ------------------------------------------------------------------------------------

    def _next(self, waiting: queue.Queue[str]) -> str | None:
        while not self._stop.is_set():
            try:
                return waiting.get(timeout=0.2)
            except queue.Empty:
                continue
        return None

    def _intake(self, clerk: Browser) -> None:
        while (number := self._next(self._new)) is not None:
            if self._is(self._again(lambda: dispatch(clerk, number)), 302):
                self.noted.deeds += [Deed(number, "classify", "dispatch"), Deed(number, "dispatch", "sent")]
            self._sent.put(number)

    def _office(self, officer: Browser) -> None:
        while (number := self._next(self._sent)) is not None:
            accept = f"/desk/{number}/accept/"
            if self._is(self._again(lambda: officer.fill_in(accept, do="accepted")), 302):  # noqa: B023
                self.noted.deeds.append(Deed(number, "accept", "accepted"))
            if self._is(self._again(lambda: reply(officer, number)), 302):
                self.noted.deeds.append(Deed(number, "handle", "done"))
                self._answered.add(number)
