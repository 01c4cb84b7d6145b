"""Migrations, oldest first. `env` and `versions` are run by alembic alone, never imported."""
