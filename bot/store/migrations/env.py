"""Alembic's entry point: runs on the connection, and in the transaction, that we hand to it."""

from alembic import context

from bot.store.indexes import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transaction_per_migration=False,
    transactional_ddl=True,
)
context.run_migrations()
