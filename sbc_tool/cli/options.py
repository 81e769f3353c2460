"""Options that several verbs share, as the contract words them, and how a verb takes those of the outside."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sbc_tool.report import Format as Format

if TYPE_CHECKING:
    from sbc_tool.trinity.grammar import Grammar


class Verify(StrEnum):
    FULL = "full"
    CONFIG = "config"


Replace = Annotated[bool, typer.Option("--replace", help="Delete what others added, too; every line of it is named.")]
PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan", metavar="FILE", help="Exactly the plan of `plan --out FILE`, or nothing.", show_default=False
    ),
]
ConfirmName = Annotated[
    str,
    typer.Option(
        "--confirm-name", metavar="NAME", help="Agree, if this is what the device calls itself.", show_default=False
    ),
]


class FailOn(StrEnum):
    WARN = "warn"
    FAIL = "fail"


class Sums(StrEnum):
    """Forms of what is worked out and not judged."""

    TEXT = "text"
    JSON = "json"


GrammarOverlay = Annotated[
    Path | None,
    typer.Option(
        "--grammar-overlay", metavar="FILE", help="Judge commands by this capture of a device.", show_default=False
    ),
]
_OUTSIDE = "The outside"

Site = Annotated[Path, typer.Argument(metavar="SITE", help="Site file.", show_default=False)]
MaybeSite = Annotated[Path | None, typer.Argument(metavar="SITE", help="Site file.", show_default=False)]
SumsFormat = Annotated[Sums, typer.Option("--format", help="What stdout carries.")]
FormatOption = Annotated[Format, typer.Option("--format", help="What stdout carries.")]
Output = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="[FORMAT:]FILE",
        help="Write there instead, - is stdout; may be repeated.",
        show_default=False,
    ),
]
Templates = Annotated[
    Path | None,
    typer.Option(
        "--templates", metavar="DIR", help="Lay these templates over the shipped ones, in a sandbox.",
        show_default=False,
    ),
]  # fmt: skip
FailOnWarn = Annotated[FailOn, typer.Option("--fail-on", help="What makes the exit code 1.")]
Only = Annotated[list[str] | None, typer.Option("--only", metavar="ID", help="Only these checks.", show_default=False)]
Skip = Annotated[
    list[str] | None, typer.Option("--skip", metavar="ID", help="All but these checks.", show_default=False)
]
List = Annotated[bool, typer.Option("--list", help="List the checks with their titles, and end.")]
Jobs = Annotated[int, typer.Option("--jobs", min=1, help="Sites at the same time.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before the first change.")]
RevertIn = Annotated[
    str,
    typer.Option(
        "--revert-in", metavar="MINUTES", show_default=False,
        help="Have the device restart with its saved configuration after so long, such as 5m, unless all went well.",
    ),
]  # fmt: skip
NoInput = Annotated[bool, typer.Option("--no-input", help="Never ask; what is missing is an error.")]

Resolver = Annotated[
    list[str] | None,
    typer.Option(
        "--resolver", metavar="[NAME=]IP[:PORT]", show_default=False, rich_help_panel=_OUTSIDE,
        help="Ask this DNS server, also tls://HOST or https://HOST/PATH; may be repeated.",
    ),
]  # fmt: skip
ConnectTo = Annotated[
    list[str] | None,
    typer.Option(
        "--connect-to", metavar="HOST:PORT:HOST2:PORT2", help="Connect there instead, as with curl.",
        show_default=False, rich_help_panel=_OUTSIDE,
    ),
]  # fmt: skip
Stun = Annotated[
    list[str] | None,
    typer.Option(
        "--stun", metavar="HOST[:PORT]", help="Ask this STUN server how the network here is seen; may be repeated.",
        show_default=False, rich_help_panel=_OUTSIDE,
    ),
]  # fmt: skip
CaBundle = Annotated[
    Path | None,
    typer.Option(
        "--ca-bundle", metavar="FILE", help="More trust anchors (PEM).", show_default=False, rich_help_panel=_OUTSIDE
    ),
]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", help="Budget of one probe.", rich_help_panel=_OUTSIDE)
]
Offline = Annotated[bool, typer.Option("--offline", help="No network at all.", rich_help_panel=_OUTSIDE)]
SaveFacts = Annotated[
    Path | None,
    typer.Option("--save-facts", metavar="FILE", help="Save what was measured, for --facts.", show_default=False),
]
Facts = Annotated[
    Path | None,
    typer.Option(
        "--facts", metavar="FILE", help="Judge saved facts again, with no network; SITE may be left out.",
        show_default=False,
    ),
]  # fmt: skip
Lab = Annotated[bool, typer.Option("--lab", help="Run against a fresh embedded lab.", rich_help_panel=_OUTSIDE)]
LabReady = Annotated[
    Path | None,
    typer.Option(
        "--lab-ready", metavar="FILE", help="Run against the lab of `lab start --ready-file FILE`.", show_default=False,
        rich_help_panel=_OUTSIDE,
    ),
]  # fmt: skip
Device = Annotated[
    str | None,
    typer.Option(
        "--device", metavar="HOST:PORT", help="SSH address, instead of the site file's.", show_default=False,
        rich_help_panel=_OUTSIDE,
    ),
]  # fmt: skip
AcceptNewHostKey = Annotated[
    bool,
    typer.Option(
        "--accept-new-host-key", help="Learn an unknown host key; a changed one is refused.", rich_help_panel=_OUTSIDE
    ),
]
_SSH = "SSH"
Jump = Annotated[
    list[str] | None,
    typer.Option(
        "--jump", "-J", metavar="[USER@]HOST[:PORT]", help="Go through this host; may be repeated, or a comma list.",
        show_default=False, rich_help_panel=_SSH,
    ),
]  # fmt: skip
Identity = Annotated[
    list[Path] | None,
    typer.Option(
        "--identity", metavar="FILE", help="Private key, its OpenSSH certificate beside it; may be repeated.",
        show_default=False, rich_help_panel=_SSH,
    ),
]  # fmt: skip
SshConfig = Annotated[
    Path | None,
    typer.Option(
        "--ssh-config", metavar="FILE", help="OpenSSH configuration [~/.ssh/config].", show_default=False,
        rich_help_panel=_SSH,
    ),
]  # fmt: skip
TranscriptFile = Annotated[
    Path | None,
    typer.Option(
        "--transcript", metavar="FILE", help="Append what is said to the device and by it, without secrets.",
        show_default=False, rich_help_panel=_SSH,
    ),
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The options that shape the outside; `given` is the world that a test hands in instead of the real one."""

    no_input: NoInput = False
    resolver: Resolver = None
    stun: Stun = None
    connect_to: ConnectTo = None
    ca_bundle: CaBundle = None
    timeout: Timeout = 5.0
    offline: Offline = False
    lab: Lab = False
    lab_ready: LabReady = None
    device: Device = None
    accept_new_host_key: AcceptNewHostKey = False
    jump: Jump = None
    identity: Identity = None
    ssh_config: SshConfig = None
    transcript: TranscriptFile = None
    templates: Templates = None
    grammar_overlay: GrammarOverlay = None
    given: object = None

    @property
    def grammar(self) -> Grammar | None:
        """The grammar as a capture judges it; None for the one that ships."""
        from sbc_tool.trinity.grammar.overlay import overlaid

        return overlaid(self.grammar_overlay) if self.grammar_overlay else None


SSH = ("jump", "identity", "ssh_config", "transcript")
DEVICE = ("no_input", "timeout", "lab", "lab_ready", "device", "accept_new_host_key", *SSH)
OUTSIDE = ("resolver", "stun", "connect_to", "ca_bundle", *DEVICE)


def choosing(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command those options of `Choices`. It gets their values in one argument, `choices`."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(ctx: typer.Context, **values: Any) -> None:
            chosen = {name: values.pop(name) for name in names}
            command(choices=Choices(**chosen, given=ctx.obj), **values)

        own = [p for p in inspect.signature(command, eval_str=True).parameters.values() if p.name != "choices"]
        context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=getattr(Choices, name), annotation=hint)
            for name, hint in inspect.get_annotations(Choices, eval_str=True).items()
            if name in names
        ]
        run.__signature__ = inspect.Signature([*own, *shared, context])  # type: ignore[attr-defined]
        return run

    return decorate
