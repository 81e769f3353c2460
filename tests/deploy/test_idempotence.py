"""Twice is once: for every example and from every partial state."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from installation import Installation
from samples import EXAMPLES, both_ways, read

from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.script import Typed, script
from sbc_tool.deploy.theirs import Kept, Ours
from sbc_tool.lab.configuration import Configuration, Editor
from sbc_tool.trinity.diff import plan, restore, same
from sbc_tool.trinity.owned import Deployed
from sbc_tool.trinity.tree import Config, Node, apply, parse, write

FOLDERS = [path.parent for path in sorted(EXAMPLES.glob("*/site.yaml"))]
LARGE, EACH = "vtrinity-250", 499  # the example with so many users, and each which of its lines is looked at

every_example = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def sides(folder: Path) -> tuple[Config, Config]:
    return parse(read(folder, "running.cfg")), parse(read(folder, "rendered.cfg"))


class Device:
    """The lab's configuration, typed at line by line: made apart from the tree that plans."""

    def __init__(self, running: Config) -> None:
        self.configuration, refused = Configuration.read(write(running))
        assert refused == []

    @property
    def shows(self) -> Config:
        return parse(self.configuration.printed())

    def type(self, blocks: tuple[Node, ...], at_most: int | None = None) -> None:
        for _ in self.typing(script(blocks)[:at_most]):
            pass

    def typing(self, lines: Iterable[Typed]) -> Iterator[Typed]:
        """Each line once it has been typed."""
        editor = Editor(self.configuration)
        for line in lines:
            if line.kind == "exit":
                editor.exit()
            else:
                assert editor.type_line(line.text) is None, line
            yield line


def states(start: Config, blocks: tuple[Node, ...], step: int) -> Iterator[tuple[int, Config]]:
    """What the device shows after none, one, two, … of the lines; of every `step`-th only, and of the last."""
    device, lines = Device(start), script(blocks)
    yield 0, device.shows
    for typed, _ in enumerate(device.typing(lines), 1):
        if typed % step == 0 or typed == len(lines):
            yield typed, device.shows


def certain(config: Config) -> Config:
    """Without the lines that a device prints either way: the lab's has none yet in a block that was just entered."""

    def kept(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        sure = (node for node in nodes if not (node.match and both_ways(node.match.command)))
        return tuple(replace(node, children=kept(node.children)) for node in sure)

    return Config(kept(config.nodes))


def typed(start: Config, blocks: tuple[Node, ...]) -> Config:
    """What a device that shows this shows once the blocks have been typed into it."""
    device = Device(start)
    device.type(blocks)
    return device.shows


@every_example
def test_a_second_deployment_finds_nothing_to_do(folder: Path) -> None:
    factory, wanted = sides(folder)
    device = Device(factory)
    device.type(plan(factory, wanted).apply)
    last = Deployed().followed_by(factory, wanted)
    for all_goes in (False, True):
        device.type(plan(device.shows, wanted, last, all_goes).apply)
        assert plan(device.shows, wanted, last, all_goes).empty
    assert plan(device.shows, wanted).empty, "also for somebody who has no record"


@pytest.fixture
def step(request: pytest.FixtureRequest, folder: Path) -> int:
    """1 for every partial state; of the example with hundreds of users, whose lines are alike, only with the option."""
    whole = request.config.getoption("--every-state") or folder.name != LARGE
    return 1 if whole else EACH


@every_example
def test_from_wherever_a_deployment_was_cut_off(folder: Path, step: int) -> None:
    """After each of its lines, typed into the lab's device: a new plan leads there, and the next one is empty.

    And the way back leads to what was before: that of a plan made there, and that of the one that was cut off.
    """
    factory, wanted = sides(folder)
    change = plan(factory, wanted).apply
    there = apply(factory, change)
    for at_most, shown in states(factory, change, step):
        new = plan(shown, wanted)
        assert plan(typed(shown, new.apply), wanted).empty, at_most
        assert same(typed(shown, new.apply), there), at_most
        assert same(certain(typed(apply(shown, new.apply), new.undo)), certain(shown)), at_most
        kept = Kept(shown, factory, Ours(change))
        assert same(typed(shown, restore(shown, kept.config)), factory), at_most
        assert kept.lost == (), at_most


@every_example
def test_from_wherever_an_undo_was_cut_off(folder: Path, step: int) -> None:
    """After each of its lines: gone on with it leads back, and a new plan leads there again."""
    factory, wanted = sides(folder)
    change = plan(factory, wanted)
    there = apply(factory, change.apply)
    for at_most, shown in states(there, change.undo, min(step, 7)):
        kept = Kept(shown, factory, Ours(change.apply))
        assert same(typed(shown, restore(shown, kept.config)), factory), at_most
        again = plan(shown, wanted)
        assert same(typed(shown, again.apply), there), at_most
        assert plan(apply(shown, again.apply), wanted).empty, at_most


@every_example
def test_from_wherever_the_next_one_was_cut_off(folder: Path) -> None:
    """The same with a record of an earlier deployment, whose lines partly have to go."""
    factory, wanted = sides(folder)
    fewer = Config(tuple(node for node in wanted.nodes if not node.text.startswith(("profile acl", "context ip"))))
    there = apply(factory, plan(factory, wanted).apply)
    last = Deployed().followed_by(factory, wanted)
    going = plan(there, fewer, last)
    assert going.deletes
    for at_most in range(len(script(going.apply))):
        device = Device(there)
        device.type(going.apply, at_most)
        device.type(plan(device.shows, fewer, last).apply)
        assert plan(device.shows, fewer, last).empty, at_most
        assert same(device.shows, apply(there, going.apply))


@settings(deadline=None, max_examples=20)
@given(st.randoms(use_true_random=False))
def test_from_any_partial_state(chance: random.Random) -> None:
    """Any lines and blocks of the example missing, wherever they stand."""
    factory, wanted = sides(EXAMPLES / "musterfirma")
    full = apply(factory, plan(factory, wanted).apply)
    partial = Config(_thinned(full.nodes, chance))
    device, refused = Configuration.read(write(partial))
    assert refused == []
    shown = parse(device.printed())
    after = apply(shown, plan(shown, wanted).apply)
    assert plan(after, wanted).empty
    assert same(apply(after, plan(shown, wanted).undo), shown)


def _thinned(nodes: tuple[Node, ...], chance: random.Random) -> tuple[Node, ...]:
    """Lines that a device prints either way stay: it never lacks them."""
    always = [node for node in nodes if node.match and both_ways(node.match.command)]
    kept = (node for node in nodes if node in always or chance.random() > 0.2)
    return tuple(Node(node.text, _thinned(node.children, chance), 0, node.match) for node in kept)


@pytest.mark.parametrize("at_most", [1, 40, 90, 150, 200])
def test_a_real_deployment_from_a_partial_state(lab: Installation, tmp_path: Path, at_most: int) -> None:
    """What a cut cable left on the device, and what the next two deployments make of it."""
    deploy(lab.site, lab.world(tmp_path / "first"), lab.vault(), How())
    there = parse(lab.running())
    factory = parse(lab.factory)
    editor = Editor(lab.device.running)
    for line in script(plan(there, factory, replace_all=True).apply)[:at_most]:
        if line.kind == "exit":
            editor.exit()
        else:
            editor.type_line(line.text)
    done = deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    assert done.state in ("deployed", "unchanged")
    assert same(parse(lab.running()), there)
    again = deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    assert again.state == "unchanged"
    assert again.plan is not None
    assert again.plan.empty
