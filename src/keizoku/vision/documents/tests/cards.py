"""Plain cards drawn for tests, and a camera that looks at them. Nobody lives here."""

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from keizoku.kernel.documents.glyphs import FONTS
from keizoku.vision import mrz

FONT = str(FONTS / "BIZUDGothic-Regular.ttf")
CARD = (1012, 638)
LICENCE = {
    "name": "山田　花子",
    "birth": "昭和60年 4月 8日生",
    "address": "東京都千代田区丸の内1-2-3",
    "issued": "令和05年05月01日",
    "ends": "2028年(令和10年)05月08日まで有効",
    "number": "300512345680",
}


def drawn(texts, size=CARD, paper=(236, 240, 236)):
    """A card with (x, y, height, words)."""
    image = Image.new("RGB", size, paper)
    pen = ImageDraw.Draw(image)
    for x, y, height, words in texts:
        pen.text((x, y), words, font=ImageFont.truetype(FONT, height), fill=(30, 30, 34))
    return image, pen


def licence(**changed):
    said = LICENCE | changed
    image, pen = drawn(
        [
            (36, 48, 24, "氏名"), (112, 40, 38, said["name"]), (664, 44, 35, said["birth"]),
            (36, 112, 24, "住所"), (112, 108, 36, said["address"]),
            (36, 172, 24, "交付"), (112, 168, 36, said["issued"]), (448, 168, 36, "12345"),
            (33, 304, 23, "免許の"), (33, 334, 23, "条件等"), (116, 302, 27, "眼鏡等"),
            (33, 442, 23, "番号"), (112, 438, 33, "第"), (160, 432, 41, said["number"]), (508, 438, 33, "号"),
            (33, 500, 20, "二・小・原"), (109, 496, 27, "平成00年00月00日"),
            (33, 536, 20, "他"), (109, 533, 27, "平成17年06月01日"),
            (33, 573, 20, "二種"), (109, 570, 27, "平成00年00月00日"),
            (714, 540, 30, "東京都"), (714, 576, 27, "公安委員会"),
        ]
    )  # fmt: skip
    pen.rectangle((28, 220, 688, 281), fill=(226, 186, 84))
    pen.text((72, 230), said["ends"], font=ImageFont.truetype(FONT, 41), fill=(30, 30, 34))
    for top in (28, 92, 158):
        pen.line((28, top, 984, top), fill=(90, 90, 100), width=2)
    pen.rectangle((704, 180, 978, 526), fill=(206, 216, 232))
    pen.ellipse((776, 240, 906, 420), fill=(190, 150, 128))
    left, top, step, high = 369, 494, 39, 53
    for cell in range(15):
        x, y = left + cell % 8 * step, top + cell // 8 * high
        pen.rectangle((x, y, x + step, y + high), outline=(60, 60, 70), width=2)
        if cell == 3:
            for row, sign in enumerate("普通"):
                pen.text(
                    (x + 9, y + 4 + 23 * row), sign, font=ImageFont.truetype(FONT, 22), fill=(30, 30, 34)
                )
        else:
            pen.line((x + 12, y + 26, x + 28, y + 26), fill=(60, 60, 70), width=2)
    return np.asarray(image)[:, :, ::-1].copy()


def passport(number="TK1234567", born=("080485", "850408", "08 APR 1985")):
    """A page whose zone says what is printed."""
    second = f"{number}{mrz.check_digit(number)}JPN{born[1]}{mrz.check_digit(born[1])}F300501{mrz.check_digit('300501')}"
    second += "<" * 14 + "0"
    second += str(mrz.check_digit(second[:10] + second[13:20] + second[21:43]))
    lines = ("P<JPNYAMADA<<HANAKO".ljust(44, "<"), second)
    image, pen = drawn(
        [
            (60, 36, 42, "日本国"), (240, 44, 34, "JAPAN"), (400, 46, 30, "旅券 PASSPORT"),
            (560, 153, 30, "JPN"), (860, 153, 30, number), (400, 233, 30, "YAMADA"), (400, 313, 30, "HANAKO"),
            (400, 393, 30, "JAPAN"), (740, 393, 30, born[2]), (400, 473, 30, "F"),
            (400, 553, 30, "01 MAY 2020"), (400, 633, 30, "01 MAY 2030"),
        ],
        (1250, 880),
    )  # fmt: skip
    for row, line in enumerate(lines):
        for place, sign in enumerate(line):
            font = ImageFont.truetype(FONT, 42)
            pen.text((66 + place * 25.4, 722 + 64 * row), sign, font=font, fill=(24, 24, 26))
    pen.rectangle((48, 140, 358, 550), fill=(206, 216, 232))
    return np.asarray(image)[:, :, ::-1].copy()


def photographed(card, quad, size=(1400, 1050), ground=(70, 90, 80), seed=1):
    """The card with its corners at `quad` on a desk, with a little blur and noise."""
    grains = np.random.default_rng(seed)
    high, wide = card.shape[:2]
    corners = np.array(((0, 0), (wide, 0), (wide, high), (0, high)), np.float32)
    to = cv2.getPerspectiveTransform(corners, np.array(quad, np.float32))
    scene = np.full((size[1], size[0], 3), ground, np.uint8)
    face = cv2.warpPerspective(card, to, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), to, size)
    scene[mask > 127] = face[mask > 127]
    scene = cv2.GaussianBlur(scene, (0, 0), 0.8)
    return np.clip(scene + grains.normal(0, 2.5, scene.shape), 0, 255).astype(np.uint8)


QUAD = ((180, 200), (1210, 170), (1240, 830), (150, 850))
