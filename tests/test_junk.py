"""Ten thousand requests of junk: no answer of 500 or more, and nothing stored by what was refused.

`make test-junk` sends them all, on both databases; in the other suites each address gets a few.
"""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.access import TABLE
from tests.junk import ALL, JUNK, Chance, fields_of, writes_seen
from tests.test_access import address, all_records, untouched, world  # noqa: F401  (their records, a client per role)

# A page is asked for by who sees most of its kind.
ROLES = ("county_staff", "org_leader", "mediation_supervisor", "mediator", "finance", "auditor", "administrator")
# What a refused request may still leave: who is logged in, wrong passwords, a count of tries.
KEPT = {"django_session", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog", "usersessions_usersession"}
# Figures that were refreshed before the page refused are as right as before.
KEPT |= {"metrics_stalemark", "metrics_cell", "metrics_rollupstate"}
LEAVE = {"account_logout"}  # afterwards there is nobody to ask as
# An application is a draft: what was typed is kept while it is refused (ADR 41).
DRAFTS = {"projects:application_edit": {"projects_supportproject"}}
NAMES = sorted(set(TABLE) - LEAVE)
PARTS = 16
GETS, POSTS, FROM_PHONES, PHOTOS = (8, 14, 1500, 200) if ALL else (1, 2, 150, 30)
LONG = ("9" * 18, "9" * 19, "9" * 40, "0", "²", "a b") if ALL else ("9" * 40, "²")


def whoever_may(clients: dict[str, Client], name: str) -> Client:
    row = TABLE[name]
    role = next((role for role in ROLES if role in row.may), "county_staff")
    clients[role].raise_request_exception = False
    return clients[role]


def read(response: Any) -> bytes:
    """All of it: a file that is sent is closed at its end."""
    return b"".join(response.streaming_content) if response.streaming else response.content


class Answers(list[str]):
    """What went wrong, of all that was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent, self.drafts = 0, set[str]()

    def ask(self, client: Client, method: str, url: str, values: Any, **how: Any) -> None:
        """Sends it, looks at the answer, and undoes what it did."""
        with untouched(), writes_seen() as writes:
            response = getattr(client, method)(url, values, **how)
            read(response)
            stored = set(writes) - KEPT - self.drafts
        self.sent += 1
        what = f"{method} {url} {values!r}"[:600]
        if response.status_code >= 500:
            self.append(f"{response.status_code} {response.exc_info and response.exc_info[1]!r}: {what}")
        elif response.status_code >= 400 and stored:
            self.append(f"{response.status_code}, but wrote {stored}: {what}")


@pytest.mark.parametrize("part", range(PARTS))
def test_junk_in_addresses_and_forms(world: dict[str, Any], part: int) -> None:  # noqa: F811
    chance, answers = Chance(part), Answers()
    names = NAMES[part::PARTS]
    for name in names:
        url = address(name, TABLE[name], world["own"])
        client = whoever_may(world["clients"], name)
        answers.drafts = DRAFTS.get(name, set())
        page = client.get(url) if not TABLE[name].post else None
        text = read(page).decode(errors="replace") if page is not None else ""
        fields = fields_of(text)
        for _ in range(GETS):
            answers.ask(client, "get", url.partition("?")[0], chance.query(list(fields)))
        for _ in range(POSTS):
            answers.ask(client, "post", url, chance.posted(fields))
    assert answers.sent == len(names) * (GETS + POSTS)
    assert not answers, "\n".join(answers)


KINDS = ("report", "strength", "call_out", "reception", "case", "²", "")


def test_junk_in_the_doors_for_phones(world: dict[str, Any]) -> None:  # noqa: F811
    chance, answers = Chance(99), Answers()
    asked = (
        "session",
        "organization",
        "studio",
        "workers_served",
        "venue",
        "seen",
        "people",
        "ended_at",
        "started_at",
        "area",
    )
    for n in range(FROM_PHONES):
        role = ("org_leader", "mediator", "county_staff")[n % 3]
        client: Client = world["clients"][role]
        client.raise_request_exception = False
        own = {"session": world["own"]["session"].pk, "organization": world["own"]["organization"].pk}
        values = {name: chance.json() for name in asked if chance.random.random() < 0.5}
        values |= {name: key for name, key in own.items() if chance.random.random() < 0.6}
        sent: Any = {"kind": chance.random.choice(KINDS), "key": str(uuid4()), "values": values}
        if chance.random.random() < 0.2:
            sent = chance.json()
        elif chance.random.random() < 0.2:
            sent[chance.random.choice(("kind", "key", "values"))] = chance.json()
        answers.ask(client, "post", reverse("field:field_send"), json.dumps(sent), content_type="application/json")
    assert not answers, "\n".join(answers)


def test_junk_in_the_door_for_photos(world: dict[str, Any]) -> None:  # noqa: F811
    chance, answers = Chance(7), Answers()
    client: Client = world["clients"]["org_leader"]
    client.raise_request_exception = False
    for _ in range(PHOTOS):
        values = chance.posted({"session": [str(world["own"]["session"].pk)], "key": [str(uuid4())], "taken_at": [""]})
        answers.ask(client, "post", reverse("field:field_photo"), values)
    assert not answers, "\n".join(answers)


def test_junk_in_paths(world: dict[str, Any]) -> None:  # noqa: F811
    """Where an address holds a number, any number; where it holds a word, any word."""
    answers = Answers()
    for name in NAMES:
        url = address(name, TABLE[name], world["own"]).partition("?")[0]
        client = whoever_may(world["clients"], name)
        parts = url.split("/")
        for place, part in enumerate(parts):
            if not part.isdecimal() and part not in ("forged", "organizations", "pdf", "socialorganization"):
                continue
            for junk in LONG:
                there = "/".join([*parts[:place], junk, *parts[place + 1 :]])
                answers.ask(client, "get", there, {})
                answers.ask(client, "post", there, {})
    assert not answers, "\n".join(answers)


@pytest.mark.parametrize("metric", ["sessions_held", "²", "a" * 200])
def test_junk_at_the_api(world: dict[str, Any], metric: str) -> None:  # noqa: F811
    client, answers = world["clients"]["county_staff"], Answers()
    client.raise_request_exception = False
    for junk in JUNK[:: 1 if ALL else 9]:
        for name in ("year", "scope", "category", "metric", "month", "quarter"):
            answers.ask(client, "get", "/api/v1/figures", {name: junk})
            answers.ask(client, "get", f"/api/v1/metrics/{metric}", {name: junk})
    assert not answers, "\n".join(answers)
