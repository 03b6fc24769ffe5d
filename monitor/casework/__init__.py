"""The case database: what each run found, kept for the people who act on it. Decisions join it in later rooms."""

# Its table is in the metadata whichever of this room's modules is loaded.
from monitor.casework import pack_tables as _pack_tables  # noqa: F401
