"""No state waits for ever: each that is not final has a longest age and somebody who ends it."""

from keizoku.campaigns import rules as campaigns
from keizoku.campaigns import sweeping
from keizoku.campaigns.incidents import rules as incidents
from keizoku.campaigns.silent import rules as silent
from keizoku.campaigns.why import rules as why
from keizoku.customers.casework import rules as tasks
from keizoku.customers.duplicates import rules as duplicates
from keizoku.customers.imports.rules import uploads
from keizoku.customers.linking import rules as links
from keizoku.customers.returns import rules as returns
from keizoku.delivery import rules as delivery
from keizoku.delivery.lane import rules as lane
from keizoku.delivery.letters import rules as letters
from keizoku.events import actions as events
from keizoku.events.rules import states as postings
from keizoku.forms.rules import states as questionnaires
from keizoku.identity.methods.rules import proposals as methods
from keizoku.identity.rules import policy as identity_policy
from keizoku.identity.rules import states as identity
from keizoku.reviews.paper import rules as paper
from keizoku.reviews.phone.rules import states as phone
from keizoku.reviews.policies.rules import states as policies
from keizoku.reviews.quality import rules as quality
from keizoku.reviews.rules import states as reviews
from keizoku.risk.rules import states as risk


def test_every_review_state_that_is_not_final_has_a_longest_age():
    assert set(reviews.MAXIMUM_AGES) == set(reviews.NOT_FINAL)


def test_every_verification_that_is_not_over_has_a_longest_age():
    assert set(identity.MAXIMUM_AGES) == {state for state, after in identity.TRANSITIONS.items() if after}
    for state, oldest in identity.MAXIMUM_AGES.items():
        assert oldest.then is None or identity.may_follow(state, oldest.then)
    waiting = {state for state, after in identity_policy.POLICY_TRANSITIONS.items() if after}
    assert set(identity_policy.POLICY_AGES) == waiting - {identity_policy.PolicyState.ACTIVE}


def test_every_call_and_every_call_back_that_is_not_over_has_a_longest_age():
    assert set(phone.CALL_AGES) == {state for state, after in phone.CALL_TRANSITIONS.items() if after}
    assert set(phone.CALL_BACK_AGES) == {
        state for state, after in phone.CALL_BACK_TRANSITIONS.items() if after
    }


def test_every_proposal_of_a_method_that_waits_lapses():
    waiting = {state for state, after in methods.TRANSITIONS.items() if after}
    assert set(methods.MAXIMUM_AGES) == waiting - {methods.State.IN_FORCE}, "what holds is ended by somebody"


def test_every_policy_that_is_asked_for_goes_back_and_every_check_is_marked_as_late():
    waiting = {state for state, after in policies.TRANSITIONS.items() if after}
    assert set(policies.MAXIMUM_AGES) == waiting - {policies.State.DRAFT, policies.State.ACTIVE}, (
        "a draft decides nothing; an active version holds until somebody ends it"
    )
    assert set(quality.MAXIMUM_AGES) == {state for state, after in quality.TRANSITIONS.items() if after}


def test_every_paper_form_that_waits_has_a_longest_age():
    assert set(paper.MAXIMUM_AGES) == {state for state, after in paper.TRANSITIONS.items() if after}
    assert set(paper.MAXIMUM_AGES) == set(paper.WAITING)


def test_every_campaign_state_that_reaches_people_has_a_longest_age():
    waiting = {state for state, after in campaigns.TRANSITIONS.items() if after}
    assert set(campaigns.MAX_DAYS) == waiting - {campaigns.State.DRAFT}, (
        "a draft reaches nobody and has its maker"
    )


def test_every_incident_that_is_not_over_has_a_longest_age():
    assert set(incidents.MAXIMUM_AGES) == {state for state, after in incidents.TRANSITIONS.items() if after}


def test_every_open_task_is_escalated_after_its_day():
    assert set(tasks.MAXIMUM_AGES) == {state for state, after in tasks.TRANSITIONS.items() if after}


def test_every_offer_of_a_line_link_lapses():
    waiting = {state for state, after in links.TRANSITIONS.items() if after}
    assert set(links.MAXIMUM_AGES) == waiting - {links.State.LINKED}, "a link holds until somebody ends it"


def test_every_upload_and_reissue_that_is_not_over_is_swept():
    for transitions, ages in (
        (uploads.UPLOAD_TRANSITIONS, uploads.UPLOAD_AGES),
        (returns.REISSUE_TRANSITIONS, returns.LONGEST_REISSUE),
    ):
        assert set(ages) == {state for state, after in transitions.items() if after}


def test_every_returned_value_that_is_not_over_is_shown_as_overdue_in_the_end():
    assert set(returns.OVERDUE_DAYS) == {
        state for state, after in returns.ROW_TRANSITIONS.items() if after
    }, "nothing but the core system's answer ends a returned value"


def test_every_pair_that_waits_has_a_longest_age():
    assert set(duplicates.MAXIMUM_AGES) == set(duplicates.State) - duplicates.RESTING


def test_every_chunk_ends_by_its_lease_or_by_its_last_attempt():
    assert delivery.CHUNK_TRANSITIONS[delivery.ChunkState.LEASED] == {
        delivery.ChunkState.OPEN,
        delivery.ChunkState.CLOSED,
    }
    assert delivery.LEASE.total_seconds() > 0
    assert delivery.MAX_ATTEMPTS > 0
    assert delivery.ABANDONED_AFTER > 10 * delivery.LEASE, "what a live worker holds is never closed under it"
    assert set(sweeping.OVER) == {state for state, after in campaigns.TRANSITIONS.items() if not after}, (
        "chunks of every campaign that is over are closed"
    )


def test_every_code_that_waits_has_a_longest_age_and_is_unreadable_at_rest():
    assert set(lane.CODE_AGES) == set(lane.CodeState) - lane.RESTING
    assert all(
        after <= lane.RESTING for state, after in lane.CODE_TRANSITIONS.items() if state in lane.RESTING
    )


def test_every_circumstance_and_trial_that_is_not_over_has_a_longest_age():
    waiting = {
        state
        for table in (risk.CIRCUMSTANCE_TRANSITIONS, risk.TRIAL_TRANSITIONS)
        for state, after in table.items()
        if after
    }
    assert set(risk.LONGEST_AGES) == waiting


def test_every_batch_of_letters_that_waits_has_a_longest_age():
    waiting = {state for state, after in letters.BATCH_TRANSITIONS.items() if after}
    assert waiting - set(letters.LONGEST) == {
        letters.BatchState.UNCONFIRMED
    }  # shown to people, and asked for still


def test_every_posting_is_given_up_and_forgotten_in_the_end():
    waiting = {state for state, after in postings.TRANSITIONS.items() if after}
    assert waiting == {postings.State.WAITING, postings.State.PARKED}
    assert postings.LONGEST_WAIT < events.KEPT_FOR, "parked first, shown, and forgotten with its event"


def test_every_case_of_silence_and_every_file_that_is_not_over_has_a_longest_age():
    assert set(silent.MAXIMUM_AGES) == set(silent.State) - silent.RESTING
    assert set(why.EXPORT_AGES) == {state for state, after in why.EXPORT_TRANSITIONS.items() if after}


def test_every_questionnaire_that_waits_for_an_approver_goes_back():
    waiting = {state for state, after in questionnaires.TRANSITIONS.items() if after}
    resting = {questionnaires.State.DRAFT, questionnaires.State.ACTIVE}
    assert set(questionnaires.MAXIMUM_AGES) == waiting - resting, (
        "a draft reaches nobody; one in use is replaced"
    )
