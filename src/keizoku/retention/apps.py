from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "keizoku.retention"
    label = "retention"
