"""The next return tells the core system of a merge, and of what the survivor took over."""

import csv
import io

from keizoku.customers.duplicates.tests.pairs import merged, staff, two_rows_of_one_person
from keizoku.customers.returns import returning
from keizoku.kernel.actor import Actor


def test_return_names_the_number_that_stays_and_the_values_taken_over(db, make_customers):
    first, _ = two_rows_of_one_person(make_customers)
    merged(first, staff(), address="other")
    actor = Actor.system("test")
    file = returning.produce(actor=actor)
    content = b"".join(returning.download(file.id, actor=actor)).decode("utf-8-sig")
    rows = {(row["顧客番号"], row["項目コード"]): row for row in csv.DictReader(io.StringIO(content))}
    assert set(rows) == {
        ("0000000002", "merged_into"),
        ("0000000001", "address"),
        ("0000000001", "postal_code"),
    }
    told = rows["0000000002", "merged_into"]
    assert (told["項目"], told["値"], told["区分"]) == ("統合先の顧客番号", "0000000001", "変更")
    assert rows["0000000001", "address"]["値"] == "東京都渋谷区渋谷9-9-9"
