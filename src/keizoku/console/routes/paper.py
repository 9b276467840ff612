"""紙の回答: forms that came back, keying them, their doubts, their pictures."""

from django.urls import URLPattern, path

from keizoku.console.views import paper, paper_doubts, paper_keying, paper_scan

ROUTES: list[URLPattern] = [
    path("paper", paper.listing, name="console-paper"),
    path("paper/register", paper.register, name="console-paper-register"),
    path("paper/<int:form_id>", paper.detail, name="console-paper-form"),
    path("paper/<int:form_id>/key", paper_keying.key, name="console-paper-key"),
    path("paper/<int:form_id>/doubts", paper_doubts.resolve, name="console-paper-doubts"),
    path("paper/<int:form_id>/scan", paper_scan.scan, name="console-paper-scan"),
    path("paper/<int:form_id>/attach", paper.attach, name="console-paper-attach"),
    path("paper/<int:form_id>/end", paper.end, name="console-paper-end"),
]
