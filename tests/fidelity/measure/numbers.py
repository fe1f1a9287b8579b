"""Recall, precision and F1 of texts and of pictures."""
import collections
import unicodedata

from PIL import Image, ImageChops, ImageFilter

INK_BELOW = 200  # of 255: darker than this is ink


def squash(text):
    """Text without blanks, controls and format characters, composed: what is compared is what is read."""
    text = unicodedata.normalize("NFC", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def grams(text, length=4):
    return collections.Counter(text[i:i + length] for i in range(max(1, len(text) - length + 1))) if text else collections.Counter()


def share(found, whole):
    """How much of the multiset `whole` is in `found`; 1 for an empty whole."""
    total = sum(whole.values())
    return sum((found & whole).values()) / total if total else 1.0


def text_scores(before, after):
    """(recall, precision) over runs of four letters."""
    a, b = grams(squash(before)), grams(squash(after))
    return share(b, a), share(a, b)


def dark(page):
    """Where a grey picture has ink: 255 there, 0 elsewhere."""
    return page.convert("L").point(lambda level: 255 if level < INK_BELOW else 0)


def area(mask):
    return mask.histogram()[255]


def page_f1(before, after):
    """F1 of the ink of two grey pages; what lies one pixel beside counts as found. 0 for pages of different size."""
    if abs(before.width - after.width) > 1 or abs(before.height - after.height) > 1:
        return 0.0
    if before.size != after.size:
        size = (max(before.width, after.width), max(before.height, after.height))
        before, after = (on_white(page, size) for page in (before, after))
    a, b = dark(before), dark(after)
    ink_a, ink_b = area(a), area(b)
    if not ink_a and not ink_b:
        return 1.0
    wide = ImageFilter.MaxFilter(3)
    recall = area(ImageChops.darker(a, b.filter(wide))) / ink_a if ink_a else 1.0
    precision = area(ImageChops.darker(b, a.filter(wide))) / ink_b if ink_b else 1.0
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def on_white(page, size):
    wide = Image.new("L", size, 255)
    wide.paste(page, (0, 0))
    return wide


def ink_f1(before, after):
    """The mean over pages; a page that only one side has counts 0. None where there is no page at all."""
    count = max(len(before), len(after))
    return sum(page_f1(a, b) for a, b in zip(before, after)) / count if count else None
