"""The faults' admin API: faults set, changed and removed, the profiles, the clock; and what a process refuses."""

import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from sync.national.faults.profiles import PROFILES
from tests.national.fault_client import admin, envelope, set_fault, set_profile
from tests.national.province import Province, record, step

CHECKOUT = Path(__file__).resolve().parents[2]


def _status(province: Province) -> int:
    return province.post("/mapi/g", envelope(province)).status


def test_a_fault_is_set_listed_changed_and_removed(province: Province) -> None:
    province.sign_in()
    fault = set_fault(province, name="x", error_status=500, match={"service": "TraCuuHoSo"})
    path = f"/_admin/faults/{fault['id']}"
    assert _status(province) == 500

    listed = province.get("/_admin/faults")
    assert [(one["name"], one["matched"], one["met"]) for one in listed["faults"]] == [("x", 1, 1)]

    changed = admin(province, "PATCH", path, {"error_status": 503, "match": None, "ttl": 60}).content
    assert {"error_status", "ttl", "expires_in"} <= changed.keys()
    assert "match" not in changed
    assert _status(province) == 503
    assert province.get(path)["error_status"] == 503

    assert province.send("DELETE", path, headers={}).status == 200
    assert _status(province) == 200
    assert province.send("GET", path).status == 404


def test_all_faults_are_removed_at_once(province: Province) -> None:
    set_fault(province, hang=1)
    set_fault(province, error_status=500)

    assert province.send("DELETE", "/_admin/faults", headers={}).status == 200

    assert province.get("/_admin/faults")["faults"] == []


@pytest.mark.parametrize(
    ("method", "path", "content", "said"),
    [
        ("POST", "/_admin/faults", {"error_status": 1}, "error_status"),
        ("POST", "/_admin/faults", "x", "JSON object"),
        ("PUT", "/_admin/profile", {"profile": "nice"}, "healthy, slow_afternoon"),
        ("PUT", "/_admin/profile", {"profile": "evil", "seed": -1}, "seed"),
        ("PUT", "/_admin/bugs", {"x": True}, "lose"),
        ("PUT", "/_admin/clock", {"at": "noon"}, "time with its zone"),
    ],
)
def test_what_is_impossible_is_said_and_changes_nothing(
    province: Province, method: str, path: str, content: object, said: str
) -> None:
    reply = admin(province, method, path, content)

    assert reply.status == 400
    assert (reply.content["error_code"], said in reply.content["message"]) == ("1", True)
    assert province.get("/_admin/faults")["faults"] == []


def test_a_name_is_given_only_once(province: Province) -> None:
    set_fault(province, name="x", hang=1)
    other = set_fault(province, name="y", hang=1)

    assert admin(province, "POST", "/_admin/faults", {"name": "x", "hang": 1}).status == 400
    assert admin(province, "PATCH", f"/_admin/faults/{other['id']}", {"name": "x"}).status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", "/_admin/faults"), ("PATCH", "/_admin/faults/1")),
        *(("PUT", "/_admin/profile"), ("PUT", "/_admin/bugs"), ("PUT", "/_admin/clock")),
    ],
)
def test_a_form_of_a_foreign_page_changes_nothing(province: Province, method: str, path: str) -> None:
    set_fault(province, hang=1)

    assert province.send(method, path, b"{}", {"Content-Type": "text/plain"}).status == 415
    assert len(province.get("/_admin/faults")["faults"]) == 1


def _clock(province: Province, **clock: Any) -> None:
    assert admin(province, "PUT", "/_admin/clock", clock).status == 200


def test_outages_ramps_and_times_to_live_follow_the_virtual_clock(province: Province) -> None:
    province.sign_in()
    _clock(province, at="2022-05-12T08:00:00+07:00", speed=0)
    set_fault(province, name="outage", outage={"from": 60, "to": 120, "every": 3600}, ttl=7200)
    times = ("08:00:59", "08:01:00", "08:01:59", "08:02:00", "09:01:30", "10:01:30")

    met = []
    for time in times:
        _clock(province, at=f"2022-05-12T{time}+07:00")
        met.append(_status(province))

    assert met == [200, 503, 503, 200, 503, 200]
    assert province.get("/_admin/faults")["faults"] == []
    assert province.get("/_admin/clock") == {"at": "2022-05-12T03:01:30+00:00", "speed": 0, "virtual": True}


