"""The model itself, and its JSON Schema; what it refuses is in test_site_load."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from sbc_tool.site.load import load
from sbc_tool.site.model import Site, User, clashes, site_schema

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def site() -> Site:
    return load(EXAMPLES / "musterfirma" / "site.yaml")


def changed(site: Site, part: str, **values: Any) -> Site:
    data = site.model_dump(mode="json")
    return Site.model_validate({**data, part: {**data[part], **values}})


def test_frozen(site: Site) -> None:
    with pytest.raises(ValidationError):
        site.teams.tls_port = 5061


def test_dump_and_validate_give_the_same(site: Site) -> None:
    assert Site.model_validate(site.model_dump()) == site
    assert Site.model_validate_json(site.model_dump_json()) == site


def test_government_cloud_on_its_port(site: Site) -> None:
    assert changed(site, "teams", cloud="gcc-high", tls_port=5061).teams.cloud == "gcc-high"


def test_managed_over_the_wan_without_its_filter(site: Site) -> None:
    wan = {**site.network.wan.model_dump(mode="json"), "filter": "none"}
    open_site = changed(site, "network", wan=wan)
    assert changed(open_site, "device", host="123.123.123.123").device.host == "123.123.123.123"


def test_point_to_point_wan(site: Site) -> None:
    """RFC 3021: both addresses of a /31 are hosts."""
    wan = {**site.network.wan.model_dump(mode="json"), "address": "123.123.123.122/31", "gateway": "123.123.123.123"}
    assert str(changed(site, "network", wan=wan).network.wan.gateway) == "123.123.123.123"


def test_pydantics_own_message_holds_no_password(site: Site) -> None:
    with pytest.raises(ValidationError) as caught:
        changed(site, "device", password="hunter2", passwort="hunter2")
    assert "hunter2" not in f"{caught.value} {caught.value!r}"


def test_clashes() -> None:
    def user(number: int, account: str) -> User:
        values = {"external": f"+49712322{number}", "internal": str(number), "account": account, "password": "prompt"}
        return User.model_validate(values)

    assert list(clashes([user(1, "user.1"), user(2, "user.2")])) == []
    found = [user(1, "user.1"), user(2, "USER.1"), user(3, "user.3"), user(1, "user.1")]
    assert list(clashes(found)) == [("account", 0, 1), ("external", 0, 3), ("internal", 0, 3), ("account", 0, 3)]


# the schema


def plain(path: Path) -> Any:
    return json.loads(json.dumps(YAML(typ="safe").load(path.read_text("utf-8")), default=str))


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object in a schema."""
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        for child in node.values():
            yield from schemas(child)


def test_schema_is_one_and_takes_the_examples() -> None:
    schema = json.loads(json.dumps(site_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for name in ("musterfirma", "vtrinity-250"):
        jsonschema.validate(plain(EXAMPLES / name / "site.yaml"), schema)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("teams", "tls_port", "yes"),
        ("teams", "tls_port", 70000),
        ("teams", "codecs", ["g729", "g711alaw64k"]),
        ("teams", "fqnd", "a.b"),
        ("device", "password", "hunter2"),
        ("network", "dns", []),
    ],
)
def test_schema_refuses_what_the_model_refuses(part: str, key: str, value: object) -> None:
    data = plain(EXAMPLES / "musterfirma" / "site.yaml")
    data[part][key] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, site_schema())


def test_every_key_is_described() -> None:
    for schema in schemas(site_schema()):
        assert schema["description"], schema["title"]
        for key, field in schema["properties"].items():
            refers = "$ref" in field or any("$ref" in option for option in field.get("anyOf", ()))
            assert field.get("description") or refers, f"{schema['title']}.{key}"


def test_defaults_in_the_schema() -> None:
    defs = site_schema()["$defs"]
    assert defs["Device"]["properties"]["password"]["default"] == "prompt"
    assert defs["Teams"]["properties"]["tls_port"]["default"] == 5061
