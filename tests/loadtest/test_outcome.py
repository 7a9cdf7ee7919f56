"""What a load test comes to: what passes, what fails, and the arithmetic of rates and latencies."""

from dataclasses import replace

import pytest

from sync.loadtest.checker import Verdict
from sync.loadtest.limits import Limit
from sync.loadtest.outcome import FAULTS, Outcome
from sync.loadtest.times import QUANTILES, Times

TIMES = Times()
for moment in range(20):
    TIMES.change("A", moment, moment - 0.3 if moment % 2 else moment - 0.4, float(moment), behind=moment > 15)
SOUND = Outcome(
    verdict=Verdict(committed=6, applied=6),
    waiting=0,
    differences=0,
    absorbed=2,
    held=1,
    seconds=2.0,
    applications=4,
    peak_rss_mb=140.25,
    times=TIMES,
)


def test_a_sound_run_passes_and_tells_every_figure() -> None:
    content = SOUND.to_json()

    assert (SOUND.passed, content["verdict"]) == (True, "PASS")
    assert (content["committed"], content["applied"], content["absorbed"]) == (6, 6, 2)
    assert content["applications_per_second"] == 2.0
    assert (
        content["latency_ms"]
        == content["latency_from_intended_ms"]
        == {**dict.fromkeys(QUANTILES, 400.0), "p50": 300.0}
    )
    assert (content["drain_rate_first_tenth"], content["drain_rate_last_tenth"]) == (1.0, 1.0)


def test_changes_that_waited_behind_another_are_told_apart() -> None:
    ordering = SOUND.to_json()["ordering"]

    assert (ordering["in_front"], ordering["behind"], ordering["held"]) == (16, 4, 1)
    assert ordering["behind_ms"]["max"] == 400.0


@pytest.mark.parametrize("fault", FAULTS)
def test_one_dossier_of_any_fault_fails_the_run_and_is_named(fault: str) -> None:
    found = replace(SOUND, verdict=replace(SOUND.verdict, **{fault: ["000.00.16.H49-220512-0001"]}))  # type: ignore[arg-type]
    content = found.to_json()

    assert content["verdict"] == "FAIL"
    assert content[fault] == 1
    assert content["dossiers"] == {fault: ["000.00.16.H49-220512-0001"]}


@pytest.mark.parametrize("change", [{"waiting": 1}, {"differences": 1}])
def test_what_waits_or_differs_fails_the_run(change: dict[str, int]) -> None:
    assert not replace(SOUND, **change).passed  # type: ignore[arg-type]


def test_sources_that_disagree_fail_the_run() -> None:
    assert not replace(SOUND, verdict=Verdict(disagreements=["record: 3 in the ledger, 4 heard of"])).passed


def test_parked_and_skipped_changes_are_accounted_for_and_pass() -> None:
    assert replace(SOUND, verdict=Verdict(committed=6, applied=3, parked=2, skipped=1)).passed
    assert not replace(SOUND, verdict=Verdict(committed=6, applied=3, parked=2)).passed


def test_an_overtaken_record_is_named_and_fails_nobody() -> None:
    found = replace(SOUND, verdict=replace(SOUND.verdict, overtaken=["000.00.16.H49-220512-0001"]))

    assert found.passed
    assert found.to_json()["dossiers"] == {"overtaken": ["000.00.16.H49-220512-0001"]}


@pytest.mark.parametrize(("connections", "verdict"), [(39.0, "PASS"), (40.0, "PASS"), (41.0, "FAIL")])
def test_a_limit_that_counts_is_a_gate_like_any_other(connections: float, verdict: str) -> None:
    content = replace(SOUND, limits=[Limit("most_connections", connections, 40.0)]).to_json()

    assert content["verdict"] == verdict
    assert content["gates"][-1]["name"] == "most_connections"


def test_each_gate_tells_its_value_and_what_it_must_be() -> None:
    gates = {gate["name"]: gate for gate in replace(SOUND, differences=2).to_json()["gates"]}

    assert gates["differences"] == {
        "name": "differences",
        "value": 2,
        "threshold": 0,
        "at_most": False,
        "passed": False,
    }
    assert gates["committed"] == {"name": "committed", "value": 6, "threshold": 6, "at_most": False, "passed": True}
    assert sum(not gate["passed"] for gate in gates.values()) == 1


def test_what_a_forgetful_side_applied_again_fails_nobody() -> None:
    assert replace(SOUND, verdict=Verdict(forgotten=["000.00.16.H49-220512-0001"])).passed
