"""Faulty files are found: each variation of the request breaks one thing, and the check says which."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from minsheng.kernel.procedure import check
from minsheng.kernel.procedure.explore import Walk
from minsheng.kernel.procedure.finding import Finding
from minsheng.kernel.procedure.load import load
from minsheng.kernel.procedure.model import Procedure
from tests.kernel.procedure.driving import REQUEST, REQUEST_PATH

SOURCE = REQUEST_PATH.read_text()

FAULTS = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text())


def findings(source: str) -> list[Finding]:
    found = load(source.encode(), name="faulty.yaml")
    return check.check(found) if isinstance(found, Procedure) else found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["what"].replace(" ", "-"))
def test_a_faulty_file_is_found(fault: dict[str, Any]) -> None:
    source = SOURCE
    for old, new in fault["changes"]:
        assert old in source, "the variation does not fit the file any more"
        source = source.replace(old, new, 1)
    found = findings(source)
    assert fault["rule"] in {finding.rule for finding in found}, [str(finding) for finding in found]
    lines = source.count("\n") + 1
    assert all(finding.message.zh and finding.message.en and 1 <= finding.line <= lines for finding in found)


def test_there_are_more_than_forty_of_them() -> None:
    assert len(FAULTS) > 40


def test_the_request_may_run_and_is_explored_quickly() -> None:
    """Under 0.3 s of the processor's time, reading included; the best of three, with new bytes each time."""
    took = []
    for number in range(3):
        began = time.process_time()
        fresh = load(f"{SOURCE}# {number}\n".encode(), name="request.yaml")
        assert isinstance(fresh, Procedure)
        assert check.check(fresh) == []
        took.append(time.process_time() - began)
    assert min(took) < 0.3


def test_exploring_visits_a_few_hundred_states() -> None:
    walk = Walk(REQUEST)
    walk.run()
    assert 200 < walk.n_states < 2000


def test_a_finding_names_file_line_step_and_rule() -> None:
    [finding] = findings(SOURCE.replace("    deadline: {within: dispatch_hours, from: opened}\n", "", 1))
    assert (finding.file, finding.step, finding.rule) == ("faulty.yaml", "dispatch", "no_clock")
    assert SOURCE.splitlines()[finding.line - 1] == "  - id: dispatch"


def test_a_way_that_leads_astray_is_told() -> None:
    found = findings(
        SOURCE.replace(
            "{outcome: handle, is: done}, {outcome: handle, is: cannot}]}", "{outcome: handle, is: done}]}"
        )
    )
    [dead] = [finding for finding in found if finding.rule == "dead_end"]
    assert "handle=cannot" in dead.message.en


def test_a_check_that_nobody_provides_keeps_a_file_from_running() -> None:
    source = SOURCE.replace("reply_not_acknowledgement, ", "").replace(
        "checks: [evidence_of_result, remedy_stated]", "checks: [reply_not_template]"
    )
    found = load(source.encode())
    assert isinstance(found, Procedure)
    assert check.named_checks(found) == {"reply_not_template", "remedy_stated"}
    assert [finding.rule for finding in check.check(found, provided=())] == ["check"]
    assert check.check(found, provided={"reply_not_template"}) == []
    assert [finding.rule for finding in check.check(REQUEST, provided=())] == ["check"]
    assert check.check(REQUEST, provided={"reply_not_acknowledgement"}) == []
