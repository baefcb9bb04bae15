"""What a song is about: subject words, names, places and facts out of the request's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .dictionary import find
from .wordlists import word_list

_ASK = re.compile(
    r"""^\W*(?:(?:please|can\ you|could\ you)\s+)?(?:(?:i\ want|i\ need|i'd\ like|write|make|create|compose|generate|
    sing|give|do|produce)\s+)?(?:me\s+|us\s+)?(?:(?:an?|the|some|my|one)\s+)?(?:[\w\-',&]+\s+){0,7}?
    (?:song|songs|tune|track|ballad|anthem|lullaby|hymn|jingle|piece|lyrics|music|single|rap|carol|beat|number)\b\s*
    (?:that\ is\s+|that's\s+|which\ is\s+)?(?:(?:about|for|on|of|to|called|titled|named|dedicated\ to|celebrating|
    describing|telling|inspired\ by|where|in\ which|with)\s+(?:(?:how|the\ story\ of|when|that)\s+)?)?""",
    re.I | re.X,
)
_SMALL = frozenset(
    word_list(
        """a an the i you he she it we they me him her us them my your his its our their this that these those who
        which what am is are was were be been being do does did have has had will would can could should may
        might must and or but so if than as at by for from in into of off on onto out over to up with without
        through about after before under around near between during song songs music track tune style about very
        really just some any more most please want like make write something someone somebody everyone feel
        feeling feels vibe vibes mood vocal vocals voice singer female male verse chorus lyrics upbeat slow fast
        happy sad energetic calm dark epic chill relaxing romantic pop rock jazz country folk metal punk edm
        techno house hiphop hip hop rap trap reggae blues soul funk disco ambient lofi lo-fi indie classical
        orchestral acoustic electronic synthwave r&b guitar piano drums bass ballad anthem catchy emotional
        powerful beautiful nice good new short long melancholic cheerful funny silly uplifting inspiring dreamy
        moody mellow groovy heavy soft gentle warm loud modern retro old-school 80s 90s one two how when where
        why there here all not no get got going"""
    )
)
_ASK_WORDS = frozenset(word_list("write make create compose generate sing give do produce can could please need i'd"))
_PREPOSITIONS = frozenset(
    word_list("in at on by for from with to of about under over near through into during without")
)
_CALENDAR = frozenset(
    word_list(
        """christmas halloween easter monday tuesday wednesday thursday friday saturday sunday january february
        march april may june july august september october november december english spanish french german
        american"""
    )
)
_VERBS = frozenset(
    word_list(
        """stole ate took broke left lost found made went came saw gave got told said loves hates likes wants needs
        eats runs ran sings sang dances danced plays played won wins fell falls flew flies grew grows drove
        drives kissed hit hid forgot remembers remembered learned taught bought sold built burned broke chased
        jumped barks barked sleeps slept snores cries cried laughs laughed stopped started moved died lives lived
        works worked called texted married cheated lied dumped swam swims climbed jumps cooked baked spilled
        dropped bit bites drank drinks wrote reads read thinks knows knew believes dreams dreamed waits waited
        walks walked rides rode saved kept keeps threw caught wears wore hated loved wanted needed liked is was
        has had can will met meets misses missed turned became becomes"""
    )
)
_MASS = frozenset(
    word_list(
        """water rain snow love hope freedom music coffee tea physics math mathematics money food bread cheese peace
        justice time work sleep sunshine thunder courage pain sorrow joy happiness friendship fire nature gravity
        pizza chocolate beer wine air sand gold silver rage anger grief patience kindness loneliness nostalgia
        chemistry biology history football soccer basketball traffic homework laundry art science democracy
        equality life death war faith truth pollution weather winter summer spring autumn midnight dawn
        heartbreak christmas procrastination insomnia caffeine rent debt luck magic jazz rock karma space
        overtime"""
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """The subject of a song."""

    phrase: str = ""  # words of the subject, without the request around it
    noun: str = ""  # its main noun, with an article where one is needed: "the exam", "clean water", "Rex"
    bare: str = ""  # the same without the article
    name: str = ""  # a person sung to
    pet: str = ""  # a named creature or person told about: "my dog Rex"
    place: str = ""  # "in Lisbon"
    likes: str = ""  # "cats", of "who loves cats"
    clause: str = ""  # a whole statement of the request: "my dog Rex stole my sandwich"
    head: str = ""  # the main noun alone, lower case
    words: tuple[str, ...] = ()  # content words, most telling first


def _tail(text: str) -> tuple[str, bool, str]:
    """The words after "write a song about"; whether they came after "for"; the words before "song"."""
    text = re.sub(r"\s+", " ", text.replace("’", "'")).strip(" .!?\"'")
    m = _ASK.match(text)
    if m and m.end() and re.search(r"(?:song|tune|ballad|anthem|lullaby|hymn|lyrics|piece|rap|carol)", m[0], re.I):
        return text[m.end() :].strip(" :,-\"'"), bool(re.search(r"\bfor\s*$", m[0], re.I)), m[0]
    return text, text.lower().startswith("for "), ""


def is_plural(word: str) -> bool:
    """ "cats", "stars"; not "bus" or "physics"."""
    low = word.lower()
    if low in _MASS or not low.endswith("s") or low.endswith(("ss", "us", "is")):
        return low in ("people", "children", "men", "women", "feet", "mice", "geese")
    return bool(find(low[:-1]) or find(low[:-2]))


def is_mass(word: str) -> bool:
    """A noun without "a" and without "the" when spoken of in general."""
    low = word.lower()
    return low in _MASS or low.endswith(("ness", "ism", "ship", "ing", "hood", "ology", "ics"))


def _names(tail: str, is_for: bool) -> tuple[str, str]:
    kin = r"(?:dog|cat|horse|puppy|kitten|hamster|parrot|bunny|rabbit|goldfish|robot|car|truck|boat)"
    pet = re.search(rf"\b((?:my|our|the|his|her)\s+{kin}\s+(?:named\s+|called\s+)?([A-Z]\w+))", tail)
    kin = "friend sister brother mother mom dad father wife husband girlfriend boyfriend son daughter baby grandma"
    kin = f"(?:{kin.replace(' ', '|')})"
    m = re.search(rf"\b(?:my|our)\s+(?:best\s+|dear\s+)?{kin}\s+(?:named\s+|called\s+)?([A-Z][\w'-]+)", tail)
    m = m or re.search(
        r"\b(?:for|to|named|called|dear|about)\s+([A-Z][a-zéèáíóúñçöüä'-]+)(?!\s+[A-Z][a-z]+\s+(?:Day|Eve))", tail
    )
    m = m or (re.match(r"([A-Z][a-zéèáíóúñçöüä]+)(?:'s\b|\s+(?:who|my|and I\b)|\s*$)", tail) if is_for else None)
    name = re.sub(r"'s$", "", m[1]) if m and m[1].lower() not in _CALENDAR else ""
    if name and pet and pet[2] == name:
        name = ""
    return name, pet[1] if pet else ""


def _clause(tail: str) -> str:
    words = tail.split()
    at = next((i for i, w in enumerate(words[:6]) if w.lower() in _VERBS), 0)
    starts = bool(words) and (
        words[0].lower() in ("my", "our", "the", "i", "we", "she", "he", "you") or words[0][0].isupper()
    )
    if at and starts and "who" not in words[:at] and 3 <= len(words) <= 11 and at < len(words) - 1:
        return re.split(r"[,;.]| because | but ", tail)[0].strip()
    return ""


def _noun_phrase(tail: str, names: set[str]) -> tuple[str, str]:
    """(modifier + head, article wanted by the text) of the first noun phrase."""
    part = re.split(
        r"\s+(?:in|at|on|by|for|from|with|to|of|who|that|which|and|about|when|where|under|after|during)\s+|[,.;:!?]",
        tail,
    )
    for piece in part:
        words = [w for w in re.findall(r"[\w'-]+", piece)]
        owner = words[0].lower() if words and words[0].lower() in ("my", "our", "your", "his", "her", "their") else ""
        end = next((i for i, w in enumerate(words) if i and (w.lower() in _VERBS or w.endswith("ing"))), len(words))
        kept = [w for w in words[:end] if w.lower() not in _SMALL and w not in names]
        if kept and not (kept[0][0].isdigit() and len(kept) == 1):
            return " ".join(kept[-3:]), owner
    return "", ""


def read_topic(text: str) -> Topic:
    """The subject of a request. Never raises; an empty text gives an empty topic."""
    tail, is_for, ask = _tail(text)
    name, pet = _names(tail, is_for)
    place = re.search(r"\b(in|at|to|from|through|across)\s+((?:the\s+)?[A-Z][\wéáíóúãñ]+(?:\s+[A-Z]\w+)?)", tail)
    here = "" if not place or place[2].lower() in _CALENDAR or place[2] == name else f"in {place[2]}"
    likes = re.search(
        r"\b(?:who|she|he|and)\s+(?:really\s+)?(?:loves?|likes?|adores?)\s+([\w' -]+?)(?:,|\.| and | but |$)", tail
    )
    named = {n for n in (name, pet.split()[-1] if pet else "") if n}
    phrase, owner = _noun_phrase(tail, {name} - {""})
    clause = _clause(tail)
    asked = [w for w in re.findall(r"[^\W\d_][\w'-]+", ask.lower()) if w not in _ASK_WORDS]
    words = [w.strip("'-").lower() for w in re.findall(r"[^\W\d_][\w'-]+", tail)]
    drop = {"loves", "love", "likes", "like", "adores"} if likes else set()
    content = tuple(dict.fromkeys(w for w in [*asked, *words] if w not in _SMALL and w not in drop))
    head = phrase.split()[-1] if phrase else ""
    noun, bare = _with_article(phrase, head, owner, named)
    if pet and (not noun or pet.split()[-1].lower() in phrase.lower() or clause):
        noun = bare = pet.split()[-1]
    if name and (noun.lower() == name.lower() or not phrase):
        noun = bare = ""
    return Topic(
        head="" if likes else head.lower(), phrase="" if name and name in _short(tail) else _short(tail), noun=noun,
        bare=bare, name=name, pet=pet, place=here, likes=likes[1].strip() if likes else "", clause=clause,
        words=content,
    )  # fmt: skip


def _with_article(phrase: str, head: str, owner: str, named: set[str]) -> tuple[str, str]:
    if not head or find(head) is None:
        if head and head[0].islower():
            return f"the {head}", head
        return head, head
    if head in named or (head[0].isupper() and head.lower() not in _CALENDAR):
        return head, head
    words = phrase.split()
    short = " ".join(words[-2:]) if len(words) > 1 and len(words[-2]) + len(head) < 14 else head
    if head.lower() in _CALENDAR or is_mass(head) or is_plural(head):
        text = head.capitalize() if head.lower() in _CALENDAR else short.lower()
        return (f"{owner} {text}" if owner else text), text
    if head.endswith("ed") or head.endswith("ly"):
        return "", ""
    return f"{owner or 'the'} {short.lower()}", short.lower()


def _short(tail: str) -> str:
    return re.split(r"[,.;:!?]| who | that | which | because ", tail)[0].strip()
