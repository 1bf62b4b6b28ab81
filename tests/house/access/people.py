"""Who sits where, and who may what of a case in each relation and at each stage."""

from __future__ import annotations

STRANGER = "stranger"


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Who sits where. `detective`, `minute_taker`, `deputy` and `housing_officer` are shut out of the cases that are called
# excluded: three by name, one with the agency. `lapsed` has a seat that has ended.
CLINIC = names("chair deputy coordinator minute_taker officer detective probation_officer advocate housing_officer "
               "observer recipient")
MARAC = names("chair other_coordinator probation_officer outsider")
PEOPLE = tuple(sorted(CLINIC | MARAC | names("lapsed admin auditor")))
EVERYBODY = frozenset(PEOPLE)
ANYBODY = EVERYBODY | {STRANGER}
NOBODY: frozenset[str] = frozenset()
SHUT_OUT = names("detective housing_officer minute_taker deputy")
ADMIN, AUDITOR = names("admin"), names("auditor")
# Those who run a panel's work, who decide, and who write. A deputy chair runs it beside the chair; minutes they
# approve only where they chaired, as the closed meeting of the clinic.
COORDINATORS = names("coordinator other_coordinator")
KEEPERS = COORDINATORS | ADMIN
RUN_CLINIC, RUN_MARAC = names("chair deputy coordinator"), names("chair other_coordinator")
SPEAK_CLINIC = names("officer detective probation_officer advocate housing_officer")
SPEAK_MARAC = names("probation_officer outsider")
READ_CLINIC = RUN_CLINIC | SPEAK_CLINIC | {"minute_taker"}
READ_MARAC = RUN_MARAC | SPEAK_MARAC
OF_AGENCY = {"police": names("officer detective"), "probation": names("probation_officer"),
             "advocacy": names("advocate"), "housing": names("housing_officer"), "health": names("outsider")}
NOMINATED_BY = {"own": "police", "other": "probation", "excluded": "police", "foreign": "health"}
PRESENTERS = {"own": "officer", "other": "probation_officer", "excluded": "officer", "foreign": "outsider"}
_ACTION_OF = {"own": "probation", "other": "police", "excluded": "advocacy", "foreign": "health"}


def shut_out_of(case: str) -> frozenset[str]:
    """Return who must not know of a case; on the other panel probation's officer is kept from the coming one."""
    if case.startswith("excluded"):
        return SHUT_OUT
    return names("probation_officer") if case == "foreign_planned" else NOBODY


def knowing(case: str) -> frozenset[str]:
    """Return who knows of a case: its panel's runners, the agency that nominated it; once it is listed, all that
    the panel asks about it, and the minute-taker."""
    relation, stage = case.split("_")
    foreign = relation == "foreign"
    if stage in ("offered", "handing"):
        # Nobody of its agency sits on the panel that it was redirected to.
        return RUN_MARAC if foreign else RUN_CLINIC
    if stage in ("new", "returned", "withdrawn", "redirected"):
        found = (RUN_MARAC if foreign else RUN_CLINIC) | OF_AGENCY[NOMINATED_BY[relation]]
    else:
        found = READ_MARAC if foreign else READ_CLINIC
    return found - shut_out_of(case)


def knows_of(who: str, case: str) -> bool:
    """Whether somebody may meet a case's reference: an observer too, of what is on an agenda."""
    watching = who == "observer" and case.startswith(("own", "other", "excluded")) and case.endswith(
        ("closed", "running", "planned", "carried", "chaired"))
    return watching or who in knowing(case)


def deciding(case: str) -> frozenset[str]:
    foreign = case.startswith("foreign")
    return knowing(case) & (names("other_coordinator") if foreign else names("coordinator"))


def nominating(case: str) -> frozenset[str]:
    return knowing(case) & OF_AGENCY[NOMINATED_BY[case.split("_")[0]]]


def owning(case: str) -> frozenset[str]:
    return knowing(case) & OF_AGENCY[_ACTION_OF[case.split("_")[0]]]


def recording(case: str) -> frozenset[str]:
    """Return who writes in a hearing: those who run the panel, and the minute-taker."""
    if case.startswith("foreign"):
        return knowing(case) & RUN_MARAC
    return knowing(case) & (RUN_CLINIC | {"minute_taker"})


def nominating_or_deciding(case: str) -> frozenset[str]:
    return nominating(case) | deciding(case)


def reaching(case: str) -> frozenset[str]:
    """Return who may know how the victim is reached: coordinator, advocates, and the agency that said it."""
    advocates = NOBODY if case.startswith("foreign") else names("advocate")
    return deciding(case) | nominating(case) | (knowing(case) & advocates)


def revealing(case: str) -> frozenset[str]:
    """Return who may look at a safe address: coordinator, chair, and the advocates of the case."""
    advocates = NOBODY if case.startswith("foreign") else names("advocate")
    return deciding(case) | (knowing(case) & (advocates | {"chair"}))


def telling(case: str) -> frozenset[str]:
    """Return who says how an investigation stands: the coordinator, and whoever speaks for an agency that knows."""
    return deciding(case) | (knowing(case) & (SPEAK_MARAC if case.startswith("foreign") else SPEAK_CLINIC))


def telling_first(case: str) -> frozenset[str]:
    """Return who takes back what the police told of an order, or on the other panel the health service."""
    return deciding(case) | (telling(case) & OF_AGENCY["health" if case.startswith("foreign") else "police"])


def speaking(case: str) -> frozenset[str]:
    """Return who speaks for an agency that takes part."""
    return knowing(case) & (SPEAK_MARAC if case.startswith("foreign") else SPEAK_CLINIC)


def deciding_on_risk(case: str) -> frozenset[str]:
    """Return who agrees to a lower result that another has entered: who assesses, and the chairs."""
    return telling(case) | (knowing(case) & (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC))


def planning(case: str) -> frozenset[str]:
    """Return who writes a plan: who assesses, where the panel is a clinic."""
    return NOBODY if case.startswith("foreign") else telling(case)


def speaking_for_victims(case: str) -> frozenset[str]:
    """Return who brings the victim's voice: the panel's advocates; the other panel has none."""
    return NOBODY if case.startswith("foreign") else knowing(case) & names("advocate")


def proposing(case: str) -> frozenset[str]:
    """Return who writes how a victim is reached, and where they are safe: coordinator, and advocates who know."""
    return deciding(case) | speaking_for_victims(case)


def reading_journal(case: str) -> frozenset[str]:
    """Return who may read who opened a case: coordinator and chair of its panel."""
    return knowing(case) & (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC)


def disputing(case: str) -> frozenset[str]:
    """Return who speaks for the agency that disputes a response: the advocates, on the other panel the health service.
    """
    return speaking(case) & OF_AGENCY["health" if case.startswith("foreign") else "advocacy"]


def answering_disputes(case: str) -> frozenset[str]:
    """Return who answers: the police, on the other panel probation, whose response it was; and the chairs."""
    return (speaking(case) & OF_AGENCY["probation" if case.startswith("foreign") else "police"]) | (
        knowing(case) & names("chair deputy"))


def running(case: str) -> frozenset[str]:
    """Return who runs the panel of a case and knows of it."""
    return knowing(case) & (RUN_MARAC if case.startswith("foreign") else RUN_CLINIC)


def chairing(case: str) -> frozenset[str]:
    """Return the chair and the deputy, as far as they know of a case."""
    return knowing(case) & names("chair deputy")


def pressed(case: str) -> frozenset[str]:
    """Return who speaks for an agency that is asked urgently: the police, on the other panel the health service."""
    return speaking(case) & OF_AGENCY["health" if case.startswith("foreign") else "police"]
