"""What the domain tells whoever listens."""

from django.dispatch import Signal

history_written = Signal()
"""Sent once after the commit of a transaction that wrote `StatusChange` rows; carries nothing."""
