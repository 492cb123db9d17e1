"""For tests: a passkey in software, the digits of an authenticator, pages without the site around them."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from typing import Any
from zoneinfo import ZoneInfo

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.http import HttpRequest
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class Passkey:
    """One key for one site; `verified` says whether the device checked a finger or a PIN."""

    def __init__(self, site: str = "testserver", *, verified: bool = True) -> None:
        self.site = site
        self.flags = PRESENT | (VERIFIED if verified else 0)
        self.id = secrets.token_bytes(16)
        self.user = b""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._n = 0

    def _data(self, flags: int) -> bytes:
        self._n += 1
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self._n.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": f"webauthn.{kind}", "challenge": challenge, "origin": f"https://{self.site}"}
        return json.dumps(said).encode()

    def create(self, options: dict[str, Any]) -> str:
        """The answer to "make a new key" (navigator.credentials.create), as JSON."""
        asked = options["publicKey"]
        self.user = asked["user"]["id"]
        public_key = ES256.from_cryptography_key(self._key.public_key())  # type: ignore[no-untyped-call]
        public = cbor.encode(dict(public_key))
        data = (
            self._data(self.flags | WITH_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        )
        response = {
            "clientDataJSON": websafe_encode(self._client("create", asked["challenge"])),
            "attestationObject": websafe_encode(
                cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
            ),
        }
        return self._credential(response)

    def get(self, options: dict[str, Any]) -> str:
        """The answer to "show that you have it" (navigator.credentials.get), as JSON."""
        client = self._client("get", options["publicKey"]["challenge"])
        data = self._data(self.flags)
        signed = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signed),
            "userHandle": self.user,
        }
        return self._credential(response)

    def _credential(self, response: dict[str, Any]) -> str:
        name = websafe_encode(self.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {"credProps": {"rk": True}},
            }
        )


def digits(secret: str) -> str:
    """What an authenticator with this seed shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def page_alone(request: HttpRequest) -> dict[str, Any]:
    """A context processor for pages of this room alone: the moment, in a town's zone."""
    return {"now": request.now.astimezone(ZoneInfo("Asia/Shanghai"))}  # type: ignore[attr-defined]
