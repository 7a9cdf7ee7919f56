"""How dates and numbers are written, per language; days in front of months in both."""
