"""The rooms' refusals in English, by their codes. The rooms speak Japanese to people; this is for those who integrate.

A sentence that ends in a colon is followed by the room's own Japanese sentence: such a code has many meanings, and the room
names which. Complete for every code of the rooms that the API calls (``tests/test_english.py``).
"""

from typing import Final, NamedTuple

from keizoku.kernel.errors import Refusal


class English(NamedTuple):
    """What is wrong, and what to do next."""

    detail: str
    remedy: str


_ASK: Final = "Ask an administrator or a colleague who holds the permission."
_AGAIN: Final = "Read it again, and decide anew from its present state."
_MEND: Final = "Mend what is named, and send it again."
_ANOTHER: Final = "Another person has to do it."
_KEYS: Final = "Tell whoever runs the installation; the screen of keys and `keizoku keys` say more."

SENTENCES: Final[dict[str, English]] = {
    # who may
    "accounts.api_key_refused": English("This cannot be done with the API key:", _MEND),
    "accounts.export_needs_request": English(
        "A file of so many people needs a request that somebody else approved.", _ANOTHER
    ),
    "accounts.export_refused": English("This cannot be done with the request for a file:", _MEND),
    "accounts.factor_refused": English("The second step of the sign-in was not done.", _AGAIN),
    "accounts.not_permitted": English("The key's person lacks the permission for this.", _ASK),
    "accounts.sign_in_refused": English(
        "The sign-in was refused.", "Check the login, and wait if it is locked."
    ),
    "accounts.staff_change_refused": English("This change of staff cannot be asked for or decided:", _MEND),
    "accounts.staff_refused": English("This cannot be done with the member of staff:", _MEND),
    "accounts.ticket_refused": English("The sign-in link is not valid any more.", "Ask for a new one."),
    "reviews.not_permitted": English("The key's person lacks the permission for this.", _ASK),
    "risk.same_person": English("Who made it cannot approve it.", _ANOTHER),
    "campaigns.four_eyes": English(
        "Who made, edited or requested any part of it cannot approve it.", _ANOTHER
    ),
    "incidents.four_eyes": English("Who asked for the end cannot confirm it.", _ANOTHER),
    "silent.four_eyes": English("Who proposed the restriction cannot confirm it.", _ANOTHER),
    "silent.nobody": English(
        "This is decided in a person's name only.", "Use a key that is in a person's name."
    ),
    # the audit and the keys
    "audit.purpose_refused": English(
        "A purpose for the reading is missing, or too long.", "Say in a few words what it is read for."
    ),
    "audit.sealing_stopped": English("The audit cannot be sealed, so nothing is read or changed.", _KEYS),
    "audit.signing_key_lost": English("The key that signs the audit is not there.", _KEYS),
    "keys.change_refused": English("The keys cannot be changed like this:", _KEYS),
    "keys.kek_missing": English("The key that protects the keys is not given.", _KEYS),
    "keys.kek_wrong": English("The key that protects the keys is another one.", _KEYS),
    "keys.key_destroyed": English(
        "The key of this value was destroyed; it cannot be read any more.", "Nothing can be done."
    ),
    "keys.keyring_damaged": English("The keyring is damaged.", _KEYS),
    "keys.keyring_missing": English("The keyring is not there.", _KEYS),
    "keys.keyring_of_another": English("The keyring belongs to another database.", _KEYS),
    "keys.keyring_refused": English("The keyring cannot be used:", _KEYS),
    "keys.service_differs": English("The key service is not the one that protects this keyring.", _KEYS),
    "keys.service_refused": English("The key service refused.", _KEYS),
    "keys.service_unreachable": English("The key service cannot be reached.", _KEYS),
    "kernel.clock_refused": English("The business clock cannot be set like this:", _MEND),
    "kernel.condition_invalid": English(
        "The conditions are not understood.", "Mend the places under errors."
    ),
    "kernel.refused": English("This was refused:", _MEND),
    # campaigns
    "campaigns.anomaly_open": English(
        "Something about the request is unusual, and this approver has given no reason for it.",
        "The approver answers each of them on the page of the approval.",
    ),
    "campaigns.audience_archived": English(
        "This audience was put away.", "Bring it back, or choose another one."
    ),
    "campaigns.audience_name": English("This name cannot be used for an audience:", "Choose another name."),
    "campaigns.audience_unknown": English(
        "No audience is saved under this name.", "List the audiences and use one of their names."
    ),
    "campaigns.count_mismatch": English(
        "The number that was sent is not the number of people.", "Read the number again before you send it."
    ),
    "campaigns.halt_unseen": English(
        "The system halted it, since far fewer messages than before were accepted.",
        "A person looks at the figures and resumes it on its page or by `keizoku campaign resume --seen-halt`.",
    ),
    "campaigns.journey_changed": English("Somebody saved a newer version of this journey.", _AGAIN),
    "campaigns.journey_gone": English("This journey cannot be chosen at present.", "Choose one of the list."),
    "campaigns.journey_unknown": English(
        "There is no journey of this name.", "Use a name of the list of journeys."
    ),
    "campaigns.refused": English("This cannot be done with the campaign as it is:", _MEND),
    "campaigns.wrong_state": English("The campaign is not in a state for this:", _AGAIN),
    "incidents.refused": English("This cannot be done with the incident as it is:", _MEND),
    "incidents.wrong_state": English("The incident is not in a state for this:", _AGAIN),
    "silent.one_by_one": English(
        "This is decided for one customer at a time.", "Decide each case by itself."
    ),
    "silent.refused": English("This cannot be decided like this:", _MEND),
    "silent.wrong_state": English("The case is not in a state for this:", _AGAIN),
    # delivery
    "delivery.callback_refused": English("This cannot be done with the callback:", _AGAIN),
    "delivery.code_asked_already": English("A code was sent a moment ago.", "Wait until it arrives."),
    "delivery.code_refused": English("No code can be sent:", _MEND),
    "delivery.doubt_refused": English("This cannot be written down about the message:", _AGAIN),
    "delivery.letter_refused": English("This cannot be done with the letters:", _AGAIN),
    "delivery.message_refused": English("These words cannot be used:", _MEND),
    "events.subscription_refused": English("This cannot be done with the subscription:", _MEND),
    # customers
    "customers.attribute_invalid": English("The field's definition is not valid:", _MEND),
    "customers.attribute_refused": English("This cannot be done with the additional field:", _MEND),
    "customers.stop_kept": English("The stop of contact stays:", _MEND),
    "customers.change_refused": English("The record cannot be changed like this:", _MEND),
    "customers.conflict_refused": English("This conflict cannot be settled like this:", _AGAIN),
    "customers.consent_refused": English("The consent cannot be recorded like this:", _MEND),
    "customers.duplicate_refused": English("This cannot be done with the two customers:", _AGAIN),
    "customers.ending_refused": English("The end of the relation cannot be recorded like this:", _MEND),
    "customers.file_refused": English("The file or its rows cannot be taken:", _MEND),
    "customers.link_refused": English("The account cannot be linked:", _MEND),
    "customers.mapping_refused": English("The columns cannot be mapped like this:", _MEND),
    "customers.note_refused": English("The note cannot be kept:", _MEND),
    "customers.related_party_refused": English("The relation cannot be recorded like this:", _MEND),
    "customers.return_refused": English("This cannot be done with the return file:", _AGAIN),
    "customers.task_refused": English("This cannot be done with the task:", _AGAIN),
    "customers.version_differs": English("Somebody changed the record after you read it.", _AGAIN),
    # reviews
    "reviews.answer_incomplete": English("The answer is not complete:", _MEND),
    "reviews.closed": English("The review is over.", "Nothing can be answered any more."),
    "reviews.code_malformed": English("The reference code has another form.", "Send its eleven digits."),
    "reviews.code_unknown": English("The reference code is not known.", "Check the code."),
    "reviews.expired": English("The last day to answer has passed.", "Ask the institution."),
    "reviews.identification_locked": English(
        "Too many mistakes: the identification is locked.", "Try again after half an hour."
    ),
    "reviews.identity_pending": English(
        "The customer's verification of identity is not over.", "Wait for its decision, or take it back."
    ),
    "reviews.identity_mismatch": English("What was sent does not match the record.", "Check what was sent."),
    "reviews.code_replaced": English("The reference code was replaced.", "Enter the new reference code."),
    "reviews.link_unknown": English("The link is not known, or was used.", "Use the reference code."),
    "reviews.note_refused": English("The note cannot be kept:", _MEND),
    "reviews.own_answer": English("Who wrote the answer down cannot decide it.", _ANOTHER),
    "reviews.reason_unknown": English("The reason is none of the list.", "Choose a reason of the list."),
    "reviews.state_changed": English("The review is not in a state for this any more.", _AGAIN),
    "reviews.too_many_guesses": English("Too many codes were tried.", "Wait, and try again."),
    # the desk of reviews
    "reviews.assignee_unfit": English(
        "The case cannot be given to this person.", "Choose a reviewer who did not write the answer down."
    ),
    "reviews.days_refused": English("These days of the desk cannot be used.", _MEND),
    "reviews.filter_refused": English(
        "The filter cannot be kept.", "Shorten its name, or remove another one."
    ),
    "reviews.held_by_another": English("Somebody else holds the case.", "Take another case."),
    "reviews.open_already": English("A new review cannot be opened for this customer.", _AGAIN),
    "reviews.questions_missing": English(
        "No question to be asked again is named.", "Name at least one question."
    ),
    "reviews.snooze_refused": English(
        "The case cannot rest until then.", "Name an earlier time that is not past."
    ),
    # codes by another contact point
    "reviews.code_not_offered": English("No code can be sent to this contact point.", "Go on without it."),
    "reviews.code_too_soon": English("A code was sent a moment ago.", "Wait a minute for it."),
    "reviews.code_wrong": English("The code does not match.", "Send the newest one, or ask for another."),
    # the phone desk
    "reviews.call_back_refused": English("The call back cannot be booked or moved like this:", _MEND),
    "reviews.call_open": English("The call before is not over.", "End it with its result first."),
    "reviews.call_over": English("The call is over.", "Begin a new one."),
    "reviews.call_refused": English("This cannot be done in the call as it stands:", _AGAIN),
    "reviews.caller_answer_unreadable": English("The answer could not be read; it was not counted.", _MEND),
    "reviews.caller_locked": English(
        "Too many wrong answers: callers for this customer are not verified now.", "Try again in an hour."
    ),
    "reviews.caller_unknown": English("Nobody has this number.", "Look by another number."),
    "reviews.caller_unverified": English("The caller is not verified yet.", "Finish the questions first."),
    "reviews.sought_unreadable": English(
        "This is no number to look by.", "Send a reference code, a customer, telephone or account number."
    ),
    # answers on paper
    "reviews.paper_form_moved": English("The form is in another state by now:", _AGAIN),
    "reviews.paper_keyed_before": English("Who keyed the form first cannot key it again.", _ANOTHER),
    "reviews.paper_refused": English("This cannot be done with the form:", _MEND),
    # automatic approval and quality control
    "reviews.check_refused": English("This cannot be done with the check:", _AGAIN),
    "reviews.own_decision": English("Nobody checks a decision that is partly his own.", _ANOTHER),
    "reviews.own_policy": English("Who made or requested the policy cannot approve it.", _ANOTHER),
    "reviews.policy_invalid": English("The policy is not valid:", _MEND),
    "reviews.policy_refused": English("This cannot be done with the policy:", _AGAIN),
    # verifications of identity
    "identity.challenge_expired": English("The time for these pictures is over.", "Begin the capture again."),
    "identity.challenge_unknown": English("These pictures were not asked for like this.", _AGAIN),
    "identity.judge_missing": English("No pictures can be taken in at present.", "Try again in a while."),
    "identity.kind_fixed": English(
        "The kind of document cannot be changed once pictures are there.", "Go on with the first document."
    ),
    "identity.kind_not_chosen": English("The kind of document was not chosen.", "Choose one of the list."),
    "identity.method_not_allowed": English("This method cannot be used:", _MEND),
    "identity.no_such_method": English("There is no such method in the table.", "Use an id of the table."),
    "identity.not_complete": English("Not all pictures are there.", "Take the remaining ones."),
    "identity.own_proposal": English("Who proposed it cannot approve it.", _ANOTHER),
    "identity.proposal_refused": English("This cannot be done with the proposal:", _AGAIN),
    "identity.redirect_refused": English(
        "The address to lead back to is not on the list, or its state is too long.",
        "Use an address of KEIZOKU_IDENTITY_REDIRECTS and a state of 200 characters at most.",
    ),
    "identity.result_refused": English("The provider's result is not taken:", _MEND),
    "identity.session_over": English("This capture is over.", "Make a new address for it."),
    "identity.session_unknown": English("This capture is not known.", "Make a new address for it."),
    "identity.shot_too_large": English("The picture is too large.", "Send at most 15 MB."),
    "identity.shot_untimely": English("The picture's moment cannot be right.", _AGAIN),
    "identity.skip_refused": English("This picture cannot be left out.", "Take it, or ask a person."),
    "identity.step_out_of_order": English("This is not the picture that is due.", _AGAIN),
    "identity.table_invalid": English(
        "The table of methods is not valid.", "Tell whoever runs the installation."
    ),
    "identity.too_many_tries": English("The capture was tried too often.", "A person has to help."),
    "identity.verification_over": English(
        "Nothing is awaited from the customer in this verification.", _AGAIN
    ),
    "identity.verification_refused": English("This verification cannot be asked for like this:", _MEND),
    "identity.held_by_another": English("Somebody else has the case open.", "Take another case."),
    "identity.label_refused": English("This case cannot be labelled like this:", _MEND),
    "identity.not_waiting": English("The verification does not wait for a decision.", _AGAIN),
    "identity.note_refused": English("The note cannot be kept:", _MEND),
    "identity.nothing_to_agree": English("No such verdict waits for a second person.", _AGAIN),
    "identity.own_policy": English("Who proposed the policy cannot approve it.", _ANOTHER),
    "identity.own_verification": English(
        "Who asked for it, took its pictures or decided it first cannot decide it.", _ANOTHER
    ),
    "identity.policy_refused": English("This cannot be done with the policy:", _AGAIN),
    "identity.reason_unknown": English("The reason is none of the list.", "Choose a reason of the list."),
    "identity.record_missing": English(
        "There is no record to add to.", "It is written when a verification passes."
    ),
    "identity.shots_missing": English(
        "The shots to be taken again are not named, or not such as the document has.", "Name at least one."
    ),
    "identity.too_few_labelled": English(
        "Too few cases were labelled to let a policy decide.", "Label more cases first."
    ),
    # risk
    "risk.circumstance_gone": English("The circumstance is over.", _AGAIN),
    "risk.circumstance_refused": English("The circumstance cannot be recorded like this:", _MEND),
    "risk.event_refused": English("The event cannot be recorded like this:", _MEND),
    "risk.no_active_scorecard": English("No scorecard is in force.", "One has to be approved first."),
    "risk.not_rateable": English("The customer cannot be rated:", _MEND),
    "risk.scorecard_invalid": English("The scorecard is not valid:", _MEND),
    "risk.scorecard_not_draft": English("The scorecard is no draft any more.", _AGAIN),
    "risk.trial_under_way": English("A trial of the scorecard is under way.", "Wait until it is over."),
    "risk.version_taken": English("There is a scorecard of this version.", "Choose another version."),
}


def of(refusal: Refusal) -> English:
    """The refusal in English; its own Japanese where no sentence is known, so that nothing is lost."""
    known = SENTENCES.get(refusal.code)
    if known is None:
        return English(refusal.message, refusal.remedy)
    return known._replace(detail=f"{known.detail} {refusal.message}") if known.detail.endswith(":") else known
