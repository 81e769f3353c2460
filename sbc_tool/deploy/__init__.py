"""From a plan to a verified device: session, push, backup, certificates, verification, the way back."""
