"""One account per role to try the portal with; passwords are random and kept in `.local/` (design, decision 14)."""

from dataclasses import dataclass

from django.db import transaction

from portal.accounts.models import User
from procedures.models import Agency, Official

LEADER_NAME, OFFICIAL_NAME = "Phạm Minh Hải", "Vũ Thị Lan"


@dataclass(frozen=True)
class SignIn:
    """What the demo's closing table prints."""

    role: User.Role
    username: str
    password: str
    agency: str


@transaction.atomic
def ensure_accounts(passwords: dict[str, str], *, commune: Agency, province: Agency) -> list[SignIn]:
    """Make one account per role, or give the existing ones these passwords; `passwords` is role → password."""
    official = _official(OFFICIAL_NAME, commune, Official.Role.HANDLER)
    leader = _official(LEADER_NAME, province, Official.Role.LEADER)
    wanted = [
        (User.Role.OFFICIAL, "canbo", official, commune.name),
        (User.Role.LEADER, "lanhdao", leader, province.name),
        (User.Role.ENGINEER, "kysu", None, ""),
    ]
    return [_ensure(role, username, passwords[role], person, agency) for role, username, person, agency in wanted]


def _official(name: str, agency: Agency, role: Official.Role) -> Official:
    official, _ = Official.objects.get_or_create(name=name, agency=agency, role=role)
    return official


def _ensure(role: User.Role, username: str, password: str, official: Official | None, agency: str) -> SignIn:
    user, _ = User.objects.get_or_create(username=username, defaults={"role": role, "official": official})
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return SignIn(role, username, password, agency)
