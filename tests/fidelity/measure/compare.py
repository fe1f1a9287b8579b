"""One file before and after: every measure of tests/fidelity as numbers and words."""
import collections
import dataclasses

from . import converted, kinds, numbers, office, pdf, picture, tools


@dataclasses.dataclass
class Comparison:
    complaints: list  # that independent readers have of the result and had not of the original
    recall: float | None = None  # None: no text, or the original cannot be read
    precision: float | None = None
    pages: tuple = (1, 1)
    changed: list = dataclasses.field(default_factory=list)  # counts that differ, and a row of the ledger says why
    unexplained: list = dataclasses.field(default_factory=list)  # counts that differ, and none does
    ink: float | None = None  # F1; None: no page as a picture on either side
    levels: float | None = None  # pictures: root mean square of the difference, of 255
    fonts: list = dataclasses.field(default_factory=list)  # one side has them and the other has not, and no row says why
    size: float = 1.0
    unread: str = ""  # why the original could not be measured


def weigh(found, feature, before, after, losses, explained):
    """A count that differs goes where it belongs."""
    if before == after:
        return
    words = f"{feature} {before} → {after}"
    said = any(reason in losses for reason in explained.get(feature, ()))
    (found.changed if said else found.unexplained).append(words)


def weigh_common(found, before, after, losses, explained):
    for feature in sorted({*before["counts"], *after["counts"]}):
        weigh(found, feature, before["counts"][feature], after["counts"][feature], losses, explained)
    if before["links"] != after["links"]:
        gone, new = before["links"] - after["links"], after["links"] - before["links"]
        said = not new and any(reason in losses for reason in explained["web links"])
        words = f"web links {sum(before['links'].values())}, of which {sum(gone.values())} gone, {sum(new.values())} new"
        (found.changed if said else found.unexplained).append(words)
    differ = before["fonts"] ^ after["fonts"]
    if differ and not any(reason in losses for reason in explained["fonts"]):
        found.fonts = sorted(" ".join(name) if isinstance(name, tuple) else name for name in differ)
    found.pages = before["pages"], after["pages"]


def compare_pdf(found, before_data, after_data, losses):
    before, after = pdf.view(before_data), pdf.view(after_data)
    if not before["pages"]:
        found.unread = "poppler cannot open the original"
        return
    scores = [numbers.text_scores(before["texts"][order], after["texts"][order]) for order in ("raw", "layout")]
    if any(numbers.squash(text) for view in (before, after) for text in view["texts"].values()):
        found.recall, found.precision = max(scores)
    weigh_common(found, before, after, losses, pdf.EXPLAINED)
    weigh(found, "page boxes", before["boxes"], after["boxes"], losses, {})
    found.ink = numbers.ink_f1(pdf.page_pictures(before_data), pdf.page_pictures(after_data))


def gram_sum(texts):
    total = collections.Counter()
    for text in texts:
        total.update(numbers.grams(numbers.squash(text)))
    return total


def cell_sets(cells, losses):
    """Cells as multisets of place, value and formula; formulas are weighed alone where the ledger says that some went."""
    with_formula = not any(reason in losses for reason in office.EXPLAINED["cell formulas"])
    return collections.Counter((place, value, formula if with_formula else None) for place, (value, formula) in cells.items())


def compare_office(found, kind, before_data, after_data, losses, with_office):
    family = kinds.FAMILY[kind]
    try:
        before = office.view(before_data, family)
    except Exception as fault:  # noqa: BLE001 (whatever a broken archive raises)
        found.unread = f"zipfile cannot read the original: {type(fault).__name__}"
        return
    after = office.view(after_data, family)
    a, b = gram_sum(before["texts"]), gram_sum(after["texts"])
    if a or b or before["cells"] or after["cells"]:
        x, y = cell_sets(before["cells"], losses), cell_sets(after["cells"], losses)
        found.recall = min(numbers.share(b, a), numbers.share(y, x))
        found.precision = min(numbers.share(a, b), numbers.share(x, y))
    weigh_common(found, before, after, losses, office.EXPLAINED)
    weigh(found, "sheets", before["sheets"], after["sheets"], losses, office.EXPLAINED)
    formulas = [sum(1 for _, formula in view["cells"].values() if formula is not None) for view in (before, after)]
    weigh(found, "cell formulas", *formulas, losses, office.EXPLAINED)
    if with_office:
        drawn = [pdf.page_pictures(made) if made else [] for made in (tools.as_pdf(before_data, kind), tools.as_pdf(after_data, family))]
        if drawn[0] and not drawn[1]:
            found.complaints.append("LibreOffice cannot convert it")
        found.ink = numbers.ink_f1(*drawn) if drawn[0] else None


