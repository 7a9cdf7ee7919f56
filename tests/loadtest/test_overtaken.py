"""An older record over a newer one is seen by its status; what may be right is never called wrong."""

import pytest

from sync import wire
from sync.client import NationalClient
from sync.loadtest.checker import check
from sync.loadtest.judgement import Judgement, Verdict
from sync.loadtest.slices import Change, Effect
from sync.loadtest.times import Nothing
from tests.loadtest.test_checker import COLUMNS, Ledger
from tests.portal.world import World

CODE = "000.00.16.H49-220512-0001"


def judged(history: str, applied: str) -> Verdict:
    """Versions with these statuses, one letter each, and records (upper case) and progress rows heard in this order."""
    committed = {
        (CODE, version): Change(version, status, "text", 0.0, excused="")
        for version, status in enumerate(history, start=1)
    }
    judgement = Judgement(committed, Verdict(), dict.fromkeys(("record", "progress"), 0), [], Nothing())
    for seq, letter in enumerate(applied, start=1):
        kind = wire.LEDGER_PROGRESS if letter.islower() else wire.LEDGER_RECORD
        happened = history.index(letter) + 1 if letter.islower() else 0
        judgement.hear(Effect(seq, CODE, kind, letter.lower(), happened, "text", "", "2022-05-12T08:00:00+00:00"))
    judgement.close()
    return judgement.verdict


@pytest.mark.parametrize(
    ("history", "applied", "overtaken"),
    [
        ("abc", "AaBbCc", 0),
        ("abc", "Cabc", 0),
        ("abc", "ABC", 0),
        ("abc", "BAab", 1),
        ("abc", "CabcBA", 2),
        ("abca", "ABCA", 0),
        ("ab", "AabA", 1),  # both steps were there already
        ("aba", "ABAA", 0),
    ],
)
def test_a_record_older_than_what_its_dossier_has_reached_is_overtaken(
    history: str, applied: str, overtaken: int
) -> None:
    assert len(judged(history, applied).overtaken) == overtaken


def test_what_was_overtaken_does_not_fail_a_run_that_ends_sound() -> None:
    verdict = judged("abc", "BAabCc")

    assert verdict.overtaken == [CODE]
    assert verdict.is_clean


def test_a_sound_delivery_overtakes_nothing_and_an_old_record_is_seen(
    delivered: World, client: NationalClient, ledger: Ledger
) -> None:
    before, older = check(client), COLUMNS.replace("status", "'1'")
    ledger.execute(
        f"INSERT INTO ledger ({COLUMNS}) SELECT {older} FROM ledger"
        " WHERE seq = (SELECT min(seq) FROM ledger WHERE kind = 'record')"
    )
    after = check(client)

    assert before.overtaken == []
    assert len(after.overtaken) == 1
