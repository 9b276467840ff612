from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "keizoku.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The models must stand before what hangs on a customer can be named."""
        from keizoku.customers.duplicates.attached import register_parts  # noqa: PLC0415 - needs the models

        register_parts()
