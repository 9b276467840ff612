from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "keizoku.risk"
    label = "risk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What goes along when two customers become one."""
        from keizoku.risk.merging import register_part  # noqa: PLC0415 - needs the models

        register_part()
