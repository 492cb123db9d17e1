"""What this room does: accounts and roles, the vault, consents, limits. The verb on the button, one each."""

from minsheng.people.services.accounts import assign as assign
from minsheng.people.services.accounts import close_account as close_account
from minsheng.people.services.accounts import end_membership as end_membership
from minsheng.people.services.accounts import open_account as open_account
from minsheng.people.services.consents import give as give_consent
from minsheng.people.services.consents import give_first as give_first_consents
from minsheng.people.services.consents import withdraw as withdraw_consent
from minsheng.people.services.limits import allow as allow
from minsheng.people.services.residents import Resident as Resident
from minsheng.people.services.residents import let_in as let_in
from minsheng.people.services.residents import let_out as let_out
from minsheng.people.services.residents import resident as resident
from minsheng.people.services.signing_in import sign_in_persona as sign_in_persona
from minsheng.people.services.signing_in import sign_out as sign_out
from minsheng.people.services.vault import erase as erase
from minsheng.people.services.vault import keep as keep
from minsheng.people.services.vault import open_to_send as open_to_send
from minsheng.people.services.vault import read_field as read_field

__all__ = [
    "Resident",
    "allow",
    "assign",
    "close_account",
    "end_membership",
    "erase",
    "give_consent",
    "give_first_consents",
    "keep",
    "let_in",
    "let_out",
    "open_account",
    "open_to_send",
    "read_field",
    "resident",
    "sign_in_persona",
    "sign_out",
    "withdraw_consent",
]
