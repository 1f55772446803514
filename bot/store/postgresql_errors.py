"""What a failure of PostgreSQL means: a sentence for the operator, and whether waiting can help.

While a connection is made, libpq gives no SQLSTATE, only a text; so the texts tell there. What no
rule knows is waited for: to wait in vain does less harm than to give up during an outage.
"""

import re

import psycopg
from sqlalchemy.exc import DBAPIError

from bot.domain.database_address import PostgresqlAddress
from bot.domain.errors import StoreError, StoreUnusableError
from bot.domain.texts import clip

_MAX_LENGTH = 200

# https://www.postgresql.org/docs/current/errcodes-appendix.html: the classes of what a person must
# change, that is, logins (28), databases (3D), schemas (3F), and rights and names (42).
_LASTING_CLASSES = ("28", "3D", "3F", "42")
# Their texts speak of the server, never of values: connections, read-only servers, resources,
# states, interventions.
_SPEAKABLE_CLASSES = (*_LASTING_CLASSES, "08", "25", "53", "55", "57")

# From PostgreSQL's auth.c, postinit.c and hba.c, libpq's fe-connect.c and fe-secure-openssl.c, and
# the two poolers, PgBouncer and Supavisor.
_LASTING = re.compile(
    r"""
    authentication\ failed | pg_hba\.conf | no\ password\ supplied
    | (?:role|user|database)\ ".*"\ does\ not\ exist | no\ such\ (?:database|user)\b
    | not\ permitted\ to\ log\ in | permission\ denied\ (?:for|to) | tenant\ or\ user\ not\ found
    | invalid\ (?:[\w\ ]*\ )?(?:value|port|option|connection\ option)
    | unrecognized\ configuration\ parameter | unsupported\ startup\ parameter
    | could\ not\ parse\ network\ address | definition\ of\ service
    | server\ does\ not\ support\ SSL | certificate | private\ key\ file
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Who refuses says it behind "FATAL:"; what comes before names the address once more.
_SERVER_SAYS = re.compile(r"(?:FATAL|ERROR|PANIC):\s+(.+)")
_FAILED = re.compile(r"^(?:connection (?:failed|is bad): )?(?:connection to server .*? failed: )?")


def explain(error: BaseException, address: PostgresqlAddress) -> StoreError:
    """Return the error of ours that says what happened.

    It is a `StoreUnusableError` if a person must change something.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error):
        return StoreError(f"{address} failed ({type(error).__name__})")
    if cause.sqlstate is None:
        return _while_connecting(cause, address)
    return _while_connected(cause, cause.sqlstate, address)


def _while_connecting(error: psycopg.Error, address: PostgresqlAddress) -> StoreError:
    text = str(error)
    sentence = f"can't reach {address}: {_without_secrets(_reason(text), address)}"
    is_lasting = isinstance(error, psycopg.ProgrammingError) or _LASTING.search(text)
    return StoreUnusableError(sentence) if is_lasting else StoreError(sentence)


def _while_connected(error: psycopg.Error, sqlstate: str, address: PostgresqlAddress) -> StoreError:
    if not sqlstate.startswith(_SPEAKABLE_CLASSES):
        return StoreError(f"{address} failed ({type(error).__name__})")
    sentence = f"can't use {address}: {_one_line(error.diag.message_primary or sqlstate)}"
    is_lasting = sqlstate.startswith(_LASTING_CLASSES)
    return StoreUnusableError(sentence) if is_lasting else StoreError(sentence)


def _reason(text: str) -> str:
    """Return what went wrong, in a few words of libpq's or the server's."""
    if "failed to resolve host" in text or "could not translate host name" in text:
        return "unknown host"
    if "timeout expired" in text:
        return "no answer in time"
    said = _SERVER_SAYS.findall(text)
    if said:
        return _one_line(said[-1])
    reason = _one_line(_FAILED.sub("", text.strip().partition("\n")[0]))
    return reason[:1].lower() + reason[1:] if reason[1:2].islower() else reason


def _one_line(text: str) -> str:
    return clip(" ".join(text.split()), _MAX_LENGTH)


def _without_secrets(text: str, address: PostgresqlAddress) -> str:
    for secret in address.secrets:
        text = text.replace(secret, "…")
    return text
