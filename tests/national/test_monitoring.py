"""EMC: forms whose values are not encoded, JSON, and an answer without content."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import wire
from sync.national.monitoring import CODES, TEXTS, dossier_event
from tests.national.province import Province

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OPENCPS = (
    "codeProfile=000.00.16.H49-220512-0001&siteId=101&codeTTHC=1.004884&nameTTHC=Đăng ký A & B, giảm 50% = một nửa"
    "&status=1&formsReception=1&formsPayments=2&level=3&isFromDVCQG=0&isDVCBC=0&data="
)


@pytest.mark.parametrize("prefix", wire.PATH_PREFIXES)
@pytest.mark.parametrize("path", wire.PATHS_MONITORING)
def test_a_form_is_answered_with_204_and_kept_whole(province: Province, prefix: str, path: str) -> None:
    reply = province.send("POST", prefix + path, OPENCPS.encode(), FORM)

    assert (reply.status, reply.body) == (204, b"")
    [row] = province.get(wire.PATH_MONITORING)["rows"]
    assert (row["path"], row["code"], row["status"]) == (path.strip("/"), "000.00.16.H49-220512-0001", "1")
    assert row["content"]["nameTTHC"] == "Đăng ký A & B, giảm 50% = một nửa"
    assert row["content"]["level"] == "3"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("foo=1&codeProfile=2&status=1", {"foo": "1", "codeProfile": "2", "status": "1"}),
        ("codeProfile=2&foo=a b&status=1", {"codeProfile": "2", "foo": "a b", "status": "1"}),
        ("nameTTHC=A&B=C&level=3&x=", {"nameTTHC": "A&B=C", "level": "3", "x": ""}),
    ],
)
def test_a_field_that_nobody_knows_is_kept_beside_the_known_ones(
    province: Province, form: str, told: dict[str, str]
) -> None:
    assert province.send("POST", "/TrackingMCDT", form.encode(), FORM).status == 204

    assert [row["content"] for row in province.get(wire.PATH_MONITORING)["rows"]] == [told]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", {}),
        (b"page=1&url=http://x/?a=b", {"page": "1", "url": "http://x/?a=b"}),
        (b'{"page": 7}', {"page": 7}),
        (b"[1]", {"[1]": ""}),
        (b"{", {"{": ""}),
    ],
)
def test_the_counter_of_pages_takes_whatever_comes(province: Province, body: bytes, told: dict[str, object]) -> None:
    assert province.send("POST", "/tracking", body, {}).status == 204

    assert [row["content"] for row in province.get(wire.PATH_MONITORING)["rows"]] == [told]


def test_the_counter_of_pages_may_be_asked_for_like_a_picture(province: Province) -> None:
    assert province.send("GET", "/tracking?siteId=101&url=/a").status == 204

    assert [row["content"] for row in province.get(wire.PATH_MONITORING)["rows"]] == [{"siteId": "101", "url": "/a"}]


def test_json_is_kept_as_it_was_sent(province: Province) -> None:
    told = {"MaHoSo": "000.00.16.H49-220512-0001", "status": 2, "User": json.dumps({"ID_local": "7", "TYPE": 1})}

    assert province.post("/TrackingMCDT", told).status == 204

    [row] = province.get(wire.PATH_MONITORING)["rows"]
    assert (row["code"], row["status"], row["content"]) == (told["MaHoSo"], "2", told)


def test_json_nested_deeper_than_anybody_would_is_refused(province: Province) -> None:
    assert province.send("POST", "/TrackingMCDT", b'{"x":' + b"[" * 300 + b"]" * 300 + b"}", {}).status == 400


def test_pages_of_what_was_told_follow_one_another(province: Province) -> None:
    for status in ("1", "2", "3"):
        province.post("/TrackingMCDT", {"codeProfile": "x", "status": status})
    [first, *_] = province.get(wire.PATH_MONITORING)["rows"]

    later = province.get(f"{wire.PATH_MONITORING}?after={first['seq']}")["rows"]

    assert [row["status"] for row in later] == ["2", "3"]
    assert province.send("GET", f"{wire.PATH_MONITORING}?after=x").status == 400


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"hello", b"[1]", b"{"])
def test_what_is_neither_form_nor_json_is_refused_in_a_sentence(province: Province, body: bytes) -> None:
    reply = province.send("POST", "/TrackingMCDT", body, FORM)

    assert reply.status == 400
    assert "codeProfile" in reply.content["message"] or "JSON" in reply.content["message"]


values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(
    lambda value: not any(f"&{name}=" in f"&{value}" for name in TEXTS + CODES)
)
codes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0&"))


forms = st.tuples(
    st.dictionaries(st.sampled_from(TEXTS), values), st.dictionaries(st.sampled_from(CODES), codes, min_size=1)
)


@given(forms.map(lambda some: {**some[0], **some[1]}))
def test_whatever_stands_in_a_value_belongs_to_it(fields: dict[str, str]) -> None:
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    last = list(fields)[-1]

    found = dossier_event(body.encode())

    assert found.keys() == fields.keys()
    assert {name: value for name, value in found.items() if name != last} == {
        name: value for name, value in fields.items() if name != last
    }
    assert found[last] == fields[last].rstrip()
