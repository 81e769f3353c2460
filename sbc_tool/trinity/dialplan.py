"""A call's way through `context cs`: the walk that the device's call router makes, each step with its line.

What a step means is known from SmartWare's manual (SW4110 chapter 40); where that leaves room, the step says `assumed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sbc_tool.trinity import pattern
from sbc_tool.trinity.call import Call, End, Outcome, Step, Trace
from sbc_tool.trinity.grammar import Evidence
from sbc_tool.trinity.references import words_of_the_unknown
from sbc_tool.trinity.tables import Choice, choose, destination, keys, maps_of, pairs
from sbc_tool.trinity.tree import Config, Node

_DEEPEST = 32  # tables and services one after another; who needs more goes round in circles
_WORSE = tuple(Evidence)  # best first


def walk(config: Config, call: Call, interface: Node) -> Trace:
    """Follow a call that arrives at this `interface` block of `context cs`."""
    walker = _Walker(config)
    outcome = walker.arrive(call, interface)
    return Trace(call, tuple(walker.steps), tuple(walker.ends), outcome)


@dataclass
class _Walker:
    config: Config
    steps: list[Step] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)

    def say(self, message: str, node: Node | None, call: Call, grade: Evidence, **evidence: Any) -> None:
        own = node.match.command.evidence if node and node.match else Evidence.CONFIRMED
        text, place = (node.text, self.config.place(node)) if node else ("", None)
        self.steps.append(Step(message, evidence, text, place, call, max(own, grade, key=_WORSE.index)))

    def arrive(self, call: Call, interface: Node) -> Outcome:
        names = {"interface": interface.name, "caller": call.caller or "nobody", "called": call.called}
        self.say("{caller} calls {called}, arriving at {interface}", interface, call, Evidence.CONFIRMED, **names)
        context = next((path[-1] for path, node in self.config.walk() if node is interface and path), None)
        prefix = context.leaf("international-prefix") if context else None
        if prefix and (call.called.startswith("+") or call.caller.startswith("+")):
            message = "the + stays, whatever `{line}` says: seen in no source"
            self.say(message, prefix, call, Evidence.ASSUMED, line=prefix.text)
        call = self.mapped(call, _use(interface, "in"))
        line = interface.leaf("route call")
        if line is None:
            self.say(
                "{interface} has no `route call`: the call is dropped", interface, call, Evidence.SMARTWARE, **names
            )
            return Outcome.NO_ROUTE
        return self.go(call, line, ())

    def go(self, call: Call, line: Node, before: tuple[tuple[int, Call], ...]) -> Outcome:
        kind, name = destination(line)
        target = self.config.objects.get((kind, name))
        if target is None and name in words_of_the_unknown(self.config):
            message = "`{line}`: {name} stands in a line that isn't known here"
            self.say(message, line, call, Evidence.ASSUMED, line=line.text, name=name)
            return Outcome.UNKNOWN
        if target is None:
            message = "`{line}`: there is no {kind} {name}: the call is dropped"
            self.say(message, line, call, Evidence.SMARTWARE, line=line.text, kind=kind or "destination", name=name)
            return Outcome.NO_ROUTE
        if (id(target), call) in before or len(before) > _DEEPEST:
            self.say("{name} again with the same numbers: the call goes round in circles", line, call,
                     Evidence.CONFIRMED, name=name)  # fmt: skip
            return Outcome.LOOP
        before = (*before, (id(target), call))
        if kind == "cs-interface":
            return self.leave(call, target)
        if kind == "cs-service":
            return self.hunt(call, target, before)
        return self.look_up(call, target, before)

    def look_up(self, call: Call, table: Node, before: tuple[tuple[int, Call], ...]) -> Outcome:
        kind = table.value("type")
        value = call.get(kind)
        names = {"table": table.name, "kind": kind, "value": value or "nothing"}
        if value is None:
            self.say("{table} looks at {kind}, which isn't followed here", table, call, Evidence.ASSUMED, **names)
            return Outcome.UNKNOWN
        choice = choose(keys(table), value)
        if choice is None:
            message = "no route of {table} takes {value} ({kind}): the call is dropped"
            self.say(message, table, call, Evidence.SMARTWARE, **names)
            return Outcome.NO_ROUTE
        self.chosen("`{line}` of {table} takes {value}", choice, call, **names)
        return self.go(self.mapped(call, maps_of(choice.node)), choice.node, before)

    def chosen(self, message: str, choice: Choice, call: Call, **evidence: Any) -> None:
        grade = Evidence.SMARTWARE if choice.sure else Evidence.ASSUMED
        message += " as a prefix" if choice.prefix else ""
        message += ", as the best of {taking}" if choice.others else ""
        self.say(message, choice.node, call, grade, line=choice.node.text, taking=choice.others + 1, **evidence)

    def mapped(self, call: Call, names: Iterable[str]) -> Call:
        for name in names:
            table = self.config.objects.get(("mapping-table", name))
            if table is None:
                self.say(
                    "there is no mapping-table {name}: nothing is changed", None, call, Evidence.ASSUMED, name=name
                )
                continue
            for kind, to in pairs(table.value("from"), table.value("to")):
                call = self.map_one(call, table, kind, to)
        return call

    def map_one(self, call: Call, table: Node, kind: str, to: str) -> Call:
        value = call.get(kind)
        names = {"table": table.name, "kind": kind, "to": to, "value": value or "nothing"}
        if value is None or call.set(to, "") is None:
            self.say("{table} maps {kind} to {to}, which isn't followed here", table, call, Evidence.ASSUMED, **names)
            return call
        choice = choose(keys(table), value)
        if choice is None:
            message = "no entry of {table} takes {value}: {kind} stays as it is"
            self.say(message, table, call, Evidence.SMARTWARE, **names)
            return call
        result = pattern.expand(choice.node.value("to"), choice.caught)
        after = call.set(to, result) or call
        self.chosen("`{line}` of {table} makes {to} {result}", choice, after, **names, result=result or "empty")
        return after

    def hunt(self, call: Call, service: Node, before: tuple[tuple[int, Call], ...]) -> Outcome:
        members = [node for node in service.children if node.text.startswith("route call ")]
        listed = ", then ".join(destination(node)[1] for node in members) or "nobody"
        causes = [node.value("cause") for node in service.children if node.text.startswith("drop-cause ")]
        message = "{service} tries {listed}" + ("; the next one on {causes}" if causes and len(members) > 1 else "")
        names = {"service": service.name, "listed": listed, "causes": ", ".join(causes)}
        self.say(message, service, call, Evidence.SMARTWARE, **names)
        outcomes = [self.go(call, member, before) for member in members]
        return next((one for one in Outcome if one in outcomes), Outcome.NO_ROUTE)

    def leave(self, call: Call, interface: Node) -> Outcome:
        call = self.mapped(call, _use(interface, "out"))
        gateway = _named(self.config, interface, "bind context sip-gateway", "sip-gateway")
        off = gateway.leaf("shutdown") if gateway else None
        if gateway and off:
            message = "{gateway} is shut down: the call can't leave at {interface}"
            self.say(message, off, call, Evidence.CONFIRMED, gateway=gateway.name, interface=interface.name)
            return Outcome.NO_ROUTE
        identity = self.become(call, gateway) if gateway else ""
        remote = interface.leaf("remote")
        host, port = (remote.value("host"), remote.value("port")) if remote else ("", "")
        if remote is None and interface.text.startswith("interface sip "):
            message = "{interface} has no `remote`: the call has nowhere to go"
            self.say(message, interface, call, Evidence.ASSUMED, interface=interface.name)
            return Outcome.NO_ROUTE
        where = ":".join(part for part in (host, port) if part) or interface.text
        names = {"interface": interface.name, "where": where, "caller": call.caller or "nobody", "called": call.called}
        message = "leaves at {interface} to {where}: {caller} calls {called}"
        self.say(message, remote or interface, call, Evidence.CONFIRMED, **names)
        for node in interface.children:
            if node.text.startswith("address-translation outgoing-call "):
                text = "`{line}` writes that header"
                self.say(text, node, call, Evidence.CONFIRMED, line=node.text)
        self.ends.append(End(interface.name, host, port, identity, call))
        return Outcome.ENDS

    def become(self, call: Call, gateway: Node) -> str:
        """The identity as which the call goes out."""
        service = _named(self.config, gateway, "bind location-service", "location-service")
        if service is None:
            return ""
        names = {"caller": call.caller or "nobody", "service": service.name}
        for prefix, message in (
            (f"identity {call.caller}", "goes out as the identity {caller} of {service}, with its login"),
            ("identity-group default", "{caller} is no identity of {service}: its group default applies"),
        ):
            found = service.leaf(prefix)
            if found:
                self.say(message, found, call, Evidence.SMARTWARE, **names)
                return found.name
        self.say("{caller} is no identity of {service}: no login", service, call, Evidence.SMARTWARE, **names)
        return ""


def _use(interface: Node, direction: str) -> Iterator[str]:
    for node in interface.children:
        if node.text.startswith(f"use mapping-table {direction} "):
            yield from maps_of(node)


def _named(config: Config, block: Node, prefix: str, kind: str) -> Node | None:
    line = block.leaf(prefix)
    if line is None or not line.match:
        return None
    names = (line.value(parameter.name) for parameter in line.match.command.refers() if parameter.refers == kind)
    return config.objects.get((kind, next(names, "")))
