"""English letter-to-sound rules, for words no dictionary holds: names, inventions, typing errors.

Ordered rules per position; the first whose left and right context fit wins. Output is Kokoro's alphabet
without stress; :func:`spell_out` then puts the stress where English most often has it.
"""

from __future__ import annotations

import functools
import re

from .wordlists import word_list

VOWEL_SYMBOLS = frozenset("AIOQWYaeiouæɑɐɒɔəɚɛɜɪʊʌᵊᵻɨɯøœɤy")

# letters | left context (regex, at its end) | right context (regex, at its start) | phonemes
_RULES = r"""
ought|||ɔt
aught|||ɔt
eigh|||A
augh|||ɔ
ough||$|O
ough||t|ɔ
ough|||ʌf
igh|||I
tion||s?$|ʃən
ssion||s?$|ʃən
sion|[aeiour]|s?$|ʒən
sion||s?$|ʃən
cious||$|ʃəs
tious||$|ʃəs
cial|||ʃəl
tial|||ʃəl
cian|||ʃən
ture||s?$|ʧəɹ
sure|[aeiou]|s?$|ʒəɹ
ious||$|iəs
ous||$|əs
tch|||ʧ
sch|^||ʃ
sch|||sk
chr|||kɹ
ch|^|[lr]|k
ch|||ʧ
ck|||k
sh|||ʃ
th|^|(?:is|at|ese|ose|em|en|ey|ere|an)$|ð
th||er$|ð
th|||θ
ph|||f
gh|^||ɡ
gh|||
kn|^||n
gn|^||n
gn||s?$|n
wr|^||ɹ
wh||o|h
wh|||w
ps|^||s
pn|^||n
rh|^||ɹ
mb||s?$|m
mn||$|m
qu|||kw
q|||k
dge|||ʤ
dg|||ʤ
gg|||ɡ
ge||s?$|ʤ
g|^|e[tlra]|ɡ
g|^|i[vrlf]|ɡ
g||[eiy]|ʤ
gu||[ei]|ɡ
gue||$|ɡ
g|n|$|
g|||ɡ
ng||$|ŋ
ng||s$|ŋ
nge|||nʤ
ng||[aour]|ŋɡ
ng|||ŋ
nk|||ŋk
nc||[^eiyh]|ŋk
nn|||n
n|||n
cc||[eiy]|ks
cc|||k
ce||s?$|s
c||[eiy]|s
c|||k
ss|||s
sc||[eiy]|s
s|[bdgvmnlrwaeiouy]|$|z
se|[aeiou]|s?$|z
s|[aeiou]|[aeiou]|z
s|||s
tt|||t
t|||t
dd|||d
d|||d
bb|||b
b|||b
pp|||p
p|||p
ff|||f
f|||f
x|^||z
x|||ks
zz|||z
z|||z
j|||ʤ
kk|||k
k|||k
ll|||l
l|||l
mm|||m
m|||m
rr|||ɹ
vv|||v
v|||v
w||[aeiouyhr]|w
w|||
hh|||h
h||[aeiouy]|h
h|||
y|^|[aeiou]|j
y|[aeiou]|[aeiou]|j
eau|||O
ieu|||u
iew|||ju
eye|||I
air|||ɛɹ
are||s?$|ɛɹ
ar|^w||ɔɹ
ar||[aeiou]|ɛɹ
arr|||ɛɹ
ar|||ɑɹ
ear||[dntl]|ɜɹ
ear|||ɪɹ
eer|||ɪɹ
ere||s?$|ɪɹ
err|||ɛɹ
er||[aiou]|ɛɹ
er||$|əɹ
er||s$|əɹ
er|||ɜɹ
ire||s?$|Iəɹ
irr|||ɪɹ
ir|||ɜɹ
oar|||ɔɹ
oor|||ɔɹ
our|||ɔɹ
ore||s?$|ɔɹ
or|^w||ɜɹ
or|.{3}|$|əɹ
orr|||ɔɹ
or|||ɔɹ
ure||s?$|jʊɹ
urr|||ɜɹ
ur||[aeiou]|ʊɹ
ur|||ɜɹ
yr|||ɪɹ
ai|||A
ay|||A
au|||ɔ
aw|||ɔ
aa|||ɑ
ae|||i
al||k|ɔ
all|||ɔl
al||[td]|ɔl
a||$|ə
a||[bcdfghjklmnprstvz]e$|A
a||[bcdfghjklmnprstvz]es$|A
a||[bcdfgklmnprstvz]i[aoe]|A
a||[bdgklmnprstv](?:y|ie|ing|ed|er|ers|o)$|A
a|^w|[^y]|ɑ
a|^.*[aeiouy].*|[lmnr]$|ə
a|||æ
eau|||O
ea||d$|ɛ
ea||th$|ɛ
ea|||i
ee|||i
ei|^||I
ei|c||i
ei|||A
eu|||ju
ew|[lrjch]||u
ew|||ju
ey||s?$|i
ey|||A
e|^[^aeiouy]*|$|i
e||$|
es|[sxz]|$|ᵻz
es|sh|$|ᵻz
es|ch|$|ᵻz
es|[aeiouy].*[^aeiou]|$|z
ed|[td]|$|ᵻd
ed|[pkfsxhc]|$|t
ed|[aeiouy].*|$|d
e|[aeiouy].*|(?:ly|ment|ness|less|ful)s?$|
el||$|ᵊl
en||$|ᵊn
e||[bcdfgklmnprstvz]e$|i
e||o|i
e||[bdgklmnprstv](?:y|ie|o|a)$|ɛ
e|||ɛ
igh|||I
ie||$|i
ie||s$|iz
ie||d$|id
ie||f|i
ie|||i
ia||n?$|iə
io||$|iO
i||[nd]d$|I
ign|||In
i||ld$|I
i||[bcdfgklmnpstvz]es?$|I
i||[bdklmpstv](?:ing|ed|er|ers)$|I
i||$|i
i||[aou]|i
i|||ɪ
oa|||O
oe||s?$|O
oi|||Y
oy|||Y
ook|||ʊk
ood||$|ʊd
oo|||u
ou||s$|ə
ou|||W
ow||$|O
ow||n$|W
ow||[aeiou]|O
ow|||W
o||$|O
o||s$|O
o||ld|O
o||lt|O
o||st$|O
o||ll$|O
o||[bcdfgklmnprstvz]es?$|O
o||[bdgklmnprstvz](?:y|ie|ing|ed|er|ers|a|i|o)$|O
o|.*[aeiouy].*|n$|ə
o|||ɑ
ue||$|u
ui||[tcs]|u
uy|||I
u||[bcdfgklmnprstvz]es?$|u
u|^||ʌ
u||[bdgklmnprstvz](?:y|ie|a|i|o)$|u
u||$|u
u|q||w
u|||ʌ
y|^[^aeiouy]*|$|I
y||$|i
y||[bcdfgklmnprstvz]e|I
y|||ɪ
r|||ɹ
"""


