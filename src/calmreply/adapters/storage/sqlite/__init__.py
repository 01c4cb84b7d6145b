"""A home's own file: what SQLite does and says in its own way. Nothing here knows PostgreSQL.

`store` is the way in; `engine` the connections; `opening`, `upgrading` and `migrations` lead to
the newest schema; `law` is what the file refuses and `words` how it searches; `copying` makes
backups.
"""
