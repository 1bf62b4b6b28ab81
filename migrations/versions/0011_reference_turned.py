"""The number of a reference read backwards, by which its last digits are looked up."""

import re

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('turned', sa.Integer(), nullable=False, server_default='0'))
    fill(op.get_bind())
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.alter_column('turned', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch_op.create_index(batch_op.f('ix_case_turned'), ['turned'], unique=False)


def fill(connection):
    case = sa.table('case', sa.column('id', sa.Uuid()), sa.column('reference', sa.String()), sa.column('turned'))
    for rows in connection.execute(sa.select(case.c.id, case.c.reference)).partitions(1000):
        connection.execute(
            sa.update(case).where(case.c.id == sa.bindparam('one')).values(turned=sa.bindparam('backwards')),
            [{'one': id_, 'backwards': turned(reference)} for id_, reference in rows],
        )


def turned(reference):
    return int(re.sub(r'\D', '', reference.split('-')[-1])[::-1][:6].ljust(6, '0'))
