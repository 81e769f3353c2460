"""Faults that a lab can be started with. A new one is an entry in the file of its subject; a new file, a line here."""

from sbc_tool.lab.faults import certificate, connector, name, network, signalling, starface
from sbc_tool.lab.faults.fault import Fault, changed, changes_of

__all__ = ["FAULTS", "Fault", "changed", "changes_of"]

FAULTS: tuple[Fault, ...] = (
    *name.FAULTS,
    *network.FAULTS,
    *certificate.FAULTS,
    *signalling.FAULTS,
    *starface.FAULTS,
    *connector.FAULTS,
)
