"""What counts as one address where strangers are bounded by theirs. Pure."""

import ipaddress


def neighbourhood(address: str | None) -> str:
    """The part of an address that one customer holds: IPv4 whole, IPv6 the first 64 bits."""
    if address is None:
        return ""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)
