"""Whose matter it is, who hears when it is late, and which place may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.bodies.rules import town as rules
from minsheng.bodies.rules.town import Area, AreaKind, Competence
from minsheng.kernel.words import Text

NAME = Text("某地", "Somewhere")


@st.composite
def trees_of_areas(draw: st.DrawFn) -> dict[str, Area]:
    """Areas whose population never exceeds that of the area around them."""
    areas = {"a0": Area("a0", NAME, AreaKind.CITY, draw(st.integers(0, 5000)))}
    for i in range(1, draw(st.integers(1, 12))):
        parent = draw(st.sampled_from(sorted(areas)))
        population = draw(st.integers(0, areas[parent].population))
        areas[f"a{i}"] = Area(f"a{i}", NAME, AreaKind.COMMUNITY, population, parent)
    return areas


@given(trees_of_areas(), st.data())
def test_the_place_shown_lies_around_the_place_meant_and_is_the_smallest_large_enough(areas, data):
    code = data.draw(st.sampled_from(sorted(areas)))
    shown = rules.coarse_area(code, areas)
    around = rules.area_and_above(code, areas)
    assert shown in around
    large = [area for area in around if area.population >= rules.SMALLEST_AREA_SHOWN]
    assert shown == (large[0] if large else around[-1])


@given(trees_of_areas(), st.data())
def test_a_rule_for_a_nearer_place_comes_first_and_each_body_once(areas, data):
    code = data.draw(st.sampled_from(sorted(areas)))
    places = st.sampled_from(["*", *sorted(areas)])
    rows = data.draw(
        st.lists(st.builds(Competence, st.sampled_from("kl"), places, st.sampled_from("pqrs"), st.just("s")))
    )
    found = rules.competent("k", code, tuple(rows), areas)
    order = [area.code for area in rules.area_and_above(code, areas)] + ["*"]
    nearest = {
        body: min(order.index(r.area) for r in rows if r.kind == "k" and r.body == body and r.area in order)
        for body in found
    }
    assert list(nearest.values()) == sorted(nearest.values())
    assert len(set(found)) == len(found)
    assert set(found) == {r.body for r in rows if r.kind == "k" and r.area in order}


def test_a_village_of_640_is_shown_as_its_street(yunxi):
    areas = {area.code: area for area in yunxi.areas}
    assert rules.coarse_area("laoyucun", areas).code == "bailuhu"
    assert rules.coarse_area("guihuali", areas).code == "guihuali"


def test_the_pipe_in_the_old_fishing_village_is_first_the_bureaus(yunxi):
    areas = {area.code: area for area in yunxi.areas}
    assert rules.competent("water_supply", "laoyucun", yunxi.competences, areas) == ("water", "water_company")
    assert rules.competent("water_supply", "guihuali", yunxi.competences, areas) == ("water_company", "water")


def test_without_a_place_only_the_rules_for_everywhere_apply(yunxi):
    assert rules.competent("urban_management", None, yunxi.competences, {}) == ("urban_management",)


def test_an_unknown_place_is_an_error_and_no_guess(yunxi):
    with pytest.raises(KeyError):
        rules.competent("housing", "atlantis", yunxi.competences, {})


def test_a_late_water_company_is_told_to_the_bureau_then_to_supervision_then_to_the_mayor(yunxi):
    bodies = {body.code: body for body in yunxi.bodies}
    assert [b.code for b in rules.up_from("water_company", bodies)] == ["water", "supervision", "government"]
    assert [b.code for b in rules.parents_of("water_company", bodies)] == ["water", "government"]


def test_every_body_but_the_highest_has_somebody_who_hears_when_it_is_late(yunxi, harbour):
    for folder in (yunxi, harbour):
        bodies = {body.code: body for body in folder.bodies}
        assert [code for code in bodies if not rules.up_from(code, bodies)] == [folder.bodies[0].code]
