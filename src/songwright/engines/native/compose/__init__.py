"""From words to a written song: form, harmony, melody, text setting, backing vocals.

grid + prosody -> rhythm -> melody -> tune         one line, one section
form -> wordform -> harmony -> compose -> checks    the song
"""
