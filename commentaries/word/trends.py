"""The trend as people word it, in three languages."""

import re

from commentaries.folding import fold
from commentaries.models import Trend

# Folded. What may stand around the word that says it all is in AROUND.
PHRASES = {
    Trend.IMPROVED: (
        "improved|improving|improvement|got better|better"
        "|палепшылася|палепшала|палепшыуся|палепшыліся|паляпшаецца|паляпшэнне|лепш|стала лепш|стала лепшай"
        "|улучшилась|улучшилось|улучшился|улучшились|улучшается|улучшение|лучше|стало лучше|стала лучше|▲"
    ),
    Trend.UNCHANGED: (
        "not changed|not change|hasn't changed|didn't change|unchanged|no change|no changes|without change"
        "|without changes|same|stayed same|remained same|remains same|remained unchanged|remains unchanged"
        "|stable|remained stable|remains stable"
        "|не змянілася|не змяніуся|не змяніліся|не мяняецца|без змен|без зменау|без пераменау|нязменная"
        "|засталася ранейшай|засталася нязменнай|засталася той самай|стабільная"
        "|не изменилась|не изменилось|не изменился|не изменились|не меняется|без изменений|без перемен|неизменная"
        "|осталась прежней|осталась неизменной|осталась той же|стабильная|■|●"
    ),
    Trend.WORSENED: (
        "got worse|worse|worsened|worsening|deteriorated|deteriorating|deterioration|gotten worse"
        "|пагоршылася|пагоршала|пагоршыуся|пагоршыліся|пагаршаецца|пагаршэнне|горш|стала горш|стала горшай"
        "|ухудшилась|ухудшилось|ухудшился|ухудшились|ухудшается|ухудшение|хуже|стало хуже|стала хуже|▼"
    ),
}
BY_PHRASE = {phrase: trend for trend, phrases in PHRASES.items() for phrase in phrases.split("|")}
AROUND = {
    *("the", "situation", "trend", "has", "is", "have", "did", "it", "tendency", "overall", "this", "week", "there"),
    *("сітуацыя", "тэндэнцыя", "трэнд", "становішча", "агулам", "за", "тыдзень", "ацэнка"),
    *("ситуация", "тенденция", "тренд", "положение", "обстановка", "в", "целом", "неделю", "оценка", "за"),
    *("абстаноука", "was", "and"),
}
WORDS = re.compile(r"[\w'-]+|[▲■●▼]")
LONGEST = 80  # characters of a line that says nothing else


def find(line: str) -> Trend | None:
    """The trend, if that is what the line says and nothing more."""
    if len(line) > LONGEST:
        return None
    words = [word for word in WORDS.findall(fold(line)) if word.strip("-'")]
    marks = [word for word in words if word in "▲■●▼"]
    words = [word for word in words if word not in AROUND and word not in marks]
    return BY_PHRASE.get(" ".join(words) if words else "".join(marks))
