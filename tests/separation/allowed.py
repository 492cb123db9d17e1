"""What the table means for one mark in the planted town: who may meet it, and who must."""

from __future__ import annotations

from dataclasses import dataclass, field

from minsheng.kernel.procedure.model import Procedure
from minsheng.matter import procedures, queries
from tests.separation import oracle
from tests.separation.cast import Somebody
from tests.separation.marks import Mark
from tests.separation.oracle import Table, Viewer
from tests.separation.town import Matter, Town


@dataclass(slots=True)
class Allowed:
    """Whether somebody may meet a mark anywhere. Reading the vault by its button is not meant here."""

    town: Town
    procedure: Procedure = field(init=False)
    table: Table = field(init=False)
    _by_id: dict[str, Matter] = field(init=False)
    _stands: dict[tuple[str, str], Viewer] = field(default_factory=dict)
    _told: dict[tuple[str, int, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.procedure = procedures.all_loaded()["resident-request"].procedure
        self.table = oracle.table(self.procedure)
        self._by_id = {matter.id: matter for matter in self.town.matters.values()}

    def __call__(self, who: Somebody, mark: Mark) -> bool:
        matter = self._by_id[mark.matter]
        viewer = self.stands(who, matter)
        match mark.kind:
            case "words":
                return self.reads(who, mark) or self.told(mark) or self.shown(mark)
            case "spoken" | "file name" | "file bytes":
                return self.reads(who, mark)
            case "draft":
                return who.actor is not None and mark.by is not None and who.actor.person == mark.by.person
            case "reason":
                return viewer == Viewer(self.procedure.start.role, "holds")
            case "pressure" | "pressure finding":
                return viewer == Viewer("reviewer", "holds")
        return False  # identity, exif, another's unfinished letter: nobody, on any page that is only opened

    def must(self, who: Somebody, mark: Mark) -> bool:
        """Whether somebody has to meet it, having opened every door: else the crawl proves nothing."""
        matter = self._by_id[mark.matter]
        if not (who.takes_part or who.mine is matter or who.name == "stranger"):
            return False
        match mark.kind:
            case "draft" if mark.field == "file bytes":  # its name is shown, the file goes with the answer
                return False
        return self(who, mark)

    def stands(self, who: Somebody, matter: Matter) -> Viewer:
        """How somebody stands to a matter."""
        key = (who.name, matter.id)
        if key not in self._stands:
            self._stands[key] = who.stands(matter, self.procedure, self.town)
        return self._stands[key]

    def reads(self, who: Somebody, mark: Mark) -> bool:
        """By the table, or because one wrote it oneself (or, of a body's last word, a colleague did)."""
        viewer = self.stands(who, self._by_id[mark.matter])
        if self.table[viewer, mark.document, mark.level].reads:
            return True
        if who.actor is None or mark.by is None:
            return False
        return who.actor.person == mark.by.person or (
            viewer.stand == "holds"
            and (who.actor.role, who.actor.body) == (mark.by.role, mark.by.body)
            and self._is_last(mark)
        )

    def _is_last(self, mark: Mark) -> bool:
        return mark.n == max(
            one.n
            for one in self.town.marks.planted.values()
            if (one.matter, one.document, one.kind) == (mark.matter, mark.document, mark.kind)
        )

    def told(self, mark: Mark) -> bool:
        """Whether everybody is told of it by now: its document's day has come, and its matter is shown."""
        key = (mark.matter, mark.n, mark.document)
        if key not in self._told:
            self._told[key] = self._is_told(mark)
        return self._told[key]

    def _is_told(self, mark: Mark) -> bool:
        if not self.table[Viewer("", "none"), mark.document, mark.level].told:
            return False
        said = self.procedure.documents[mark.document].disclose
        return said == "with_entry" or self._has_happened(mark, said.removeprefix("after "))

    def _has_happened(self, mark: Mark, event: str) -> bool:
        """Whether the event came with this entry or a later one, by the words of the rule file alone."""
        view = queries.get(mark.matter, self.town.now)
        assert view is not None
        for recorded in view.chain[mark.n :]:
            entry = recorded.entry
            step = self.procedure.steps.get(entry.step or "")
            outcome = step.outcomes.get(entry.outcome or "") if step else None
            if outcome is not None and (event in outcome.emits or (event == "ended" and outcome.end)):
                return True
            if event == entry.event:
                return True
        return False

    def shown(self, mark: Mark) -> bool:
        """The resident's own words, which the resident lets everybody read."""
        return (
            (mark.document, mark.field) == ("original", "words")
            and self._by_id[mark.matter].shows
            and self._by_id[mark.matter].level != "withheld"
        )
