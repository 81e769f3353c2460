"""What must hold after a push before anything is saved. A new check is a file, and a line here."""

from sbc_tool.check import Check
from sbc_tool.deploy.verify.presented_certificate_differs import PresentedCertificateDiffers
from sbc_tool.deploy.verify.running_config_differs import RunningConfigDiffers
from sbc_tool.preflight.sip_contact_not_fqdn import SipContactNotFqdn
from sbc_tool.preflight.sip_options_unanswered import SipOptionsUnanswered

CONFIG: tuple[Check, ...] = (RunningConfigDiffers(),)
ALL: tuple[Check, ...] = (*CONFIG, PresentedCertificateDiffers())
FULL: tuple[Check, ...] = (*ALL, SipOptionsUnanswered(), SipContactNotFqdn())  # with two of preflight's
