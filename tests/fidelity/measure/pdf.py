"""A PDF as poppler and qpdf see it: complaints, text, what is on it, pages as pictures, fonts."""
import collections
import io
import json
import pathlib
import re

from PIL import Image

from . import tools

DOTS = 60
PAGES_MAX = 10  # as pictures; counted are all

# A count may be another afterwards where the ledger has one of these rows.
EXPLAINED = {
    "tagged": ("tags_removed",),
    "layers": ("layers_fixed",),
    "annotations": ("annotation_flattened", "annotation_removed", "multimedia_removed", "embedded_file_removed", "layers_fixed"),
    "form fields": ("form_flattened",),
    "web links": ("action_removed", "external_reference_removed"),
    "internal links": ("action_removed", "annotation_removed"),
    "outlines": ("action_removed",),
    "pictures": ("picture_damaged", "layers_fixed", "multimedia_removed", "annotation_flattened", "form_flattened"),
    "fonts": ("form_flattened", "annotation_flattened", "layers_fixed"),
    "page labels": ("metadata_removed",),
    "language": ("metadata_removed",),
}
NO_MARK = ("/Link", "/Widget", "/Popup", "None")


def complaints(data):
    """What qpdf says against it, numbers taken out; with a line of its own when poppler cannot open it."""
    with tools.OnDisk(data, "pdf") as path:
        done = tools.call("qpdf", "--check", path)
        lines = (done.out + done.err).decode("utf-8", "replace").splitlines() if done.status else []
        said = {re.sub(r"0x[0-9a-f]+|\d+", "#", line.split(path)[-1]).strip(" :()")[:100] for line in lines
                if re.search("WARNING|ERROR|error", line) and "succeeded with warnings" not in line}
        if done.status not in (0, 3):
            said.add(f"qpdf --check exits with {done.status}")
        if tools.call("pdfinfo", path).status:
            said.add("poppler cannot open it")
    return said


def texts(path):
    return {order: tools.call("pdftotext", "-q", "-" + order, "-enc", "UTF-8", path, "-").text() for order in ("raw", "layout")}


def fonts(path):
    found = set()
    for line in tools.call("pdffonts", path).text().splitlines()[2:]:
        row = re.match(r"(.{36}) (.{17}) .*?\b(yes|no)\s+(yes|no)\s+(yes|no)\s+(?:\d+\s+\d+|\[none\])\s*$", line)
        if row:
            name = re.sub(r"^[A-Z]{6}\+", "", row[1].strip())
            found.add((name, row[2].strip(), "embedded" if row[3] == "yes" else "named", "unicode" if row[5] == "yes" else "no unicode"))
    return found


def page_boxes(path):
    info = tools.call("pdfinfo", "-box", "-l", "100000", path).text()
    pages = int((re.search(r"(?m)^Pages:\s+(\d+)", info) or [0, 0])[1])
    boxes = re.findall(r"(?m)^Page\s+\d+ (size|rot|MediaBox|CropBox):\s+([^\n(]*?)\s*(?:\(.*)?$", info)
    return pages, [(name, re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.0f}", value)) for name, value in boxes]


class Objects:
    """The objects of `qpdf --json`, with references followed."""

    def __init__(self, path):
        said = tools.call("qpdf", "--json=2", "--json-stream-data=none", "--warning-exit-0", path).text()
        try:
            self.whole = json.loads(said)
            self.objects = self.whole["qpdf"][1]
        except (ValueError, KeyError, IndexError):
            self.whole, self.objects = {}, {}

    def value(self, word):
        for _ in range(20):
            if not (isinstance(word, str) and re.fullmatch(r"\d+ \d+ R", word)):
                return word
            entry = self.objects.get("obj:" + word, {})
            word = entry["value"] if "value" in entry else entry.get("stream", {}).get("dict")
        return None

    def dictionary(self, word):
        found = self.value(word)
        return found if isinstance(found, dict) else {}

    def array(self, word):
        found = self.value(word)
        return found if isinstance(found, list) else []

    def catalog(self):
        return self.dictionary(self.dictionary(self.objects.get("trailer", {}).get("value")).get("/Root"))


def count_annotations(objects, counts, links):
    for page in objects.whole.get("pages", []):
        for note in map(objects.dictionary, objects.array(objects.dictionary(page.get("object")).get("/Annots"))):
            kind = str(objects.value(note.get("/Subtype")))
            action = objects.dictionary(note.get("/A"))
            target = objects.value(action.get("/URI"))
            if kind == "/Link" and isinstance(target, str) and re.match(r"(?i)[ub]:(https?|mailto):", target):
                links[re.sub(r"^[ub]:", "", target).rstrip("/")] += 1
            elif kind == "/Link" and (objects.value(note.get("/Dest")) is not None or objects.value(action.get("/S")) == "/GoTo"):
                counts["internal links"] += 1
            elif kind == "/Widget":
                counts["form fields"] += 1
            elif kind not in NO_MARK:
                counts["annotations"] += 1


def outline_count(entries):
    waiting, count = list(entries or []), 0
    while waiting and count < 20000:
        entry = waiting.pop()
        count += 1
        waiting += entry.get("kids") or []
    return count


def census(path):
    objects, counts, links = Objects(path), collections.Counter(), collections.Counter()
    count_annotations(objects, counts, links)
    root = objects.catalog()
    counts["outlines"] = outline_count(objects.whole.get("outlines"))
    counts["tagged"] = int(bool(objects.dictionary(root.get("/StructTreeRoot"))))
    counts["layers"] = len(objects.array(objects.dictionary(root.get("/OCProperties")).get("/OCGs")))
    counts["page labels"] = int(bool(objects.dictionary(root.get("/PageLabels"))))
    counts["language"] = int(isinstance(objects.value(root.get("/Lang")), str))
    rows = tools.call("pdfimages", "-list", path).text().splitlines()[2:]
    counts["pictures"] = sum(1 for row in rows if re.search(r"\s(image|stencil)\s", row))
    return counts, links


def page_pictures(data, dots=DOTS, *options):
    with tools.OnDisk(data, "pdf") as path:
        prefix = path[:-4] + "-page"
        tools.call("pdftoppm", "-r", dots, "-gray", "-l", PAGES_MAX, *options, path, prefix)
        folder, pages = pathlib.Path(path).parent, []
        for made in sorted(folder.glob("*-page*")):
            try:
                pages.append(Image.open(io.BytesIO(made.read_bytes())).convert("L"))
            except OSError:
                continue
    return pages


def view(data):
    with tools.OnDisk(data, "pdf") as path:
        counts, links = census(path)
        pages, boxes = page_boxes(path)
        return {"texts": texts(path), "counts": counts, "links": links, "pages": pages, "boxes": boxes, "fonts": fonts(path)}
