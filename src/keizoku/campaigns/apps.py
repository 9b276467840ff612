from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "keizoku.campaigns"
    label = "campaigns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What goes along when two customers become one."""
        from keizoku.campaigns.silent.merging import register_part  # noqa: PLC0415 - needs the models

        register_part()
