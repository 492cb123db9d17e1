"""The tables of this room. Every column is declared with its purpose in columns.py."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from minsheng.kernel.words import Text


def new_person() -> str:
    """An opaque key for a person: 64 random bits as 16 hex digits."""
    return secrets.token_hex(8)


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """An account without a password may sign in only after the invitation has set one."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A member of staff who may sign in. Residents have none.

    When somebody last signed in is not kept: nobody is measured by it.
    """

    last_login = None
    person = models.CharField(max_length=16, unique=True, default=new_person, editable=False)
    email = models.EmailField(unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    @property
    def name(self) -> Text:
        return Text(self.name_zh, self.name_en)

    def __str__(self) -> str:
        return self.name_zh


class Membership(models.Model):
    """A person holds a role for a body from a moment on; it is ended, never deleted."""

    person = models.CharField(max_length=16, db_index=True)
    role = models.CharField(max_length=64)
    body = models.CharField(max_length=64, blank=True)
    unit = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["body", "role"], name="people_member_body")]


class VaultField(models.Model):
    """One thing that tells who a resident is, sealed under the matter's data key. Written once."""

    matter = models.CharField(max_length=16)
    name = models.CharField(max_length=32)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "name"], name="people_vault_once")]


class VaultRead(models.Model):
    """One try to read a field of the vault, whether it was allowed or not. Only ever appended."""

    matter = models.CharField(max_length=16, db_index=True)
    field = models.CharField(max_length=32)
    at = models.DateTimeField()
    body = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=64)
    pseudonym = models.CharField(max_length=16)
    reason_sealed = models.BinaryField(null=True)
    refused = models.CharField(max_length=64, blank=True)


class ConsentChange(models.Model):
    """A resident allowed something, or took it back. Only ever appended."""

    matter = models.CharField(max_length=16, db_index=True)
    what = models.CharField(max_length=64)
    given = models.BooleanField()
    at = models.DateTimeField()


class LimitWindow(models.Model):
    """How often something was tried within one window of time. Holds no address, only a keyed hash."""

    key = models.CharField(max_length=64, unique=True)
    n = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)
