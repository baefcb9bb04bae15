"""Files of a clip: sound, words, notes and picture, and the place they are kept.

mp3, id3, pcm: sound. midi, lrc, peaks: what players read beside it. cover: the picture. storage: where it lives.
"""
