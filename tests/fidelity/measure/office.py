"""An OOXML package as Python's zipfile and ElementTree see it: complaints, text, cells, what is in it, fonts."""
import collections
import io
import posixpath
import re
import zipfile
import xml.etree.ElementTree as ElementTree

PART_BYTES_MAX = 256 << 20

# Feature: the relationship types of the parts that are looked at ("" is the main part), and the elements counted there.
MAIN = ("officeDocument",)
BODY = {"docx": (*MAIN, "header", "footer", "footnotes", "endnotes"), "xlsx": ("worksheet", "chartsheet"), "pptx": ("slide",)}
DRAWN = ("drawing", "diagramDrawing", "chart", "chartUserShapes", "vmlDrawing", "notesSlide", "slideLayout", "slideMaster")
FEATURES = {
    "docx": {"paragraphs": ("p",), "tables": ("tbl",), "rows": ("tr",), "insertions": ("ins", "moveTo"), "deletions": ("del", "moveFrom"),
             "controls": ("sdt",), "formulas": ("oMath",), "numbered": ("numPr",), "text boxes": ("txbxContent",), "sections": ("sectPr",),
             "bookmarks": ("bookmarkStart",), "footnotes": ("footnote", "endnote"), "ruby": ("ruby",)},
    "xlsx": {"validations": ("dataValidation",), "conditional formats": ("cfRule",), "merged cells": ("mergeCell",), "panes": ("pane",),
             "filters": ("autoFilter",), "row breaks": ("brk",), "columns": ("col",), "sparklines": ("sparkline",)},
    "pptx": {"shapes": ("sp", "pic", "graphicFrame", "cxnSp"), "tables": ("tbl",), "animations": ("timing",), "paragraphs": ("p",)},
}
# A count may be another afterwards where the ledger has one of these rows.
GONE = ("external_reference_removed", "embedded_object_removed", "embedded_file_removed", "unknown_content_removed")
EXPLAINED = {
    "pictures": (*GONE, "picture_damaged", "metadata_removed"), "charts": GONE, "web links": ("external_reference_removed", "action_removed"),
    "internal links": (*GONE, "action_removed"), "shapes": (*GONE, "action_removed", "multimedia_removed"),
    "defined names": ("external_reference_removed", "macro_removed", "script_removed", "action_removed"),
    "cell formulas": (*GONE, "macro_removed", "script_removed", "action_removed"),
    "sheets": ("macro_removed", "unknown_content_removed"), "controls": (*GONE, "external_reference_removed"),
    "validations": ("external_reference_removed", "action_removed"), "conditional formats": ("external_reference_removed", "action_removed"),
    "animations": ("unknown_content_removed", "action_removed", "multimedia_removed"), "sparklines": GONE, "text boxes": GONE, "fonts": GONE,
    "paragraphs": GONE, "tables": GONE, "bookmarks": GONE, "comments": GONE, "notes": GONE, "pivot tables": GONE,
}
SILENT = {"instrText", "delInstrText", "rPh", "phoneticPr"}
FONT_NAMES = ("latin", "ea", "cs", "rFonts", "rFont")
BREAKS = {"p", "br", "tab", "tc", "cr"}


def local(element):
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element, name):
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


class Package:
    """Parts that can be reached from the root by internal relationships, in that order."""

    def __init__(self, data):
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.members = {info.filename.lstrip("/").lower(): info for info in self.archive.infolist()}
        self.trees, self.reached, self.dangling = {}, {}, set()
        waiting = [("", "root")]
        while waiting:
            part, kind = waiting.pop(0)
            if part in self.reached or len(self.reached) > 5000:
                continue
            self.reached[part] = kind
            for kind, target, external in self.relationships(part).values():
                if not external and target.lower() in self.members:
                    waiting.append((target, kind))
                elif not external and target:
                    self.dangling.add(kind)

    def bytes_of(self, part):
        info = self.members.get(part.lower())
        return self.archive.read(info) if info and info.file_size < PART_BYTES_MAX else b""

    def tree(self, part):
        if part not in self.trees:
            try:
                self.trees[part] = ElementTree.fromstring(self.bytes_of(part))
            except ElementTree.ParseError:
                self.trees[part] = ElementTree.Element("none")
        return self.trees[part]

    def relationships(self, part):
        """{id: (type's last word, target, external)}"""
        folder, name = posixpath.split(part)
        found = {}
        for entry in self.tree(posixpath.join(folder, "_rels", name + ".rels")):
            target, external = entry.get("Target") or "", (entry.get("TargetMode") or "").lower() == "external"
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/").partition("#")[0]
            found[entry.get("Id")] = ((entry.get("Type") or "").rpartition("/")[2], target, external)
        return found

    def of(self, *kinds):
        return [part for part, kind in self.reached.items() if kind in kinds]

    def main(self):
        return next(iter(self.of("officeDocument")), "")


def complaints(data):
    said = set()
    try:
        broken = zipfile.ZipFile(io.BytesIO(data)).testzip()
        package = Package(data)
    except Exception as fault:  # noqa: BLE001 (whatever a broken archive raises)
        return {f"zipfile cannot read it: {type(fault).__name__}"}
    if broken:
        said.add("zipfile finds a wrong checksum")
    types = package.tree("[Content_Types].xml")
    typed = {(entry.get("PartName") or entry.get("Extension") or "").lstrip("/").lower() for entry in types}
    for name in package.members:
        if name.endswith((".xml", ".rels", ".vml")) and package.tree(name).tag == "none":
            said.add("a part is no well-formed XML")
        if not {name, name.rpartition(".")[2]} & typed and not name.endswith("/") and name != "[content_types].xml":
            said.add("a part has no content type")
    return said | {f"a relationship of type {kind} leads to nothing" for kind in package.dangling}


