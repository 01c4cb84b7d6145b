"""The room in which somebody brings in what was said: `page` holds `dialogs.heard_form`.

May import what `ui.dialogs` may. Runs on the Qt thread. It is a room and no dialog so that one can
look things up elsewhere in between; what is typed stays.
"""
