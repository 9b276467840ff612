"""Every route: customers' pages at the root, staff under /console, systems under /api, carriers under /webhooks."""

from django.urls import include, path

urlpatterns = [
    path("console/", include("keizoku.console.urls")),
    path("api/", include("keizoku.api.urls")),
    path("webhooks/", include("keizoku.webhooks.urls")),
    path("", include("keizoku.portal.urls")),
]
