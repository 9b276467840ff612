"""Where to go next, as a request says it: believed only when it is a page of this installation."""

from django.utils.http import url_has_allowed_host_and_scheme


def own_page(told: str, otherwise: str, *, under: str = "/") -> str:
    """The path that a form or a query named, if it is one of ours below ``under``; else ``otherwise``.

    Only a path counts: another host, another scheme, and a word that is no path at all ("foo") are not gone to.
    """
    is_ours = told.startswith(under) and url_has_allowed_host_and_scheme(told, allowed_hosts=None)
    return told if is_ours else otherwise
