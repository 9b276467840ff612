"""Routes of the API; what is not one of them is a problem as well."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from keizoku.api import pages
from keizoku.api.v1.service import api

urlpatterns = [
    path("v1/openapi.json", pages.openapi, name="api-openapi"),
    path("v1/docs", pages.docs, name="api-docs"),
    path("v1/", api.urls),
    path("<path:rest>", csrf_exempt(pages.nowhere), name="api-nowhere"),
]
