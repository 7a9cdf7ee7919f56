"""Three checks were NULL, hence passed, for rows they forbid; and what is accepted has a moment of acceptance."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0004_catalogue_marks'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='application',
            name='a_pause_knows_where_it_began',
        ),
        migrations.RemoveConstraint(
            model_name='procedure',
            name='procedure_duration_is_whole',
        ),
        migrations.RemoveConstraint(
            model_name='statuschange',
            name='change_is_in_the_table_of_moves',
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paused_from__in', [1, 2, 4]), ('paused_from__isnull', False), ('status', 5)), models.Q(('paused_from__in', [2, 4]), ('paused_from__isnull', False), ('status', 6)), models.Q(models.Q(('status__in', frozenset([6, 5])), _negated=True), ('answer_by', None), ('paused_from', None)), _connector='OR'), name='a_pause_knows_where_it_began'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('status__in', frozenset([3, 1]))), models.Q(('accepted_at__isnull', False), ('status__in', frozenset([2, 9, 6, 4, 10]))), models.Q(('status__in', frozenset([2, 9, 6, 4, 3, 10, 1])), _negated=True), _connector='OR'), name='an_acceptance_has_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='procedure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('duration_unit', ''), ('duration_value', None)), models.Q(('duration_unit__in', ['working_days', 'days', 'hours', 'months']), ('duration_value__gt', 0), ('duration_value__isnull', False)), _connector='OR'), name='procedure_duration_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_status', None), ('to_status', 1)), models.Q(('from_status__isnull', False), models.Q(models.Q(('from_status', 1), ('to_status', 2)), models.Q(('from_status', 1), ('to_status', 3)), models.Q(('from_status', 1), ('to_status', 5)), models.Q(('from_status', 1), ('to_status', 7)), models.Q(('from_status', 2), ('to_status', 4)), models.Q(('from_status', 2), ('to_status', 5)), models.Q(('from_status', 2), ('to_status', 6)), models.Q(('from_status', 2), ('to_status', 7)), models.Q(('from_status', 2), ('to_status', 8)), models.Q(('from_status', 2), ('to_status', 9)), models.Q(('from_status', 4), ('to_status', 5)), models.Q(('from_status', 4), ('to_status', 6)), models.Q(('from_status', 4), ('to_status', 7)), models.Q(('from_status', 4), ('to_status', 8)), models.Q(('from_status', 4), ('to_status', 9)), models.Q(('from_status', 5), ('to_status', 1)), models.Q(('from_status', 5), ('to_status', 2)), models.Q(('from_status', 5), ('to_status', 3)), models.Q(('from_status', 5), ('to_status', 4)), models.Q(('from_status', 5), ('to_status', 7)), models.Q(('from_status', 5), ('to_status', 8)), models.Q(('from_status', 6), ('to_status', 2)), models.Q(('from_status', 6), ('to_status', 4)), models.Q(('from_status', 6), ('to_status', 7)), models.Q(('from_status', 6), ('to_status', 8)), models.Q(('from_status', 9), ('to_status', 10)), _connector='OR')), _connector='OR'), name='change_is_in_the_table_of_moves'),
        ),
    ]
