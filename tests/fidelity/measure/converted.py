"""Text of files that LibreOffice converts, by readers that are not LibreOffice: catdoc, catppt, unrtf, xlrd, ElementTree."""
import collections
import html
import io
import re
import xml.etree.ElementTree
import zipfile

from . import numbers, tools

BREAKS = {"p", "h", "table-cell", "list-item", "page", "line-break", "tab"}
SILENT = {"note-citation", "tracked-changes", "annotation", "font-face-decls", "automatic-styles", "styles"}


def number(value):
    """As readers of both sides write it: 3 and 3.0 are one."""
    return f"{value:.10g}"


def xls_values(data):
    """Every cell's value as text; None for what xlrd cannot read."""
    import xlrd
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    except Exception:  # noqa: BLE001 (it raises nearly everything)
        return None
    values = collections.Counter()
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            for cell in sheet.row(row):
                if cell.ctype == xlrd.XL_CELL_TEXT and numbers.squash(cell.value):
                    values[numbers.squash(cell.value)] += 1
                elif cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE, xlrd.XL_CELL_BOOLEAN):
                    values[number(cell.value)] += 1
    return values


def xlsx_values(cells):
    """The same of what was made."""
    values = collections.Counter()
    for value, _ in cells.values():
        text = numbers.squash(str(value[1] if isinstance(value, tuple) else value or ""))
        if not text:
            continue
        try:
            values[number(float(text))] += 1
        except ValueError:
            values[text] += 1
    return values


def ods_values(data):
    """Texts and numbers of the cells of content.xml, as they stand; not dates, which the two formats count differently."""
    values = collections.Counter()
    office, table = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    try:
        root = xml.etree.ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("content.xml"))
    except Exception:  # noqa: BLE001 (whatever a broken archive raises)
        return None
    for cell in root.iter(table + "table-cell"):
        kind, count = cell.get(office + "value-type"), int(cell.get(table + "number-columns-repeated", "1"))
        if kind in ("float", "percentage", "currency"):
            values[number(float(cell.get(office + "value")))] += count
        elif kind == "string" and numbers.squash("".join(cell.itertext())):
            values[numbers.squash("".join(cell.itertext()))] += count
    return values


def open_document_text(data):
    """Text of content.xml in reading order."""
    out = []

    def walk(element):
        name = element.tag.rpartition("}")[2]
        if name in SILENT:
            return
        out.append(element.text or "")
        if name == "s":
            out.append(" ")
        for child in element:
            walk(child)
            out.append(child.tail or "")
        if name in BREAKS:
            out.append("\n")

    try:
        walk(xml.etree.ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("content.xml")))
    except Exception:  # noqa: BLE001 (whatever a broken archive raises)
        return None
    return "".join(out)


def text(kind, data):
    """What the file says; None when its reader cannot tell."""
    if kind in ("odt", "ods", "odp"):
        return open_document_text(data)
    with tools.OnDisk(data, kind) as path:
        command = {"doc": ("catdoc", "-d", "utf-8", "-w", path), "ppt": ("catppt", "-d", "utf-8", path), "rtf": ("unrtf", "--html", path)}[kind]
        done = tools.call(*command)
    if done.status != 0:
        return None
    if kind == "ppt":  # its last page is the name of the design, which is no text of a slide
        return done.text().rstrip("\f\n").rpartition("\f")[0]
    if kind == "doc":  # catdoc prints what a field is made of beside what it shows
        return re.sub(r'HYPERLINK +"[^"]*"(?: +\\[a-z] +"[^"]*")*', "", done.text())
    if kind != "rtf":
        return done.text()
    body = re.sub(r"(?s)\A.*?<body[^>]*>|<!--.*?-->", "", done.text())
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def line_recall(before, after):
    """How much of the lines of `before`, by their letters, stands in `after`; None for no text. Slides have no order of their texts."""
    lines, whole = [numbers.squash(line) for line in before.splitlines()], numbers.squash(after)
    total = sum(map(len, lines))
    return sum(len(line) for line in lines if line in whole) / total if total else None
