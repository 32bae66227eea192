"""A card drawn: our paper, our ink, the masthead's double rule, and the trend mark as signature (DESIGN, Look)."""

from io import BytesIO

from PIL import Image, ImageDraw

from commentaries.sharing.card import HEIGHT, WIDTH, Card, Line
from commentaries.sharing.typesetting import drawable, fitted, set_in

# static/css/journal.css, light.
PAPER, INK, SOFT, RULE = "#fbf7ee", "#1c1a16", "#5c554a", "#d8cebb"
COLOURS = {"improved": "#006680", "unchanged": "#756c5e", "worsened": "#b23a0e"}
# templates/commentaries/parts/mark.html, in twelfths of its size.
SHAPES: dict[str, list[tuple[float, float]]] = {
    "improved": [(6, 0.5), (12, 11.5), (0, 11.5)],
    "unchanged": [(1.5, 1.5), (10.5, 1.5), (10.5, 10.5), (1.5, 10.5)],
    "worsened": [(6, 11.5), (0, 0.5), (12, 0.5)],
}
MARGIN = 72
RIGHT, BOTTOM = WIDTH - MARGIN, HEIGHT - 64
MOST_LINES = 8  # of an issue's sections
SHARPER = 4
SHADES = 48  # of a drawing in so few colours; the file is a quarter


def draw(card: Card) -> bytes:
    """The card as a PNG file."""
    sheet = Sheet()
    top = sheet.masthead(drawable(card.publication), drawable(card.corner))
    named = [line for line in card.lines if line.title][:MOST_LINES]
    floor = sheet.table(named) if named else sheet.signature(card.lines)
    sheet.text(card, top, floor)
    return sheet.file()


class Sheet:
    """One picture under way."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        self.pen = ImageDraw.Draw(self.image)

    def masthead(self, name: str, corner: str) -> int:
        """The publication's name, at the right the week; returns where the page begins below the rules."""
        words, drawn = fitted(corner, "regular", range(30, 19, -1), (RIGHT - MARGIN) * 0.55)
        self.pen.text((RIGHT, 96), words, SOFT, drawn, anchor="rs")
        room = RIGHT - MARGIN - (drawn.getlength(words) + 40 if words else 0)
        words, drawn = fitted(name, "semibold", range(36, 21, -1), room)
        self.pen.text((MARGIN, 96), words, INK, drawn, anchor="ls")
        self.pen.rectangle((MARGIN, 116, RIGHT - 1, 119), INK)
        self.pen.rectangle((MARGIN, 123, RIGHT - 1, 124), INK)
        return 124

    def mark(self, trend: str, x: float, y: float, size: int) -> None:
        """The trend's shape with its upper left corner at (x, y)."""
        scale = size * SHARPER / 12
        mask = Image.new("L", (size * SHARPER, size * SHARPER))
        ImageDraw.Draw(mask).polygon([(a * scale, b * scale) for a, b in SHAPES[trend]], 255)
        self.image.paste(COLOURS[trend], (round(x), round(y)), mask.resize((size, size), Image.Resampling.LANCZOS))

    def signature(self, marks: tuple[Line, ...]) -> int:
        """At the foot the marks with their words; returns where the text ends above them."""
        x: float = MARGIN
        shown = [line for line in marks if line.trend]
        size = 46 if len(shown) == 1 else 32
        for line in shown:
            words, drawn = fitted(drawable(line.word), "semibold", range(size, 19, -1), RIGHT - x - size - 22)
            edge = min(across for across, _down in SHAPES[line.trend]) * size / 12
            self.mark(line.trend, x - edge, BOTTOM - size * 0.86, size)
            self.pen.text((x + size + 22, BOTTOM - 4), words, COLOURS[line.trend], drawn, anchor="ls")
            x += size + 22 + drawn.getlength(words) + 56
        return BOTTOM - size - 44 if shown else BOTTOM

    def table(self, rows: list[Line]) -> int:
        """At the foot a line for each section; returns where the text ends above them."""
        height = min(54, 330 // len(rows))
        size = min(30, height - 14)
        top = BOTTOM + 8 - height * len(rows)
        for number, line in enumerate(rows):
            y = top + height * number
            self.pen.line((MARGIN, y, RIGHT - 1, y), RULE, 2)
            base = y + height / 2 + size * 0.32
            words, drawn = fitted(drawable(line.word), "regular", range(size, 13, -1), 330)
            x = RIGHT - 330
            if line.trend:
                self.mark(line.trend, x - size - 14, base - size * 0.72, round(size * 0.8))
            self.pen.text((x, base), words, COLOURS.get(line.trend, SOFT), drawn, anchor="ls")
            words, drawn = fitted(drawable(line.title), "semibold", range(size, 13, -1), x - size - 54 - MARGIN)
            self.pen.text((MARGIN, base), words, INK, drawn, anchor="ls")
        self.pen.line((MARGIN, BOTTOM + 8, RIGHT - 1, BOTTOM + 8), RULE, 2)
        return top - 34

    def text(self, card: Card, top: int, floor: int) -> None:
        """Between the masthead and the foot: the section, the headline as large as it fits, and a line below."""
        y: float = top + 56
        if card.kicker:
            words, drawn = fitted(drawable(card.kicker), "regular", range(34, 21, -1), RIGHT - MARGIN)
            self.pen.text((MARGIN, y), words, SOFT, drawn, anchor="ls")
            y += 30
        else:
            y -= 16
        note, small = fitted(drawable(card.note), "regular", range(34, 21, -1), RIGHT - MARGIN)
        room = floor - y - (small.size * 1.6 if note else 0)
        leading = 1.12
        headline, drawn = set_in(drawable(card.headline), range(96, 35, -2), RIGHT - MARGIN, room, leading)
        y += drawn.size * 0.86
        for line in headline:
            self.pen.text((MARGIN, y), line, INK, drawn, anchor="ls")
            y += drawn.size * leading
        self.pen.text((MARGIN, y - drawn.size * 0.4 + small.size * 0.5), note, SOFT, small, anchor="ls")

    def file(self) -> bytes:
        buffer = BytesIO()
        few = self.image.quantize(SHADES, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(buffer, "PNG", optimize=True)
        return buffer.getvalue()
