"""The REST API, version 1: the catalogue, the public look-up, statistics. Views load, ask the domain, and answer."""

from typing import Any

import redis
from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal import clock, lookup, periods
from portal.api import serializers
from portal.catalogue import CatalogueFilter
from procedures import boards
from procedures.metrics import FIGURES
from procedures.models import Agency, Procedure, StatusChange
from procedures.working_days import ZONE

NO_STORE = {"Cache-Control": "no-store"}


class Pages(PageNumberPagination):
    """`?page=2&page_size=50`, at most 200 a page."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


@extend_schema_view(
    get=extend_schema(
        responses={
            200: serializers.ProcedureSerializer(many=True),
            400: OpenApiResponse(description="a filter cannot be read"),
            404: serializers.MessageSerializer,
        }
    )
)
class ProcedureList(ListAPIView[Procedure]):
    """The catalogue: search with or without accents, narrow by sector, level and way of filing."""

    permission_classes = (AllowAny,)
    serializer_class = serializers.ProcedureSerializer
    filterset_class = CatalogueFilter
    pagination_class = Pages
    queryset = Procedure.objects.select_related("sector", "agency").defer("search").order_by("position")


@extend_schema_view(
    get=extend_schema(responses={200: serializers.ProcedureDetailSerializer, 404: serializers.MessageSerializer})
)
class ProcedureDetail(RetrieveAPIView[Procedure]):
    """One procedure by its national code."""

    permission_classes = (AllowAny,)
    serializer_class = serializers.ProcedureDetailSerializer
    lookup_field = "code"
    queryset = Procedure.objects.select_related("sector", "agency").defer("search")


class Lookup(APIView):
    """The public look-up: an unknown code and a wrong secret give one and the same answer."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        request=serializers.LookupSerializer,
        responses={
            200: serializers.ProgressSerializer,
            400: OpenApiResponse(description="a field is missing or too long"),
            404: serializers.MessageSerializer,
            429: serializers.MessageSerializer,
            503: serializers.MessageSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        """Where is my application?"""
        asked = serializers.LookupSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            return self._look_up(request.META["REMOTE_ADDR"], **asked.validated_data)
        except redis.RedisError:  # without its brake the look-up stays shut
            return _refusal(_("Tra cứu tạm đóng, hãy thử lại sau ít phút."), 503)

    def _look_up(self, address: str, code: str, secret: str) -> Response:
        machine = clock.machine_now()
        seconds = lookup.seconds_to_wait(address, code, machine)
        if seconds > 0:
            answer = _refusal(_("Bạn đã thử quá nhiều lần, hãy đợi rồi thử lại."), 429)
            answer["Retry-After"] = str(seconds)
            return answer
        application = lookup.find(code, secret)
        if application is None:
            lookup.note_failure(address, code, machine)
            return _refusal(_("Không có hồ sơ nào với mã hồ sơ và mã tra cứu này."), 404)
        prefetch_related_objects([application], Prefetch("history", StatusChange.objects.order_by("version")))
        return Response(serializers.ProgressSerializer(application).data, headers=NO_STORE)


class Statistics(APIView):
    """The figures of the boards, for the province or one agency with all below it."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[serializers.StatisticsQuerySerializer],
        responses={
            200: serializers.StatisticsSerializer,
            400: OpenApiResponse(description="a parameter cannot be read"),
            404: serializers.MessageSerializer,
        },
    )
    def get(self, request: Request) -> Response:
        """Every figure of the registry."""
        asked = serializers.StatisticsQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        at = clock.now()
        today = at.astimezone(ZONE).date()
        chosen = periods.choose(asked.validated_data["period"], min(asked.validated_data.get("day", today), today))
        agency = _agency(asked.validated_data.get("agency", ""))
        values = boards.totals(boards.Scope(agency), chosen.period, at)
        figures = [_figure(key, value) for key, value in values.items()]
        content = {"first": chosen.period.first, "end": chosen.period.end, "at": at, "agency": agency and agency.code}
        return Response(serializers.StatisticsSerializer(content | {"figures": figures}).data)


def _agency(code: str) -> Agency | None:
    return get_object_or_404(Agency, code=code) if code else None


def _figure(key: str, value: float | None) -> dict[str, Any]:
    figure = FIGURES[key]
    return {"key": key, "label": figure.label, "formula": figure.formula, "kind": figure.kind, "value": value}


def _refusal(sentence: str, status: int) -> Response:
    return Response({"detail": sentence}, status=status, headers=NO_STORE)
