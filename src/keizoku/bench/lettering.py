"""Letters as a print file, against typst alone on the same pages.

Real: the default words, names with rare characters, addresses of different lengths, barcodes, QR codes with links, the check
of every character, the list and its digest, in batches of 200 as the channel makes them. Left out: decryption, which
``dispatch`` measures, and the hand-in. The baseline is given its inputs ready-made; typst remembers what it has set, so each
side's pages differ from the other's.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from keizoku.bench.ground import main, stopwatch
from keizoku.bench.processes import most_resident_mb

BATCH = 200
MOMENT = datetime(2026, 11, 22, tzinfo=UTC)
_NAMES = ("𠮷野 太郎", "髙橋 花子", "渡邉 健一", "株式会社継続商事", "佐藤 﨑子")
_PLACES = (
    ("東京都渋谷区渋谷{0}丁目{1}-3 コーポさくら{1}号", "1500002"),
    ("北海道札幌市中央区北二十九条西{0}丁目2番{1}号 札幌セントラルタワーレジデンスイースト棟", "0640804"),
    ("東京都千代田区丸の内{0}-{1}", "1000005"),
)


def measure(rows: int) -> dict[str, Any]:
    from keizoku.channels.letter import printing
    from keizoku.kernel.documents.setting import to_pdf

    took: dict[str, float] = {}
    sender = printing.Sender(
        "継続銀行", "お客さま情報確認センター", "東京都千代田区丸の内1-1-1", "1000005", "0120-000-000", ""
    )
    printing.compose(
        _batch(0, 1, "w"), sender, key=uuid4(), made_at=MOMENT, on=date(2026, 11, 22)
    )  # fonts are read
    seconds = {"composed": 0.0, "bare": 0.0}
    size = 0
    for start in range(0, rows, BATCH):
        count = min(BATCH, rows - start)
        ours, theirs = _batch(start, count, "a"), _batch(start, count, "b")
        inputs = printing._inputs(theirs, sender, date(2026, 11, 22))  # noqa: SLF001 - the baseline's, made beforehand
        with stopwatch(took, "bare"):
            to_pdf(printing.TEMPLATE, inputs, made_at=MOMENT, is_tagged=False)
        with stopwatch(took, "composed"):
            made = printing.compose(ours, sender, key=uuid4(), made_at=MOMENT, on=date(2026, 11, 22))
        size += len(made.pdf)
        seconds = {side: seconds[side] + took[side] for side in seconds}
    speed = {side: round(rows / value, 1) for side, value in seconds.items()}
    return {
        "name": "letters",
        "value": speed["composed"],
        "unit": "letters/s",
        "letters": rows,
        "seconds": {side: round(value, 2) for side, value in seconds.items()},
        "letters_per_second": speed,
        "baseline": "typst alone on as many pages, inputs ready-made",
        "baseline_value": speed["bare"],
        "ratio": round(seconds["composed"] / seconds["bare"], 2),
        "megabytes": round(size / 1e6, 1),
        "peak_mb": most_resident_mb(),
    }


def _batch(start: int, count: int, side: str) -> list[Any]:
    from keizoku.campaigns import letter_words
    from keizoku.channels.letter.printing import problem
    from keizoku.delivery.ports import Message, Outgoing
    from keizoku.delivery.rules import PORTAL, fill
    from keizoku.kernel.personal import Addressee, PersonName, PostalAddress

    letters = []
    for number in range(start, start + count):
        address, code = _PLACES[number % len(_PLACES)]
        name = f"{_NAMES[number % len(_NAMES)]}{side}{number}"
        reference = f"{number:05d}-{ord(side):05d}-1"
        deadline = date(2026, 12, 24) + timedelta(days=ord(side) % 2)
        values = {
            "institution": "継続銀行",
            "reference": reference,
            "deadline": deadline.isoformat(),
            "portal": PORTAL,
        }
        outgoing = Outgoing(
            str(uuid4()),
            f"kz-00001-00001-{number:07d}",
            Addressee(
                PersonName(name),
                PostalAddress(address.format(number % 9 + 1, number % 997 + 1), code),
                is_organisation=number % 5 == 3,  # noqa: PLR2004 - the company among the names
            ),
            Message(
                letter_words.SUBJECT,
                fill(letter_words.BODY, values),
                letter_words.LABEL,
                f"https://bank.example.jp/r/{side}{number:031d}",
                reference,
                deadline,
            ),
        )
        assert not problem(outgoing)
        letters.append(outgoing)
    return letters


if __name__ == "__main__":
    main(measure)
