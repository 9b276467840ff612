"""Who lives in the races' house: LINE reaches all of them."""

from journeys.world import FUKUOKA, KYOTO, NAGOYA, OSAKA, SAPPORO, SENDAI, Register

register = Register()
CROWD = register.settle(400, OSAKA)
AMID_THE_CRASH = register.settle(150, KYOTO)
ANSWERING = register.settle(1, FUKUOKA)
TIMED_OUT = register.settle(12, NAGOYA)
TOLD_TWICE = register.settle(8, SENDAI)
SLOW_HANDS = register.settle(120, SAPPORO)
