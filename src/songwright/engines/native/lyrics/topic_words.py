"""Word lists for reading a request: what asks, what is small, what is a verb, a place, kin."""

from __future__ import annotations

import re

from .wordlists import word_list

ASK = re.compile(
    r"""^\W*(?:(?:please|can\ you|could\ you)\s+)?(?:(?:i\ want|i\ need|i'd\ like|write|make|create|compose|generate|
    sing|give|do|produce)\s+)?(?:me\s+|us\s+)?(?:(?:an?|the|some|my|one)\s+)?(?:[\w\-',&]+\s+){0,7}?
    (?:song|songs|tune|track|ballad|anthem|lullaby|hymn|jingle|piece|lyrics|music|single|rap|carol|beat|number)\b\s*
    (?:that\ is\s+|that's\s+|which\ is\s+)?(?:(?:about|for|on|of|to|called|titled|named|dedicated\ to|celebrating|
    describing|telling|inspired\ by|where|in\ which|with)\s+(?:(?:how|the\ story\ of|when|that)\s+)?)?""",
    re.I | re.X,
)
SMALL = frozenset(
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
ASK_WORDS = frozenset(word_list("write make create compose generate sing give do produce can could please need i'd"))
PREPOSITIONS = frozenset(word_list("in at on by for from with to of about under over near through into during without"))
CALENDAR = frozenset(
    word_list(
        """christmas halloween easter monday tuesday wednesday thursday friday saturday sunday january february
        march april may june july august september october november december english spanish french german
        american"""
    )
)
VERBS = frozenset(
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
MASS = frozenset(
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
PET = "(?:dog|cat|horse|puppy|kitten|hamster|parrot|bunny|rabbit|goldfish|robot|car|truck|boat)"
KIN = frozenset(
    word_list(
        """friend sister brother mother mom mum dad father wife husband girlfriend boyfriend son daughter baby grandma
        grandmother grandfather grandpa aunt uncle cousin teacher colleague boss neighbor neighbour"""
    )
)
"""People that a request names by what they are to somebody."""
PLACES = frozenset(
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
NAME = r"[A-Z][a-zéèáíóúñçöüä'-]+"
OWNERS = ("a", "an", "the", "my", "our", "your", "his", "her", "their", "this", "that")
NO_GERUND = frozenset(
    word_list(
        """morning evening king ring spring string wedding ceiling thing something nothing everything anything building
        painting feeling being sing bring wing swing sting king's darling sibling lightning"""
    )
)
NO_OBJECT = frozenset(
    word_list(
        """smile laugh laughter heart eyes hair voice love life birthday job house dream dreams way kids children son
        daughter husband wife family mother father mom dad brother sister friend friends name time home parents work
        boyfriend girlfriend death soul mind hand hands baby school country city town"""
    )
)
