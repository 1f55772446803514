"""The hosts that we know by the variables that they set, and what follows from each. Pure.

The names are from the hosts' own documentation. Variables that their command-line tools read on a
laptop (RAILWAY_TOKEN, HEROKU_API_KEY) say nothing about where we run, and are not here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Platforms whose disk is wiped on every restart, by variables that each sets.
EPHEMERAL_PLATFORMS: Mapping[str, str] = MappingProxyType(
    {
        "DYNO": "Heroku",
        "RENDER": "Render",
        "RAILWAY_ENVIRONMENT": "Railway",
        "RAILWAY_ENVIRONMENT_ID": "Railway",
        "RAILWAY_ENVIRONMENT_NAME": "Railway",
        "RAILWAY_PROJECT_ID": "Railway",
        "RAILWAY_PROJECT_NAME": "Railway",
        "RAILWAY_SERVICE_ID": "Railway",
        "RAILWAY_SERVICE_NAME": "Railway",
        "RAILWAY_DEPLOYMENT_ID": "Railway",
        "RAILWAY_REPLICA_ID": "Railway",
        "RAILWAY_PUBLIC_DOMAIN": "Railway",
        "RAILWAY_PRIVATE_DOMAIN": "Railway",
        "FLY_APP_NAME": "Fly",
        "K_SERVICE": "Cloud Run",
        "KOYEB_APP_NAME": "Koyeb",
        "NF_PROJECT_ID": "Northflank",
    }
)


def ephemeral_platform(environment: Mapping[str, str]) -> str | None:
    """Return the platform that wipes the disk under us, if we run on one."""
    names = (name for variable, name in EPHEMERAL_PLATFORMS.items() if environment.get(variable))
    return next(names, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAddress:
    """A public address, and the variable that it was taken from."""

    url: str
    variable: str


def public_address(environment: Mapping[str, str]) -> HostAddress | None:
    """Return the address under which the host serves us, if it says so."""
    for variable, as_url in _ADDRESSES.items():
        value = environment.get(variable)
        if value:
            return HostAddress(url=as_url(value), variable=variable)
    return None


def _domain(value: str) -> str:
    return value if "://" in value else f"https://{value}"


def _fly(value: str) -> str:
    return f"https://{value}.fly.dev"


_ADDRESSES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "RENDER_EXTERNAL_URL": _domain,
        "RAILWAY_PUBLIC_DOMAIN": _domain,
        "FLY_APP_NAME": _fly,
        "KOYEB_PUBLIC_DOMAIN": _domain,
        "HEROKU_APP_DEFAULT_DOMAIN_NAME": _domain,
    }
)
