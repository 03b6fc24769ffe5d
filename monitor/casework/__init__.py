"""The case database: what each run found, kept for the people who act on it. Decisions join it in later rooms."""
