"""By province and day: what is missing, what came late, what cannot be judged, and how numbers are written."""

import json
import re

import psycopg
import pytest

from sync import wire
from tests.national.province import Province, record
from tests.national.test_pages import filled, links, page, pages, words

__all__ = ["filled"]
DAY = "2022-05-12"


def arrive(database_url: str, at: str) -> None:
    """Every dossier came first at this moment."""
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE dossier SET first_at = %s", [at])


def report(province: Province, dossiers: int, codes: list[str] | None = None) -> None:
    content = {"madonvi": "H49", "days": [[DAY, dossiers]], "codes": {} if codes is None else {DAY: codes}}
    province.send("PUT", wire.PATH_MUST_SYNC, json.dumps(content).encode(), {"Content-Type": "application/json"})


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_missing_and_the_late_of_a_day_are_a_link_away_page_by_page(
    filled: Province, national_database_url: str, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr("sync.national.pages.site.ROWS", 2)
    arrive(national_database_url, "2022-05-14T08:00:00+07:00")
    codes = [str(record(number)["MaHoSo"]) for number in range(1, 10)]
    report = {"madonvi": "H49", "days": [], "codes": {"2022-05-12": codes}}
    filled.send("PUT", wire.PATH_MUST_SYNC, json.dumps(report).encode(), {"Content-Type": "application/json"})
    links = [link for link in re.findall(r'href="([^"]*)"', page(filled, f"/tinh?lang={lang}")) if "/tinh/" in link]

    shown = [[code for text in pages(filled, link) for code in codes if code in text] for link in links]

    assert shown == [codes[6:], codes[:6]]


def test_a_full_page_leads_on_whatever_else_stands_in_its_address(
    filled: Province, national_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.national.pages.site.ROWS", 2)
    arrive(national_database_url, "2022-05-14T08:00:00+07:00")

    [link] = links(page(filled, "/tinh/muon?madonvi=H49&path=x&self=y&lang=en"), "Next page")

    assert f"after={record(2)['MaHoSo']}" in link
    assert str(record(3)["MaHoSo"]) in page(filled, link)


def missing(province: Province, day: str = DAY) -> str:
    return words(page(province, f"/tinh/thieu?madonvi=H49&day={day}"))


def test_an_empty_list_of_the_missing_says_why_it_is_empty(filled: Province) -> None:
    assert "Tỉnh báo 8 hồ sơ, mới nhận 6, nhưng tỉnh chưa nêu mã" in missing(filled)
    assert "Tỉnh chưa báo ngày này có bao nhiêu hồ sơ" in missing(filled, "2022-05-13")

    report(filled, 6)
    assert "Không thiếu hồ sơ nào: tỉnh báo 6, đã nhận 6" in missing(filled)

    report(filled, 7, [str(record(1)["MaHoSo"])])
    assert "Đã nhận đủ 1 hồ sơ mà tỉnh nêu mã" in missing(filled)


def test_dossiers_of_a_simulated_past_are_not_called_late(filled: Province, national_database_url: str) -> None:
    text = page(filled, f"/tinh/muon?madonvi=H49&day={DAY}")

    assert "Không xét 6 hồ sơ" in words(text)
    assert str(record(1)["MaHoSo"]) not in text
    assert "hồ sơ nhận muộn ngày 12/05/2022" in words(text)

    arrive(national_database_url, "2022-05-12T23:00:00+07:00")
    assert "Không có hồ sơ nào nhận muộn" in words(page(filled, "/tinh/muon?madonvi=H49"))


def test_where_nothing_is_held_the_provinces_page_says_what_to_do(province: Province) -> None:
    assert "hãy để một cổng dịch vụ công đồng bộ lên đây" in words(page(province, "/tinh"))


@pytest.mark.parametrize(
    ("lang", "count", "share", "points"), [("vi", "4.129", "0,1\u00a0%", "0,01"), ("en", "4,129", "0.1\u00a0%", "0.01")]
)
def test_numbers_are_written_as_the_language_writes_them_in_table_and_chart(
    filled: Province, lang: str, count: str, share: str, points: str
) -> None:
    report(filled, 4129)

    text = page(filled, f"/tinh?lang={lang}")

    assert all(f'<td class="number">{cell}</td>' in text for cell in (count, share, points))
    assert f"<span>{count}</span>" in text
    assert f"<title>12/05/2022: 6 / {count}</title>" in text
