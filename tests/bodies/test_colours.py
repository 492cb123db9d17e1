"""A town's colours are readable on every ground and never taken for "late" or "wrong"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng import ui
from minsheng.bodies.rules import colours
from minsheng.bodies.rules.colours import contrast, faults, hue_distance
from minsheng.bodies.rules.town import Colours

OURS = {
    "light": Colours("#0b5a5e", "#07444a", "#e0edeb"),
    "dark": Colours("#7fc8c4", "#a5dcd8", "#16302f"),
}
any_colour = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_design_systems_own_colours_pass(scheme):
    assert list(faults(scheme, OURS[scheme])) == []


def test_black_on_white_has_the_contrast_that_wcag_gives():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#0b5a5e", "#ffffff") == pytest.approx(8.0, abs=0.05)


@given(any_colour, any_colour)
def test_contrast_is_the_same_from_both_sides_and_never_below_one(a, b):
    assert contrast(a, b) == contrast(b, a) >= 1


@given(any_colour, any_colour)
def test_two_hues_are_never_more_than_half_a_circle_apart(a, b):
    assert 0 <= hue_distance(a, b) == hue_distance(b, a) <= 180


@given(any_colour, st.sampled_from(["light", "dark"]))
def test_no_colour_passes_that_is_faint_on_one_ground(act, scheme):
    fixed = colours.SCHEMES[scheme]
    chosen = Colours(act, OURS[scheme].act_firm, OURS[scheme].act_tint)
    accepted = not any(fault.colour == "act" for fault in faults(scheme, chosen))
    grounds = (fixed.paper, fixed.sheet, fixed.tint, chosen.act_tint, fixed.on_act)
    if any(contrast(act, ground) < 4.5 for ground in grounds):
        assert not accepted
    if accepted:
        assert min(hue_distance(act, fixed.late), hue_distance(act, fixed.wrong)) >= 20


@pytest.mark.parametrize("near", ["#8a420c", "#98243f", "#7a4a10", "#a02020"])
def test_a_colour_near_late_or_wrong_is_refused(near):
    found = [f.message.en for f in faults("light", Colours(near, "#07444a", "#e0edeb"))]
    assert any("of hue from" in message for message in found)


def test_a_grey_is_refused_because_grey_means_unknown():
    found = [f.message.en for f in faults("light", Colours("#505552", "#07444a", "#e0edeb"))]
    assert any("almost grey" in message for message in found)


def test_only_three_properties_reach_the_style_sheet():
    sheet = colours.style_sheet(OURS["light"], OURS["dark"])
    assert sheet.count("--") == 9
    assert colours.style_sheet(None, None) == ""


def test_the_fixed_colours_are_those_of_the_design_system():
    sheet = (Path(ui.__file__).parent / "static" / "ui" / "tokens.css").read_text()
    light, dark = sheet.split("@media (prefers-color-scheme: dark)", 1)
    for css, ground in ((light, colours.LIGHT), (dark, colours.DARK)):
        for name in ("paper", "sheet", "tint", "ink", "on_act", "late", "wrong"):
            value = re.search(rf"--{name.replace('_', '-')}: (#[0-9a-f]{{3,6}});", css)
            assert value, name
            full = value[1] if len(value[1]) == 7 else "#" + "".join(2 * c for c in value[1][1:])
            assert full == getattr(ground, name), name
