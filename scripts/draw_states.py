"""Draw the states of campaigns, reviews, chunks, tasks, scorecards, circumstances, trials and plans into ARCHITECTURE.md,
out of the tables in the rules.

`.venv/bin/python scripts/draw_states.py` writes the drawings anew; `tests/architecture/test_documents.py` holds them equal.
Needs no Django: the rules are pure.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from keizoku.accounts.administration import rules as staff
from keizoku.accounts.exports import rules as exports
from keizoku.campaigns import rules as campaigns
from keizoku.campaigns.incidents import rules as incidents
from keizoku.campaigns.silent import rules as silent
from keizoku.campaigns.why import rules as why
from keizoku.customers.attributes.rules import definition as attributes
from keizoku.customers.casework import rules as tasks
from keizoku.customers.duplicates import rules as duplicates
from keizoku.customers.imports.rules import uploads
from keizoku.customers.linking import rules as links
from keizoku.customers.returns import rules as returns
from keizoku.delivery import rules as delivery
from keizoku.delivery.lane import rules as lane
from keizoku.delivery.letters import rules as letters
from keizoku.events.rules import states as postings
from keizoku.forms.rules import states as questionnaires
from keizoku.identity.methods.rules import proposals
from keizoku.identity.rules import policy as identity_policy
from keizoku.identity.rules import states as identity
from keizoku.retention.rules import states as retention
from keizoku.reviews.paper import rules as paper
from keizoku.reviews.phone.rules import states as phone
from keizoku.reviews.policies.rules import states as policies
from keizoku.reviews.quality import rules as quality
from keizoku.reviews.rules import states as reviews
from keizoku.risk.rules import states as risk

State = TypeVar("State", bound=StrEnum)
PAGE = Path(__file__).resolve().parents[1] / "ARCHITECTURE.md"
CHUNK_WORDS = {
    delivery.ChunkState.OPEN: "waits for a worker",
    delivery.ChunkState.LEASED: "one worker sends it",
    delivery.ChunkState.CLOSED: "every position has a final outcome",
}


def drawings() -> dict[str, str]:
    """Name → Mermaid text; the first state of each table is where it begins."""
    return {
        "campaigns": draw(campaigns.TRANSITIONS, campaigns.STATE_WORDS),
        "reviews": draw(reviews.TRANSITIONS, reviews.STATE_WORDS),
        "verifications": draw(identity.TRANSITIONS, identity.STATE_WORDS),
        "policies of verifications": draw(identity_policy.POLICY_TRANSITIONS, identity_policy.POLICY_WORDS),
        "proposals about methods": draw(proposals.TRANSITIONS, proposals.STATE_WORDS),
        "paper forms": draw(paper.TRANSITIONS, paper.STATE_WORDS),
        "calls": draw(phone.CALL_TRANSITIONS, phone.CALL_WORDS),
        "calls back": draw(phone.CALL_BACK_TRANSITIONS, phone.CALL_BACK_WORDS),
        "policies": draw(policies.TRANSITIONS, policies.STATE_WORDS),
        "quality checks": draw(quality.TRANSITIONS, quality.STATE_WORDS),
        "line links": draw(links.TRANSITIONS, links.STATE_WORDS),
        "chunks": draw(delivery.CHUNK_TRANSITIONS, CHUNK_WORDS),
        "codes": draw(lane.CODE_TRANSITIONS, lane.CODE_WORDS),
        "batches": draw(letters.BATCH_TRANSITIONS, letters.BATCH_WORDS),
        "questionnaires": draw(questionnaires.TRANSITIONS, questionnaires.STATE_WORDS),
        "attributes": draw(attributes.TRANSITIONS, attributes.STATE_WORDS),
        "duplicates": draw(duplicates.TRANSITIONS, duplicates.STATE_WORDS),
        "tasks": draw(tasks.TRANSITIONS, tasks.STATE_WORDS),
        "scorecards": draw(risk.SCORECARD_TRANSITIONS, risk.SCORECARD_WORDS),
        "circumstances": draw(risk.CIRCUMSTANCE_TRANSITIONS, risk.CIRCUMSTANCE_WORDS),
        "trials": draw(risk.TRIAL_TRANSITIONS, risk.TRIAL_WORDS),
        "uploads": draw(uploads.UPLOAD_TRANSITIONS, uploads.UPLOAD_WORDS),
        "returned values": draw(returns.ROW_TRANSITIONS, returns.ROW_WORDS),
        "reissues": draw(returns.REISSUE_TRANSITIONS, returns.REISSUE_WORDS),
        "postings": draw(postings.TRANSITIONS, postings.STATE_WORDS),
        "incidents": draw(incidents.TRANSITIONS, incidents.STATE_WORDS),
        "silent cases": draw(silent.TRANSITIONS, silent.STATE_WORDS),
        "exports": draw(why.EXPORT_TRANSITIONS, why.EXPORT_WORDS),
        "export requests": draw(exports.TRANSITIONS, exports.STATE_WORDS),
        "staff changes": draw(staff.TRANSITIONS, staff.STATE_WORDS),
        "plans": draw(retention.TRANSITIONS, retention.STATE_WORDS),
    }


def draw(transitions: Mapping[State, Collection[State]], words: Mapping[State, str]) -> str:
    """A state drawing; states in the order of the table, so that the same table gives the same text."""
    order = list(transitions)
    lines = ["stateDiagram-v2", *(f"    {state} : {state} {words[state]}" for state in order)]
    lines.append(f"    [*] --> {order[0]}")
    for state in order:
        after = sorted(transitions[state], key=order.index)
        lines += [f"    {state} --> {following}" for following in after] or [f"    {state} --> [*]"]
    return "\n".join(lines)


def between(name: str) -> re.Pattern[str]:
    """What stands between a drawing's two marks."""
    return re.compile(rf"(?<=<!-- states: {name} -->\n)```mermaid\n.*?```(?=\n<!-- end -->)", re.DOTALL)


def with_drawings(text: str) -> str:
    """The page with every drawing as the tables want it."""
    for name, drawing in drawings().items():
        block = f"```mermaid\n{drawing}\n```"
        text, count = between(name).subn(block, text)
        if count != 1:
            sys.exit(f"{PAGE.name} has {count} places for the states of {name}, not one")
    return text


if __name__ == "__main__":
    PAGE.write_text(with_drawings(PAGE.read_text("utf-8")), "utf-8")
