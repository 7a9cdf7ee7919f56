"""Faults of the mock national system (sự cố): rules as data, one seeded draw per request, met ahead of the services."""
