"""`minsheng staff`: who may sign in, and in which role for which body."""

from __future__ import annotations

import argparse
import json
import sys

from minsheng.kernel.words import Refusal, Text


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "staff",
        help="open and close accounts of staff, give and end their roles",
        description="Residents need no account. A new member of staff sets the first password by "
        '"Forgotten password, or first time here" on the sign-in page, then a second factor.',
        epilog="Examples: minsheng staff open zhou@example.org --zh 周敏 --en 'Zhou Min'      "
        "minsheng staff give zhou@example.org first_unit housing --unit property",
    )
    acts = parser.add_subparsers(dest="act", metavar="open|give|end|close|list", required=True)
    opened = acts.add_parser("open", help="open an account")
    opened.add_argument("email")
    opened.add_argument(
        "--zh", required=True, metavar="NAME", help="the name that colleagues see, in Chinese"
    )
    opened.add_argument("--en", required=True, metavar="NAME", help="the same in English")
    for name, text in (("give", "give a role for a body"), ("end", "end a role for a body")):
        act = acts.add_parser(name, help=text)
        act.add_argument("email")
        act.add_argument("role", help="as the procedures name it, for example first_unit")
        act.add_argument("body", help="code of the body, for example housing")
        if name == "give":
            act.add_argument("--unit", help="code of the section within the body")
    closed = acts.add_parser("close", help="close an account and end its roles")
    closed.add_argument("email")
    acts.add_parser("list", help="every account and its roles")
    for act in acts.choices.values():
        act.add_argument("--json", action="store_true", help="answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what was asked: 0, or 1 with the reason and what to do."""
    return {"open": _open, "give": _give, "end": _end, "close": _close, "list": _list}[args.act](args)


def _no(refusal: Refusal, as_json: bool) -> int:
    if as_json:
        print(
            json.dumps(
                {"ok": False, "code": refusal.code, "why": refusal.reason.en, "source": refusal.source}
            )
        )
    source = f" [{refusal.source}]" if refusal.source else ""
    sys.stderr.write(f"minsheng staff: {refusal.reason.en}{source}\n")
    return 1


def _yes(what: str, as_json: bool) -> int:
    print(json.dumps({"ok": True}) if as_json else what)
    return 0


def _absent(what: str, known: list[str]) -> Refusal:
    return Refusal(
        "unknown", Text(f"没有{what}。", f"There is no {what}. Known: {', '.join(sorted(known)) or 'none'}.")
    )


def _open(args: argparse.Namespace) -> int:
    from minsheng.people import services
    from minsheng.site import clock

    account = services.open_account(args.email, Text(args.zh, args.en), clock.now())
    if isinstance(account, Refusal):
        return _no(account, args.json)
    return _yes(f"{account.email}: opened. Next: minsheng staff give {account.email} ROLE BODY", args.json)


def _give(args: argparse.Namespace) -> int:
    from minsheng.bodies import queries as bodies
    from minsheng.matter import procedures
    from minsheng.people import queries, services
    from minsheng.site import clock

    account = queries.account_of(args.email)
    if account is None:
        return _no(_absent(f"account {args.email}", queries.emails()), args.json)
    known = {body.code: body for body in bodies.bodies()}
    if args.body not in known:
        return _no(_absent(f"body {args.body}", list(known)), args.json)
    if args.unit and args.unit not in known[args.body].units:
        return _no(_absent(f"unit {args.unit} in {args.body}", list(known[args.body].units)), args.json)
    loaded = [each.procedure for each in procedures.all_loaded().values()]
    kinds = ("resident", "public")
    roles = {
        role.id for p in loaded for role in p.roles.values() if role.kind not in kinds and not role.is_subject
    }
    if args.role not in roles:
        return _no(_absent(f"role {args.role}", list(roles)), args.json)
    given = services.assign(
        account.person,
        args.role,
        args.body,
        unit=args.unit,
        since=clock.now(),
        separations=[separation for p in loaded for separation in p.separation],
        above=lambda code: [body.code for body in bodies.parents_of(code)],
    )
    if isinstance(given, Refusal):
        return _no(given, args.json)
    return _yes(f"{account.email}: {args.role} for {args.body}", args.json)


def _end(args: argparse.Namespace) -> int:
    from minsheng.people import queries, services
    from minsheng.site import clock

    account, now = queries.account_of(args.email), clock.now()
    running = queries.running(account.person, args.role, args.body, now) if account else []
    if not running:
        return _no(
            Refusal(
                "not_held", Text("现在没有这个角色。", "That role is not held now. See: minsheng staff list")
            ),
            args.json,
        )
    for membership in running:
        services.end_membership(membership, now)
    return _yes(f"{args.email}: no longer {args.role} for {args.body}", args.json)


def _close(args: argparse.Namespace) -> int:
    from minsheng.people import queries, services
    from minsheng.site import clock

    account = queries.account_of(args.email)
    if account is None:
        return _no(_absent(f"account {args.email}", queries.emails()), args.json)
    services.close_account(account, clock.now())
    return _yes(f"{account.email}: closed, its roles have ended", args.json)


def _list(args: argparse.Namespace) -> int:
    from minsheng.people import queries
    from minsheng.site import clock

    now = clock.now()
    found = [(a, queries.actors(a, now), queries.has_second_factor(a)) for a in queries.accounts()]
    if args.json:
        rows = [
            {
                "email": account.email,
                "name": account.name._asdict(),
                "open": account.is_active,
                "second_factor": second_factor,
                "roles": [{"role": a.role, "body": a.body, "unit": a.unit} for a in actors],
            }
            for account, actors, second_factor in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for account, actors, second_factor in found:
        said = ", ".join(f"{a.role} for {a.body}" for a in actors) or "no role"
        state = "" if account.is_active else " (closed)"
        state += "" if second_factor or not account.is_active else " (no second factor yet)"
        print(f"{account.email}{state}: {said}")
    return 0
