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
        moody mellow groovy heavy soft gentle warm loud modern retro old-school today tomorrow tonight 80s 90s one two
        how when where why there here all not no get got going"""
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
        eats runs ran sings sang dances danced plays played won wins fell falls flew flies grew grows drove drives
        kissed hit hid forgot remembers remembered learned taught bought sold built burned chased jumped barks
        barked sleeps slept snores cries cried laughs laughed stopped started moved died lives lived works worked
        fixes fixed bakes retires retired moves called texted married cheated lied dumped swam swims climbed jumps
        cooked baked spilled dropped bit bites drank drinks wrote reads read thinks knows knew believes dreams
        dreamed waits waited walks walked rides rode saved kept keeps threw caught wears wore hated loved wanted
        needed liked is was has had can will met meets misses missed turned became becomes"""
    )
)
_MASS = frozenset(
    word_list(
        """water rain snow love hope freedom music coffee tea physics math mathematics money food bread cheese peace
        justice time work sleep sunshine thunder courage pain sorrow joy happiness friendship fire nature gravity
        pizza chocolate beer wine air sand gold silver rage anger grief patience kindness loneliness nostalgia
        chemistry biology history football soccer basketball traffic homework laundry art science democracy
        equality silence whiskey whisky travel graduation intelligence envy revenge climate smoke wood cotton
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
    deed: str = ""  # what the person sung to did, said to them: "you moved to Lisbon"
    moved: bool = False  # that they went away
    object: str = ""  # a thing of theirs: "your red bicycle"
    head: str = ""  # the main noun alone, lower case
    words: tuple[str, ...] = ()  # content words, most telling first

    @property
    def stems(self) -> tuple[str, ...]:
        """What forms of the content words begin with."""
        return tuple(w.removesuffix("'s").removesuffix("s") for w in self.words if len(w) > 3)


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
    return bool(find(low[:-1]) or find(low[:-2]) or find(f"{low[:-3]}y") or low.endswith("boys"))


def is_mass(word: str) -> bool:
    """A noun without "a" and without "the" when spoken of in general."""
    low = word.lower()
    return low in _MASS or low.endswith(
        ("ness", "ism", "ship", "ing", "hood", "ology", "ics", "igration", "ivity", "ousy", "itude", "igence", "rayal")
    )


_PET = "(?:dog|cat|horse|puppy|kitten|hamster|parrot|bunny|rabbit|goldfish|robot|car|truck|boat)"
KIN = frozenset(
    word_list(
        """friend sister brother mother mom mum dad father wife husband girlfriend boyfriend son daughter baby grandma
        grandmother grandfather grandpa aunt uncle cousin teacher colleague boss neighbor neighbour"""
    )
)
"""People that a request names by what they are to somebody."""
_PLACES = frozenset(
    word_list(
        """paris london lisbon berlin rome madrid tokyo york brooklyn chicago texas california nashville memphis
        havana rio amsterdam vienna prague dublin ireland scotland england france spain italy germany japan china
        india brazil mexico africa america europe asia australia canada russia ukraine norway sweden finland iceland
        greece athens istanbul cairo moscow seoul korea beijing shanghai delhi mumbai sydney toronto montreal boston
        seattle portland detroit austin dallas houston miami vegas hollywood hawaii alaska tennessee georgia kentucky
        virginia carolina alabama mississippi louisiana orleans manhattan harlem barcelona lagos nairobi warsaw
        budapest krakow venice florence naples milan munich hamburg zurich geneva lyon marseille porto earth mars
        venus saturn jupiter god jesus christ lord santa claus english spanish"""
    )
)
_NAME = r"[A-Z][a-zéèáíóúñçöüä'-]+"


def _names(tail: str, is_for: bool) -> tuple[str, str]:
    """(the person sung to, the named creature told about), each "" if there is none."""
    pet = re.search(rf"\b((?:my|our|the|his|her)\s+{_PET}\s+(?:named\s+|called\s+)?([A-Z]\w+))", tail)
    kin = f"(?:{'|'.join(sorted(KIN))})"
    m = re.search(rf"\b(?:my|our)\s+(?:best\s+|dear\s+)?(?:new\s+)?{kin}\s+(?:named\s+|called\s+)?({_NAME})", tail)
    m = m or re.match(rf"({_NAME})(?=\s*,|'s\b|\s+(?:who|my|and)\b|\s*$)", tail)
    m = m or re.search(rf"\b(?:for|named|called|dear|about)\s+({_NAME})(?!\s+[A-Z][a-z]+\s+(?:Day|Eve))", tail)
    m = m or (re.match(rf"to\s+({_NAME})", tail) if is_for else None)
    name = re.sub(r"'s$", "", m[1]) if m and m[1].lower() not in _CALENDAR | _PLACES else ""
    name = "" if is_plural(name) and find(name) else name
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


_OWNERS = ("a", "an", "the", "my", "our", "your", "his", "her", "their", "this", "that")


def _is_verb(words: list[str], i: int) -> bool:
    """Whether a noun phrase ends before the word ``i``: "my dog stole", but "a lost dog"."""
    return (words[i].lower() in _VERBS or words[i].endswith("ing")) and words[i - 1].lower() not in _OWNERS


_NO_GERUND = frozenset(
    word_list(
        """morning evening king ring spring string wedding ceiling thing something nothing everything anything building
        painting feeling being sing bring wing swing sting king's darling sibling lightning"""
    )
)


