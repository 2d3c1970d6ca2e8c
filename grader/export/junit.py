"""JUnit XML: a test suite a submission, a test case a task, for what shows test runs.

The elements, their order and their attributes are those that both the Apache Ant schema and the
one of Jenkins' xUnit plug-in allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from grader.export.clean import spelled_out
from grader.export.names import labels
from grader.export.numbers import plain
from grader.report import Report, Status, TaskResult

_TAGS = {
    Status.PARTIAL: "failure",
    Status.FAILED: "failure",
    Status.ERROR: "error",
    Status.TIMEOUT: "error",
    Status.NOT_GRADED: "error",
    Status.NOT_ATTEMPTED: "skipped",
}


def to_xml(reports: Sequence[Report], when: datetime) -> str:
    """Write reports as JUnit XML.

    What XML cannot hold, such as an escape character in a message, is written as Python would.

    Args:
        reports: In the order of the suites.
        when: When they were graded; formats of JUnit give it in UTC, without a zone.
    """
    root = Xml.Element("testsuites")
    timestamp = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    for number, (report, label) in enumerate(zip(reports, labels(reports), strict=True)):
        root.append(_suite(report, label, number, timestamp))
    Xml.indent(root)
    text = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(report: Report, label: str, number: int, timestamp: str) -> Xml.Element:
    tags = [_TAGS.get(task.status) for task in report.tasks]
    suite = Xml.Element(
        "testsuite",
        {
            "name": spelled_out(f"{label} {report.topic}"),
            "id": str(number),
            "package": "hyperlings",
            "hostname": "localhost",  # of no use to a reader, but the schema asks for it
            "timestamp": timestamp,
            "tests": str(len(tags)),
            "failures": str(tags.count("failure")),
            "errors": str(tags.count("error")),
            "skipped": str(tags.count("skipped")),
            "time": _seconds(sum(task.seconds for task in report.tasks)),
        },
    )
    properties = Xml.SubElement(suite, "properties")
    for name, value in _properties(report).items():
        Xml.SubElement(properties, "property", {"name": name, "value": spelled_out(value)})
    for task in report.tasks:
        suite.append(_case(task, f"{label}.{report.topic}"))
    Xml.SubElement(suite, "system-out").text = spelled_out(report.problem or "")
    Xml.SubElement(suite, "system-err")
    return suite


def _properties(report: Report) -> dict[str, str]:
    return {
        "student": report.student,
        "identifier": report.identifier,
        "late": "true" if report.late else "false",
        "topic": report.topic,
        "file": report.file,
        "sha256": report.sha256,
        "score": f"{report.score:g}",
        "max_score": f"{report.max_score:g}",
        "seed": str(report.seed),
        "tier": report.tier,
        "device": report.device,
    }


def _case(task: TaskResult, classname: str) -> Xml.Element:
    case = Xml.Element(
        "testcase",
        {"name": task.task, "classname": spelled_out(classname), "time": _seconds(task.seconds)},
    )
    tag = _TAGS.get(task.status)
    if tag == "skipped":
        Xml.SubElement(case, "skipped")
    elif tag:
        said = [*task.messages, *([task.diagnosis.message] if task.diagnosis else [])]
        points = f"{plain(task.points)} of {plain(task.max_points)} points"
        outcome = Xml.SubElement(case, tag, {"type": str(task.status), "message": points})
        outcome.text = spelled_out("\n".join(said))
    return case


def _seconds(value: float) -> str:
    return f"{value:.4f}"