@functools.cache
def _compiled() -> dict[str, tuple[tuple[str, re.Pattern[str], re.Pattern[str], str], ...]]:
    table: dict[str, list[tuple[str, re.Pattern[str], re.Pattern[str], str]]] = {}
    for row in _RULES.strip().splitlines():
        letters, left, rest = row.split("|", 2)
        right, _, sounds = rest.rpartition("|")
        rule = (letters, re.compile(f"(?:{left})$" if left else ""), re.compile(right), sounds)
        table.setdefault(letters[0], []).append(rule)
    return {k: tuple(v) for k, v in table.items()}


def _sounds(word: str) -> str:
    rules, out, i = _compiled(), "", 0
    while i < len(word):
        for letters, left, right, sounds in rules.get(word[i], ()):
            j = i + len(letters)
            if word.startswith(letters, i) and left.search(word[:i]) and right.match(word[j:]):
                out, i = out + sounds, j
                break
        else:
            i += 1
    return out


_STRESS_BEFORE = re.compile(r"(?:ʃən|ʒən|ʃəs|ʃəl|ɪk|ɪks|ɪti|iəs|iə|iən|iO)$")


def _nuclei(sounds: str) -> list[int]:
    return [i for i, c in enumerate(sounds) if c in VOWEL_SYMBOLS]


def spell_out(word: str) -> str:
    """Phonemes with a stress mark for a lower-case word of the letters a-z; "" when there is no letter.

    >>> spell_out("blorf"), spell_out("zandu")
    ('blˈɔɹf', 'zˈændu')
    """
    sounds = _sounds(word)
    vowels = _nuclei(sounds)
    if not vowels:
        return sounds
    full = [i for i in vowels if sounds[i] not in "əᵊᵻ"] or vowels
    ending = _STRESS_BEFORE.search(sounds)
    before = [i for i in vowels if ending and i < ending.start()]
    if before:
        spot = before[-1]
    elif len(vowels) <= 2:
        spot = full[0]
    elif word[-1] in "aeio":
        spot = vowels[-2]
    else:
        spot = vowels[-3]
    return sounds[:spot] + "ˈ" + sounds[spot:]


LETTER_NAMES = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        word_list("""
    ˈA bˈi sˈi dˈi ˈi ˈɛf ʤˈi ˈAʧ ˈI ʤˈA kˈA ˈɛl ˈɛm ˈɛn ˈO pˈi kjˈu ˈɑɹ ˈɛs tˈi jˈu vˈi dˈʌbᵊlju ˈɛks wˈI zˈi
    """),
        strict=True,
    )
)
