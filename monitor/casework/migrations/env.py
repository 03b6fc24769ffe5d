"""Alembic's entry: runs the migrations on the connection ``database.migrate`` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from monitor.casework.tables import runs

connection = context.config.attributes.get("connection")
if connection is None:
    connection = create_engine(context.config.get_main_option("sqlalchemy.url") or "", hide_parameters=True).connect()
context.configure(connection=connection, target_metadata=runs.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
