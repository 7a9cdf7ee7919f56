"""Faults as they are written: what is understood, what is impossible and said in one sentence, and who is matched."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.national.faults import plan as planning
from sync.national.faults.draw import Draw
from sync.national.faults.fields import ImpossibleFault
from sync.national.faults.profiles import PROFILES
from sync.national.faults.rules import EFFECTS, Item, Match, Seen, merge_patch, parse

EXAMPLES: dict[str, Any] = {
    "latency": {"type": "lognormal", "median": 0.1, "sigma": 0.5},
    "chunked_dribble_delay": {"chunks": 3, "total": 0.2},
    "degradation_ramp": {"over": 60, "latency": 1},
    "error_status": 503,
    "quota": {"limit": 10, "window": 1},
    "malformed_body": True,
    "truncate_body_at_fraction": 0.5,
    "wrong_content_type": "text/html",
    "success_status_error_body": {"error": "x"},
    "connection_reset_by_peer": True,
    "empty_response": True,
    "malformed_response_chunk": True,
    "random_data_then_close": 100,
    "hang": 5,
    "drop_connection_probability": 0.5,
    "slow_close": 1,
    "apply_then_answer": {"error_code": "00"},
    "apply_then_fail": {"how": "truncate"},
    "lose_before_apply": {"how": "5xx"},
    "delayed_apply": {"seconds": 1},
    "partial_batch": {"fraction": 0.5, "how": "reset"},
    "reject_rule": {"error_code": "1", "message": "thiếu MaLinhVuc"},
    "expire_token": True,
    "revoke_client": True,
    "forget_idempotency_keys": True,
    "rollback_to": {"time": "2022-05-12T08:30:00+07:00"},
    "schema_drift": {"version": 3},
    "maintenance_page": True,
    "stale_read": {"seconds": 10},
    "duplicate_apply_bug": True,
}


def test_every_effect_has_an_example_that_is_understood() -> None:
    assert EXAMPLES.keys() == EFFECTS.keys() == planning.EFFECTS.keys()
    for name, value in EXAMPLES.items():
        assert parse({name: value}).effects.keys() == {name}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "needs an effect"),
        ([], "JSON object"),
        ({"error_statsu": 500}, "no member error_statsu"),
        ({"error_status": 200}, "400 to 599"),
        ({"error_status": True}, "400 to 599"),
        ({"error_status": 500, "error_probability": 1.1}, "error_probability must be a number from 0 to 1"),
        ({"hang": 1, "error_probability": 0.5}, "error_probability needs error_status"),
        ({"hang": 1, "retry_after": 5}, "retry_after needs"),
        ({"error_status": 429, "retry_after": "soon"}, "no HTTP date"),
        ({"outage": {"from": 20, "to": 10}}, "outage.from must lie before outage.to"),
        ({"outage": {"from": 1}}, "outage needs the member to"),
        ({"outage": {"from": 0, "to": 10, "every": 5}}, "every must be longer"),
        ({"outage": {"from": "2022-05-12T08:30:00", "to": "2022-05-12T09:30:00"}}, "time with its zone"),
        ({"latency": {"type": "gamma"}}, "one of fixed, uniform, normal, lognormal"),
        ({"latency": {"type": "uniform", "from": 2, "to": 1}}, "must not be greater"),
        ({"latency": {"type": "fixed", "seconds": float("nan")}}, "number from 0"),
        ({"hang": 1, "match": {"percentage": 101}}, "match.percentage"),
        ({"hang": 1, "match": {"hash_range": [5, 4]}}, "must not begin after its end"),
        ({"hang": 1, "match": {"hash_range": [0, 4096]}}, "0 to 4095"),
        ({"hang": 1, "match": {"unit": "H49"}}, "match has no member unit"),
        ({"malformed_body": False}, "can only be true"),
        ({"reject_rule": {"error_code": "0", "message": "x"}}, "other than 0"),
        ({"reject_rule": {"error_code": "--5", "message": "x"}}, "other than 0"),
        ({"reject_rule": {"error_code": "٣", "message": "x"}}, "other than 0"),
        ({"apply_then_answer": {"error_code": "0"}}, 'other than "0"'),
        ({"apply_then_answer": {"error_code": "ERR"}}, 'other than "0"'),
        ({"apply_then_answer": {"error_code": "٣"}}, 'other than "0"'),
        ({"apply_then_answer": {"error_code": 1}}, "must be a line"),
        ({"apply_then_answer": {"message": "x"}}, "needs the member error_code"),
        ({"apply_then_answer": {"error_code": "1", "how": "5xx"}}, "no member how"),
        ({"rollback_to": {}}, "either seconds (ago) or time"),
        ({"apply_then_fail": {"how": "vanish"}}, "one of 5xx, hang, reset, truncate"),
        ({"degradation_ramp": {"over": 5}}, "latency or an error_probability"),
        ({"hang": 1, "name": "a\nb"}, "name must be a line"),
        ({"hang": 1, "ttl": 0}, "ttl must be"),
    ],
)
def test_an_impossible_fault_is_told_in_one_sentence(document: object, said: str) -> None:
    with pytest.raises(ImpossibleFault) as refused:
        parse(document)

    assert said in str(refused.value)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = [*EFFECTS, "name", "match", "priority", "ttl", "outage", "every", "retry_after", "error_probability"]


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON) | JSON)
def test_any_json_is_a_fault_or_refused_with_a_sentence(document: object) -> None:
    try:
        fault = parse(document)
    except ImpossibleFault as impossible:
        assert str(impossible).endswith(".")
    else:
        assert fault.effects


@given(st.dictionaries(st.sampled_from(list(EXAMPLES)), st.just(None), min_size=1))
def test_a_fault_survives_being_written_and_read(names: dict[str, None]) -> None:
    fault = parse({name: EXAMPLES[name] for name in names})

    assert parse(json.loads(json.dumps(fault.document))) == fault


@pytest.mark.parametrize(  # the examples of RFC 7396, appendix A
    ("target", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_is_that_of_the_rfc(target: object, patch: object, merged: object) -> None:
    assert merge_patch(target, patch) == merged


SEEN = Seen(
    ("/XrdAdapter/RestService/forward/mapi/g", "/mapi/g"),
    "TraCuuHoSo",
    ("000.00.16.H49", "H22.05"),
    (Item("000.00.16.H49", "x", "1.004884.H49", 7, 0),),
)


@pytest.mark.parametrize(
    ("match", "covered"),
    [
        (Match(), True),
        (Match(service=("LayThuTuc", "TraCuuHoSo")), True),
        (Match(service=("LayThuTuc",)), False),
        (Match(path="/mapi/*"), True),
        (Match(path="/mapi/login"), False),
        (Match(agency="H49"), True),
        (Match(agency="000.00.16.H49"), True),
        (Match(agency="H22.05"), True),
        (Match(agency="H22.05", procedure="1.004884"), False),
        (Match(agency="H50"), False),
        (Match(procedure="1.004884"), True),
        (Match(procedure="1.004884.000.00.00.H49"), True),
        (Match(procedure="1.00488"), False),
        (Match(procedure="1.0048849"), False),
        (Match(hash_range=(7, 7)), True),
        (Match(hash_range=(0, 6)), False),
    ],
)
def test_a_match_asks_everything_that_it_names(match: Match, covered: bool) -> None:
    assert match.covers_request(SEEN) is covered


def test_a_number_depends_on_seed_request_rule_and_purpose() -> None:
    numbers = {
        Draw(seed, request).uniform(rule, purpose)
        for seed in range(3)
        for request in range(3)
        for rule in ("a", "b")
        for purpose in ("x", "y")
    }

    assert len(numbers) == 36
    assert Draw(1, 2).uniform("a", "x") == Draw(1, 2).uniform("a", "x")
    assert len(Draw(1, 2).octets("a", 1000)) == 1000


def test_the_numbers_are_uniform_enough() -> None:
    numbers = [Draw(5, request).uniform("rule", "error") for request in range(10_000)]

    assert 0.29 < sum(number < 0.3 for number in numbers) / len(numbers) < 0.31
    assert 0 < min(numbers) < max(numbers) < 1


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_profile_is_made_of_possible_faults_with_own_names(profile: Any) -> None:
    faults = profile.parsed()

    assert len({fault.name for fault in faults}) == len(faults)
    assert profile.vietnamese.endswith(".")
    assert profile.english.endswith(".")
    assert bool(faults) is (profile.name != "healthy")
