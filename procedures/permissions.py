"""Who may do what: the office an application lies with, and the role of the person in it.

What an application's status allows is the business of `lifecycle`; here it is asked only who.
"""

from django.utils.translation import gettext_lazy as _

from procedures.lifecycle import ACT_LABELS, Act, acts_from
from procedures.models import Agency, Application, Citizen, Official

Person = Official | Citizen

CITIZEN_ACTS = frozenset({Act.SUBMIT, Act.SUPPLY, Act.PAY, Act.WITHDRAW, Act.RATE})
RECEPTION_ACTS = frozenset(
    {Act.SUBMIT, Act.ACCEPT, Act.REFUSE, Act.ASK_SUPPLEMENT, Act.SUPPLY, Act.PAY, Act.RETURN_RESULT, Act.WITHDRAW}
)
HANDLER_ACTS = frozenset({Act.PROCESS, Act.ASK_SUPPLEMENT, Act.ASK_PAYMENT, Act.COMPLETE, Act.STOP})


class NotAllowed(PermissionError):
    """This person may not do this, with a sentence that says why."""


def check_may(act: Act, person: Person | None, application: Application) -> None:
    """Raise `NotAllowed` unless `person` may do `act` to `application`; None is the system itself."""
    match person:
        case Official():
            _check_official(act, person, application)
        case Citizen():
            _check_citizen(act, person, application)


def may(act: Act, person: Person | None, application: Application) -> bool:
    """`check_may` as a question, for templates and lists of buttons."""
    try:
        check_may(act, person, application)
    except NotAllowed:
        return False
    return True


def acts_open_to(person: Person, application: Application) -> list[Act]:
    """The acts this person may do now: allowed by the status and by the role, in the order of `Act`."""
    allowed = acts_from(application.state)
    if application.accepted_at is not None:
        allowed -= {Act.REFUSE}  # paused after acceptance, it can only be stopped
    return [act for act in Act if act in allowed and may(act, person, application)]


def acts_of(official: Official) -> frozenset[Act]:
    """The acts of a role; in a commune one official both receives and settles."""
    match official.role:
        case Official.Role.RECEPTION:
            return RECEPTION_ACTS
        case Official.Role.LEADER:
            return HANDLER_ACTS | {Act.REFUSE}
        case _ if official.agency.level == Agency.Level.COMMUNE:
            return HANDLER_ACTS | RECEPTION_ACTS
        case _:
            return HANDLER_ACTS


def may_see(official: Official, application: Application) -> bool:
    """Does this application lie with the official's agency, or was it handed in at the official's service centre?"""
    if official.agency_id == application.agency_id:
        return True
    return official.agency.level == Agency.Level.CENTRE and application.agency.settles_at_province()


def _acts_here(official: Official, application: Application) -> bool:
    """The service centre receives and hands out for others; it settles nothing for them, whoever works there."""
    return official.agency_id == application.agency_id or official.role == Official.Role.RECEPTION


def _check_official(act: Act, official: Official, application: Application) -> None:
    if not may_see(official, application):
        raise NotAllowed(_("Hồ sơ này không thuộc cơ quan của bạn."))
    if act not in acts_of(official) or not _acts_here(official, application):
        raise NotAllowed(
            _("Vai trò “%(role)s” không được thực hiện “%(act)s”.")
            % {"role": official.get_role_display(), "act": ACT_LABELS[act]}
        )


def _check_citizen(act: Act, citizen: Citizen, application: Application) -> None:
    if application.citizen_id != citizen.pk:
        raise NotAllowed(_("Hồ sơ này không phải của bạn."))
    if act not in CITIZEN_ACTS:
        raise NotAllowed(_("Chỉ cán bộ mới được thực hiện “%(act)s”.") % {"act": ACT_LABELS[act]})
