"""`minsheng procedure check|explain FILE…`: whether a rule file may run, and what it says in plain words."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import minsheng.rulebook
from minsheng.kernel.procedure import check as checking
from minsheng.kernel.procedure.explain import explain
from minsheng.kernel.procedure.explore import Walk
from minsheng.kernel.procedure.finding import Finding
from minsheng.kernel.procedure.load import apply_override, load
from minsheng.kernel.procedure.model import Procedure

SHIPPED = Path(minsheng.rulebook.__file__).parent / "procedures"


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "procedure",
        help="check a rule file, or say in plain words what it rules",
        description="A procedure is a rule file. It runs only if every way through it has been looked at.",
        epilog="Examples: minsheng procedure check resident-request\n"
        "          minsheng procedure check mine.yaml --override town/overrides/mine.yaml --json\n"
        "          minsheng procedure explain resident-request --language en",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = parser.add_subparsers(dest="act", metavar="check|explain", required=True)
    _add_check(acts)
    _add_explain(acts)


def _add_check(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "explore every way through the file; say what forbids running it, with line, step and rule"
    act = acts.add_parser("check", help=text, description=text)
    act.add_argument("files", nargs="+", metavar="FILE", help="rule files, or names of those that come along")
    _add_common(act)
    act.set_defaults(run=run_check, django=False)


def _add_explain(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "who does what, until when, on which ground; as Markdown"
    act = acts.add_parser("explain", help=text, description=text)
    act.add_argument("file", metavar="FILE", help="a rule file, or the name of one that comes along")
    act.add_argument("--language", choices=("zh", "en"), default="zh", help="zh (default) or en")
    _add_common(act)
    act.set_defaults(run=run_explain, django=False)


def _add_common(act: argparse.ArgumentParser) -> None:
    act.add_argument("--override", metavar="FILE", help="a town's numbers, laid over the file")
    act.add_argument("--json", action="store_true", help="answer as JSON")


def run_check(args: argparse.Namespace) -> int:
    """0 if every file may run, 1 if one may not."""
    return check_command(args.files, args.json, override=args.override)


def run_explain(args: argparse.Namespace) -> int:
    """0, or 1 if the file does not load."""
    return explain_command(args.file, args.language, args.json, override=args.override)


def check_command(paths: Sequence[str], as_json: bool, *, override: str | None = None) -> int:
    """Check rule files and print what was found."""
    answers = [_checked(path, override) for path in paths]
    if as_json:
        print(json.dumps(answers, ensure_ascii=False, indent=2))
    else:
        for answer in answers:
            _print(answer)
    wrong = sum(not answer["ok"] for answer in answers)
    if wrong:
        sys.stderr.write("minsheng procedure: mend what is named above, then check again.\n")
    return 1 if wrong else 0


def explain_command(path: str, language: str, as_json: bool, *, override: str | None = None) -> int:
    """Print a rule file in plain words."""
    found = read(path, override)
    if not isinstance(found, Procedure):
        answer = _answer(path, found)
        print(json.dumps([answer], ensure_ascii=False, indent=2)) if as_json else _print(answer)
        return 1
    text = explain(found, "en" if language == "en" else "zh")
    print(json.dumps({"file": found.file, "text": text}, ensure_ascii=False) if as_json else text)
    return 0


def find(name: str) -> Path:
    """The file of that path, or else the rule file of that name that comes with Minsheng."""
    shipped = SHIPPED / f"{name.removesuffix('.yaml')}.yaml"
    return shipped if not Path(name).exists() and shipped.is_file() else Path(name)


def read(name: str, override: str | None) -> Procedure | list[Finding] | str:
    """The procedure with its override; what is wrong with either; or why a file cannot be read."""
    try:
        path = find(name)
        found = load(path.read_bytes(), name=str(path))
        if isinstance(found, Procedure) and override:
            return apply_override(found, Path(override).read_bytes(), name=override)
        return found
    except OSError as error:
        names = ", ".join(sorted(one.stem for one in SHIPPED.glob("*.yaml")))
        return f"{error.filename} cannot be read: {error.strerror}. These come along: {names}."


def _checked(name: str, override: str | None) -> dict[str, Any]:
    found = read(name, override)
    if not isinstance(found, Procedure):
        return _answer(name, found)
    findings = checking.check(found)
    if findings:
        return _answer(name, findings)
    walk = Walk(found)
    walk.run()
    return _answer(name, []) | {
        "procedure": found.id,
        "version": found.version,
        "sha256": found.sha256,
        "override_sha256": found.override_sha256,
        "steps": len(found.steps),
        "states": walk.n_states,
        "attested_checks": sorted(checking.named_checks(found) - checking.STRUCTURAL),
    }


def _answer(name: str, found: Iterable[Finding] | str) -> dict[str, Any]:
    if isinstance(found, str):
        return {"file": name, "ok": False, "why": found, "findings": []}
    findings = [
        {
            "file": one.file,
            "line": one.line,
            "step": one.step,
            "rule": one.rule,
            "message": one.message._asdict(),
        }
        for one in found
    ]
    return {"file": name, "ok": not findings, "findings": findings}


def _print(answer: dict[str, Any]) -> None:
    if "why" in answer:
        sys.stderr.write(f"minsheng procedure: {answer['why']}\n")
    for one in answer["findings"]:
        step = f" {one['step']}:" if one["step"] else ""
        said = f"{one['message']['zh']} / {one['message']['en']}"
        print(f"{one['file']}:{one['line']}:{step} {said} [{one['rule']}]")
    if answer["ok"]:
        needs = ", ".join(answer["attested_checks"]) or "no"
        print(
            f"{answer['procedure']} version {answer['version']}: may run. {answer['steps']} steps,"
            f" {answer['states']} states explored, {needs} attested checks. sha256 {answer['sha256']}"
        )
