"""Who may do what: every act for every person, as one table; the rules below are written a second time, apart."""

import pytest

from procedures import actions, permissions
from procedures.lifecycle import ACT_LABELS, Act
from procedures.models import Agency, Application, Citizen, Official
from procedures.permissions import NotAllowed, Person
from tests.portal.world import MORNING, World, file

RECEPTION, HANDLER, LEADER = Official.Role.RECEPTION, Official.Role.HANDLER, Official.Role.LEADER
#                reception  handler  handler of a commune  leader  citizen
ALLOWED = {
    Act.SUBMIT:         "+  -  +  -  +",
    Act.ACCEPT:         "+  -  +  -  -",
    Act.REFUSE:         "+  -  +  +  -",
    Act.PROCESS:        "-  +  +  +  -",
    Act.ASK_SUPPLEMENT: "+  +  +  +  -",
    Act.SUPPLY:         "+  -  +  -  +",
    Act.ASK_PAYMENT:    "-  +  +  +  -",
    Act.PAY:            "+  -  +  -  +",
    Act.COMPLETE:       "-  +  +  +  -",
    Act.RETURN_RESULT:  "+  -  +  -  -",
    Act.WITHDRAW:       "+  -  +  -  +",
    Act.STOP:           "-  +  +  +  -",
    Act.RATE:           "-  -  -  -  +",
}  # fmt: skip
COLUMNS = ("reception", "handler", "handler of a commune", "leader", "citizen")
pytestmark = pytest.mark.django_db


def allowed(act: Act, column: str) -> bool:
    return ALLOWED[act].split()[COLUMNS.index(column)] == "+"


def official(agency: Agency, role: int) -> Official:
    return Official(name="Trần Văn Bình", agency=agency, role=role)


@pytest.fixture
def at_department(world: World) -> Application:
    return file(world, what=world.land, where=world.department)


def test_the_table_names_every_act_and_every_column() -> None:
    assert set(ALLOWED) == set(Act)
    assert all(len(row.split()) == len(COLUMNS) for row in ALLOWED.values())


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize(("column", "role"), [("reception", RECEPTION), ("handler", HANDLER), ("leader", LEADER)])
def test_an_official_of_the_agency_may_do_what_the_role_allows(
    world: World, at_department: Application, act: Act, column: str, role: int
) -> None:
    assert permissions.may(act, official(world.department, role), at_department) == allowed(act, column)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize(
    ("column", "role"), [("reception", RECEPTION), ("handler of a commune", HANDLER), ("leader", LEADER)]
)
def test_in_a_commune_one_official_both_receives_and_settles(
    world: World, application: Application, act: Act, column: str, role: int
) -> None:
    assert permissions.may(act, official(world.commune, role), application) == allowed(act, column)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Official.Role)
@pytest.mark.parametrize("place", ["district", "other_commune", "department", "centre", "province"])
def test_no_official_of_another_agency_may_do_anything(
    world: World, application: Application, act: Act, role: int, place: str
) -> None:
    elsewhere = official(getattr(world, place), role)

    with pytest.raises(NotAllowed, match="không thuộc cơ quan của bạn"):
        permissions.check_may(act, elsewhere, application)


@pytest.mark.parametrize("act", Act)
def test_the_service_centre_receives_for_the_departments(world: World, at_department: Application, act: Act) -> None:
    assert permissions.may(act, official(world.centre, RECEPTION), at_department) == allowed(act, "reception")


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", [HANDLER, LEADER])
def test_the_service_centre_settles_nothing_for_the_departments(
    world: World, at_department: Application, act: Act, role: int
) -> None:
    assert not permissions.may(act, official(world.centre, role), at_department)


@pytest.mark.parametrize("act", Act)
def test_citizens_act_on_their_own_applications_and_on_no_others(
    world: World, application: Application, act: Act
) -> None:
    other = Citizen.objects.create(name="Lê Văn Nam", identity_number="022085000002")

    assert permissions.may(act, world.citizen, application) == allowed(act, "citizen")
    with pytest.raises(NotAllowed, match="không phải của bạn"):
        permissions.check_may(act, other, application)


@pytest.mark.parametrize("act", Act)
def test_the_system_may_do_everything(application: Application, act: Act) -> None:
    assert permissions.may(act, None, application)


def test_a_refusal_names_the_role_and_the_act(world: World, application: Application) -> None:
    with pytest.raises(NotAllowed) as refusal:
        permissions.check_may(Act.ACCEPT, official(world.commune, LEADER), application)

    assert "Lãnh đạo" in str(refusal.value)
    assert str(ACT_LABELS[Act.ACCEPT]) in str(refusal.value)


@pytest.mark.parametrize("place", ["centre", "department", "district", "commune"])
def test_what_an_official_sees_in_a_list_is_what_may_be_seen_one_by_one(world: World, place: str) -> None:
    file(world)
    file(world, what=world.land, where=world.department)
    file(world, what=world.land, where=world.district)
    person = official(getattr(world, place), RECEPTION)

    listed = set(Application.objects.visible_to(person))

    assert listed == {one for one in Application.objects.all() if permissions.may_see(person, one)}
    assert listed


def test_the_acts_offered_are_those_the_status_and_the_role_allow(world: World, application: Application) -> None:
    def offered(person: Person) -> list[Act]:
        return permissions.acts_open_to(person, application)

    assert offered(world.official) == [Act.ACCEPT, Act.REFUSE, Act.ASK_SUPPLEMENT, Act.WITHDRAW]
    assert offered(world.citizen) == [Act.WITHDRAW]
    assert offered(world.leader) == []

    actions.accept(application, by=world.official, at=MORNING)

    assert offered(world.official) == [
        Act.PROCESS,
        Act.ASK_SUPPLEMENT,
        Act.ASK_PAYMENT,
        Act.COMPLETE,
        Act.WITHDRAW,
        Act.STOP,
    ]


def test_what_was_accepted_is_not_offered_for_refusal(world: World, application: Application) -> None:
    actions.accept(application, by=None, at=MORNING)
    actions.ask_supplement(application, by=None, at=MORNING, note="Thiếu giấy chứng sinh")

    assert permissions.acts_open_to(world.official, application) == [Act.SUPPLY, Act.WITHDRAW, Act.STOP]
