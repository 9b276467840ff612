"""Import of a bank's file against the bare COPY of the same bytes into an unindexed table."""

from typing import Any

from keizoku.bench.ground import main, stopwatch, write_sample


def measure(rows: int) -> dict[str, Any]:
    from django.db import connection, transaction

    from keizoku.customers.importing import import_file
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today
    from keizoku.risk import actions as risk

    sample = write_sample(rows)
    seconds: dict[str, float] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (line text) ON COMMIT DROP")
        lines = sample.read_text(encoding="utf-8").splitlines()
        with stopwatch(seconds, "bare_copy"), cursor.copy("COPY bare FROM STDIN") as copy:
            for line in lines:
                copy.write_row((line,))
    risk.install_standard_scorecard(Actor.system("bench"), Actor.system("bench-approval"))
    with stopwatch(seconds, "import"):
        import_file(sample, as_of=business_today(), actor=Actor.system("bench"))
    with stopwatch(seconds, "rate_everybody"):
        risk.rate_everybody(Actor.system("bench"), business_today())
    return {
        "rows": rows,
        "seconds": seconds,
        "rows_per_second": {name: round(rows / value) for name, value in seconds.items()},
        "import_over_bare_copy": round(seconds["import"] / seconds["bare_copy"], 1),
    }


if __name__ == "__main__":
    main(measure)
