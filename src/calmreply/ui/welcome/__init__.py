"""The room of the first start: `page` holds `dialogs.welcome`.

May import what `ui.dialogs` may. Runs on the Qt thread. It is shown while there is nothing else to
show, and needs no answer.
"""
