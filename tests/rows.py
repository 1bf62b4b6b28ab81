"""The rows of a PostgreSQL database as they were once, kept in a schema that the application never looks into."""

from __future__ import annotations

import sqlalchemy as sa

OTHERS_OUT = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
_TABLES = sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
_SEQUENCES = sa.text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename")
# Whatever makes, changes, empties or drops a table or one of its triggers writes one of these rows anew.
_SHAPE = sa.text("""
    SELECT (SELECT string_agg(concat_ws(' ', oid, xmin), ',' ORDER BY oid) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace),
           (SELECT string_agg(concat_ws(' ', oid, xmin), ',' ORDER BY oid) FROM pg_trigger),
           (SELECT string_agg(concat_ws(' ', oid, xmin), ',' ORDER BY oid) FROM pg_constraint)
""")


def shape(connection: sa.Connection) -> tuple:
    """Return what stays the same for as long as no table is changed."""
    return tuple(connection.execute(_SHAPE).one())


def remember(connection: sa.Connection) -> None:
    """Keep every row as it is, and how to come back to it: neither keys nor the journal's guard stand in the way."""
    connection.execute(sa.text("CREATE SCHEMA pristine"))
    emptied, filled = [], []
    for table in connection.scalars(_TABLES).all():
        emptied.append(f'IF EXISTS (SELECT FROM public."{table}") THEN DELETE FROM public."{table}"; END IF;')  # noqa: S608
        if connection.scalar(sa.text(f'SELECT EXISTS (SELECT FROM public."{table}")')):  # noqa: S608
            connection.execute(sa.text(f'CREATE TABLE pristine."{table}" AS TABLE public."{table}"'))
            filled.append(f'INSERT INTO public."{table}" SELECT * FROM pristine."{table}";')  # noqa: S608
    for sequence in connection.scalars(_SEQUENCES).all():
        last, called = connection.execute(sa.text(f'SELECT last_value, is_called FROM public."{sequence}"')).one()  # noqa: S608
        filled.append(f"PERFORM setval('public.\"{sequence}\"', {last}, {called});")
    connection.exec_driver_sql(
        f"CREATE FUNCTION pristine.put_back() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica "
        f"AS $$ BEGIN {' '.join(emptied + filled)} END $$")


def put_back(connection: sa.Connection) -> None:
    connection.execute(sa.text("SELECT pristine.put_back()"))
