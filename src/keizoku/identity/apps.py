from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from keizoku.identity.ports import Judge


class IdentityConfig(AppConfig):
    name = "keizoku.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name whoever looks at pictures; its libraries are loaded with the first picture."""
        from keizoku.identity import ports  # noqa: PLC0415 - needs the registry

        ports.use(_sight)


def _sight() -> "Judge":
    """Loading what sees takes a second and 200 MB: a process that sees nothing does without."""
    from keizoku.identity.sight import sight  # noqa: PLC0415 - see above

    return sight()
