"""One dossier after another, four calls each: look up, fetch the procedure, record, progress (national protocol 2.2).

The session is cached and the connection kept, which is kinder than the real client, whose every call connects anew.
"""

import time

import requests
from django.conf import settings
from django.db.models import F

from procedures.models import Application
from sync.models import Delivery
from tests.bench import naive


def run(applications: int) -> float:
    """Seconds from the first call to the last mark."""
    with requests.Session() as http:
        own = {"session": naive.sign_in(), "madonvi": settings.NATIONAL["madonvi"]}

        def call(service: str, **fields: object) -> list[object]:
            content = {**own, "service": service, **fields}
            answer = http.post(settings.NATIONAL["adapter_url"] + "/mapi/g", json=content, timeout=6).json()
            if answer["error_code"] != "0":
                raise SystemExit(f"the national side refused: {answer['message']}")
            found: list[object] = answer["result"]
            return found

        began = time.monotonic()
        for number in Delivery.objects.order_by("pk").values_list("pk", flat=True)[:applications]:
            application = Application.objects.get(pk=number)
            known = call("TraCuuHoSo", mahoso=application.code)
            call("LayThuTuc", maTTHC=application.procedure.code)
            call("DongBoHoSoMC", isUpdating=str(bool(known)), data=[naive.record(application)])
            call("CapNhatTienDoHoSoMC", data=[naive.step(step) for step in application.history.order_by("version")])
            Delivery.objects.filter(pk=number).update(sent=F("wanted"))
        return time.monotonic() - began
