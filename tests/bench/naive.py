"""What a Django developer writes first: one Celery task per application, the ORM, `requests`; a marker on success.

Acknowledged late and retried by Celery, as the tutorials have it. Its own Celery application on the same Redis.
"""

import os

import django
import requests
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402  Django comes first
from django.db.models import F  # noqa: E402

from procedures.models import Application, StatusChange  # noqa: E402
from sync.models import Delivery  # noqa: E402

app = Celery("naive", broker=settings.CELERY_BROKER_URL, set_as_current=False)  # the portal's own stays the current one
app.conf.update(
    task_default_queue="naive", task_ignore_result=True, task_acks_late=True, worker_hijack_root_logger=False
)
_session: dict[str, str] = {}


def sign_in() -> str:
    """A session, kept for the process."""
    if not _session:
        login = {"username": settings.NATIONAL["username"], "password": settings.NATIONAL["password"]}
        _session["token"] = requests.post(
            settings.NATIONAL["adapter_url"] + "/mapi/login", json=login, timeout=6
        ).json()["session"]
    return _session["token"]


def call(service: str, **fields: object) -> dict[str, object]:
    """One call of variant A, by a connection of its own, as `requests.post` makes it."""
    content = {"session": sign_in(), "madonvi": settings.NATIONAL["madonvi"], "service": service, **fields}
    response = requests.post(settings.NATIONAL["adapter_url"] + "/mapi/g", json=content, timeout=6)
    response.raise_for_status()
    answer: dict[str, object] = response.json()
    if answer["error_code"] != "0":
        raise ValueError(answer["message"])
    return answer


def moment(value: object) -> str:
    return f"{value:%Y%m%d%H%M%S}" if value else ""


def record(application: Application) -> dict[str, object]:
    """The dossier, field by field through the relations."""
    procedure, citizen = application.procedure, application.citizen
    return {
        "MaHoSo": application.code,
        "MaTTHC": procedure.code,
        "TenTTHC": procedure.name,
        "MaLinhVuc": procedure.sector.code,
        "TenLinhVuc": procedure.sector.name,
        "ChuHoSo": citizen.name,
        "LoaiDoiTuong": str(citizen.kind),
        "Email": citizen.email,
        "SoDienThoai": citizen.phone,
        "TrichYeuHoSo": procedure.name[:1000],
        "NgayTiepNhan": moment(application.submitted_at),
        "NgayHenTra": moment(application.due_at),
        "TrangThaiHoSo": str(application.status),
        "HinhThuc": "1" if application.result_by_post else "0",
        "NgayKetThucXuLy": moment(application.completed_at),
        "DonViXuLy": application.agency.name,
        "TaiLieuNop": [],
    }


def step(change: StatusChange) -> dict[str, str]:
    return {
        "MaHoSo": change.application.code,
        "NguoiXuLy": change.by_official.name if change.by_official else "Công dân",
        "ThoiDiemXuLy": moment(change.at),
        "NoiDungXuLy": f"{change.get_to_status_display()}-{change.note}",
        "TrangThai": str(change.to_status),
    }


@app.task(autoretry_for=(requests.RequestException,), retry_backoff=True)
def synchronise(application_id: int) -> None:
    """Send one application and mark it as sent."""
    application = Application.objects.get(pk=application_id)
    call("DongBoHoSoMC", isUpdating="False", data=[record(application)])
    call("CapNhatTienDoHoSoMC", data=[step(change) for change in application.history.order_by("version")])
    Delivery.objects.filter(pk=application_id).update(sent=F("wanted"))
