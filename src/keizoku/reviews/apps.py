from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "keizoku.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What goes along when two customers become one."""
        from keizoku.reviews.merging import register_part  # noqa: PLC0415 - needs the models
        from keizoku.reviews.phone import merging as phone  # noqa: PLC0415

        register_part()
        phone.register_part()
