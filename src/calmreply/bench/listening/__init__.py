"""Two hundred sources, ten thousand entries: a first round, a round with nothing new, fifty more.

    figures  the measurements, turn about, and what stands beside each
    feeds    the documents: RSS and Atom as shops, papers and forums publish them
    server   a process that serves them on loopback, with etags, and lets some of them go on
    alone    a process: feedparser alone on the same bytes
    library  a process: the feed library `reader` doing the same job
    home     a process: a real home doing it, with its worker processes

The job is the same for both: download over loopback, parse, store on disk, and answer a full-text
search. Neither pays for its imports nor for starting what it keeps for later rounds; each reads
one feed before the clock is started. `server`, `alone`, `library` and `home` run as files.
"""