def test_faults_are_as_old_as_they_were_when_another_clock_rules(province: Province) -> None:
    province.sign_in()
    set_fault(province, name="outage", outage={"from": 3600, "to": 7200}, ttl=10_000)

    _clock(province, at="2022-05-12T08:00:00+07:00", speed=0)
    before = _status(province)
    _clock(province, at="2022-05-12T09:30:00+07:00")
    within = _status(province)
    _clock(province)

    assert (before, within, _status(province)) == (200, 503, 503)
    assert 4000 < province.get("/_admin/faults")["faults"][0]["expires_in"] < 5000


def test_a_ramp_is_nothing_at_first_and_all_of_it_in_the_end(province: Province) -> None:
    province.sign_in()
    _clock(province, at="2022-05-12T08:00:00+07:00", speed=0)
    set_fault(province, degradation_ramp={"over": 600, "error_probability": 1})

    assert [_status(province) for _ in range(10)] == [200] * 10
    _clock(province, at="2022-05-12T08:10:00+07:00")
    assert [_status(province) for _ in range(10)] == [503] * 10
    _clock(province)
    assert province.get("/_admin/clock")["virtual"] is False


def test_the_profiles_are_told_in_two_languages(province: Province) -> None:
    listed = province.get("/_admin/profiles")

    assert [profile["name"] for profile in listed] == list(PROFILES)
    assert all(profile["vi"] and profile["en"] for profile in listed)


@pytest.mark.parametrize("name", PROFILES)
def test_each_profile_is_started_with(start: Callable[..., Province], name: str) -> None:
    province = start(profile=name, seed=3)

    found = province.get("/_admin/faults")

    assert (found["profile"], found["seed"]) == (name, 3)
    assert len(found["faults"]) == len(PROFILES[name].faults)


def test_a_patient_client_gets_everything_through_the_evil_profile(province: Province) -> None:
    set_profile(province, "evil", seed=1)
    dossiers, delivered = [record(number) for number in range(200)], 0

    for first in range(0, 200, 10):
        batch = dossiers[first : first + 10]
        for service, data in (
            ("DongBoHoSoMC", batch),
            ("CapNhatTienDoHoSoMC", [step(n) for n in range(first, first + 10)]),
        ):
            delivered += _delivered(province, service, data)

    assert delivered == 40
    assert province.get("/_admin/digest")["progress_rows"] == 200


def _delivered(province: Province, service: str, data: list[Any]) -> int:
    """1 as soon as an attempt is answered with success."""
    for _ in range(30):
        try:
            reply = province.post("/mapi/g", envelope(province, service, data=data))
            code = reply.content["error_code"] if reply.status == 200 else ""
        except (OSError, ValueError, KeyError, HTTPException):
            continue
        if code == "0":
            return 1
        if code == "4":
            province.session = ""
    return 0


def test_a_reset_leaves_nothing_forgotten(province: Province) -> None:
    set_fault(province, forget_idempotency_keys=True, fail_request_count=1)
    province.call("TraCuuHoSo")
    admin(province, "POST", "/_admin/reset", {})
    province.add(record(1))

    assert province.effects(province.progress(step(1))) == ["applied"]
    assert province.effects(province.progress(step(1))) == ["absorbed"]
    assert [row["kind"] for row in province.ledger()] == ["record", "progress"]


def _refused(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sync.national", "--database-url", "x", "--account", "a:b:H49", *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done
    return done.stderr


@pytest.mark.processes
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--profile", "nice"], "known are healthy, slow_afternoon, flaky_1pct"),
        (["--bug", "loose"], "known are lose, duplicate, reorder, corrupt"),
        (["--seed", "-1"], "whole number from 0"),
        (["--seed", str(2**63)], "whole number from 0"),
        (["--seed", "x"], "seed"),
    ],
)
def test_a_wrong_profile_bug_or_seed_is_said_before_anything_starts(arguments: list[str], said: str) -> None:
    assert said in _refused(*arguments)
