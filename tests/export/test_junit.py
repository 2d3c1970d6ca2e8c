"""JUnit XML that readers of it accept, whatever a submission wrote into its messages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree as Xml

from grader.export.junit import to_xml
from tests.export.small_class import HOSTILE, SMALL_CLASS, report, two_tasks

GOLDEN = Path(__file__).parent / "golden"
WHEN = datetime(2026, 11, 29, 10, 0, 5, 999, tzinfo=timezone(timedelta(hours=1)))

# What the Ant schema asks for (the Jenkins one asks for less): attributes with their patterns.
_TOKEN, _COUNT, _TIME = r"(?s).+", r"\d+", r"\d+\.\d+"
_SUITE = {
    **dict.fromkeys(("name", "package", "hostname"), _TOKEN),
    **dict.fromkeys(("id", "tests", "failures", "errors", "skipped"), _COUNT),
    "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "time": _TIME,
}
_CASE = {"name": _TOKEN, "classname": _TOKEN, "time": _TIME}
_END = {"type": _TOKEN, "message": r"(?s).*"}


def require_attributes(element: Xml.Element, patterns: dict[str, str]) -> None:
    assert element.attrib.keys() == patterns.keys(), element.tag
    for name, pattern in patterns.items():
        assert re.fullmatch(pattern, element.attrib[name]), (element.tag, name)


def require_valid(text: str) -> Xml.Element:
    """Hold a document to the schema: elements, their order, attributes, counts that add up."""
    root = Xml.fromstring(text.encode())
    assert (root.tag, root.attrib) == ("testsuites", {})
    for number, suite in enumerate(root):
        assert suite.tag == "testsuite"
        require_attributes(suite, _SUITE)
        assert suite.attrib["id"] == str(number)
        tags = [child.tag for child in suite]
        cases = suite.findall("testcase")
        assert tags == ["properties", *["testcase"] * len(cases), "system-out", "system-err"]
        for each in suite[0]:
            assert each.tag == "property"
            require_attributes(each, {"name": _TOKEN, "value": r"(?s).*"})
        ends = []
        for case in cases:
            require_attributes(case, _CASE)
            assert len(case) <= 1
            ends += [end.tag for end in case]
            for end in case:
                require_attributes(end, {} if end.tag == "skipped" else _END)
        assert suite.attrib["tests"] == str(len(cases))
        for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert suite.attrib[name] == str(ends.count(tag))
        assert set(ends) <= {"failure", "error", "skipped"}
        total = sum(float(case.attrib["time"]) for case in cases)
        assert abs(float(suite.attrib["time"]) - total) < 1e-3
    return root


def test_a_class_is_written_as_recorded_and_holds_to_the_schema() -> None:
    text = to_xml(SMALL_CLASS, WHEN)

    assert text == (GOLDEN / "junit.xml").read_text("utf-8")
    root = require_valid(text)
    assert root[0].attrib["timestamp"] == "2026-11-29T09:00:05"
    assert [suite.attrib["name"] for suite in root] == [
        "Zoë Łukasz ex04_random_search",
        '"><script>alert(1)</script> ex04_random_search',
        "Ada (7) ex04_random_search",
        "Ada (8) ex02_manual_tuning",
    ]
    ends = [[end.tag for case in suite.iter("testcase") for end in case] for suite in root]
    assert ends == [["failure"], ["error", "error"], ["skipped", "error"], ["failure"]]


def test_a_failure_tells_points_messages_and_the_misconception() -> None:
    failure = require_valid(to_xml(SMALL_CLASS, WHEN)).find("testsuite/testcase/failure")

    assert failure is not None
    assert failure.attrib == {"type": "partial", "message": "4 of 12 points"}
    assert failure.text == ("A chance of one needs one trial: not so.\nYou rounded down: round up.")


def test_hostile_text_comes_back_as_text_and_what_xml_cannot_hold_is_spelled_out() -> None:
    root = require_valid(to_xml(SMALL_CLASS, WHEN))

    error = root[1].find("testcase/error")
    assert error is not None
    assert error.text == r"`<b>` & ]]> \x1b[31mPASSED\x00\x07 \ud800 \ufffe =1+1"
    assert "\x1b" in HOSTILE
    assert {element.tag for element in root.iter()} == {
        *("testsuites", "testsuite", "properties", "property", "testcase"),
        *("failure", "error", "skipped", "system-out", "system-err"),
    }


def test_an_empty_class_and_a_report_without_tasks_are_valid_too() -> None:
    assert len(require_valid(to_xml([], WHEN))) == 0
    bare = report("Ada")
    assert require_valid(to_xml([bare], datetime.now(UTC)))[0].attrib["tests"] == "0"


def test_two_files_of_one_student_are_two_suites() -> None:
    ada = report("Ada", *two_tasks(8, 12))

    root = require_valid(to_xml([ada, replace(ada, file="again.py")], WHEN))

    assert [each.attrib["id"] for each in root] == ["0", "1"]
