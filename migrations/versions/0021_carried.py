"""Orders that accepted nominations name, which from now on are made when a nomination is accepted."""

from datetime import date
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def signed():
    """Return the columns that say of which case a row is, who entered it, and when."""
    return (sa.column('id', sa.Uuid()), sa.column('panel_id', sa.Uuid()), sa.column('case_id', sa.Uuid()),
            sa.column('agency_id', sa.Uuid()), sa.column('entered_by_id', sa.Uuid()),
            sa.column('entered_at', sa.DateTime(timezone=True)))


NOMINATION = sa.table('nomination', sa.column('id', sa.Uuid()), sa.column('panel_id', sa.Uuid()),
                      sa.column('case_id', sa.Uuid()), sa.column('agency_id', sa.Uuid()),
                      sa.column('sender_id', sa.Uuid()), sa.column('submitted_at', sa.DateTime(timezone=True)),
                      sa.column('status', sa.String()), sa.column('orders', sa.JSON()))
ORDER = sa.table('order', *signed(), sa.column('kind', sa.String()), sa.column('status', sa.String()),
                 sa.column('made_on', sa.Date()), sa.column('served_on', sa.Date()), sa.column('expires_on', sa.Date()),
                 sa.column('nomination_id', sa.Uuid()), sa.column('version', sa.Integer()))
EVENT = sa.table('order_event', *signed(), sa.column('order_id', sa.Uuid()), sa.column('kind', sa.String()),
                 sa.column('happened_on', sa.Date()), sa.column('expires_on', sa.Date()))
CASE = sa.table('case', sa.column('id', sa.Uuid()), sa.column('clocks_at', sa.DateTime(timezone=True)))


def upgrade():
    connection = op.get_bind()
    # What was accepted since the last step has its orders already.
    accepted = sa.select(NOMINATION).where(
        NOMINATION.c.status == 'accepted', NOMINATION.c.id.not_in(
            sa.select(ORDER.c.nomination_id).where(ORDER.c.nomination_id.is_not(None))))
    for said in connection.execute(accepted).all():
        for text in said.orders:
            carry(connection, said, text)
        if said.orders:
            # The timer watches them within seconds.
            connection.execute(sa.update(CASE).where(CASE.c.id == said.case_id).values(clocks_at=None))


def carry(connection, said, text):
    kind, status, on, *until = text.split(':')
    day, expires_on = date.fromisoformat(on), date.fromisoformat(until[0]) if until else None
    bound = {'panel_id': said.panel_id, 'case_id': said.case_id, 'agency_id': said.agency_id,
             'entered_by_id': said.sender_id, 'entered_at': said.submitted_at}
    order_id = uuid4()
    connection.execute(sa.insert(ORDER).values(
        **bound, id=order_id, kind=kind, status=status, made_on=day if status in ('made', 'interim') else None,
        served_on=day if status == 'served' else None, expires_on=expires_on, nomination_id=said.id, version=1))
    connection.execute(sa.insert(EVENT).values(
        **bound, id=uuid4(), order_id=order_id, kind=status, happened_on=day, expires_on=expires_on))
