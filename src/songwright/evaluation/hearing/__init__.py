"""How well recordings are heard: songs of our own, whose truth their plans tell, spoilt in several ways.

songs.toml, tuning.toml, songs.py  what is sung      spoil.py   how it is spoilt
truth.py                           what is true      score.py   how much of it was heard      report.py  the tables
"""
