"""The embedded engine: a plain CPU and packages from PyPI, nothing else.

    interpret -> lyrics -> compose + arrange -> perform -> voice + play -> mix -> master

``planning.py`` is the first half (words on paper), ``rendering.py`` the second (sound), ``engine.py`` the door.
"""
