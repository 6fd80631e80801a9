"""Addresses that reach a person through the net: e-mail, public IP addresses, and accounts of messengers."""

from __future__ import annotations

import re
from ipaddress import ip_address

EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+/@-])(?P<it>[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,4}[A-Za-z]{2,24})"
    r"(?![A-Za-z0-9@-]|[:/][A-Za-z0-9~./_]|\.[A-Za-z])"
)
IP = re.compile(
    r"(?<![0-9A-Za-z.:_/-])(?P<it>(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{3,34})"
    r"(?![0-9A-Za-z_]|\.\d|:[0-9A-Fa-f]*:|/\d)"
)
ACCOUNT = re.compile(
    r"(?:(?<![A-Za-z])(?:QQ|扣扣)(?:号码?|群号?)?[:： ]{0,3}(?=\d)"
    r"|(?:微信号?|威信|V信|WeChat|Weixin)(?:号|ID)?[:： ]{0,2}(?=[A-Za-z]))"
    r"(?P<it>[1-9]\d{4,10}|[A-Za-z][-_A-Za-z0-9]{5,19})(?![-_A-Za-z0-9]|\.\d)",
    re.IGNORECASE,
)

# Names that stand for no mailbox: what programs write where others have a person, and files.
NOBODY = re.compile(
    r"^(?:no-?reply|do-?not-?reply|postmaster|mailer-daemon|git|root|user(?:name)?|your[._-]?\w*|someone|foo|bar|test|name|email|abc|xx+)@"
    r"|@(?:[23]x|example)|\.(?:png|jpe?g|gif|svg|webp|js|ts|css|py|md|html?|git|so|service|socket|target|timer|mount)$",
    re.IGNORECASE,
)
# Hosts of manuals: RFC 2606, RFC 6762, and names that are registered for nobody's mail or are meant to be filled in. They count
# where a name is registered alone: mail.example-university.edu.cn and company.com.cn have mailboxes.
DOCUMENTARY = re.compile(
    r"[@.]example\.|\.(?:example|test|invalid|local|localhost|internal)$"
    r"|[@.](?:(?:your|my|some)-?(?:domain|company|server|host|site|website|e?mail|org|name|thing|where)|domain|test|xx+|foo|bar|contoso|fabrikam)"
    r"\.(?:(?:com|net|org|edu|gov|ac|co)\.)?[a-z]{2,24}$",
    re.IGNORECASE,
)
# Before a colon and an address: behind other words it is a password (user:password@host).
INTRODUCED = re.compile(r"(?:[\u4e00-\u9fff\])）】]|mails?|mailto|from|to|cc|msn|contact|account|author|id) ?:$", re.IGNORECASE)
RESOLVERS = {
    "1.1.1.1",
    "1.0.0.1",
    "8.8.8.8",
    "8.8.4.4",
    "9.9.9.9",
    "114.114.114.114",
    "223.5.5.5",
    "223.6.6.6",
    "119.29.29.29",
    "1.2.3.4",
}
NAMED = re.compile(r"(?:\bIP|主机|服务器|来自|登录|地址|ping|ssh|host|server)[^\n]{0,10}$", re.IGNORECASE)
VERSION = re.compile(r"(?:\bv|ver|version|版本|第|图|表|release|-)[ .:：]?$", re.IGNORECASE)
SMALL, LARGE_OCTETS = 30, 2  # versions and sections count from 1: an address has octets of 30 and more


def is_email(found: re.Match[str], before: str) -> bool:
    """Whether a mailbox may be somebody's."""
    if before.endswith(":") and not INTRODUCED.search(before):
        return False
    return NOBODY.search(found["it"]) is None and DOCUMENTARY.search(found["it"]) is None


def is_public_ip(found: re.Match[str], before: str) -> bool:
    """Whether an address is routed, no public resolver, and no version or section number."""
    try:
        address = ip_address(found["it"])
    except ValueError:
        return False
    if not address.is_global or address.is_multicast or found["it"] in RESOLVERS or VERSION.search(before):
        return False
    octets = found["it"].split(".")
    return ":" in found["it"] or NAMED.search(before) is not None or sum(int(octet) >= SMALL for octet in octets) >= LARGE_OCTETS


def is_account(found: re.Match[str], before: str) -> bool:
    """Whether the name of an account holds more than a word."""
    del before
    name = found["it"]
    return name.isdigit() or not name.isalpha()
