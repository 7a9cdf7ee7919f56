"""What both sides must agree on when nothing waits any more: the checker's verdict, and reconciliation's silence."""

from sync.loadtest.checker import check
from sync.pump import national_client
from sync.reconcile import reconcile


def assert_nothing_lost_or_doubled() -> None:
    with national_client() as client:
        verdict = check(client)
        assert verdict.is_clean, verdict
        assert verdict.applied == verdict.committed
        assert reconcile(client).differing == 0
