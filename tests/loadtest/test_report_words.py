"""The report's words: numbers as each language writes them, names for what programs call by codes, what is left out."""

import pytest

from sync.classes import Fault
from sync.loadtest.limits import limits
from sync.loadtest.nemesis import DISTURBANCES
from sync.loadtest.report.compare import COMPARED
from sync.loadtest.report.history import ASKED
from sync.loadtest.report.names import ASKED as ASKED_WORDS
from sync.loadtest.report.names import FIGURES, failure, fault
from sync.loadtest.report.page import html as page
from sync.loadtest.report.words import Words, exactly, milliseconds, number, percent, sentence
from tests.loadtest.results import SPANS, failed, result
from tests.loadtest.test_report import text_of


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (12.34, "12,3 ms", "12.3 ms"),
        (40.0, "40 ms", "40 ms"),
        (999.9, "999,9 ms", "999.9 ms"),
        (4560.0, "4,56 s", "4.56 s"),
        (1234567.0, "1.235 s", "1,235 s"),
    ],
)
def test_a_latency_is_written_as_one_reads_it(value: float, vi: str, en: str) -> None:
    assert milliseconds(value) == Words(vi, en)


def test_numbers_are_written_as_each_language_does() -> None:
    assert number(None) == Words("–", "–")
    assert number(1234567) == Words("1.234.567", "1,234,567")
    assert number(9138.2) == Words("9.138", "9,138")
    assert number(12.0) == Words("12", "12")
    assert exactly(0.1 * 3) == Words("0,3", "0.3")
    assert exactly(2_000_000) == Words("2.000.000", "2,000,000")
    assert percent(0.973, 1, "+") == Words("+97,3 %", "+97.3%")


def test_every_failure_disturbance_figure_and_parameter_has_its_words() -> None:
    resources = dict.fromkeys(("peak_rss_worker_mb", "most_connections", "statement_ms_p99", "most_xmin_age"), 1.0)
    series = [{"rss_worker_mb": 1.0, "rss_national_mb": 1.0}] * 40
    names = {limit.name for limit in limits(series, resources, 2)}

    assert [error for error in Fault if failure(error).vi == failure(error).en] == []
    assert [name for name in DISTURBANCES.values() if fault(name).vi == name] == []
    assert (names | set(COMPARED) | set(result()["resources"]) | set(result()["cost"])) - set(FIGURES) == set()
    assert set(ASKED_WORDS) == set(ASKED)


def test_failures_are_told_in_the_language_of_the_reader() -> None:
    markup = page(result())

    assert "máy chủ trả lời bằng lỗi HTTP (http) 2" in text_of(markup, "vi")
    assert "the server answered with an HTTP error (http) 2" in text_of(markup, "en")


def test_the_lead_names_what_hurt_and_leaves_out_what_did_not() -> None:
    calm = {**result()["run"], "profile": "healthy", "bug": "", "disturb": []}
    hurt = {**calm, "bug": "lose", "disturb": ["beat", "xmin"]}

    quiet, loud = text_of(page(result(run=calm, kills=[])), "vi"), text_of(page(result(run=hurt)), "vi")

    assert "Bị tắt đột ngột" not in quiet
    assert "(bug)" not in quiet
    assert "(bug): lose. Gây nhiễu (disturb): beat, xmin. Bị tắt đột ngột: pump." in loud


def test_a_burst_says_that_latency_counts_from_before_the_delivery() -> None:
    arrivals = {"planned_per_second": [1], "achieved_per_second": [1], "missed": 0, "lateness_ms": SPANS}

    assert "of their commit, which lies before the delivery began (burst)." in text_of(page(result()), "en")
    assert "900 ms of their commit." in text_of(page(result(arrivals=arrivals)), "en")


def test_an_open_model_has_a_mean_of_acknowledged_applications_and_no_peak_of_them() -> None:
    arrivals = {"planned_per_second": [1], "achieved_per_second": [1], "missed": 0, "lateness_ms": SPANS}

    assert "applications acknowledged 181.8 –" in text_of(page(result(arrivals=arrivals)), "en")


def test_without_a_failed_call_that_is_said() -> None:
    retries = {**result()["retries"], "classes": {}}

    assert "No call failed." in text_of(page(result(retries=retries)), "en")


def test_where_no_answer_told_of_an_effect_the_cost_of_one_is_a_dash() -> None:
    retries = {**result()["retries"], "amplification": None}

    assert "Each row applied took – sendings." in text_of(page(result(retries=retries)), "en")


def test_an_attempt_in_which_nothing_was_sent_is_shown_too() -> None:
    retries = {**result()["retries"], "attempts": [[1, 20], [3, 7]]}

    assert "<tr><td>2</td><td>0</td></tr>" in page(result(retries=retries))


def test_runs_with_other_parameters_are_compared_with_a_warning_first() -> None:
    before = result(run={**result()["run"], "profile": "healthy", "kill": []})

    text = text_of(page(result(), before), "en")

    warning = text.index("The two runs had different parameters")
    assert "fault profile : healthy → evil kills : – → pump" in text[warning:]
    assert warning < text.index("Judgement")
    assert "different parameters" not in text_of(page(result(), result()), "en")


def test_a_disagreement_is_told_in_both_languages() -> None:
    content = failed() | {"disagreements": ["hồ sơ: sổ có 3 / dossiers: 3 in the ledger"]}

    assert "hồ sơ: sổ có 3" in text_of(page(content), "vi")
    assert "sổ có 3" not in text_of(page(content), "en")
    assert sentence("a & b differ") == Words("a & b differ", "a & b differ")
