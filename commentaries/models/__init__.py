from commentaries.models.commentaries import Byline, Commentary, Translation, Trend
from commentaries.models.corrections import Correction
from commentaries.models.desk import Comment, Presence, PreviewLink, StaffMail
from commentaries.models.forecasts import Forecast
from commentaries.models.issues import Issue
from commentaries.models.people import Analyst, User
from commentaries.models.pictures import Licence, Picture, PictureFile
from commentaries.models.publication import Publication
from commentaries.models.redirects import Redirect
from commentaries.models.revision import Change
from commentaries.models.search import NearTexts, SearchEntry, SearchStem
from commentaries.models.sections import FormerSectionSlug, Section

__all__ = [
    "Analyst",
    "Byline",
    "Change",
    "Comment",
    "Commentary",
    "Correction",
    "Forecast",
    "FormerSectionSlug",
    "Issue",
    "Licence",
    "NearTexts",
    "Picture",
    "PictureFile",
    "Presence",
    "PreviewLink",
    "Publication",
    "Redirect",
    "SearchEntry",
    "SearchStem",
    "Section",
    "StaffMail",
    "Translation",
    "Trend",
    "User",
]
