"""本人確認の1件: the document and the face, what was read and checked, the record beside it, and the verdict."""

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.attachments import attached, shown
from keizoku.console.check_words import DOUBTS, POSES
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.verifications import VerdictForm, VerificationFilter
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.queues import URGENCY_TONES
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.views.verifications import (
    OUTCOME_TONES,
    back_to_list,
    case_url,
    to_next,
)
from keizoku.identity import asking, deciding, exporting
from keizoku.identity.deciding import Said
from keizoku.identity.desk import cases, holding, pictures
from keizoku.identity.desk.cases import Case, PictureRow, ValueRead
from keizoku.identity.errors import ShotsMissing
from keizoku.identity.evidence import Made
from keizoku.identity.results import CheckRow
from keizoku.identity.rules.checks import check_words, reason_of_check
from keizoku.identity.rules.comparing import SAME
from keizoku.identity.rules.deciding import LONGEST_NOTE, REASONS, VERDICT_WORDS, Verdict
from keizoku.identity.rules.outcomes import OUTCOME_WORDS, Outcome
from keizoku.identity.rules.record import FIELD_WORDS
from keizoku.identity.rules.states import NOT_FINAL, State
from keizoku.identity.rules.steps import STEP_WORDS, StepName
from keizoku.kernel.due import URGENCY_WORDS
from keizoku.kernel.errors import Refusal
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.speaking import listed, plainly

# What a verdict does, said on its buttons and beside it, and its key; the most usual first.
ACTS: Final = {
    Verdict.PASSED: (
        "確認できたと判断する",
        "primary",
        "確認記録を作ります。登録との違いは、記録の変更の提案になります。",
        "a",
    ),
    Verdict.ASKED_AGAIN: (
        "撮り直しを頼む",
        "secondary",
        "選んだ写真だけを、お客さまにもう一度撮っていただきます。ほかの写真はそのままです。",
        "r",
    ),
    Verdict.REFUSED: (
        "確認できなかったと判断する",
        "danger",
        "この本人確認は終わります。お客さまには、ほかの方法をご案内します。",
        "x",
    ),
}
KEYS: Final = (
    ("A", "「確認できた」を開く"),
    ("R", "「撮り直しを頼む」を開く"),
    ("X", "「確認できなかった」を開く"),
    ("Y", "1人目の判断に同意する"),
    ("1〜9", "開いているところの理由を選ぶ"),
    ("Enter", "選んだ理由で判断し、次の案件へ進む"),
    ("Z", "書類の写真を拡大する（もう一度で戻す）"),
    ("F", "顔の写真を拡大する（もう一度で戻す）"),
    ("T", "この案件を取る"),
    ("N", "この案件を戻して、次の案件へ"),
    ("Esc", "入力をやめて、キー操作に戻る"),
)
CHECK_COLUMNS: Final = (
    Column("点検"),
    Column("結果"),
    Column("理由"),
    Column("値"),
    Column("基準"),
    Column("モデル"),
)
_WORST_FIRST: Final = {Outcome.FAILED: 0, Outcome.UNSURE: 1, Outcome.PASSED: 2}
BESIDE_COLUMNS: Final = (Column("項目"), Column("いまの記録"), Column("書類"), Column("比べた結果"))


@screen("identity.read")
def case(request: StaffRequest, verification_id: int) -> HttpResponse:
    """For a reviewer, opening a case is reading what the document says: the audit keeps who and when."""
    return _case_page(request, verification_id, VerificationFilter.read(request.GET))


@screen("identity.decide", "POST")
def decide(request: StaffRequest, verification_id: int) -> HttpResponse:
    """The fields of a verdict carry it in their names; ``then`` says whether the next case follows at once."""
    form, queue = VerdictForm.read(request.POST), VerificationFilter.read(request.POST)
    if form.verdict is None:
        return redirect(case_url(verification_id, queue))
    if not form.reason:
        wrong = {f"reason_{form.verdict}": f"「{ACTS[form.verdict][0]}」理由を1つ選んでください。"}
        return _case_page(request, verification_id, queue, form=form, errors=wrong, status=422)
    try:
        holding.refuse_held(verification_id, request.user)
        said = Said(form.verdict, form.reason, form.note, form.again)
        is_final = deciding.decide(verification_id, said, request.user)
    except ShotsMissing as refusal:
        wrong = errors_of(refusal, "again")
        return _case_page(request, verification_id, queue, form=form, errors=wrong, status=422)
    except Refusal as refusal:
        return _case_page(request, verification_id, queue, form=form, errors=errors_of(refusal), status=409)
    done = f"判断しました：{VERDICT_WORDS[form.verdict]}"
    if not is_final:
        holding.release(verification_id, request.user)
        done = f"1人目として判断しました：{VERDICT_WORDS[form.verdict]}"
    return _after(request, queue, done)


