"""CalmReply: hears what the web says about a small business and keeps the answer calm.

The folder list is the architecture, read from the outside in:

`__main__`, `bootstrap`   start; the only place that knows everybody
`cli`                     the whole product without a window
`ui`                      the window (PySide6 lives here and nowhere else)
`adapters`                one third-party library each, siblings that do not know each other
`testing`                 fakes shipped as code: clock, in-memory store, scripted channel
`app`                     one function per verb of the mission, over ports
`domain`                  pure decisions: values in, decisions out
`errors`, `i18n`, `resources`   what everybody may use

Imports go downwards only; import-linter contracts in `pyproject.toml` hold this.
"""

__version__ = "0.1.0"
