"""What goes wrong with the STARFACE and its telephones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbc_tool.finding import Outcome
from sbc_tool.lab.faults.fault import Fault, changed

if TYPE_CHECKING:
    from sbc_tool.lab.lab import Lab


def _first(lab: Lab) -> str:
    return lab.site.users[0].account


def _other_password(lab: Lab) -> None:
    lab.starface.accounts[_first(lab)] += "x"


def _no_telephone(lab: Lab) -> None:
    del lab.starface.accounts[_first(lab)]


def _locked(lab: Lab) -> None:
    lab.starface.locked.add(_first(lab))


def _name_given_twice(lab: Lab) -> None:
    """To a branch's STARFACE, whose site file lies with the lab's."""
    path = lab.folder / "zweigstelle.yaml"
    starface = {"fqdn": lab.site.starface.fqdn.upper(), "address": "10.9.1.5"}
    site = changed(lab.site, {"site": path.stem, **{f"starface.{key}": value for key, value in starface.items()}})
    path.write_text(site.model_dump_json(exclude_none=True, indent=2), encoding="utf-8")  # JSON is YAML, too
    lab.give_along(path)


_CHECK = "starface-registration-refused"

FAULTS = (
    Fault("starface-password-wrong", "a telephone has another password on the STARFACE", _CHECK, after=_other_password),
    Fault("starface-telephone-missing", "a telephone is missing on the STARFACE", _CHECK, after=_no_telephone),
    Fault("starface-telephone-locked", "a telephone is locked on the STARFACE", _CHECK, after=_locked),
    Fault("starface-off", "no SIP on the STARFACE", _CHECK, after=lambda lab: lab.starface.stop()),
    Fault(
        "starface-name-taken", "a branch's STARFACE has the same name", "starface-name-duplicate",
        after=_name_given_twice,
    ),
    Fault(
        "starface-too-old", "STARFACE 6.7.2 with User-Assigned-Licences", "starface-version-too-old",
        site={"starface.version": "6.7.2"},
    ),
    Fault(
        "starface-behind", "STARFACE 6.7.3, while later documents ask for more", "starface-version-too-old",
        outcome=Outcome.WARN, site={"starface.version": "6.7.3"},
    ),
    Fault("licences-short", "a User-Assigned-Licence too few", "licence-shortfall", site={"licences.ual": 2}),
    Fault(
        "licences-shared", "a floating licence too few for all at once", "licence-shortfall",
        outcome=Outcome.WARN, site={"licences.ual": 1, "licences.floating": 1},
    ),
    Fault("premium-short", "an UCC Premium too few", "licence-shortfall", site={"licences.ucc_premium": 2}),
    Fault("service-over", "the paid term is over", "licence-shortfall", site={"licences.service_until": "2020-06-30"}),
)  # fmt: skip
