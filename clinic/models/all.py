"""Names every module of tables, so that the metadata is whole for migrations."""

from clinic.models import (  # noqa: F401
    account,
    action,
    agency,
    agenda,
    audit,
    case,
    clock,
    closing,
    contact,
    declaration,
    dispute,
    flag,
    handover,
    hearing,
    import_batch,
    interest,
    known_address,
    link,
    lookup,
    meeting,
    minute,
    nomination,
    order,
    panel,
    post,
    research,
    risk,
    safe_address,
    sealed,
    urgent,
    voice,
)
from clinic.models.types import Base

metadata = Base.metadata
