"""What is counted: shown to a reader that is wrong on purpose."""

import json

import cv2
import numpy as np
import pytest
from click import ClickException
from click.testing import CliRunner

from keizoku.accuracy import mrz, ocr, quality
from keizoku.accuracy.command import command
from keizoku.accuracy.comparing import Result, result
from keizoku.accuracy.folders import labelled
from keizoku.accuracy.gallery import Gallery
from keizoku.accuracy.shares import interval
from keizoku.vision.documents.results import Doubt, Field, Kind, Look, Reading, Reason, Side, Why

ZONE = "P<JPNSATO<<HANAKO<<<<<<<<<<<<<<<<<<<<<<<<<<<\nTK12345671JPN8503150F3003149<<<<<<<<<<<<<<06"


class Scripted:
    """A reader that says, picture by picture, what it was told to."""

    def __init__(self, *turns):
        self.turns = list(turns)

    def look(self, picture):
        self.values, reasons = self.turns.pop(0)
        return Look(found=True, quad=None, reasons=tuple(reasons), scores={"sharp": 1.0})

    def read(self, picture, side):
        fields = {
            name: Field(name, value.strip("?"), value, 0.9, (Doubt(Why.NOT_SURE),) if "?" in value else ())
            for name, value in self.values.items()
        }
        return Reading(Kind.DRIVING_LICENCE, Side.FRONT, fields, (), None, picture, (), 0.9)


def folder_of(path, *truths):
    for number, truth in enumerate(truths):
        name = f"{number:03}"
        cv2.imwrite(str(path / f"{name}.png"), np.full((480, 640, 3), 128, np.uint8))
        whole = {"picture": f"{name}.png", "kind": "driving_licence", "side": "front", "good": True} | truth
        (path / f"{name}.json").write_text(json.dumps(whole))
    return labelled(path)


def test_wilsons_interval_is_that_of_the_tables():
    assert [round(end, 4) for end in interval(81, 263)] == [0.2553, 0.3662]  # Newcombe 1998, table I
    assert [round(end, 4) for end in interval(0, 20)] == [0.0, 0.1611]
    assert interval(0, 0) == (0.0, 1.0)


def test_values_are_compared_without_spaces_but_with_every_variant():
    assert result("name", "山﨑　太郎", "山﨑太郎", is_doubtful=False) is Result.EXACT
    assert result("name", "山﨑　太郎", "山崎太郎", is_doubtful=False) is Result.WRONG
    assert result("name", "山﨑　太郎", "山崎太郎", is_doubtful=True) is Result.DOUBTFUL
    assert result("address", "２－１", "2-1", is_doubtful=False) is Result.EXACT
    assert result("number", "123", "", is_doubtful=False) is Result.MISSING


def test_silent_errors_are_those_without_doubt_where_something_else_checks(tmp_path):
    truth = {
        "fields": {"number": {"value": "305"}, "name": {"value": "山田太郎"}, "birth_date": "1990-01-02"}
    }
    pictures = folder_of(tmp_path, truth, truth | {"kept_out": ["font"], "font": "x"}, truth)
    reader = Scripted(
        ({"number": "305", "name": "山田太郎", "birth_date": "1990-01-02"}, ()),
        ({"number": "306", "name": "山口太郎", "birth_date": "1990-01-03?"}, ()),
        ({}, (Reason.BLUR,)),
    )
    errors = Gallery("errors")
    tally = ocr.measure(pictures, reader, errors.add_field)
    found = tally.as_json()
    assert (found["n"], found["accepted"]["hits"]) == (3, 2)
    assert (found["fields_exact"]["hits"], found["fields_exact"]["n"]) == (3, 6)
    assert found["silent_errors_in"] == [{"picture": "001", "field": "number"}]
    assert found["silent_wrong"] == 2
    assert found["dates_and_numbers"]["rate"] == 0.5
    assert found["by_group"]["kept_out"] == {
        "no": {"rate": 1.0, "hits": 3, "n": 3, "interval": [0.4385, 1.0]},
        "yes": {"rate": 0.0, "hits": 0, "n": 3, "interval": [0.0, 0.5615]},
    }
    assert "山口" not in json.dumps(found, ensure_ascii=False)
    errors.write(tmp_path / "errors.html")
    page = (tmp_path / "errors.html").read_text("utf-8")
    assert page.count("<figure") == 3
    assert "山口太郎" in page


def test_gates_are_counted_for_good_ruined_and_each_fault(tmp_path):
    bad = {"good": False, "fields": {}}
    pictures = folder_of(
        tmp_path, {}, {}, bad | {"why": "blur", "ruined": True}, bad | {"why": "copy", "ruined": False}
    )
    reader = Scripted(({}, ()), ({}, (Reason.GLARE,)), ({}, ()), ({}, (Reason.BLACK_AND_WHITE,)))
    found = quality.measure(pictures, reader)
    assert found["n"] == 4
    assert found["good_accepted"]["rate"] == 0.5
    assert found["ruined_accepted"]["rate"] == 1.0
    assert found["faulty_accepted_by_fault"]["copy"]["rate"] == 0.0
    assert found["fault_named_by_fault"]["copy"]["rate"] == 1.0
    assert found["reasons"]["good"] == {"accepted": 1, "glare": 1}


def test_zones_count_lines_and_protected_fields(tmp_path):
    wrong = ZONE.replace("8503150", "8503160")
    pictures = folder_of(tmp_path, *[{"fields": {"mrz": {"value": ZONE}}}] * 2)
    found = mrz.measure(pictures, Scripted(({"mrz": ZONE}, ()), ({"mrz": wrong}, ())))
    assert found["lines_exact"]["hits"] == 1
    assert found["protected_fields"]["birth_date"]["hits"] == 1
    assert found["protected_fields"]["number"]["hits"] == 2
    assert found["silent_errors_in"] == [{"picture": "001", "field": "birth_date"}]


def test_file_that_is_no_truth_is_named(tmp_path):
    (tmp_path / "one.json").write_text('{"fields": {}}')
    with pytest.raises(ClickException, match=r"one\.json"):
        labelled(tmp_path)


def test_command_prints_one_json_object_and_writes_the_page_of_errors(tmp_path):
    folder_of(tmp_path, {"fields": {"name": "見本"}})
    page = tmp_path / "page.html"
    done = CliRunner().invoke(command, ["quality", "--data", str(tmp_path), "--json", "--gallery", str(page)])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert (found["measure"], found["n"], found["good_accepted"]["hits"]) == ("quality", 1, 0)
    assert found["reasons"]["good"] == {"no_document": 1}
    assert page.read_text("utf-8").count("<figure") == 1
