"""SQL over the allowances' rows. ``%(at)s`` is NULL: the moment is the database's own, one clock for all workers."""

from keizoku.delivery.allowances.rules import LEAST_PACE, PACE_STEP, PACE_STEP_S, SHARE

_AT = "COALESCE(%(at)s::timestamptz, clock_timestamp())"
_TODAY = f"({_AT} AT TIME ZONE 'Asia/Tokyo')::date"
_MONTH = f"date_trunc('month', {_AT} AT TIME ZONE 'Asia/Tokyo')::date"
# The pace in hundredths, as far as it has come back since the carrier last refused.
_PACE = (
    f"CASE WHEN a.slowed_at IS NULL THEN 100 ELSE LEAST(100, a.pace + {PACE_STEP} * "
    f"floor(extract(epoch FROM {_AT} - a.slowed_at) / {PACE_STEP_S})::int) END"
)
_SPAN = (
    "(CASE WHEN %(a_second)s::int = 0 THEN 0 "
    f"ELSE %(calls)s::int / (%(a_second)s::int * {SHARE} * ({_PACE}) / 100.0) END)::float8"
)
_USED_TODAY = f"(CASE WHEN a.day = {_TODAY} THEN a.used_today ELSE 0 END)"
_USED_THIS_MONTH = f"(CASE WHEN a.month = {_MONTH} THEN a.used_this_month ELSE 0 END)"

MAKE = f"""
INSERT INTO delivery_allowance (channel, free_at, pace, day, used_today, month, used_this_month)
VALUES (%(channel)s, {_AT}, 100, {_TODAY}, 0, {_MONTH}, 0) ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own text

# Seconds until the next slot, the pace, what today and this month have used, and seconds until tomorrow.
LOOK = f"""
SELECT GREATEST(0, extract(epoch FROM a.free_at - {_AT}))::float8, {_PACE}, {_USED_TODAY}, {_USED_THIS_MONTH},
       extract(epoch FROM (({_TODAY} + 1)::timestamp AT TIME ZONE 'Asia/Tokyo') - {_AT})::float8
FROM delivery_allowance a WHERE a.channel = %(channel)s
"""  # noqa: S608 - our own text

# The row is locked from here to the commit, so this stands last in the claiming transaction.
TAKE = f"""
UPDATE delivery_allowance a
SET free_at = GREATEST(a.free_at, {_AT}) + make_interval(secs => {_SPAN}),
    day = {_TODAY}, used_today = {_USED_TODAY} + %(counted)s::int,
    month = {_MONTH}, used_this_month = {_USED_THIS_MONTH} + %(counted)s::int
WHERE a.channel = %(channel)s
  AND (%(a_day)s::int = 0 OR {_USED_TODAY} + %(counted)s::int <= %(a_day)s::int)
  AND (%(a_month)s::int = 0 OR {_USED_THIS_MONTH} + %(counted)s::int <= %(a_month)s::int)
RETURNING (extract(epoch FROM a.free_at - {_AT})::float8 - {_SPAN})
"""  # noqa: S608 - our own text

# Several workers are refused at once: of one second's refusals only the first halves the pace.
SLOW = f"""
UPDATE delivery_allowance a
SET free_at = GREATEST(a.free_at, {_AT} + make_interval(secs => %(pause)s::float8)),
    pace = CASE WHEN a.slowed_at > {_AT} - interval '1 second' THEN a.pace
                ELSE GREATEST({LEAST_PACE}, ({_PACE}) / 2) END,
    slowed_at = {_AT}
WHERE a.channel = %(channel)s
"""  # noqa: S608 - our own text
