"""Photographs a page in each window's size into docs/screenshots, as pictures of 256 colours."""

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Page

SHOTS = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
# Width and height of the window, and the most that is shown of a longer page.
WINDOWS = ((1280, 900, 1300), (360, 780, 1500))
# A page has few colours: its 256 commonest as a palette, each other as the nearest of these, make a third of the file.
WITH_PALETTE = """async png => {
    const picture = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
    const paper = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    paper.drawImage(picture, 0, 0);
    const dots = new Uint32Array(paper.getImageData(0, 0, picture.width, picture.height).data.buffer);
    const seen = new Map();
    for (const dot of dots) seen.set(dot, (seen.get(dot) || 0) + 1);
    const palette = [...seen].sort((one, other) => other[1] - one[1]).slice(0, 256).map(([dot]) => dot);
    const part = (dot, at) => (dot >> at) & 255;
    const square = (one, other, at) => (part(one, at) - part(other, at)) ** 2;
    const far = (one, other) => square(one, other, 0) + square(one, other, 8) + square(one, other, 16);
    const nearest = dot => palette.reduce((best, each, at) => far(dot, each) < far(dot, palette[best]) ? at : best, 0);
    const place = new Map([...seen.keys()].map(dot => [dot, nearest(dot)]));
    const words = bytes => btoa(bytes.reduce((sum, byte) => sum + String.fromCharCode(byte), ""));
    return {
        width: picture.width,
        height: picture.height,
        palette: words(Uint8Array.from(palette.flatMap(dot => [0, 8, 16].map(at => part(dot, at))))),
        dots: words(Uint8Array.from(dots, dot => place.get(dot))),
    };
}"""


def shoot(page: Page, name: str, *, at_end: bool = False) -> None:
    """Photograph the page in each window's size: its beginning, or its end where the point is there."""
    page.evaluate("scrollTo(0, 0)")  # what stays in sight stands where it begins
    for width, height, most in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            raise SystemExit(f"{name} is {wide} px wide in a window of {width}")
        long = page.evaluate("document.documentElement.scrollHeight")
        shown = min(max(long, height), most)
        top = max(long, height) - shown if at_end else 0
        png = page.screenshot(full_page=True, clip={"x": 0, "y": top, "width": width, "height": shown})
        (SHOTS / f"{name}-{width}.png").write_bytes(with_palette(page, png))
    page.set_viewport_size({"width": WINDOWS[0][0], "height": WINDOWS[0][1]})


def with_palette(page: Page, png: bytes) -> bytes:
    """The same picture in 256 colours. Counted on a page of its own, whose rules forbid nothing."""
    desk = page.context.new_page()
    counted = desk.evaluate(WITH_PALETTE, base64.b64encode(png).decode())
    desk.close()
    width, dots = counted["width"], base64.b64decode(counted["dots"])
    rows = b"".join(b"\0" + dots[at : at + width] for at in range(0, len(dots), width))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, counted["height"], 8, 3, 0, 0, 0)),
            chunk(b"PLTE", base64.b64decode(counted["palette"])),
            chunk(b"IDAT", zlib.compress(rows, 9)),
            chunk(b"IEND", b""),
        )
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    """One part of a PNG file: length, kind, body, checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
