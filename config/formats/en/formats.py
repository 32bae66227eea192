"""English formats for a European publication: the week starts on Monday, the clock has 24 hours."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "N j, Y, H:i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
