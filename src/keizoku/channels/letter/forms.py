"""The paper questionnaire that a letter encloses, as the template is given it: nothing of the record, only the questions."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from keizoku.delivery.ports import Outgoing
from keizoku.forms import queries
from keizoku.forms.rules.on_paper import printed
from keizoku.forms.rules.paper_code import write_form_code
from keizoku.kernel.documents import qr

NO_QUESTIONNAIRE: Final = "no_questionnaire"


def key(published_id: int) -> str:
    """The name of a published version among the template's forms."""
    return str(published_id)


def problem(outgoing: Outgoing) -> str:
    """Why a letter cannot enclose what it should; empty where it can, or encloses nothing."""
    return NO_QUESTIONNAIRE if outgoing.message.form == 0 else ""


def of_batch(batch: Iterable[Outgoing]) -> dict[str, Any]:
    """Each published version that a letter of the batch encloses."""
    return {
        key(each): shown(each) for each in sorted({one.message.form for one in batch if one.message.form})
    }


def shown(published_id: int) -> dict[str, Any]:
    questionnaire = queries.published(published_id).questionnaire
    return {
        "title": questionnaire.title,
        "version": f"第{questionnaire.version}版",
        "questions": [asdict(question) for question in printed(questionnaire)],
    }


def code_of(outgoing: Outgoing) -> str:
    """The QR code on each page of one letter's form; empty where it has none."""
    published_id, reference = outgoing.message.form, outgoing.message.reference
    return qr.to_svg(write_form_code(int(reference.replace("-", "")), published_id)) if published_id else ""
