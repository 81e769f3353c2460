"""Everything the lab makes up. No public source shows it: a real device differs here, and nothing may rely on it."""

from __future__ import annotations

BANNER = "Welcome!\nThis is the lab of sbc-tool, the embedded twin of a SmartNode. No such device is connected."
"""SmartWare R6.2 says `Welcome!` (OX532); Trinity's banner was not found."""

ECHO_BEGIN = "\x1b[K"
ECHO_END = "\x1b[0m"
"""That ANSI codes surround the echo is known (NSH), which ones is not."""

UNKNOWN_COMMAND = "% Unknown command: {0}"
INVALID_VALUE = "% Invalid value: {0}"
NOT_PERMITTED = "% Not permitted"
IN_USE = "% In use: {0}"
NO_SUCH_FILE = "% No such file: {0}"
NO_SUCH_PORT = "% No such port: {0}"
NOTHING_FETCHED = "% Cannot fetch: {0}"
"""That a refusal begins with `% ` is indirect (NSH, inherited from a Cisco driver); the words are ours."""

HELP_LINE = "  {0:<30} -"
HELP_END = "<cr>"
NO_HELP = "% No help"
EXEC_HELP = {
    "": ("configure", "copy", "enable", "exit", "reload", "show"),
    "show ": ("port", "running-config", "startup-config", "system"),
    "show system ": ("version",),
    "copy ": ("config:", "running-config"),
}
"""What `?` says, and that it acts without Enter and shows the line anew: nothing of this was found."""

RELOAD_QUESTION = "The system goes down and comes back with its startup-config. Continue (yes/no)? "
RELOAD_ABANDONED = "Nothing done."
"""That `yes` must be answered is known (NVpush), the question is not."""

TIMER = {
    "timer": (r'timer \w+ now \+ \d+ minutes "reload forced"', "no timer SBC_TOOL"),
    "reload in": (r"reload in \d+", "reload cancel"),
}
"""How a restart is timed, and how that is called off: the first form is SmartWare's (WAZO) and a line of its
configuration, the second Cisco's. A device of the lab takes neither unless it is told to."""

ARGUMENT_SEPARATOR = "/"
"""Between the brackets of a prompt, for objects of two numbers: NAME(prt-eth)[0/1]#."""

SFTP_AREAS = ("config:", "pki:certificate/", "pki:private-key/")
"""The areas are known (NV, NVpush). That SFTP leads into them is not: no source shows how files get in but TFTP."""

FETCHES = ("tftp", "http")
"""`copy tftp://… config:…` is known (NVpush); over HTTP, and into `pki:`, it is not. A copy that fails is silent."""

HARDWARE_VERSION = "1.0"
SOFTWARE_VERSION = "3.19.1"
BUILD = "3.19.1-26110"
SERIAL = "00A0BA0FFFFE"
VARIANT = "LAB"
MAC = "00:a0:ba:0f:ff:{0:02x}"
"""What `show system` tells; its labels are from NSH. Microsoft certified 3.19.x; 00:A0:BA is Patton's OUI."""

CLOCK = "%Y-%m-%dT%H:%M:%S+00:00"
"""What `show clock` prints. SmartWare has the command; that Trinity has it, and in which form, was not found."""

SIP_SERVER = "sbc-tool lab"
SIP_ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, REFER, NOTIFY, INFO"
"""In the answer to OPTIONS. Trinity's own was not found."""

STARFACE_SERVER = "sbc-tool lab STARFACE"
STARFACE_REALM = "lab-starface"
FAILED_LOGINS = 3
LOCKED = "Forbidden (locked after failed logins)"
"""What a STARFACE answers to a wrong password or an unknown telephone, and whether it locks any, was not found."""

NOTES = (
    "banner, prompt abbreviations, wording of errors, the question of `reload`, the codes around the echo",
    "the help of `?`: its form, and that it acts at once and shows the line anew",
    "`show clock`, `show startup-config`, `show system version`, versions, serial number and MAC addresses",
    "files over SFTP or `scp -t` (no source shows how Trinity takes them), private keys never read back",
    "`copy http://…`, and any `copy` from a server into `pki:`",
    "`administrator NAME password PW` as the form of a local user (known from SmartWare)",
    "the factory configuration beyond what shipping templates show",
    "the SBC trusts the lab's CA in place of Microsoft's: as soon as it trusts one of Microsoft's roots",
    "the lab's certificate is for servers and clients, so that it can also play Microsoft's part; public CAs"
    " now issue for servers only",
    "the SBC's answer to OPTIONS beyond Contact",
    "the STARFACE: its realm, SHA-256 besides MD5, 404 for unknown telephones, locking one after three failed logins",
    "Microsoft's edge: the words of its answers and of its own OPTIONS; that it checks a certificate as OpenSSL does",
)
"""For a person: what not to take for a real device's behaviour. `lab start` prints these."""
