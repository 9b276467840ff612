"""Bytes that strangers send: each fault has its code, what is whole is opened upright, and nothing is lost."""

import base64
import io
import os
import signal
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from keizoku.vision import decoding, pictures
from keizoku.vision.pictures import Fault, Refused

# 96 × 64, red on the left and blue on the right; no encoder of HEIC is among what we use.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAACgAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAA"
    "AA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNw"
    "AAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHB"
    "crAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAA"
    "AAABAAEEgQIDBAAAADBtZGF0AAAAJCgBrxmA93yFN//3+Mf9fav+KYLtP/9i6d6HYf3YAgB7HSv/gA=="
)


def drawn(mode="RGB", size=(96, 64)):
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (size[0] // 2, 0, *size))
    return image.convert(mode)


def encoded(image, form="JPEG", **options):
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def bomb(width, height):
    """A PNG of one colour: a few hundred bytes that claim a hundred megapixels."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "a")
    return stream.getvalue()


@pytest.fixture(scope="module")
def decoder():
    kept = decoding.Decoder(decoding.Limits(wall_seconds=60))
    yield kept
    kept.close()


def refusal(decoder, data):
    with pytest.raises(Refused) as refused:
        decoder.opened(data)
    return refused.value.code


def is_red_on_the_left(picture):
    left, right = picture[:, :30].reshape(-1, 3).mean(0), picture[:, -30:].reshape(-1, 3).mean(0)
    return left[2] > 150 > left[0] and right[0] > 150 > right[2]


def test_whole_pictures_of_every_make_are_opened_upright(decoder):
    sixteen = np.linspace(0, 65535, 96 * 64).astype(np.uint16).reshape(64, 96)
    turned = drawn().rotate(-90, expand=True)
    remark = Image.Exif()
    remark[0x0112] = 8  # to be turned by 90° against the clock, as a phone that was held upright writes
    opened = {
        "jpeg": encoded(drawn()),
        "jpeg, several": encoded(drawn()) + encoded(drawn()),
        "png": encoded(drawn(), "PNG"),
        "webp": encoded(drawn(), "WEBP"),
        "heic": HEIC,
        "cmyk": encoded(drawn("CMYK")),
        "turned": encoded(turned, exif=remark),
        "palette": encoded(drawn("P"), "PNG"),
        "transparent": encoded(drawn("RGBA"), "PNG"),
    }
    for made, data in opened.items():
        picture = decoder.opened(data)
        assert (made, picture.shape, picture.dtype) == (made, (64, 96, 3), np.uint8)
        assert is_red_on_the_left(picture), made
    grey = decoder.opened(encoded(Image.fromarray(sixteen), "PNG"))
    assert (grey.shape, int(grey[0, 0, 0]), int(grey[-1, -1, 0])) == ((64, 96, 3), 0, 255)


def test_every_fault_has_its_code_and_the_next_picture_is_opened_by_the_same_child(decoder):
    whole = encoded(drawn())
    frames = [drawn(), drawn().rotate(180)]
    faults = {
        b"": Fault.EMPTY,
        b"hello, this is text": Fault.NOT_A_PICTURE,
        bytes(pictures.MOST_BYTES + 1): Fault.TOO_MANY_BYTES,
        bomb(12_000, 9_000): Fault.TOO_MANY_PIXELS,
        bomb(60_000, 60_000): Fault.TOO_MANY_PIXELS,
        encoded(drawn(size=(40, 40))): Fault.TOO_SMALL,
        whole[: len(whole) * 2 // 3]: Fault.TRUNCATED,
        HEIC[:300]: Fault.TRUNCATED,
        encoded(drawn(), "PNG")[:-20]: Fault.TRUNCATED,
        encoded(drawn(), "PNG").replace(b"IHDR\x00", b"IHDR\x01"): Fault.DAMAGED,
        encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]): Fault.ANIMATED,
        encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]): Fault.ANIMATED,
        encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]): Fault.ANIMATED,
        whole + zipped(): Fault.POLYGLOT,
        whole + b"<html><script>alert(1)</script>": Fault.POLYGLOT,
        encoded(drawn(), comment=b"<script>alert(1)</script>"): Fault.POLYGLOT,
        encoded(drawn(), "PNG") + b"%PDF-1.7": Fault.POLYGLOT,
        HEIC + zipped(): Fault.POLYGLOT,
    }
    assert refusal(decoder, b"\xff\xd8\xff\xe0") is Fault.TRUNCATED
    child = decoder._child.pid
    for data, code in faults.items():
        assert (data[:40], refusal(decoder, data)) == (data[:40], code)
    assert is_red_on_the_left(decoder.opened(whole))
    assert decoder._child.pid == child


def test_a_child_that_is_ended_between_two_pictures_is_replaced(decoder):
    decoder.opened(encoded(drawn()))
    first = decoder._child.pid
    os.kill(first, signal.SIGKILL)
    decoder._child.wait()
    assert is_red_on_the_left(decoder.opened(encoded(drawn())))
    assert decoder._child.pid != first


def test_a_picture_that_costs_too_much_is_refused_and_the_next_one_opened():
    large = encoded(Image.new("CMYK", (6000, 4900)), quality=30)
    poor = decoding.Decoder(decoding.Limits(memory=160 * 1024 * 1024, wall_seconds=60))
    try:
        assert refusal(poor, large) is Fault.TOO_COSTLY
        assert is_red_on_the_left(poor.opened(encoded(drawn())))
    finally:
        poor.close()


def test_a_child_that_does_not_answer_is_ended_and_its_picture_refused():
    hasty = decoding.Decoder(decoding.Limits(wall_seconds=0.0))
    try:
        assert refusal(hasty, encoded(drawn())) is Fault.TOO_COSTLY
        hasty.limits = decoding.Limits(wall_seconds=60)
        assert is_red_on_the_left(hasty.opened(encoded(drawn())))
    finally:
        hasty.close()


def test_the_largest_that_is_allowed_fits_in_the_limits_and_is_made_smaller(decoder):
    picture = decoder.opened(encoded(Image.new("CMYK", (6000, 4900)), quality=30))
    assert max(picture.shape) <= pictures.LONGEST_SIDE
