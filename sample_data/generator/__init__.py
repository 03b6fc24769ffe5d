"""A seeded generator of platform exports: static SQL run by DuckDB, parameters in tables, one file a month."""
