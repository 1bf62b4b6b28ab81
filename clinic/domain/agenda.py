"""The running order: what is heard, in which order, and whether it fits."""

from __future__ import annotations

from enum import StrEnum


class AgendaItemKind(StrEnum):
    WELCOME = "welcome"
    APOLOGIES = "apologies"
    CONFIDENTIALITY = "confidentiality"
    INTERESTS = "interests"
    PREVIOUS_MINUTES = "previous_minutes"
    ACTIONS_OUTSTANDING = "actions_outstanding"
    FLAGS_LAPSED = "flags_lapsed"
    CASE_NEW = "case_new"
    CASE_REPEAT = "case_repeat"
    CASE_REVIEW = "case_review"
    CASE_TRANSFER_IN = "case_transfer_in"
    CASE_DEFERRED_IN = "case_deferred_in"
    CASE_EMERGENCY = "case_emergency"
    SCRUTINY_CASE = "scrutiny_case"
    ANY_OTHER_BUSINESS = "any_other_business"
    BREAK = "break"
    CLOSE = "close"


class AgendaStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    REPUBLISHED = "republished"
    LOCKED = "locked"
