"""The province's answer to the national portal, where a citizen asks for a dossier (national protocol 2.6).

Always HTTP 200: real clients read no body of another status. Nothing of a person is in the answer: whoever knows a code
learns what is asked of which office and how far it is, nothing more.
"""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from procedures.models import Application, Channel

SYSTEM_ERROR = "-1"
NOT_FOUND, UNREADABLE = "Hồ sơ không tồn tại", "Nội dung phải là đối tượng JSON có masohoso"
OTHER_OR_UNKNOWN = "3"  # LoaiDoiTuong: who it is about is nobody's business here
FILED_ONLINE, FILED_OTHERWISE = "1", "0"  # HinhThuc: in this service it tells how it was filed
LONGEST_CODE = 40


@csrf_exempt
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """{madonvi, service, masohoso} → the bare dossier, or {error_code: "-1", message}."""
    code = _code(request.body)
    if code is None:
        return _respond({"error_code": SYSTEM_ERROR, "message": UNREADABLE})
    found = Application.objects.select_related("procedure__sector", "agency").filter(code=code).first()
    return _respond(_told(found) if found else {"error_code": SYSTEM_ERROR, "message": NOT_FOUND})


def _code(body: bytes) -> str | None:
    try:
        content = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None
    code = content.get("masohoso") if isinstance(content, dict) else None
    return code.strip().upper()[:LONGEST_CODE].replace("\0", "") if isinstance(code, str) and code.strip() else None


def _told(application: Application) -> dict[str, str]:
    procedure = application.procedure
    return {
        "MaHoSo": application.code,
        "MaTTHC": procedure.code,
        "TenTTHC": procedure.name,
        "MaLinhVuc": procedure.sector.code,
        "TenLinhVuc": procedure.sector.name,
        "LoaiDoiTuong": OTHER_OR_UNKNOWN,
        "TrangThaiHoSo": str(application.status),
        "HinhThuc": FILED_ONLINE if application.channel == Channel.ONLINE else FILED_OTHERWISE,
        "DonViXuLy": application.agency.name,
    }


def _respond(content: dict[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps(content), content_type="application/json")


urlpatterns = [
    path("search/call", search, name="national_lookup"),
    path("XrdAdapter/RestService/forward/search/call", search),
    path("VXPAdapter/RestService/forward/search/call", search),
]
