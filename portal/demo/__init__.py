"""The demo: a province is simulated, one day of it is synchronised with the national system, and the outcome judged."""
