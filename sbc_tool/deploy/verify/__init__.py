"""What must hold after a push before anything is saved. A new check is a file, and a line here."""

from sbc_tool.check import Check
from sbc_tool.deploy.verify.presented_certificate_differs import PresentedCertificateDiffers
from sbc_tool.deploy.verify.registration_missing import RegistrationMissing
from sbc_tool.deploy.verify.running_config_differs import RunningConfigDiffers
from sbc_tool.preflight.sip_contact_not_fqdn import SipContactNotFqdn
from sbc_tool.preflight.sip_options_unanswered import SipOptionsUnanswered

CONFIG: tuple[Check, ...] = (RunningConfigDiffers(),)
ALL: tuple[Check, ...] = (*CONFIG, PresentedCertificateDiffers(), RegistrationMissing())
FULL: tuple[Check, ...] = (*ALL, SipOptionsUnanswered(), SipContactNotFqdn())  # with two of preflight's
# What can't be seen from everywhere, and so keeps nothing from being saved; it is unknown all the same.
MAY_STAY_UNKNOWN = frozenset(("sip-options-unanswered", "sip-contact-not-fqdn", "registration-missing"))
