"""What this room keeps (``kernel.keeping``). Drafts are the reviews', which know whether they are still needed."""

from typing import Final

_WORDS: Final = "質問票の文章だけで、だれのことも示さない"
EXEMPT: Final = {
    "forms_edition": _WORDS,
    "forms_editionstep": _WORDS,
    "forms_questionnaireversion": _WORDS,
}
