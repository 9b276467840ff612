"""Every route of the installation: customers' pages at the root, staff under /console, carriers under /webhooks."""

from django.urls import include, path

urlpatterns = [
    path("console/", include("keizoku.console.urls")),
    path("webhooks/", include("keizoku.webhooks.urls")),
    path("", include("keizoku.portal.urls")),
]
