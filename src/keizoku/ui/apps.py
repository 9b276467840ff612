from django.apps import AppConfig


class UserInterfaceConfig(AppConfig):
    name = "keizoku.ui"
    label = "ui"
