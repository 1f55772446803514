"""Pictures that cost next to nothing to draw, and are different for every prompt and index."""

import hashlib
import io

from PIL import Image


def draw(prompt: str, index: int) -> bytes:
    """Give a tiny PNG."""
    digest = hashlib.sha256(f"{prompt} {index}".encode()).digest()
    png = io.BytesIO()
    Image.frombytes("RGB", (3, 3), (digest * 2)[:27]).save(png, "PNG")
    return png.getvalue()
