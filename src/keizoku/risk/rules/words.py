"""A rating's reasons in Japanese, for the one screen that answers 「なぜ高リスクなのか」."""

from collections.abc import Iterable

from keizoku.kernel.text.sentences import Composed, Given, Listed
from keizoku.risk.rules.rating import Reason
from keizoku.risk.rules.scale import Level, LevelBasis
from keizoku.risk.rules.scorecard import Scorecard


def reason_words(scorecard: Scorecard, reasons: Iterable[Reason]) -> tuple[str, ...]:
    """One phrase a reason, in order: 「国籍：日本以外の国籍（10点）」. ``scorecard`` is the one that rated."""
    return tuple(_words(scorecard, reason) for reason in reasons)


def weight_words(scorecard: Scorecard, reasons: Iterable[Reason]) -> tuple[str, ...]:
    """The same without the factor's label, where that stands in front already: 「日本以外の国籍（10点）」."""
    return tuple(Composed("{0}（{1}）", *_why_and_weight(scorecard, reason)) for reason in reasons)


def basis_words(basis: LevelBasis, scored: Level, before: LevelBasis) -> tuple[str, ...]:
    """Why another level holds than the scorecard says, or holds again. An override and a suspicion read alike, by law and
    on purpose: whoever may not know must not be able to guess. ``before``: the basis of the rating before this one.
    """
    if basis is LevelBasis.OTHER:
        return ("その他の事情",)
    again = ("その他の事情が終わり、点数による水準に戻りました。",) if before is LevelBasis.OTHER else ()
    if basis is LevelBasis.COOL_DOWN:
        waiting = f"点数では「{scored.label}」ですが、下がってから日が浅いため、前の水準を据え置いています。"
        return (*again, waiting)
    return again


def missing_words(scorecard: Scorecard, missing: Iterable[str]) -> tuple[str, ...]:
    """The labels of the factors whose facts are missing."""
    return tuple(scorecard.factor(factor_id).label for factor_id in missing)


def _words(scorecard: Scorecard, reason: Reason) -> str:
    label = Given(scorecard.factor(reason.factor).label)
    return Composed("{0}：{1}（{2}）", label, *_why_and_weight(scorecard, reason))


def _why_and_weight(scorecard: Scorecard, reason: Reason) -> tuple[str, str]:
    factor = scorecard.factor(reason.factor)
    why = "情報がありません" if reason.rule is None else Given(factor.rule(reason.rule).label)
    weights: list[str] = [Composed("{0}点", reason.points)] if reason.points else []
    if reason.floor:
        weights.append(Composed("リスクを「{0}」以上とする", reason.floor.label))
    return why, Listed("、", weights)
