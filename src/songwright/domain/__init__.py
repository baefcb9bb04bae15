"""Pure values: what a song is, before anything is computed, stored or sent.

Modules, in the order data flows through them:

    action.py -> style.py -> lyrics.py -> score.py -> performance.py -> plan.py -> audio.py -> song.py
    time.py is used by all of them.

Nothing here imports another part of Songwright, reads a clock, draws a random number or does I/O.
"""
