from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "keizoku.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