def text_of(root):
    """Text in reading order; walks without recursion, as a document decides its depth."""
    out, waiting = [], [(root, False)]
    while waiting:
        element, leaving = waiting.pop()
        name = local(element)
        if leaving:
            out.append("\n")
            continue
        if name in SILENT:
            continue
        if name in ("t", "delText") and element.text:
            out.append(element.text)
        if name in BREAKS:
            waiting.append((element, True))
        waiting += [(child, False) for child in reversed(element)]
    return "".join(out)


def column_number(letters):
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def shared_strings(package):
    part = next(iter(package.of("sharedStrings")), None)
    return [text_of(item) for item in package.tree(part) if local(item) == "si"] if part else []


def cell_value(cell, strings):
    kind, value = cell.get("t") or "n", None
    for child in cell:
        if local(child) == "v":
            value = child.text
        elif local(child) == "is":
            return "s", text_of(child)
    if value is None:
        return None
    try:
        if kind == "s":
            return "s", strings[int(value)]
        return ("n", float(value)) if kind == "n" else (kind[0], value)
    except (ValueError, IndexError):
        return "?", value


def cell_formula(cell, shared):
    """The formula; of a cell that shares one, that of the cell that has it."""
    for child in cell:
        if local(child) == "f":
            if child.get("t") == "shared":
                if child.text:
                    shared[child.get("si")] = child.text
                return shared.get(child.get("si"), "")
            return child.text or ""
    return None


def sheet_cells(root, strings):
    """{(row, column): (value, formula)} of cells that have one."""
    cells, shared, row = {}, {}, 0
    for line in (line for data in root if local(data) == "sheetData" for line in data if local(line) == "row"):
        row, column = int(line.get("r") or row + 1), 0
        for cell in line:
            place = re.match(r"([A-Za-z]+)\d+$", cell.get("r") or "")
            column = column_number(place[1]) if place else column + 1
            value, formula = cell_value(cell, strings), cell_formula(cell, shared)
            if value not in (None, ("s", "")) or formula is not None:
                cells[row, column] = (value, formula)
    return cells


def workbook(package):
    """Names and states of the sheets, and {(sheet, row, column): (value, formula)}."""
    main = package.main()
    links, strings = package.relationships(main), shared_strings(package)
    sheets, cells = [], {}
    for sheet in (entry for entry in package.tree(main).iter() if local(entry) == "sheet"):
        name, part = sheet.get("name"), links.get(attribute(sheet, "id"), ("", "", False))[1]
        sheets.append((name, sheet.get("state") or "visible"))
        for place, cell in sheet_cells(package.tree(part), strings).items():
            cells[(name, *place)] = cell
    return sheets, cells


def used_links(package):
    """Web addresses that something shown points to, and the number of links inside."""
    web, inside = collections.Counter(), 0
    for part in package.reached:
        links = package.relationships(part)
        for element in package.tree(part).iter():
            if local(element) in ("hyperlink", "hlinkClick"):
                kind, target, external = links.get(attribute(element, "id"), ("", "", False))
                if external and re.match(r"(?i)(https?|mailto):", target):
                    web[target.rstrip("/")] += 1
                elif attribute(element, "anchor") or attribute(element, "location") or (target and not external) or target.startswith("#"):
                    inside += 1
    return web, inside


def count(package, parts, names):
    return sum(1 for part in parts for element in package.tree(part).iter() if local(element) in names)


def census(package, family):
    body = package.of(*BODY[family])
    counts = collections.Counter({feature: count(package, body, names) for feature, names in FEATURES[family].items()})
    drawn = body + package.of(*DRAWN)
    counts["pictures"] = count(package, drawn, ("blip", "imagedata"))
    counts["charts"] = len(package.of("chart", "chartEx"))
    comments = package.of("comments", "comment")
    counts["comments"] = count(package, comments, ("comment", "cm"))
    counts["notes"] = len(package.of("notesSlide"))
    counts["slides"] = count(package, [package.main()], ("sldId",))
    counts["hidden slides"] = sum(1 for part in package.of("slide") if package.tree(part).get("show") in ("0", "false"))
    counts["tables of cells"] = len(package.of("table"))
    counts["pivot tables"] = len(package.of("pivotTable"))
    counts["defined names"] = count(package, [package.main()], ("definedName",))
    return counts


def fonts(package):
    found = set()
    for part, kind in package.reached.items():
        if kind in ("theme", "tableStyles", "image") or part.endswith(".rels"):
            continue
        for element in package.tree(part).iter():
            if local(element) in FONT_NAMES or (kind == "styles" and local(element) == "name"):
                found |= {value for key in ("ascii", "hAnsi", "eastAsia", "typeface", "val") if (value := attribute(element, key))}
    return {name for name in found if len(name) > 2 and not name.startswith("+")}


def view(data, family):
    package = Package(data)
    counts = census(package, family)
    links, counts["internal links"] = used_links(package)
    sheets, cells = workbook(package) if family == "xlsx" else ([], {})
    parts = package.of(*BODY[family], *DRAWN, "comments", "comment")
    return {"texts": [text_of(package.tree(part)) for part in parts], "sheets": sheets, "cells": cells, "counts": counts, "links": links,
            "pages": counts["slides"] if family == "pptx" else len(sheets) if sheets else 1, "fonts": fonts(package)}
