"""The portal: how people and programs reach the procedures."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