def _gerund(tail: str) -> str:
    """ "dancing with my wife", "taking it easy": something done, as the request says it; at most four words."""
    first = tail.split()[0].lower() if tail.split() else ""
    if not first.endswith("ing") or len(first) < 6 or first in _NO_GERUND:
        return ""
    words = re.split(r"[,.;:!?]| and ", tail)[0].split()[:4]
    while len(words) > 1 and (words[-1].lower() in _SMALL | {"it"} or words[-1].isdigit()):
        words.pop()
    return " ".join(words)


def _noun_phrase(tail: str, names: set[str]) -> tuple[str, str]:
    """(modifier + head, article wanted by the text) of the first noun phrase."""
    part = re.split(
        r"\s+(?:in|at|on|by|for|from|with|to|of|who|that|which|and|about|when|where|under|after|during)\s+|[,.;:!?]",
        tail,
    )
    for piece in part:
        words = [w for w in re.findall(r"[\w'-]+", piece)]
        owner = words[0].lower() if words and words[0].lower() in ("my", "our", "your", "his", "her", "their") else ""
        end = next((i for i in range(1, len(words)) if _is_verb(words, i)), len(words))
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
    if noun and noun == bare and is_plural(head) and re.match(rf"the\s+{re.escape(phrase)}\b", tail):
        noun = f"the {bare}"
    if pet and (not noun or pet.split()[-1].lower() in phrase.lower() or clause):
        noun = bare = pet.split()[-1]
    if name and (noun.lower() == name.lower() or not phrase or _deed(tail)):
        noun = bare = ""
    if not name and not owner and (doing := _gerund(tail)):
        noun = bare = doing
    deed = _deed(tail) if name or is_for else ""
    if not name and not deed and not clause:
        clause = _told(tail)
    return Topic(
        deed=deed, moved=bool(deed and re.search(rf"\b(?:{_AWAY})\b", deed)),
        object=_object(tail, "your") if name or is_for else "",
        head="" if likes else head.lower(), phrase="" if name and name in _short(tail) else _short(tail), noun=noun,
        bare=bare, name=name, pet=pet, place=here, likes=likes[1].strip() if likes else "", clause=clause,
        words=content,
    )  # fmt: skip


_AWAY = "moved?|left|leave|went|go|flew|fly|sailed|sail|emigrated"
_BASE = {"has": "have", "is": "are", "was": "were", "does": "do", "goes": "go"}
_WHO = re.compile(r"\b(?:who|she|he)\s+([a-z][^,.;!?]*?)(?=\s+(?:because|but|and|while|when)\b|[,.;!?]|$)", re.I)
_FEW = 8
"""Most syllables of a statement that a line can hold beside its own words."""


