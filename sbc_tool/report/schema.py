"""JSON Schema of the document that report/json.py writes, for `sbc-tool schema result`."""

from __future__ import annotations

from sbc_tool.finding import Outcome, Verdict
from sbc_tool.report import diagnosis, legs, route
from sbc_tool.report.json import SCHEMA_VERSION
from sbc_tool.report.shape import COUNT, NUMBER, TEXT, TEXTS, WHERE, Shape, many, one_of, record


def result_schema() -> Shape:
    document = {
        "schema_version": {"const": SCHEMA_VERSION},
        "tool": record({"name": TEXT, "version": TEXT}),
        "command": TEXT,
        "rule_pack": record({"id": TEXT, "date": TEXT}),
        "verdict": one_of(Verdict),
        "sites": many(_site()),
    }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "sbc-tool result"}
    return {**head, **record(document)}


def _site() -> Shape:
    always = {
        "site": TEXT,
        "verdict": one_of(Verdict),
        "started": {"type": "string", "format": "date-time"},
        "duration_s": NUMBER,
        "results": many(_result()),
    }
    sometimes = {
        "changes": many(_change()),
        "left_alone": many(record({"path": TEXTS, "line": TEXT})),
        "validated_by_device": {"const": False},
        "route": route.schema(),
        "legs": legs.schema(),
        "state": one_of(("unchanged", "planned", "deployed", "rolled-back", "failed")),
        "backup": TEXT,
        "errors": many(record({"message": TEXT, "hint": TEXT, "exit": COUNT}, {"where": WHERE})),
        "trace": _trace(),
        "call": _call(),
        "diagnosis": diagnosis.schema(),
    }
    return record(always, sometimes)


def _result() -> Shape:
    texts = dict.fromkeys(("id", "title", "cause", "remedy", "source"), TEXT)
    waiver = record({"reason": TEXT, "until": {"type": "string", "format": "date"}, "where": WHERE})
    always = {**texts, "outcome": one_of(Outcome), "evidence": {"type": "object"}}
    return record(always, {"where": WHERE, "waiver": waiver})


def _change() -> Shape:
    touches = many(one_of(("management", "calls", "tls", "reload")))
    return record({"op": one_of(("add", "remove", "replace")), "path": TEXTS, "line": TEXT}, {"touches": touches})


def _trace() -> Shape:
    hidden = record({"source": TEXT, "target": TEXT, "segments": COUNT})
    counts = dict.fromkeys(("messages", "calls", "streams"), COUNT)
    return record({**counts, "encrypted": many(hidden), "damage": TEXTS})


def _call() -> Shape:
    maybe = {"type": ["number", "null"]}
    ends = {"source": TEXT, "target": TEXT}
    leg = {"call_id": TEXT, "side": one_of(("teams", "other")), "caller": TEXT, "called": TEXT, "messages": COUNT}
    counts = dict.fromkeys(("payload_type", "packets", "lost"), COUNT)
    shares = dict.fromkeys(("lost_percent", "mean_jitter_ms", "worst_jitter_ms"), NUMBER)
    rung = {"seconds": maybe, **ends, "text": TEXT, "frame": COUNT}
    return record(
        {
            "number": COUNT,
            **dict.fromkeys(("caller", "called", "ended"), TEXT),
            **dict.fromkeys(("begin", "lasted_s"), maybe),
            "legs": many(record(leg)),
            "streams": many(record({**ends, "ssrc": TEXT, **counts, **shares})),
            "ladder": many(record(rung)),
        }
    )
