"""WordPress: the comments on the shop's own site, the held ones too, over its REST interface.

    channel    all of it as one plug-in: heard, answered, looked after, moderated
    listener   the kind of place: its fields, signing in, and one round
    site       its REST interface: where it is, one request, and what its answers mean
    comments   one comment as the site tells it to a `Heard`; every field of it is hostile; pure
    cursor     where a round ended, as the text that is kept with the source; pure
    reply      a reply's bytes, and leaving it there
    there      what stands there now: a comment, and replies of ours to it
    moderating holding, spam, trash, showing again

Signed in with an application password, which a WordPress makes for a program and takes back
without changing the person's own. It is sent over https only, and only to the site that the
person named. A round re-reads the newest hundred comments, because one that is edited, approved
or held keeps its date; what is unchanged since is not handed on, so a quiet site costs one
request. Comments that left that page without a newer one taking their place are asked for one by
one: only the site's own word (trash, not found) makes one "gone".

May import `adapters.html`, `app`, `domain`, `errors`, `i18n`. Runs on the network pool.
"""

from .channel import WordPress

__all__ = ["WordPress"]