@screen("identity.decide", "POST")
def agree(request: StaffRequest, verification_id: int) -> HttpResponse:
    """The second person's yes to the verdict that he saw."""
    queue = VerificationFilter.read(request.POST)
    decision_id = whole_number(request.POST.get("decision", ""))
    if decision_id is None:
        return redirect(case_url(verification_id, queue))
    try:
        holding.refuse_held(verification_id, request.user)
        deciding.agree(verification_id, decision_id, request.user)
    except Refusal as refusal:
        return _case_page(request, verification_id, queue, errors=errors_of(refusal), status=409)
    return _after(request, queue, "2人目として同意しました")


@screen("identity.decide", "POST")
def take(request: StaffRequest, verification_id: int) -> HttpResponse:
    holding.take(verification_id, request.user)
    return redirect(case_url(verification_id, VerificationFilter.read(request.POST)))


@screen("identity.decide", "POST")
def release(request: StaffRequest, verification_id: int) -> HttpResponse:
    holding.release(verification_id, request.user)
    tell(request, "案件を戻しました", "ほかの担当者が取れます。")
    return redirect(back_to_list(VerificationFilter.read(request.POST)))


@screen("identity.ask", "POST")
def withdraw(request: StaffRequest, verification_id: int) -> HttpResponse:
    asking.withdraw(verification_id, request.user.actor)
    tell(request, "本人確認を取り下げました")
    return redirect(back_to_list(VerificationFilter.read(request.POST)))


@screen("identity.decide")
def picture(request: StaffRequest, verification_id: int, shot_id: int, name: str) -> HttpResponse:
    """A picture, decrypted for who looks at it; each look is in the audit, and no cache keeps it."""
    found = pictures.opened(verification_id, shot_id, name, request.user)
    if found is None:
        raise Http404
    return shown(HttpResponse(found, content_type="image/jpeg"))


@screen("identity.export", "POST")
def export(request: StaffRequest, verification_id: int) -> HttpResponse:
    """The confirmation record as PDF and JSON with the pictures it rests on, signed: one person's alone."""
    made = exporting.export(verification_id, request.user)
    answer = HttpResponse(made.content, content_type="application/zip")
    return attached(answer, f"verification-{verification_id}.zip")


def _after(request: StaffRequest, queue: VerificationFilter, done: str) -> HttpResponse:
    if request.POST.get("then") == "next":
        return to_next(request, queue, done=done)
    tell(request, done, "次の案件に進めます。")
    return redirect(back_to_list(queue))


