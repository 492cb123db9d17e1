"""Disclosure: what is shown stays shown, and nothing shown points at one matter."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.entry import Entry
from minsheng.ledger.rules.disclosure import Guarded, hidden, levels, opens_on, shared

DAY = date(2026, 3, 2)
LEVELS = st.sampled_from(["open", "coded", "withheld"])


@st.composite
def chains(draw: st.DrawFn) -> list[Entry]:
    """A chain with its level and some changes of it, on days that do not go back."""
    found = [Entry("0" * 16, 0, DAY, "opened", "resident", facts={"disclosure": draw(LEVELS)})]
    for n in range(1, draw(st.integers(1, 8))):
        on = found[-1].on + timedelta(days=draw(st.integers(0, 2)))
        if draw(st.integers(0, 3)) == 0:
            found.append(Entry("0" * 16, n, on, "level", "desk", facts={"disclosure": draw(LEVELS)}))
        else:
            found.append(Entry("0" * 16, n, on, draw(st.sampled_from(["done", "told", "urged"])), "desk"))
    return found


days = st.integers(0, 12).map(lambda n: DAY + timedelta(days=n))


@given(chain=chains(), day=days)
def test_an_entry_is_shown_from_its_day_on_unless_withheld(chain: list[Entry], day: date) -> None:
    for entry, level, why in zip(chain, levels(chain), hidden(chain, day), strict=True):
        if entry.on > day:
            assert why == "not_yet_due"
        elif entry.event == "level":
            assert why is None
        else:
            assert why == ("withheld" if level == "withheld" else None)


@given(chain=chains(), day=days, n=st.integers(1, 8))
def test_what_was_shown_stays_shown(chain: list[Entry], day: date, n: int) -> None:
    before = hidden(chain[:n], day)
    after = hidden(chain, day + timedelta(days=1))
    assert all(now is None for was, now in zip(before, after, strict=False) if was is None)


@given(chain=chains(), day=days, at=st.integers(0, 7), event=st.sampled_from(["urged", "told", "ended"]))
def test_a_part_opens_with_its_event_and_not_before(
    chain: list[Entry], day: date, at: int, event: str
) -> None:
    at = min(at, len(chain) - 1)
    happened = [{entry.event} for entry in chain]
    shown = [why is None for why in hidden(chain, day)]
    assert opens_on("never", at, happened, chain, shown) is None
    assert opens_on("soon", at, happened, chain, shown) is None
    assert opens_on("with_entry", at, happened, chain, shown) == (chain[at].on if shown[at] else None)
    opened = opens_on(f"after {event}", at, happened, chain, shown)
    when = [entry.on for i, entry in enumerate(chain) if i >= at and entry.event == event and shown[i]]
    assert opened == (when[0] if when and shown[at] else None)


values = st.integers(0, 2).map(str)
guarded = st.lists(
    st.tuples(st.none() | st.tuples(values, st.just("2026-03")), values, values), max_size=40
).map(
    lambda rows: [
        Guarded(f"{i:016x}", group, (("kind", kind), ("area", area)))
        for i, (group, kind, area) in enumerate(rows)
    ]
)


@given(matters=guarded, at_least=st.integers(1, 6))
def test_whatever_is_shown_together_is_shared_by_enough(matters: list[Guarded], at_least: int) -> None:
    opened = shared(matters, at_least)
    shown = Counter(
        (one.group, tuple((n, v) for n, v in one.values if (one.matter, n) in opened)) for one in matters
    )
    for group, facts in shown:
        if not facts:
            continue
        assert group is not None
        assert facts[0][0] == "kind"  # never the area alone
        same = [one for one in matters if one.group == group and one.values[: len(facts)] == facts]
        assert len(same) >= at_least


@given(matters=guarded, more=guarded)
def test_more_matters_never_close_what_was_open(matters: list[Guarded], more: list[Guarded]) -> None:
    later = [Guarded(f"later {one.matter}", one.group, one.values) for one in more]
    assert shared(matters) <= shared(matters + later)


def test_four_alike_stay_closed_and_the_fifth_opens_all() -> None:
    four = [
        Guarded(f"{i}", ("water", "2026-03"), (("kind", "pipe"), ("area", f"{i // 3}"))) for i in range(4)
    ]
    assert shared(four) == set()
    fifth = Guarded("4", ("water", "2026-03"), (("kind", "pipe"), ("area", "0")))
    assert shared([*four, fifth]) == {(f"{i}", "kind") for i in range(5)}
    elsewhere = Guarded("5", ("water", "2026-04"), (("kind", "pipe"), ("area", "0")))
    assert ("5", "kind") not in shared([*four, fifth, elsewhere])
