"""Adapters: one third-party library each, siblings that do not import one another.

May import `app`, `domain`, `errors`, `i18n`, `resources`. Errors of a library become
`KnownError` here, at its edge. Only `bootstrap` puts adapters together.
"""
