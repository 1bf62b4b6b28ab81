"""What the access table alone cannot show to be there, and what shows it instead.

A site is named as in `tests.house.mutations`: file and function, and what it asks or cuts by.
"""

from __future__ import annotations

# Permissions that hold for whoever comes so far: everybody who is signed in, whoever has the letter or the password,
# the machine's own command line. That they let everybody through changes nothing; that they are not asked is noticed.
REFUSES_NOBODY = frozenset({
    "accounts._open asks anyone",
    "accounts.account_page asks is_oneself",
    "accounts.change_password asks is_oneself",
    "accounts.choose_password asks anyone",
    "accounts.end_session asks anyone",
    "accounts.leave asks anyone",
    "accounts.read_ticket asks anyone",
    "accounts.sign_out asks anyone",
    "action_pages.mine_page asks may_list",
    "addresses.tasks asks may_list",
    "advocacy.tasks asks may_list",
    "audits.mine asks may_read_own",
    "cases.index asks may_list",
    "contacts.tasks asks may_list",
    "demonstration.load asks may_install",
    "directory.agencies_page asks may_look",
    "directory.agency_page asks may_look",
    "dispute_pages.tasks asks may_list",
    "feeds.index asks may_list",
    "indexing.fill asks may_install",
    "keys._through asks may_install",
    "interests.tasks asks may_list",
    "meeting_lists.mine asks may_list",
    "nomination_lists.queue asks may_list",
    "order_lists.of_own_agency asks may_list",
    "overviews.of_person asks may_list",
    "presenting.mine asks may_list",
    "panels.index_page asks may_list",
    "people.people_page asks may_look",
    "people.person_page asks may_look",
    "requests.requests_page asks may_list",
    "risk_pages.tasks asks may_list",
    "search.find asks may_search",
    "search.page asks may_search",
    "urgent_pages.tasks asks may_list",
})
# What no cell of the table and no claim can show, and the test that fails when it is taken away.
NOTICED_BY: dict[str, str] = {
    "accounts._open asks anyone": "tests/web/test_account_letters.py::"
        "test_an_invited_person_chooses_a_password_and_signs_in",
    "accounts.change_password asks is_oneself": "tests/web/test_account_sessions.py::"
        "test_changing_ones_password_ends_the_other_sessions",
    "accounts.choose_password asks anyone": "tests/web/test_account_letters.py::"
        "test_reading_the_link_uses_nothing_up_and_choosing_does",
    "demonstration.load asks may_install": "tests/web/test_cli.py::"
        "test_the_fictional_area_comes_once_with_its_nominations",
    "indexing.fill asks may_install": "tests/services/test_lookups.py::"
        "test_people_who_were_here_before_the_index_are_found_after_it_is_filled",
    "keys._through asks may_install": "tests/services/test_keys.py::"
        "test_after_a_change_of_key_all_reads_and_the_old_key_alone_opens_nothing",
    "import_works._ask asks may_bring_in": "tests/services/test_column_maps.py::"
        "test_columns_are_not_asked_of_somebody_who_coordinates_no_more",
    "import_works._keep_read asks may_bring_in": "tests/services/test_import_works.py::"
        "test_a_file_is_not_read_for_somebody_who_may_not_bring_it_in",
    "import_works._put_in asks may_bring_in": "tests/services/test_import_works.py::"
        "test_whoever_coordinates_the_panel_no_more_brings_in_no_more",
    "matches._candidates cuts by cases.known_to": "tests/services/test_matches.py::"
        "test_who_nominates_is_told_only_of_cases_that_their_agency_knows",
    "matches.judgements cuts by links.visible_to": "tests/services/test_matches.py::"
        "test_what_was_said_of_two_people_is_for_whoever_may_know_of_both_cases",
    "additions.ask asks may_build": "tests/services/test_additions.py::"
        "test_the_minute_taker_who_knows_of_the_case_asks_for_nothing",
    "requests._earlier cuts by parts_policy.facts_readable_to": "tests/services/test_handling.py::"
        "test_the_page_of_a_request_and_what_was_said_for_an_earlier_meeting_keep_to_the_code",
    "requests.request_page cuts by parts_policy.facts_readable_to": "tests/services/test_handling.py::"
        "test_the_page_of_a_request_and_what_was_said_for_an_earlier_meeting_keep_to_the_code",
    "research.returns cuts by parts_policy.facts_readable_to": "tests/services/test_handling.py::"
        "test_each_code_lets_in_whom_it_says_and_always_the_agency_and_those_who_run_the_panel",
    "research.returns cuts by parts_policy.answer_readable_to": "tests/services/test_research.py::"
        "test_what_an_agency_adds_that_never_answered_is_read_by_whom_its_code_lets_in_and_by_nobody_else",
    "research_grid._requests cuts by parts_policy.visible_to": "tests/services/test_research_chasing.py::"
        "test_the_grid_says_what_was_added_late_to_whom_its_code_lets_in",
    "research_again.ask asks may_chase": "tests/services/test_research_again.py::"
        "test_only_those_who_run_the_meeting_ask_again",
    "research_chasing.chase cuts by policy.visible_to": "tests/services/test_research_chasing.py::"
        "test_a_coordinator_chases_nothing_of_a_case_that_they_must_not_know_of",
    "matches._linked cuts by links.visible_to": "tests/services/test_matches.py::"
        "test_what_was_said_of_two_people_is_for_whoever_may_know_of_both_cases",
    "search._cases cuts by cases.visible_to": "tests/services/test_search.py::"
        "test_an_agency_that_was_asked_nothing_finds_neither_a_person_nor_a_case",
    "search._arm cuts by cases.known_to": "tests/services/test_search.py::"
        "test_an_agency_that_was_asked_nothing_finds_neither_a_person_nor_a_case",
    "receipts._own asks may_acknowledge": "tests/services/test_receipts.py::"
        "test_a_chair_whose_access_has_ended_meets_the_version_nowhere_and_confirms_nothing",
    "agenda.order_of cuts by policy.visible_to": "tests/services/test_agenda.py::"
        "test_the_running_order_for_other_pages_is_cut_by_the_reader",
    "sightings.of_cases cuts by cases.known_to": "tests/services/test_desk.py::"
        "test_a_case_that_the_reader_may_not_know_of_is_counted_nowhere",
    "declarations._meeting cuts by policy.owed_by": "tests/services/test_declarations.py::"
        "test_no_paper_of_a_meeting_opens_before_its_reader_has_signed",
    "live._found cuts by declaration_policy.owed_by": "tests/services/test_declarations.py::"
        "test_a_hearing_opens_to_whoever_has_signed_for_its_meeting",
    "hearings.pulse cuts by declaration_policy.owed_by": "tests/services/test_declarations.py::"
        "test_a_hearing_opens_to_whoever_has_signed_for_its_meeting",
    "hearings._emergencies cuts by addition_policy.visible_to": "tests/services/test_hearings.py::"
        "test_the_pulse_tells_whoever_writes_who_came_and_of_emergencies_that_they_may_know",
    "following._asked cuts by declaration_policy.owed_by": "tests/services/test_following.py::"
        "test_the_screen_opens_to_whoever_has_signed_the_undertaking",
    "following._asked cuts by action_policy.visible_to": "tests/services/test_following.py::"
        "test_an_action_in_a_case_that_is_closed_to_them_changes_no_screen",
    "expectations.answer asks may_answer": "tests/services/test_expectations.py::"
        "test_only_who_is_invited_answers_and_only_before_the_meeting",
    "interests.declared_page cuts by policy.visible_to": "tests/services/test_interests.py::"
        "test_a_coordinator_who_must_not_know_of_the_case_learns_nothing_of_it",
    "interests.tasks cuts by policy.waits_for": "tests/services/test_interests.py::"
        "test_a_coordinator_who_must_not_know_of_the_case_learns_nothing_of_it",
    "interests.instead_page cuts by policy.waits_for": "tests/services/test_interests.py::"
        "test_a_coordinator_who_must_not_know_of_the_case_learns_nothing_of_it",
    "interests.settle cuts by case_policy.known_to": "tests/services/test_interests.py::"
        "test_a_coordinator_who_must_not_know_of_the_case_learns_nothing_of_it",
    "tasks._arms cuts by interest_policy.waits_for": "tests/services/test_interests.py::"
        "test_a_coordinator_who_must_not_know_of_the_case_learns_nothing_of_it",
    "interests._cases cuts by agenda_policy.visible_to": "tests/services/test_interests.py::"
        "test_an_observer_declares_of_what_is_published",
    "interests._cases cuts by case_policy.known_to": "tests/services/test_interests.py::"
        "test_each_declares_only_of_cases_that_they_see",
    "clock_pages.of_panel cuts by policy.visible_to": "tests/services/test_clocks.py::"
        "test_whoever_is_shut_out_meets_no_clock_on_any_list_count_or_page",
    "incidents._found cuts by policy.visible_to": "tests/services/test_incidents.py::"
        "test_restricted_intelligence_is_nowhere_for_other_agencies",
    "timeline.entry cuts by policy.visible_to": "tests/services/test_incidents.py::"
        "test_restricted_intelligence_is_nowhere_for_other_agencies",
    "timeline._lines cuts by policy.visible_to": "tests/services/test_incidents.py::"
        "test_what_was_restricted_once_is_no_earlier_version_for_other_agencies",
    "flags._listed cuts by case_policy.visible_to": "tests/services/test_flags.py::"
        "test_for_whoever_is_shut_out_the_list_is_as_if_the_case_were_not_there",
    "clocks.standing cuts by policy.visible_to": "tests/services/test_clocks.py::"
        "test_whoever_is_shut_out_meets_no_clock_on_any_list_count_or_page",
    "tasks._arms cuts by clock_policy.visible_to": "tests/services/test_clocks.py::"
        "test_a_coordinator_who_is_shut_out_finds_no_clock_counted_at_home",
    "handover_pages.of_panel cuts by policy.visible_to": "tests/services/test_handovers.py::"
        "test_who_is_kept_from_the_case_is_kept_from_what_the_other_panel_is_offered_then_and_later",
    "handover_pages._known cuts by case_policy.visible_to": "tests/services/test_handovers.py::"
        "test_the_reference_of_the_other_side_is_for_who_may_know_of_that_case",
    "tasks._arms cuts by handover_policy.visible_to": "tests/services/test_handovers.py::"
        "test_a_coordinator_who_is_shut_out_finds_no_handover_counted_at_home",
    "order_lists.of_panel cuts by policy.visible_to": "tests/services/test_orders.py::"
        "test_an_agency_lists_the_orders_of_cases_in_which_it_takes_part_and_no_others",
    "order_lists.of_own_agency cuts by policy.of_own_agency": "tests/services/test_orders.py::"
        "test_an_agency_lists_the_orders_of_cases_in_which_it_takes_part_and_no_others",
    "tasks._arms cuts by order_policy.breaches_visible_to": "tests/services/test_orders.py::"
        "test_a_coordinator_who_is_shut_out_is_not_asked_whether_a_breach_is_a_repeat",
    "contacts.tasks cuts by policy.kept_by": "tests/services/test_contacts.py::"
        "test_whoever_is_shut_out_meets_no_contact_no_task_and_no_count",
    "tasks._arms cuts by contact_policy.kept_by": "tests/services/test_contacts.py::"
        "test_whoever_is_shut_out_meets_no_contact_no_task_and_no_count",
    "tasks._arms cuts by address_policy.waits_for": "tests/services/test_addresses.py::"
        "test_a_coordinator_who_is_shut_out_meets_no_address_no_task_and_no_letter",
    "tasks._arms cuts by address_policy.unseen_by": "tests/services/test_addresses.py::"
        "test_a_coordinator_who_is_shut_out_meets_no_address_no_task_and_no_letter",
    "addresses._touched cuts by policy.waits_for": "tests/services/test_addresses.py::"
        "test_a_coordinator_who_is_shut_out_meets_no_address_no_task_and_no_letter",
    "addresses._touched cuts by policy.unseen_by": "tests/services/test_addresses.py::"
        "test_a_coordinator_who_is_shut_out_meets_no_address_no_task_and_no_letter",
    "addresses.tasks cuts by policy.waits_for": "tests/services/test_addresses.py::"
        "test_whoever_looks_is_written_down_and_the_others_are_told_without_a_name",
    "addresses.tasks cuts by policy.unseen_by": "tests/services/test_addresses.py::"
        "test_whoever_looks_is_written_down_and_the_others_are_told_without_a_name",
    "addresses._reveals cuts by policy.unseen_by": "tests/services/test_addresses.py::"
        "test_what_coordinator_and_advocate_have_read_is_new_to_each_of_them_once",
    "reveals.take_note cuts by policy.unseen_by": "tests/services/test_addresses.py::"
        "test_what_coordinator_and_advocate_have_read_is_new_to_each_of_them_once",
    "known_addresses.clashes cuts by policy.visible_to": "tests/services/test_addresses.py::"
        "test_an_address_known_in_another_case_stops_it_too_and_only_for_who_may_know_of_that_case",
    "risk_pages._touched cuts by policy.waits_for": "tests/services/test_risks.py::"
        "test_a_coordinator_who_is_shut_out_meets_no_risk_no_task_and_no_count",
    "risk_pages._touched cuts by policy.asked_of": "tests/services/test_risks.py::"
        "test_a_coordinator_who_is_shut_out_meets_no_risk_no_task_and_no_count",
    "risk_pages.tasks cuts by policy.waits_for": "tests/services/test_risks.py::"
        "test_what_was_decided_or_answered_waits_for_nobody",
    "risk_pages.tasks cuts by policy.asked_of": "tests/services/test_risks.py::"
        "test_what_was_decided_or_answered_waits_for_nobody",
    "risk_pages._touched cuts by policy.watched_by": "tests/services/test_risks.py::"
        "test_an_assessment_that_is_too_old_waits_for_the_coordinator_and_stands_on_the_agenda",
    "risk_pages.tasks cuts by policy.watched_by": "tests/services/test_risks.py::"
        "test_an_assessment_that_is_too_old_waits_for_the_coordinator_and_stands_on_the_agenda",
    "tasks._arms cuts by risk_policy.watched_by": "tests/services/test_risks.py::"
        "test_an_assessment_that_is_too_old_waits_for_the_coordinator_and_stands_on_the_agenda",
    "tasks._arms cuts by risk_policy.waits_for": "tests/services/test_risks.py::"
        "test_a_coordinator_who_is_shut_out_meets_no_risk_no_task_and_no_count",
    "tasks._arms cuts by risk_policy.asked_of": "tests/services/test_risks.py::"
        "test_a_coordinator_who_is_shut_out_meets_no_risk_no_task_and_no_count",
    "dispute_pages.tasks cuts by policy.waits_for": "tests/services/test_disputes.py::"
        "test_a_disputed_response_waits_for_who_gave_it_and_the_chair_until_one_answers",
    "tasks._arms cuts by dispute_policy.waits_for": "tests/services/test_disputes.py::"
        "test_a_disputed_response_waits_for_who_gave_it_and_the_chair_until_one_answers",
    "attendance._answered cuts by research_policy.readable_to": "tests/services/test_rounds.py::"
        "test_the_quorum_counts_agencies_by_the_answers_that_its_reader_may_read",
    "additions._lines cuts by policy.visible_to": "tests/services/test_additions.py::"
        "test_a_chair_who_is_kept_from_the_case_is_neither_asked_nor_told_nor_counted",
    "waiting.movable cuts by cases.known_to": "tests/services/test_additions.py::"
        "test_a_chair_who_is_kept_from_the_case_is_neither_asked_nor_told_nor_counted",
    "tasks._arms cuts by addition_policy.waits_for": "tests/services/test_additions.py::"
        "test_a_chair_who_is_kept_from_the_case_is_neither_asked_nor_told_nor_counted",
    "presenting.mine cuts by policy.visible_to": "tests/services/test_presenting.py::"
        "test_of_a_case_that_is_closed_to_them_nobody_hears_or_counts_a_gap",
    "tasks._arms cuts by presenting_policy.visible_to": "tests/services/test_presenting.py::"
        "test_of_a_case_that_is_closed_to_them_nobody_hears_or_counts_a_gap",
    "links.standing cuts by policy.visible_to": "tests/services/test_linked.py::"
        "test_a_link_is_for_who_may_know_of_both_cases",
    "desk._there cuts by policy.visible_to": "tests/services/test_desk.py::"
        "test_an_excluded_coordinator_finds_it_in_no_tray_no_count_and_not_as_the_next",
    "drafts.begin_change cuts by policy.visible_to": "tests/services/test_drafts.py::"
        "test_two_who_change_the_same_nomination_write_two_drafts",
    "edition_pages._draft cuts by policy.visible_to": "tests/services/test_editions.py::"
        "test_the_page_before_publishing_names_no_case_that_its_reader_is_kept_from",
    "editions.published_to cuts by policy.visible_to": "tests/services/test_editions.py::"
        "test_for_an_excluded_chair_who_changed_nothing_that_they_see_there_is_nothing_to_publish",
    "feeds.make cuts by policy.visible_to": "tests/services/test_feeds.py::"
        "test_somebody_who_has_all_their_addresses_takes_none_from_anybody_else",
    "hearings.close cuts by policy.visible_to": "tests/services/test_hearings.py::"
        "test_an_excluded_chair_closes_the_whole_meeting_and_learns_nothing",
    "hearings._unread cuts by policy.visible_to": "tests/services/test_hearings.py::"
        "test_nobody_is_held_up_by_the_actions_of_a_case_that_they_must_not_know_of",
    "live.close_page cuts by policy.visible_to": "tests/services/test_hearings.py::"
        "test_nobody_is_held_up_by_the_actions_of_a_case_that_they_must_not_know_of",
    "hearings.decide_and_go_on cuts by policy.visible_to": "tests/services/test_hearings.py::"
        "test_going_on_passes_over_a_case_that_the_writer_must_not_know_of",
    "reordering._rows cuts by agenda_policy.visible_to": "tests/services/test_reordering.py::"
        "test_a_case_that_somebody_must_not_know_of_is_not_theirs_to_move_and_keeps_its_place",
    "meeting_pages._links cuts by minute_policy.visible_to": "tests/services/test_receipts.py::"
        "test_the_page_of_a_meeting_leads_to_its_minutes_only_who_may_read_them",
    "minutes.versions_of cuts by policy.visible_to": "tests/services/test_receipts.py::"
        "test_a_chair_whose_access_has_ended_meets_the_version_nowhere_and_confirms_nothing",
    "offers.refuse asks may_triage": "tests/services/test_redirects.py::"
        "test_the_agency_whose_nomination_it_is_does_not_answer_for_the_panel",
    "preparations._of_panel cuts by action_policy.visible_to": "tests/services/test_panel_home.py::"
        "test_whoever_is_kept_from_a_case_finds_each_number_as_if_it_were_not_there",
    "preparations._of_panel cuts by clock_policy.visible_to": "tests/services/test_panel_home.py::"
        "test_whoever_is_kept_from_a_case_finds_each_number_as_if_it_were_not_there",
    "preparations._of_panel cuts by case_policy.visible_to": "tests/services/test_panel_home.py::"
        "test_whoever_is_kept_from_a_case_finds_each_number_as_if_it_were_not_there",
    "panel_home.arrivals asks may_run": "tests/services/test_panel_home.py::"
        "test_those_who_run_a_panel_see_how_many_nominations_came_in_each_month",
    "preparations._emergencies cuts by meeting_policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_the_panels_own_page_names_it_to_who_is_called_and_to_who_runs_the_panel_until_it_is_over",
    "preparations._came cuts by case_policy.known_to": "tests/services/test_panel_home.py::"
        "test_whoever_is_kept_from_a_case_is_told_of_no_nomination_of_it",
    "preparations._of_reader cuts by agenda_policy.visible_to": "tests/services/test_panel_home.py::"
        "test_whoever_is_kept_from_a_case_finds_each_number_as_if_it_were_not_there",
    "preparations._of_runner cuts by agenda_policy.visible_to": "tests/services/test_panel_home.py::"
        "test_whoever_is_kept_from_a_case_finds_each_number_as_if_it_were_not_there",
    "preparations._of_runner cuts by research_policy.visible_to": "tests/services/test_panel_home.py::"
        "test_whoever_is_kept_from_a_case_finds_each_number_as_if_it_were_not_there",
    "preparations._of_runner cuts by presenting_policy.visible_to": "tests/services/test_panel_home.py::"
        "test_whoever_is_kept_from_a_case_finds_each_number_as_if_it_were_not_there",
    "preparations._of_reader cuts by declaration_policy.owed_by": "tests/services/test_panel_home.py::"
        "test_the_undertaking_is_asked_for_and_the_agenda_waits_for_it",
    "meeting_lists.of_panel cuts by policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_whoever_is_not_called_finds_no_meeting_even_if_they_know_of_the_case",
    "emergencies.call asks may_ask": "tests/services/test_emergencies.py::"
        "test_whoever_may_not_call_it_is_not_told_what_the_form_lacks_either",
    "case_pages._hearings cuts by meeting_policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_whoever_is_not_called_finds_no_meeting_even_if_they_know_of_the_case",
    "cases._coming cuts by meeting_policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_whoever_is_not_called_finds_no_meeting_even_if_they_know_of_the_case",
    "overviews._rows cuts by meeting_policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_whoever_is_not_called_finds_no_meeting_even_if_they_know_of_the_case",
    "nomination_pages.meets cuts by meeting_policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_who_knows_the_case_and_is_not_called_meets_the_meeting_on_no_page",
    "urgent_pages.one cuts by meeting_policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_who_knows_the_case_and_is_not_called_meets_the_meeting_on_no_page",
    "advocacy.say cuts by policy.spoken_for": "tests/services/test_emergencies.py::"
        "test_who_knows_the_case_and_is_not_called_meets_the_meeting_on_no_page",
    "consequences.send_on cuts by policy.visible_to": "tests/services/test_consequences.py::"
        "test_a_case_that_the_canceller_must_not_know_of_is_not_counted_to_them",
    "live._found cuts by meeting_policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_whoever_is_not_called_finds_no_meeting_even_if_they_know_of_the_case",
    "advocacy.page cuts by meeting_policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_whoever_is_not_called_finds_no_meeting_even_if_they_know_of_the_case",
    "receipts._find cuts by meeting_policy.is_open_to": "tests/services/test_emergencies.py::"
        "test_a_receipt_is_nobodys_who_must_not_know_any_more",
    "directory.kept_from cuts by action_policy.kept_from": "tests/services/test_emergencies.py::"
        "test_whoever_is_shut_out_is_neither_invited_nor_asked_nor_finds_the_meeting_anywhere",
    "receipts._unconfirmed cuts by action_policy.kept_from": "tests/services/test_emergencies.py::"
        "test_its_minutes_go_to_those_who_come_and_chase_nobody_who_is_shut_out_since",
    "overviews._rows cuts by policy.visible_to": "tests/services/test_panel_home.py::"
        "test_the_page_is_for_whoever_sits_on_the_panel",
    "tasks._cases_listed cuts by case_policy.known_to": "tests/services/test_overviews.py::"
        "test_somebody_who_is_kept_from_a_case_finds_one_fewer_on_the_next_agenda",
    "declarations.check_papers cuts by policy.owed_by": "tests/web/test_declarations.py::"
        "test_what_was_typed_goes_along_to_the_undertaking_and_is_sent_from_there",
    "tasks._arms cuts by action_policy.visible_to": "tests/services/test_overviews.py::"
        "test_of_two_that_wait_somebody_who_is_kept_from_one_counts_one",
    "tasks._arms cuts by nomination_policy.visible_to": "tests/services/test_overviews.py::"
        "test_of_two_that_wait_somebody_who_is_kept_from_one_counts_one",
    "tasks._unread cuts by minute_policy.receipts_visible_to": "tests/services/test_overviews.py::"
        "test_minutes_wait_for_no_word_of_somebody_who_only_observes_by_now",
    "reminders.readers cuts by policy.kept_from": "tests/services/test_actions.py::"
        "test_the_lead_alone_is_told_and_without_one_every_speaker_who_may_know",
    "reminders.readers cuts by policy.seated": "tests/services/test_actions.py::"
        "test_an_action_whose_lead_has_left_goes_to_the_agency_and_one_without_anybody_waits",
    "triage._first_reference cuts by policy.visible_to": "tests/services/test_redirects.py::"
        "test_the_first_reference_is_known_only_to_who_may_see_the_first",
}
