"""Words that stand in nearly every text, folded, of the three languages: alone they ask for nothing."""

BELARUSIAN = (
    "а або ад ана аб але ах без бо бы быу была было былі быць вам вас ваш вы гэта гэты гэтая гэтыя гэтага гэтым да для"
    " дык е ен еи ею з за зноу і із іх ім ці каб калі каля ка кожны маглі мае мне мяне мы на над нам нас наш не няма ні"
    " ну па пад паколькі пра праз пры пасля перад сваю свае свой сам сябе так такі таксама там таму тая то той тут тым"
    " тыя ты у ужо усе усе увесь хто хоць чаго чым што я як яго яе яна яны яно яму якая якія які якога якое"
)
RUSSIAN = (
    "в во был была было были быть вас ваш весь вот все всех вы где да даже для до его ее если есть еще же за и из или"
    " им их к как ко который которая которое которые когда кто ли либо между меня мы на над надо наш не него нее нет"
    " ни них но ну о об один однако он она они оно от очень перед по под после потому почти при про с сам свой себя"
    " со так также такой там те тем то тоже того той только том тот ты у уже чего чем что чтобы эта эти это этот"
)
ENGLISH = (
    "a about after all also am an and any are as at be been before being but by can could did do does for from had"
    " has have he her his how i if in into is it its may more most no not of on one or other our out over she should"
    " so some such than that the their them then there these they this to under up us was we were what when where"
    " which while who will with would you your"
)
STOP_WORDS = frozenset(" ".join((BELARUSIAN, RUSSIAN, ENGLISH)).split())
