"""One application on an official's desk: what it shows, what may be done, what a refusal says."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.officials import acts
from procedures import permissions
from procedures.codes import receipt_secret
from procedures.lifecycle import Act, Status
from procedures.models import Application, Official
from tests.portal.world import HOUR, MORNING, World, accepted, file, settled


def address(application: Application, act: str = "") -> str:
    return f"/officials/{application.code}/{act + '/' if act else ''}"


def test_the_page_offers_exactly_the_acts_that_are_allowed(official: Client, world: World) -> None:
    for application in (file(world), accepted(world), settled(world)):
        offered = [offer.act for offer in official.get(address(application)).context["offers"]]

        assert offered == permissions.acts_open_to(world.official, application)


def test_every_act_of_an_official_has_a_form_and_a_hint() -> None:
    possible = permissions.RECEPTION_ACTS | permissions.HANDLER_ACTS | {Act.REFUSE}

    assert set(acts.DOERS) == set(acts.HINTS) == possible - {Act.SUBMIT}


def test_at_most_one_button_is_the_primary_one(official: Client, world: World) -> None:
    for application in (file(world), accepted(world), settled(world)):
        assert official.get(address(application)).content.decode().count("btn-primary") == 1


def test_an_act_moves_the_application_in_the_officials_name(official: Client, world: World) -> None:
    application = file(world)

    answer = official.post(address(application, "accept"), {"note": "Đủ giấy tờ."}, follow=True)

    application.refresh_from_db()
    change = application.history.get(version=2)
    assert application.state is Status.ACCEPTED
    assert (change.by_official, change.note) == (world.official, "Đủ giấy tờ.")
    assert "Đã ghi: Tiếp nhận." in answer.content.decode()


def test_a_request_for_papers_may_name_its_last_day(official: Client, world: World) -> None:
    application = accepted(world)

    official.post(address(application, "ask_supplement"), {"note": "Thiếu giấy.", "answer_by": "2022-05-18"})

    application.refresh_from_db()
    assert application.answer_by is not None
    assert application.answer_by.isoformat() == "2022-05-18T10:00:00+00:00"  # 17:00 in Vietnam


def test_a_request_for_a_fee_names_the_amount(official: Client, world: World) -> None:
    application = accepted(world)

    official.post(address(application, "ask_payment"), {"fee_vnd": "50000"})

    application.refresh_from_db()
    assert (application.state, application.fee_vnd) == (Status.PAYMENT_REQUESTED, 50_000)


@pytest.mark.parametrize(
    ("act", "data", "sentence"),
    [
        ("refuse", {"note": ""}, "Hãy ghi rõ lý do: công dân sẽ đọc lý do này."),
        ("ask_supplement", {"note": " "}, "Hãy ghi rõ giấy tờ còn thiếu: công dân sẽ đọc."),
        ("return_result", {}, "Hồ sơ đang ở trạng thái “Mới đăng ký”, không thể thực hiện “Trả kết quả”."),
    ],
)
def test_a_refusal_is_a_sentence_and_changes_nothing(
    official: Client, world: World, act: str, data: dict[str, str], sentence: str
) -> None:
    application = file(world)

    answer = official.post(address(application, act), data)

    application.refresh_from_db()
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert application.version == 1


def test_what_was_typed_is_kept_when_the_act_is_refused(official: Client, world: World) -> None:
    application = accepted(world)

    page = official.post(address(application, "ask_payment"), {"fee_vnd": "0", "note": "Lệ phí cấp bản sao"})

    assert "Lệ phí cấp bản sao" in page.content.decode()


def test_a_role_without_the_right_is_refused_with_a_sentence(official: Client, world: World) -> None:
    world.official.role = Official.Role.LEADER
    world.official.save()

    answer = official.post(address(file(world), "accept"))

    assert answer.status_code == 422
    assert "Vai trò “Lãnh đạo” không được thực hiện “Tiếp nhận”." in answer.content.decode()


@pytest.mark.parametrize("act", ["", "accept", "receipt"])
def test_another_agencys_application_does_not_exist(official: Client, world: World, act: str) -> None:
    theirs = file(world, where=world.other_commune)

    answer = official.post(address(theirs, act)) if act == "accept" else official.get(address(theirs, act))

    theirs.refresh_from_db()
    assert answer.status_code == 404
    assert theirs.version == 1


@pytest.mark.parametrize("act", ["submit", "rate", "destroy"])
def test_an_act_that_is_none_of_an_officials_does_not_exist(official: Client, world: World, act: str) -> None:
    assert official.post(address(file(world), act)).status_code == 404


def test_acts_need_the_token_and_a_post(official: Client, world: World) -> None:
    application = file(world)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = official.cookies

    assert official.get(address(application, "accept")).status_code == 405
    refused = strict.post(address(application, "accept"))
    assert refused.status_code == 403
    assert "Phiên làm việc đã hết hạn" in refused.content.decode()


def test_the_receipt_holds_the_secret_and_the_due_date(official: Client, world: World) -> None:
    application = accepted(world)

    page = official.get(address(application, "receipt")).content.decode()

    assert receipt_secret(application.code, settings.LOOKUP_KEY) in page
    assert "Thứ Năm 19/05/2022, 17:00" in page


@pytest.mark.parametrize("changes", [1, 20])
def test_the_page_asks_as_few_queries_for_a_long_history_as_for_a_short(
    official: Client, world: World, changes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    application = accepted(world)
    for number in range(changes):
        act, note = ("ask_supplement", "Thiếu giấy.") if number % 2 == 0 else ("supply", "")
        world_act = acts.DOERS[Act(act)]
        world_act(application, by=None, at=MORNING + (2 + number) * HOUR, note=note)
    assert application.version == 2 + changes

    # session, account, official, agency, application, history, ledger, calendar, estimate, clock
    with django_assert_num_queries(10):
        official.get(address(application))


def test_the_deadline_ledger_explains_the_due_date(official: Client, world: World) -> None:
    application = accepted(world)
    acts.DOERS[Act.ASK_SUPPLEMENT](application, by=None, at=MORNING + 2 * HOUR, note="Thiếu giấy.")
    acts.DOERS[Act.SUPPLY](application, by=None, at=MORNING + timedelta(days=1))

    page = official.get(address(application)).content.decode()

    assert "bắt đầu tính 5 ngày làm việc; hẹn trả 17:00 19/05/2022" in page
    assert "cộng 1 ngày làm việc; hẹn trả 17:00 20/05/2022" in page
