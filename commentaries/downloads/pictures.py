"""Pictures as a file takes them along: light enough for a slow network, in formats that every reader knows."""

import base64
import io
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

WIDTH = 800  # pixels
DRAWN_COLOURS = 256
MOST = 60  # pictures in a file; the rest are named by their alternative texts


@dataclass(frozen=True)
class Light:
    """A picture, re-encoded."""

    content: bytes
    media_type: str
    width: int
    height: int

    @property
    def ending(self) -> str:
        return {"image/jpeg": "jpg", "image/png": "png"}[self.media_type]

    @property
    def data_address(self) -> str:
        """The picture itself as an address (RFC 2397)."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"


def light(address: str) -> Light | None:
    """The picture at this address of ours; None where it is not there or cannot be read."""
    if not address.startswith(settings.MEDIA_URL):
        return None
    try:
        return _light(address.removeprefix(settings.MEDIA_URL))
    except Exception:  # decoders fail in any way they like on a damaged file
        return None


@lru_cache(maxsize=128)  # a file's name is never used again for another; some 50 KB each
def _light(name: str) -> Light:
    """JPEG for a photograph; PNG for what was drawn or is transparent, in 256 colours, where edges stay sharp."""
    with default_storage.open(name) as file, Image.open(file) as opened:
        transparent = opened.has_transparency_data
        image = opened.convert("RGBA" if transparent else "RGB")
        drawn = transparent or opened.format == "PNG"
    image.thumbnail((WIDTH, 2 * WIDTH))
    buffer = io.BytesIO()
    if drawn:
        image.quantize(DRAWN_COLOURS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    else:
        image.save(buffer, "JPEG", quality=68, optimize=True, progressive=True)
    media_type = "image/png" if drawn else "image/jpeg"
    return Light(buffer.getvalue(), media_type, image.width, image.height)
