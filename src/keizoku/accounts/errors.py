"""The accounts' named refusals."""

from keizoku.kernel.errors import Refusal


class SignInRefused(Refusal):
    """One answer for every failed sign-in, so that it tells nobody which logins exist or are locked."""

    code = "accounts.sign_in_refused"


class FactorRefused(Refusal):
    """The second step of a sign-in was not done, or a second factor cannot be kept or removed like this."""

    code = "accounts.factor_refused"


class TicketRefused(Refusal):
    """The one-time link is unknown, used or out of date."""

    code = "accounts.ticket_refused"


class NotPermitted(Refusal):
    """The actor lacks the right for this act."""

    code = "accounts.not_permitted"


class StaffRefused(Refusal):
    """The particulars of a new member of staff are not acceptable."""

    code = "accounts.staff_refused"


class ExportRefused(Refusal):
    """A request for a file of many people's data cannot be made, decided or taken back like this."""

    code = "accounts.export_refused"


class ExportNeedsRequest(ExportRefused):
    """The file holds the data of more people than one person may take out alone."""

    code = "accounts.export_needs_request"


class StaffChangeRefused(Refusal):
    """A change of a member of staff cannot be asked for or decided like this."""

    code = "accounts.staff_change_refused"


class ApiKeyRefused(Refusal):
    """A key of the API cannot be granted, taken, replaced or revoked like this."""

    code = "accounts.api_key_refused"
