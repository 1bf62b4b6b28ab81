"""The first user of an installation: the administrator, who opens panels and reads no case."""

from __future__ import annotations

from sqlalchemy import select

from clinic.domain import accounts as rules
from clinic.domain.actors import UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.models.account import User
from clinic.models.agency import Agency, AgencyDomain
from clinic.policy.accounts import may_install
from clinic.services import passwords
from clinic.services.work import Work


def first_user(work: Work, name: str, email: str, agency_name: str, password: str) -> None:
    """Make the administrator. Refuses when there is one already."""
    work.require(may_install)
    name, email, agency_name = name.strip(), email.strip().lower(), agency_name.strip()
    if work.session.scalar(select(User.id).where(User.system_admin).limit(1)):
        raise RuleBroken("There is an administrator already. Sign in, or ask them for a reset.")
    if not name or not agency_name or "@" not in email:
        raise RuleBroken("Give a name, an e-mail address and an agency.")
    rules.check_password(password, password, passwords.guesses(password, name, email, agency_name))
    agency = work.session.scalar(select(Agency).where(Agency.name == agency_name))
    if agency is None:
        agency = Agency(name=agency_name, sector="other")
        work.session.add(agency)
        work.session.flush()
        work.session.add(AgencyDomain(agency_id=agency.id, domain=email.rpartition("@")[2]))
    user = User(name=name, email=email, agency_id=agency.id, status=UserStatus.ACTIVE, system_admin=True,
                password_hash=passwords.hash_of(password), created_at=work.now)
    work.session.add(user)
    work.session.flush()
    work.record(AuditVerb.CREATE, user)
