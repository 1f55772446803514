"""How long a database may take, and how much may wait for it: one value for all. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseLimits:
    """The product's own; tests give others."""

    transaction_timeout_s: float = 15.0
    # A migration that is given up is rolled back, and would begin anew for ever.
    migration_timeout_s: float = 600.0
    # Transactions, those that wait for their turn included; each holds what it is to write.
    max_under_way: int = 1000
    close_timeout_s: float = 0.5  # transactions take milliseconds, and a stop has 8 s in all

    # ── SQLite ──
    # Then we look whether anybody still waits for the file; a stop has to sit it out.
    busy_timeout_ms: int = 250

    # ── PostgreSQL ──
    # Between two statements, which follow each other in milliseconds; well before those who wait
    # for the locks of that transaction give up.
    idle_timeout_s: float = 5.0


DATABASE_LIMITS = DatabaseLimits()