def _case_page(
    request: StaffRequest,
    verification_id: int,
    queue: VerificationFilter,
    *,
    form: VerdictForm | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = cases.open_case(verification_id, request.user)
    involved = {one.by for one in found.decisions} | {found.row.asked_by}
    if found.held_by:
        involved.add(f"staff:{found.held_by}")
    names = actor_names(involved)
    is_waiting = found.row.state is State.WAITING
    may_decide = request.user.may("identity.decide") and is_waiting
    is_others = found.held_by not in {None, request.user.pk}
    return page(
        request,
        "verification",
        title=f"本人確認 {found.row.id}",
        current="identity",
        trail=way_up("console-verifications"),
        status=status,
        errors=errors,
        case=found,
        hidden=queue.hidden,
        asked_by=names[found.row.asked_by],
        has_case=names.get(f"staff:{found.held_by}", ""),
        is_mine=found.held_by == request.user.pk,
        is_others=is_others,
        may_decide=may_decide,
        may_withdraw=request.user.may("identity.ask") and found.row.state in NOT_FINAL,
        urgency=(URGENCY_WORDS[found.urgency], URGENCY_TONES[found.urgency]) if found.urgency else None,
        found_words=(OUTCOME_WORDS[found.found], OUTCOME_TONES[found.found]),
        sides=_sides(found),
        faces=_faces(found),
        check_columns=CHECK_COLUMNS,
        checks=[_check(one) for one in sorted(found.checks, key=lambda one: _WORST_FIRST[one.outcome])],
        beside_columns=BESIDE_COLUMNS,
        beside=_beside(found),
        skips=listed(plainly(one.words) for one in found.skips),
        decisions=[(row, names[row.by], _shots(row.again)) for row in found.decisions],
        proposal=(found.proposal, names[found.proposal.by]) if found.proposal else None,
        is_own_proposal=found.proposal is not None and found.proposal.by == str(request.user.actor),
        acts=_acts(found, form or VerdictForm(), errors or {}) if may_decide and not is_others else [],
        may_export=request.user.may("identity.export") and found.row.state is State.PASSED,
        longest_note=LONGEST_NOTE,
        keys=KEYS,
        customer_url=reverse("console-customer", args=[found.row.customer_id])
        if found.row.customer_id and request.user.may("customers.read")
        else "",
    )


def _sides(found: Case) -> list[dict[str, object]]:
    """Each side of the document: its straightened picture, the one it was made from, and the values with their places."""
    if found.opened is None:
        return []
    sides: list[dict[str, object]] = []
    for step in (StepName.FRONT, StepName.BACK, StepName.TILT):
        made = {one.made: one for one in found.opened.pictures if one.shot.step is step}
        if not made:
            continue
        values = [one for one in found.opened.values if one.side is step]
        best = made.get(Made.CARD, made[Made.VIEW])
        sides.append(
            {
                "words": STEP_WORDS[step],
                "url": _url(found, best),
                "whole": _url(found, made[Made.VIEW]) if best.made is Made.CARD else "",
                "values": [_value(one) for one in values],
                "boxes": [(number, one.box) for number, one in enumerate(values, 1) if any(one.box)],
            }
        )
    return sides


def _value(one: ValueRead) -> dict[str, object]:
    return {
        "label": plainly(FIELD_WORDS.get(one.name, one.name)),
        "value": one.value or plainly("読み取れません"),
        "raw": one.raw if one.raw != one.value else "",
        "doubts": listed(plainly(DOUBTS.get(doubt, doubt)) for doubt in one.doubts),
    }


def _faces(found: Case) -> list[tuple[str, str]]:
    """The document's portrait, then each picture of the face, side by side."""
    if found.opened is None:
        return []
    portraits = [one for one in found.opened.pictures if one.made is Made.PORTRAIT]
    taken = [one for one in found.opened.pictures if one.shot.step is StepName.FACE]
    return [
        *((plainly("書類の顔写真"), _url(found, one)) for one in portraits),
        *((plainly(POSES.get(one.shot.pose, one.shot.pose)), _url(found, one)) for one in taken),
    ]


def _url(found: Case, one: PictureRow) -> str:
    return reverse("console-verification-picture", args=[found.row.id, one.shot.id, one.made.value])


def _check(one: CheckRow) -> Row:
    model = f"{one.model} {one.model_version}".strip()
    cells = (
        plainly(check_words(one.name)),
        badge_cell(one.outcome_words, OUTCOME_TONES[one.outcome]),
        plainly(reason_of_check(one.reason)) if one.reason else "",
        "" if one.score is None else f"{one.score:.3g}",
        "" if one.threshold is None else f"{one.threshold:.3g}",
        model or "—",
    )
    return Row(cells)


def _beside(found: Case) -> list[Row]:
    if found.opened is None:
        return []
    return [
        Row(
            (
                plainly(FIELD_WORDS.get(one.compared.field, one.compared.field)),
                one.held or plainly("登録なし"),
                one.said or plainly("読み取れません"),
                badge_cell(
                    reason_of_check(one.compared.reason or SAME),
                    OUTCOME_TONES[one.compared.outcome],
                ),
            )
        )
        for one in found.opened.beside
    ]


def _shots(again: tuple[str, ...]) -> object:
    return listed(plainly(STEP_WORDS[StepName(one)]) for one in again)


def _acts(found: Case, form: VerdictForm, errors: dict[str, str]) -> list[dict[str, object]]:
    """The verdicts that may follow now, each with its own closed list of reasons, and with what was typed into it."""
    return [
        {
            "verdict": verdict.value,
            "title": VERDICT_WORDS[verdict],
            "label": label,
            "kind": kind,
            "words": words,
            "key": key,
            "takes_second": found.takes_second and verdict is Verdict.PASSED,
            "reason_name": f"reason_{verdict.value}",
            "reason": typed.reason,
            "note_name": f"note_{verdict.value}",
            "note": typed.note,
            "is_open": verdict is (form.verdict or (None if found.proposal else Verdict.PASSED)),
            "error": errors.get(f"reason_{verdict.value}", ""),
            "reasons": list(REASONS[verdict].items()),
            "askable": [(one.value, STEP_WORDS[one]) for one in found.askable]
            if verdict is Verdict.ASKED_AGAIN
            else [],
            "again": list(typed.again),
            "again_error": errors.get("again", ""),
        }
        for verdict, (label, kind, words, key) in ACTS.items()
        for typed in (form if form.verdict is verdict else VerdictForm(),)
    ]
