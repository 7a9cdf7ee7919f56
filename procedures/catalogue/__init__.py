"""The catalogue and the organisation of the portal, derived from published sources.

Pure: no Django, no clock, no network. `python -m procedures.catalogue` writes `procedures/data/` from
`procedures/data/sources/`; `reading.read_catalogue` reads the files back, refusing a row that is broken.
"""
