"""Every route has decided who may use it."""

from django.urls import URLPattern, URLResolver, get_resolver

# Routes that anybody may call: the customers' pages guard themselves by code and identity, carriers by signature,
# and one has to be able to sign in.
PUBLIC_PREFIXES = ("", "webhooks/")
PUBLIC_CONSOLE = {
    "console/sign-in",
    "console/sign-in/second",
    "console/sign-in/enrol",
    "console/sign-in/sso",
    "console/sign-in/sso/back",
    "console/ticket/<token>",
    "console/ticket/<str:token>",
    "console/sign-out",
    "console/language",
}


def routes(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


def test_every_staff_route_names_its_permission():
    open_routes = {
        path
        for path, view in routes()
        if path.startswith("console/") and not getattr(view, "keizoku_permission", "")
    }
    assert open_routes <= PUBLIC_CONSOLE


def test_every_named_permission_exists():
    from keizoku.accounts.rules import PERMISSIONS

    named = {view.keizoku_permission for _, view in routes() if getattr(view, "keizoku_permission", "")}
    assert named <= set(PERMISSIONS)


def test_signed_out_visitor_is_sent_to_sign_in_by_every_staff_route(db, client):
    for path, view in routes():
        if getattr(view, "keizoku_permission", "") and "<" not in path:
            answer = client.get(f"/{path}")
            assert answer.status_code in {302, 405}, path
            if answer.status_code == 302:
                assert answer.url.startswith("/console/sign-in"), path
