"""Who lives in the journeys' house, by the journey that they are for."""

from journeys.world import FUKUOKA, HIROSHIMA, KOBE, KYOTO, NAGOYA, OSAKA, SAPPORO, SENDAI, TOKYO, Register
from keizoku.sandbox.world.assumptions import Mailbox, Reception

register = Register()

# The walk: one answers, two do not.
HANAKO, *_ = register.settle(3, TOKYO)

# Everybody of Osaka has a message, and a mistake of their own.
OSAKANS = register.settle(12, OSAKA)
(
    MISTYPED_CODE,
    GUESSED,
    LOCKED,
    LATE,
    FORGED,
    WENT_BACK,
    PRESSED_TWICE,
    CHANGED_DEVICE,
    WITHOUT_SCRIPTS,
    REFUSED_INPUT,
    CHECKED,
    CALLER,
) = OSAKANS

# No phone, and phones that LINE refuses: all are written to by mail; one address has gone.
WITHOUT_PHONE = register.settle(2, SAPPORO, reception=None)
REFUSED_BY_LINE = register.settle(1, SAPPORO, reception=Reception.OFF)
MAILBOX_GONE = register.settle(1, SAPPORO, reception=None, mailbox=Mailbox.UNKNOWN)
SAPPORO_PEOPLE = (*WITHOUT_PHONE, *REFUSED_BY_LINE, *MAILBOX_GONE)

# A campaign that is paused and goes on, and one that is stopped.
PAUSED = register.settle(5, FUKUOKA)
STOPPED = register.settle(4, NAGOYA)

# A week later: one has answered, one is somebody else, one needs a person, one said nothing.
ANSWERED, SOMEBODY_ELSE, HELPED, SILENT = KYOTOITES = register.settle(4, KYOTO)

# Who links a LINE account.
(LINKING,) = register.settle(1, HIROSHIMA)

# Whose pages are only looked at.
LOOKED_AT = register.settle(5, SENDAI)
LOOKING, LOCKED_OUT, TOO_LATE, EXAMINED, QUICK = LOOKED_AT

# Whose answers a reviewer decides by keyboard.
REVIEWED = register.settle(3, KOBE)

# Whose case the console's pages are examined with.
(DECIDED,) = register.settle(1, KOBE)
