"""Word files for tests, written as Word and others write them, as small as they can be."""

from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
STYLES = {"1": "heading 1", "2": "heading 2", "3": "heading 3", "a": "List Paragraph", "t": "Title"}


def run(text: str, *, bold: bool = False, italic: bool = False, value: str = "") -> str:
    """A run; Google Docs writes `<w:b w:val="1"/>`, Word `<w:b/>`."""
    marks = "".join(f"<w:{tag}{value}/>" for tag, is_on in (("b", bold), ("i", italic)) if is_on)
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(*content: str, style: str = "", bold: bool = False, italic: bool = False, numbering: int = 0) -> str:
    """A paragraph of texts and of what is XML already."""
    runs = [part if part.startswith("<w:") else run(part, bold=bold, italic=italic) for part in content]
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbering:
        properties += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{numbering}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def h1(text: str) -> str:
    return p(text, style="1")


def h2(text: str) -> str:
    return p(text, style="2")


def li(*content: str, numbering: int = 1) -> str:
    """An item of a list: numbering 1 has bullets, 2 numbers."""
    return p(*content, style="a", numbering=numbering)


def br() -> str:
    return "<w:r><w:br/></w:r>"


def link(text: str) -> str:
    return f'<w:hyperlink r:id="rId9">{run(text)}</w:hyperlink>'


def note(number: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def table(*rows: tuple[str, ...]) -> str:
    cells = ["".join(f"<w:tc>{p(text)}</w:tc>" for text in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def picture(target: str = 'r:embed="rId7"') -> str:
    return (
        "<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill>"
        f"<a:blip {target}/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def docx(*blocks: str, notes: dict[int, str] | None = None, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A file of these blocks. `parts` replace those of their names, or are added."""
    namespaces = (
        f'xmlns:w="{W}" xmlns:r="{R}" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"{HEAD}<w:document {namespaces}><w:body>{''.join(blocks)}</w:body></w:document>",
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
        "word/_rels/document.xml.rels": _relationships(),
    }
    if notes:
        found = "".join(f'<w:footnote w:id="{number}">{p(text)}</w:footnote>' for number, text in notes.items())
        files["word/footnotes.xml"] = f"{HEAD}<w:footnotes {namespaces}>{found}</w:footnotes>"
    return zipped({**files, **(parts or {})})


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    result = BytesIO()
    with ZipFile(result, "w", ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return result.getvalue()


def _styles() -> str:
    rows = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in STYLES.items()
    )
    return f'{HEAD}<w:styles xmlns:w="{W}">{rows}</w:styles>'


def _numbering() -> str:
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/></w:lvl>'
        "</w:abstractNum>"
        for number, kind in ((1, "bullet"), (2, "decimal"))
    )
    numbers = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
    return f'{HEAD}<w:numbering xmlns:w="{W}">{kinds}{numbers}</w:numbering>'


def _relationships() -> str:
    rows = (
        f'<Relationship Id="rId3" Type="{R}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId4" Type="{R}/numbering" Target="numbering.xml"/>'
        f'<Relationship Id="rId5" Type="{R}/footnotes" Target="footnotes.xml"/>'
        f'<Relationship Id="rId7" Type="{R}/image" Target="media/image1.png"/>'
        f'<Relationship Id="rId8" Type="{R}/image" Target="http://127.0.0.1:9/x.png" TargetMode="External"/>'
        f'<Relationship Id="rId9" Type="{R}/hyperlink" Target="https://example.org/report" TargetMode="External"/>'
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'
