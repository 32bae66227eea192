"""The network a request comes from. It is never stored: see subscriptions.abuse.counting."""

from ipaddress import ip_address, ip_network

from django.http import HttpRequest

from config.middleware import client_address

PREFIXES = {4: 24, 6: 48}  # bits; what one site has (RFC 6177 for IPv6), so moving within it gains nothing


def network_of(request: HttpRequest) -> str:
    """Like "198.51.100.0/24". "" where the address tells nobody apart: a proxy on this machine, or none at all."""
    address = ip_address(client_address(request))
    if address.is_loopback or address.is_unspecified:
        return ""
    return str(ip_network((address, PREFIXES[address.version]), strict=False))
