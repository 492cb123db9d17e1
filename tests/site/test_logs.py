"""Logs carry no personal data, whatever is thrown at them."""

from __future__ import annotations

import io
import logging
import logging.config
import time
from typing import Any

from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from minsheng.listen.rules.follow_code import code_of, groups
from minsheng.site.logs import NoPersonalData, without_personal_data

phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
words = st.text(st.characters(blacklist_categories=["Nd", "Cs"]), max_size=20)


@given(phones, words, words)
def test_a_telephone_number_never_reaches_a_log(phone: str, before: str, after: str) -> None:
    assert phone not in without_personal_data(before + phone + after)


@given(st.from_regex(r"[a-z0-9.]{1,12}@[a-z]{2,8}\.(cn|com|example)", fullmatch=True))
def test_a_mail_address_never_reaches_a_log(address: str) -> None:
    said = without_personal_data(f"cannot send to {address}: refused")
    assert address not in said and "refused" in said


@given(st.integers(0, 2**80 - 1), st.sampled_from(["", " ", "-"]), st.booleans())
def test_a_follow_code_never_reaches_a_log(bits: int, between: str, small: bool) -> None:
    spoken = between.join(groups(code_of(bits)))
    spoken = spoken.lower() if small else spoken
    assert without_personal_data(f"the code {spoken} was tried") == "the code <code> was tried"


@given(st.from_regex(r"[A-Za-z0-9=&%._-]{1,60}", fullmatch=True))
def test_a_query_string_never_reaches_a_log(query: str) -> None:
    assert without_personal_data(f'"GET /mine/?{query} HTTP/1.1" 200') == '"GET /mine/?… HTTP/1.1" 200'


def test_a_long_line_costs_no_more_than_its_length() -> None:
    began = time.perf_counter()
    without_personal_data("a" * 50_000)
    assert time.perf_counter() - began < 4


def test_hashes_and_ids_are_left_to_be_read() -> None:
    for kept in ("5beb47fbcb634ef2", "ab" * 32, "resident-request", "20261-1 of 57"):
        assert without_personal_data(f"at {kept}.") == f"at {kept}."


def test_arguments_are_cleaned_after_they_are_filled_in() -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "read by %s", ("13800138000",), None)
    assert NoPersonalData().filter(record)
    assert record.getMessage() == "read by <digits>"


def test_an_address_that_opens_something_is_not_written_down() -> None:
    said = without_personal_data("Internal Server Error: /mine/EFzcTfpyjYxwbgfOJG5lCw/verdict/")
    assert said == "Internal Server Error: /mine/…/verdict/"
    assert without_personal_data("at /accounts/password/reset/key/1-c0ffee/") == (
        "at /accounts/password/reset/key/…/"
    )


def test_a_traceback_says_where_and_what_kind_but_quotes_nobody() -> None:
    try:
        try:
            raise KeyError("楼道的灯坏了")
        except KeyError as cause:
            raise ValueError("王秀英 13800138000") from cause
    except ValueError as error:
        trace = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "a page broke", (), trace)
    NoPersonalData().filter(record)
    said = logging.Formatter().format(record)
    assert "KeyError" in said and "ValueError" in said and "test_logs.py" in said
    assert "楼道" not in said and "王" not in said and "138" not in said


def test_the_handler_of_the_settings_cleans_what_it_writes() -> None:
    out = io.StringIO()
    config: dict[str, Any] = {**settings.LOGGING, "disable_existing_loggers": False, "loggers": {}}
    handler: dict[str, Any] = {**config["handlers"]["stderr"], "stream": out}
    config = {**config, "handlers": {"stderr": handler}, "root": {}}
    config["loggers"] = {"minsheng.test_logs": {"handlers": ["stderr"], "level": "INFO", "propagate": False}}
    logging.config.dictConfig(config)
    logging.getLogger("minsheng.test_logs").info("said %s at /mine/?code=%s", "zhang@example.cn", "7QK4M2XD")
    assert "zhang@" not in out.getvalue() and "7QK4M2XD" not in out.getvalue()
    assert "said <mail> at /mine/?…" in out.getvalue()
    assert all("no_personal_data" in one["filters"] for one in settings.LOGGING["handlers"].values())
