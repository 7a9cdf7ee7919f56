"""What the API says of procedures, applications and figures; no rule lives here."""

from typing import Any

from rest_framework import serializers

from procedures.models import Application, Procedure


class PaperSerializer(serializers.Serializer[dict[str, Any]]):
    """One paper to hand in (thành phần hồ sơ); null where the source shows no quantity."""

    name = serializers.CharField()
    originals = serializers.IntegerField(allow_null=True)
    copies = serializers.IntegerField(allow_null=True)
    form = serializers.CharField(allow_blank=True)


class ProcedureSerializer(serializers.ModelSerializer[Procedure]):
    """One line of the catalogue."""

    sector = serializers.SlugRelatedField(slug_field="name", read_only=True)  # type: ignore[var-annotated]
    agency = serializers.SlugRelatedField(  # type: ignore[var-annotated]  # null where no province's agency settles it
        slug_field="code", read_only=True, allow_null=True
    )

    class Meta:
        model = Procedure
        fields = (
            "code", "name", "sector", "agency", "at_province", "at_district", "at_commune", "duration_value",
            "duration_unit", "fee_vnd", "online_level", "nationally_connected",
        )  # fmt: skip


class ProcedureDetailSerializer(ProcedureSerializer):
    """One procedure with all texts of the source; what the source does not say is empty."""

    steps = serializers.ListField(child=serializers.CharField())
    papers = PaperSerializer(many=True)
    legal_basis = serializers.ListField(child=serializers.CharField())
    audience = serializers.ListField(child=serializers.CharField())

    class Meta(ProcedureSerializer.Meta):
        fields = (  # type: ignore[assignment]  # longer than its base
            *ProcedureSerializer.Meta.fields, "district_assigned", "online_assigned", "fee_text", "audience", "steps",
            "papers", "legal_basis", "result_name", "result_code", "decision", "source_url",
        )  # fmt: skip


class LookupSerializer(serializers.Serializer[dict[str, Any]]):
    """Code and secret, as they stand on the receipt."""

    code = serializers.CharField(max_length=40)
    secret = serializers.CharField(max_length=20)


class EventSerializer(serializers.Serializer[Any]):
    """One line of what happened."""

    status = serializers.IntegerField(source="to_status", help_text="national status, 1 to 10")
    label = serializers.CharField(source="get_to_status_display")  # type: ignore[assignment]
    at = serializers.DateTimeField()


class ProgressSerializer(serializers.ModelSerializer[Application]):
    """Where an application stands: no name, telephone, address or document."""

    procedure = serializers.CharField(source="procedure.name")
    agency = serializers.CharField(source="agency.name")
    label = serializers.CharField(source="get_status_display")  # type: ignore[assignment]
    history = EventSerializer(many=True)

    class Meta:
        model = Application
        fields = (
            "code", "procedure", "agency", "status", "label", "submitted_at", "accepted_at", "due_at", "answer_by",
            "completed_at", "ended_at", "history",
        )  # fmt: skip


class MessageSerializer(serializers.Serializer[dict[str, str]]):
    """A refusal, for a person."""

    detail = serializers.CharField()


class FigureSerializer(serializers.Serializer[dict[str, Any]]):
    """One figure: what it is called, how it is counted, and its value; a share without a denominator is null."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    formula = serializers.CharField()
    kind = serializers.ChoiceField(choices=["flow", "stock", "share"])
    value = serializers.FloatField(allow_null=True)


class StatisticsSerializer(serializers.Serializer[dict[str, Any]]):
    """The figures of a place and a period [first, end)."""

    first = serializers.DateField()
    end = serializers.DateField(help_text="the first day that no longer counts")
    at = serializers.DateTimeField(help_text="the moment of the stocks: the portal's time")
    agency = serializers.CharField(allow_null=True)
    figures = FigureSerializer(many=True)


class StatisticsQuerySerializer(serializers.Serializer[dict[str, Any]]):
    """Which figures are asked for."""

    period = serializers.ChoiceField(choices=["day", "week", "month", "quarter", "year"], default="month")
    day = serializers.DateField(required=False, help_text="the last day of the period; today where it is missing")
    agency = serializers.CharField(required=False, max_length=20, help_text="an agency's code, with all below it")
