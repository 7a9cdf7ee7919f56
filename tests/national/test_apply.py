"""What an arriving record does, decided without a database."""

from hypothesis import given
from hypothesis import strategies as st

from sync.national.apply import Decided, Held, Outcome, Rules, decide_progress, decide_records, leaves
from sync.national.digest import leaf
from sync.national.records import Dossier, Progress, read_dossier, read_progress
from tests.national.province import record, step

ONE = read_dossier("H49", record(1))
ONE_CHANGED = read_dossier("H49", record(1, TrangThaiHoSo="4"))
TWO = read_dossier("H49", record(2))
LENIENT = Rules(updating=False, strict=False)


def _held(dossier: Dossier, rows: int = 0) -> dict[int, Held]:
    return {dossier.key: Held(dossier.code, dossier.record_hash, rows, dossier.status)}


def _records(known: dict[int, Held], *dossiers: Dossier, updating: bool, strict: bool) -> list[Outcome]:
    return decide_records(known, dossiers, Rules(updating, strict)).outcomes


def test_a_lenient_system_makes_it_so_whatever_the_flag_says() -> None:
    for updating in (True, False):
        assert _records({}, ONE, updating=updating, strict=False) == [Outcome.APPLIED]
        assert _records(_held(ONE), ONE_CHANGED, updating=updating, strict=False) == [Outcome.APPLIED]
        assert _records(_held(ONE), ONE, updating=updating, strict=False) == [Outcome.ABSORBED]


def test_a_strict_system_wants_the_right_flag() -> None:
    assert _records({}, ONE, updating=True, strict=True) == [Outcome.UNKNOWN]
    assert _records({}, ONE, updating=False, strict=True) == [Outcome.APPLIED]
    assert _records(_held(ONE), ONE, updating=False, strict=True) == [Outcome.EXISTS]
    assert _records(_held(ONE), ONE_CHANGED, updating=False, strict=True) == [Outcome.EXISTS]
    assert _records(_held(ONE), ONE_CHANGED, updating=True, strict=True) == [Outcome.APPLIED]
    assert _records(_held(ONE), ONE, updating=True, strict=True) == [Outcome.ABSORBED]


def test_a_batch_with_the_same_dossier_twice_is_like_two_requests() -> None:
    decided = decide_records({}, [ONE, ONE, ONE_CHANGED, TWO], LENIENT)

    assert decided.outcomes == [Outcome.APPLIED, Outcome.ABSORBED, Outcome.APPLIED, Outcome.APPLIED]
    assert [(effect.position, effect.item) for effect in decided.effects] == [(0, ONE), (2, ONE_CHANGED), (3, TWO)]


def test_new_and_known_dossiers_are_written_apart() -> None:
    known = _held(ONE)

    decided = decide_records(known, [TWO, ONE_CHANGED, ONE], LENIENT)

    assert [[effect.item for effect in effects] for effects in decided.apart(known)] == [[TWO], [ONE_CHANGED, ONE]]
    assert decide_records(known, [ONE], LENIENT).apart(known) == []


def test_another_code_with_the_same_key_is_refused_not_mixed_up() -> None:
    known = {ONE.key: Held("another code", 1, 0, "2")}
    row = read_progress("H49", step(1))

    assert _records(known, ONE, updating=False, strict=False) == [Outcome.COLLISION]
    assert decide_progress(known, set(), [row]).outcomes == [Outcome.COLLISION]


def test_a_changed_record_keeps_the_number_of_progress_rows_in_its_leaf() -> None:
    assert leaves(_held(ONE, 3), [ONE_CHANGED]) == [leaf(ONE.key, ONE_CHANGED.record_hash, 3)]
    assert leaves({}, [ONE]) == [leaf(ONE.key, ONE.record_hash, 0)]


def test_progress_of_an_unknown_dossier_is_refused() -> None:
    row = read_progress("H49", step(1))

    assert decide_progress({}, set(), [row]).outcomes == [Outcome.UNKNOWN]


def test_a_progress_row_is_known_by_second_status_and_text_only() -> None:
    first = read_progress("H49", step(1))
    again = read_progress("H49", step(1, NguoiXuLy="Người khác"))
    others = [
        read_progress("H49", row)
        for row in (step(1, "20220512083016"), step(1, status="4"), step(1, NoiDungXuLy="Chuyển xử lý"))
    ]

    decided = decide_progress(_held(ONE), {(first.key, first.identity)}, [again, *others])

    assert decided.outcomes == [Outcome.ABSORBED, *[Outcome.APPLIED] * 3]


STEPS = st.builds(
    step,
    st.integers(1, 3),
    st.sampled_from(["20220512083015", "20220512083016", ""]),
    st.sampled_from(["2", "4"]),
)


@given(st.lists(STEPS.map(lambda row: read_progress("H49", row)), max_size=30), st.integers(0, 30))
def test_sending_again_changes_nothing(rows: list[Progress], cut: int) -> None:
    known = {**_held(ONE), **_held(TWO)}

    whole = decide_progress(known, set(), rows)
    first = decide_progress(known, set(), rows[:cut])
    after = _after(known, first)
    again = decide_progress(after, {(e.item.key, e.item.identity) for e in first.effects}, rows)

    assert len(first.effects) + len(again.effects) == len(whole.effects)
    assert _after(after, again) == _after(known, whole)
    assert all(outcome is not Outcome.APPLIED for outcome in again.outcomes[:cut])


def _after(known: dict[int, Held], decided: Decided[Progress]) -> dict[int, Held]:
    return {
        key: held._replace(progress_rows=decided.counts.get(key, held.progress_rows)) for key, held in known.items()
    }


def test_a_strict_system_refuses_a_status_that_is_unknown_or_does_not_follow() -> None:
    returned = read_dossier("H49", record(1, TrangThaiHoSo="10"))
    unknown = read_dossier("H49", record(2, TrangThaiHoSo="11"))

    assert _records(_held(returned), ONE_CHANGED, updating=True, strict=True) == [Outcome.BAD_STATUS]
    assert _records({}, unknown, updating=False, strict=True) == [Outcome.BAD_STATUS]
    assert _records(_held(returned), ONE_CHANGED, unknown, updating=True, strict=False) == [Outcome.APPLIED] * 2


def test_a_strict_system_refuses_a_step_that_does_not_follow_the_last_one() -> None:
    rows = [
        read_progress("H49", step(1, f"2022051208301{second}", status=status))
        for second, status in enumerate(("2", "9", "11", "1", "10"))
    ]
    seen = {(rows[0].key, rows[0].identity)}

    decided = decide_progress(_held(ONE), seen, rows, last={ONE.key: "2"})

    refused = Outcome.BAD_STATUS
    assert decided.outcomes == [Outcome.ABSORBED, Outcome.APPLIED, refused, refused, Outcome.APPLIED]


def test_a_gateway_refuses_to_add_what_it_knows_and_judges_nothing_else() -> None:
    unknown = read_dossier("H49", record(2, TrangThaiHoSo="11"))
    rules = Rules(updating=False, strict=False, refuse_known=True)

    assert decide_records(_held(ONE), [ONE, unknown], rules).outcomes == [Outcome.EXISTS, Outcome.APPLIED]