def compare_converted(found, kind, before_data, after_data):
    """Text and cells alone: nobody but LibreOffice could say what else such a file has."""
    after = office.view(after_data, kinds.CONVERTED[kind])
    if kinds.CONVERTED[kind] == "xlsx":
        before = converted.xls_values(before_data) if kind == "xls" else converted.ods_values(before_data)
        made = converted.xlsx_values(after["cells"])
    elif kind == "ppt":
        said = converted.text(kind, before_data)
        if said is not None:
            found.recall = converted.line_recall(said, "".join(after["texts"]))
            return
        before, made = None, None
    else:
        said = converted.text(kind, before_data)
        before = None if said is None else numbers.grams(numbers.squash(said))
        made = gram_sum(after["texts"])
    if before is None:
        found.unread = "its reader cannot read the original"
    elif before or made:
        found.recall, found.precision = numbers.share(made, before), numbers.share(before, made)


def compare_picture(found, before_data, after_data, losses):
    try:
        before = picture.first_frame(before_data)
    except Exception as fault:  # noqa: BLE001 (Pillow raises nearly everything)
        found.unread = f"Pillow cannot read the original: {type(fault).__name__}"
        return
    after = picture.first_frame(after_data)
    found.levels = picture.difference(before, after)
    found.ink = numbers.ink_f1([before.convert("L")], [after.convert("L")])
    weigh(found, "size", before.size, after.size, losses, {})
    weigh(found, "frames", picture.frames(before_data), picture.frames(after_data), losses, {"frames": ("frames_dropped", "pages_dropped")})


def compare_pictured(found, kind, before_data, after_data, with_office):
    """Pages and ink alone: nothing else is left, and all of it is said."""
    office_kind = kinds.PICTURED[kind]
    if office_kind != "pdf" and not with_office:
        found.unread = "LibreOffice is not asked"
        return
    original = before_data if office_kind == "pdf" else tools.as_pdf(before_data, office_kind, "document", tools.OF_THE_ENGINE)
    before = pdf.page_pictures(original, "150", "-cropbox") if original else []
    if not before:
        found.unread = "poppler cannot draw the original"
        return
    after = pdf.page_pictures(after_data, "150", "-cropbox")
    found.pages = len(before), len(after)
    found.ink = numbers.ink_f1(before, after)


def complaints(kind, data):
    if kind == "pdf":
        return pdf.complaints(data)
    if kind in kinds.PICTURED:
        return pdf.complaints(data) if data[:5] == b"%PDF-" else set()
    if kind in kinds.CONVERTED:
        return office.complaints(data) if data[:4] == b"PK\3\4" and b"[Content_Types].xml" in data else set()
    return office.complaints(data) if kind in kinds.FAMILY else picture.complaints(data)


def compare(kind, before, after, losses, with_office=False):
    """kind: of the original, as kinds.kind_of has it; losses: the rows of the ledger."""
    found = Comparison(sorted(complaints(kind, after) - complaints(kind, before)), size=len(after) / max(1, len(before)))
    hopeless = [words for words in found.complaints if "cannot" in words or "exits" in words]
    if hopeless:
        found.unread = "the result cannot be read"
    elif kind in kinds.PICTURED:
        compare_pictured(found, kind, before, after, with_office)
    elif kind == "pdf":
        compare_pdf(found, before, after, losses)
    elif kind in kinds.CONVERTED:
        compare_converted(found, kind, before, after)
    elif kind in kinds.FAMILY:
        compare_office(found, kind, before, after, losses, with_office)
    else:
        compare_picture(found, before, after, losses)
    return found


def broken_laws(program, room, original, once):
    """What rebuilding is not: the same again from the same bytes, and nothing more to do on the result."""
    words = []
    if tools.rebuild_bytes(program, room, original).data != once:
        words.append("rebuilt again: other bytes")
    if tools.rebuild_bytes(program, "ooxml" if room in kinds.CONVERTED else room, once).data != once:
        words.append("the result rebuilt: other bytes")
    return words
