"""Custody protects for a time, as an order does: its end is the release."""

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

TERMS = UUID('5f2d8a52-7d0e-4a8b-9a55-0c8a1e3d7b10')


def upgrade():
    term = sa.table(
        'term', sa.column('id', sa.Uuid()), sa.column('list'), sa.column('code'), sa.column('label'),
        sa.column('position'), sa.column('active', sa.Boolean()),
    )
    # The last entry stays the last.
    op.execute(term.update().where(term.c.list == 'order_kind', term.c.code == 'other').values(position=23))
    op.bulk_insert(term, [{
        'id': uuid5(TERMS, 'order_kind.custody'), 'list': 'order_kind', 'code': 'custody',
        'label': 'Custody (remand or sentence)', 'position': 22, 'active': True,
    }])
