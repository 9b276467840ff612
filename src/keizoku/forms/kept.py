"""What this room keeps (``kernel.keeping``). Drafts are the reviews', which know whether they are still needed."""

from typing import Final

EXEMPT: Final = {"forms_questionnaireversion": "質問票の文章だけで、だれのことも示さない"}
