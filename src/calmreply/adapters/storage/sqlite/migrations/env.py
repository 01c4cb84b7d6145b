"""What alembic runs for each upgrade, over the connection that `upgrading` hands it."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=True,
    on_version_apply=context.config.attributes["after_each"],
)
with context.begin_transaction():
    context.run_migrations()
