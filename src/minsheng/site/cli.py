"""The command line: `minsheng …`. Exit code 0, 1 (a finding or a failure) or 2 (usage)."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from minsheng.site.commands.answers import guarded
from minsheng.site.environment import WrongSetting

COMMANDS = ("serve", "ledger", "erase", "town", "staff", "procedure", "verify", "messages")
"""Modules of site/commands, in the order of `minsheng --help`."""


def parser() -> argparse.ArgumentParser:
    """The whole command line; each command sets `run(args) -> int` and, if it needs none, `django=False`."""
    top = argparse.ArgumentParser(
        prog="minsheng",
        description="民声: the people set the questions, bodies answer, and the people mark the paper.",
        epilog="Start with: minsheng demo      Each command has --help with examples.",
    )
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(f"minsheng.site.commands.{name}").add(subparsers)
    for one in subparsers.choices.values():
        _hand_down_examples(one)
    return top


def _hand_down_examples(above: argparse.ArgumentParser) -> None:
    """A command below another shows the examples of the one above, unless it has its own."""
    for action in above._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                one.epilog = one.epilog or above.epilog
                _hand_down_examples(one)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; says on stderr what to do next when it refuses."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minsheng.site.settings")
    try:
        args = parser().parse_args(argv)
        prepare = getattr(args, "prepare", None)
        if prepare is not None:
            prepare(args)
        run = args.run
        if getattr(args, "django", True):
            import django

            django.setup()
            run = guarded(run)
        code: int = run(args)
    except WrongSetting as wrong:
        sys.stderr.write(f"minsheng: {wrong}\n")
        return 2
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped\n")
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