def _deed(tail: str) -> str:
    """A "who" clause turned to the person it tells of: "who moved to Lisbon" is "you moved to Lisbon"."""
    found = _WHO.search(tail)
    if not found:
        return ""
    verb, *rest = found[1].split()
    low = verb.lower()
    if low in _BASE:
        verb = _BASE[low]
    elif low in _VERBS and low.endswith("s") and low not in ("was", "kiss", "miss"):
        verb = _bare_verb(low)
    elif low not in _VERBS and not low.endswith("ed"):
        if not low.endswith("s") or low.endswith("ss"):
            return ""
        verb = _bare_verb(low)
    said = " ".join(["you", verb, *rest])
    said = re.sub(r"\b(?:her|his|their)\b", "your", said)
    said = re.sub(r"\b(?:herself|himself)\b", "yourself", said)
    return _cut(said)


def _bare_verb(verb: str) -> str:
    """The base of a third person: "fixes" is "fix", "carries" is "carry"."""
    if verb.endswith("ies") and len(verb) > 4:
        return verb[:-3] + "y"
    if verb.endswith(("xes", "shes", "ches", "sses", "zzes")):
        return verb[:-2]
    return verb[:-1]


def _cut(said: str) -> str:
    """The statement, shortened before a preposition until a line can hold it; "" when it cannot be."""
    from .pronounce import syllabify_line

    while True:
        line = syllabify_line(said)
        words = said.split()
        if line is not None and len(line.syllables) <= _FEW and len(words) >= 3:
            return said
        at = max((i for i, w in enumerate(words) if w.lower() in _PREPOSITIONS and i > 1), default=0)
        if not at:
            return ""
        said = " ".join(words[:at])


def _told(tail: str) -> str:
    """A "who" clause of somebody told about: "a robot who learns to love" is "a robot learns to love"."""
    found = re.match(r"((?:an?|the|my|our|two|three)\s+(?:[a-z'-]+\s+){1,3}?)who\s+(\w+)\s+([^,.;!?]*)", tail, re.I)
    if not found or not (found[2].lower() in _VERBS or found[2].endswith(("s", "ed"))):
        return ""
    return _cut(f"{found[1].strip()} {found[2]} {found[3]}")


_NO_OBJECT = frozenset(
    word_list(
        """smile laugh laughter heart eyes hair voice love life birthday job house dream dreams way kids children son
        daughter husband wife family mother father mom dad brother sister friend friends name time home parents work
        boyfriend girlfriend death soul mind hand hands baby school country city town"""
    )
)


def _object(tail: str, owner: str) -> str:
    """A thing the person of the request has, with its new owner: "her red bicycle" is "your red bicycle"."""
    for found in re.finditer(r"\b(?:her|his|their)\s+((?:[a-z'-]+\s+){0,2}?[a-z'-]+)(?=\s+(?:in|at|on|to|from|by|for|"
                             r"and|with|behind|under|when|because)\b|[,.;!?]|$)", tail):  # fmt: skip
        if found[1].split()[-1] not in _NO_OBJECT:
            return f"{owner} {found[1]}"
    return ""


_BARE = ("climate change", "tax season", "opening night")


def _with_article(phrase: str, head: str, owner: str, named: set[str]) -> tuple[str, str]:
    if not head or (find(head) is None and not is_plural(head)):
        if head and head[0].islower():
            return f"{owner or 'the'} {head}", head
        return head, head
    if head in named or (head[0].isupper() and head.lower() not in _CALENDAR):
        return head, head
    words = phrase.split()
    short = " ".join(words[-2:]) if len(words) > 1 and len(words[-2]) + len(head) < 24 else head
    short = " ".join(w if w[0].isupper() else w.lower() for w in short.split())
    if len(words) > 1 and (
        words[-2].lower() in _CALENDAR or short in ("climate change", "tax season", "opening night")
    ):
        return short, short
    if head.lower() in _CALENDAR or is_mass(head) or is_plural(head):
        text = head.capitalize() if head.lower() in _CALENDAR else short
        return (f"{owner} {text}" if owner else text), text
    if words[-2:][0].endswith("ing") and len(words) > 1:  # "debugging code"
        return short, short
    if head.endswith("ed") or head.endswith("ly"):
        return "", ""
    return f"{owner or 'the'} {short}", short


def _short(tail: str) -> str:
    return re.split(r"[,.;:!?]| who | that | which | because ", tail)[0].strip()
