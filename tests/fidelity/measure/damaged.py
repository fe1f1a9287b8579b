"""The self-test of the measures: small files made here, each beside a copy that is damaged in one way, and the measure that must notice it."""
import io
import zipfile

from PIL import Image, ImageDraw

from . import report
from .compare import Comparison, broken_laws, compare

LINES = ("The committee met on Monday and heard the report.", "It asked for a second opinion until spring.")


# ---- a PDF of our own
def pdf_file(lines=LINES, pages=2, link=True, outline=True, font="Helvetica", place=700, box=842):
    """Pages with the same text; each object on a line of its own, xref by hand."""
    text = " ".join(f"BT /F 14 Tf 60 {place - 30 * n} Td ({line}) Tj ET" for n, line in enumerate(lines))
    notes = "/Annots [<< /Type /Annot /Subtype /Link /Rect [60 600 200 620] /A << /S /URI /URI (https://www.example.jp/) >> >>]" if link else ""
    objects = [f"<< /Type /Catalog /Pages 2 0 R {'/Outlines 5 0 R' if outline else ''} >>", "",
               f"<< /Length {len(text)} >>\nstream\n{text}\nendstream", f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} >>",
               "<< /Type /Outlines /First 6 0 R /Last 6 0 R /Count 1 >>", "<< /Title (Start) /Parent 5 0 R /Dest [7 0 R /Fit] >>"]
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 {box}] /Contents 3 0 R /Resources << /Font << /F 4 0 R >> >> {notes} >>"
    objects[1] = f"<< /Type /Pages /Count {pages} /Kids [{' '.join(f'{7 + n} 0 R' for n in range(pages))}] >>"
    out, starts = b"%PDF-1.7\n", []
    for number, body in enumerate(objects + [page] * pages, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    return out + f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(starts) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()


# ---- packages of our own
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(main, main_type, parts, links, types=None):
    """links: (id, last word of the type, target, external) from the main part."""
    rows = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"{" TargetMode=" + chr(34) + "External" + chr(34) if external else ""}/>'
                   for i, kind, target, external in links)
    folder, _, name = main.rpartition("/")
    whole = {"[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="a/b"/>'
             f'{types or "<Default Extension=" + chr(34) + "xml" + chr(34) + " ContentType=" + chr(34) + "application/xml" + chr(34) + "/>"}'
             f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{main_type}.main+xml"/></Types>',
             "_rels/.rels": f'<Relationships xmlns="{RELATIONSHIPS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="{main}"/></Relationships>',
             f"{folder}/_rels/{name}.rels": f'<Relationships xmlns="{RELATIONSHIPS}">{rows}</Relationships>', **parts}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part, text in whole.items():
            archive.writestr(part, text)
    return made.getvalue()


def docx_file(lines=LINES, link="https://www.example.jp/", font="Times", comment=True, closed=True, there=True, types=None):
    body = "".join(f'<w:p><w:r><w:rPr><w:rFonts w:ascii="{font}"/></w:rPr><w:t>{line}</w:t></w:r></w:p>' for line in lines)
    anchor = '<w:p><w:hyperlink r:id="r9"><w:r><w:t>more</w:t></w:r></w:hyperlink></w:p>'
    document = (f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{OFFICE}"><w:body>{body}{anchor}</w:body>'
                + ("</w:document>" if closed else ""))
    parts, links = {"word/document.xml": document}, [("r9", "hyperlink", link, True)]
    if comment:
        links.append(("r8", "comments", "comments.xml", False))
        if there:
            parts["word/comments.xml"] = ('<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:comment w:id="0"><w:p><w:r>'
                                          "<w:t>a remark</w:t></w:r></w:p></w:comment></w:comments>")
    return package("word/document.xml", "wordprocessingml.document", parts, links, types)


def xlsx_file(value="42", formula="SUM(B1:B9)", place="A2", state="visible", validation=True):
    sheet = (f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>rate</t></is></c>'
             f'</row><row r="2"><c r="{place}"><f>{formula}</f><v>{value}</v></c></row></sheetData>'
             f'{"<dataValidations><dataValidation sqref=" + chr(34) + "A1" + chr(34) + "/></dataValidations>" if validation else ""}</worksheet>')
    book = (f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" state="{state}" '
            'r:id="r1"/></sheets></workbook>')
    return package("xl/workbook.xml", "spreadsheetml.sheet", {"xl/workbook.xml": book, "xl/sheet.xml": sheet}, [("r1", "worksheet", "sheet.xml", False)])


def png_file(size=(200, 100), at=(20, 20), format_="PNG", frames=1):
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((*at, at[0] + 60, at[1] + 40), outline="black", width=3)
    made = io.BytesIO()
    others = [picture.rotate(90 * n) for n in range(1, frames)]
    picture.save(made, format_, **({"save_all": True, "append_images": others} if others else {}))
    return made.getvalue()


# ---- what must be noticed: kind, the good file, the damaged one, the measure, what it means to notice it
def pairs():
    pdf, docx, xlsx, png = pdf_file(), docx_file(), xlsx_file(), png_file()
    yield "pdf cut off", "pdf", pdf, pdf[:300], lambda c: c.complaints
    yield "pdf line lost", "pdf", pdf, pdf_file(LINES[:1]), lambda c: c.recall < 0.9
    yield "pdf line added", "pdf", pdf, pdf_file((*LINES, "And a line that nobody wrote.")), lambda c: c.precision < 0.9
    yield "pdf page lost", "pdf", pdf, pdf_file(pages=1), lambda c: c.pages == (2, 1)
    yield "pdf link lost", "pdf", pdf, pdf_file(link=False), lambda c: any("web links" in w for w in c.unexplained)
    yield "pdf outline lost", "pdf", pdf, pdf_file(outline=False), lambda c: any("outlines" in w for w in c.unexplained)
    yield "pdf box changed", "pdf", pdf, pdf_file(box=792), lambda c: any("boxes" in w for w in c.unexplained)
    yield "pdf ink moved", "pdf", pdf, pdf_file(place=600), lambda c: c.ink < 0.5
    yield "pdf font changed", "pdf", pdf, pdf_file(font="Courier"), lambda c: c.fonts
    yield "docx not closed", "docx", docx, docx_file(closed=False), lambda c: any("well-formed" in w for w in c.complaints)
    yield "docx leads to nothing", "docx", docx, docx_file(there=False), lambda c: any("nothing" in w for w in c.complaints)
    yield "docx without types", "docx", docx, docx_file(types=" "), lambda c: any("content type" in w for w in c.complaints)
    yield "docx no archive", "docx", docx, docx[:-40], lambda c: any("zipfile" in w for w in c.complaints)
    yield "docx line lost", "docx", docx, docx_file(LINES[:1]), lambda c: c.recall < 0.9
    yield "docx line added", "docx", docx, docx_file((*LINES, "And one that nobody wrote.")), lambda c: c.precision < 0.9
    yield "docx link changed", "docx", docx, docx_file(link="https://elsewhere.example/"), lambda c: any("web links" in w for w in c.unexplained)
    yield "docx comment lost", "docx", docx, docx_file(comment=False), lambda c: any("comments" in w for w in c.unexplained)
    yield "docx font changed", "docx", docx, docx_file(font="Arial"), lambda c: c.fonts
    yield "xlsx value changed", "xlsx", xlsx, xlsx_file("43"), lambda c: c.recall < 1 and c.precision < 1
    yield "xlsx formula changed", "xlsx", xlsx, xlsx_file(formula="SUM(B1:B8)"), lambda c: c.recall < 1
    yield "xlsx cell moved", "xlsx", xlsx, xlsx_file(place="B2"), lambda c: c.recall < 1
    yield "xlsx sheet hidden", "xlsx", xlsx, xlsx_file(state="hidden"), lambda c: any("sheets" in w for w in c.unexplained)
    yield "xlsx validation lost", "xlsx", xlsx, xlsx_file(validation=False), lambda c: any("validations" in w for w in c.unexplained)
    yield "png cut off", "png", png, png[:60], lambda c: c.complaints
    yield "png ink moved", "png", png, png_file(at=(100, 40)), lambda c: c.ink < 0.5 and c.levels > 10
    yield "png size changed", "png", png, png_file(size=(220, 110)), lambda c: any("size" in w for w in c.unexplained)
    yield "gif frame lost", "gif", png_file(format_="GIF", frames=3), png_file(format_="GIF"), lambda c: any("frames" in w for w in c.unexplained)
    yield "grown", "png", png, png + b"\0" * len(png), lambda c: c.size > 1.9


def quiet(found):
    return not (found.complaints or found.changed or found.unexplained or found.fonts or found.unread) and found.pages[0] == found.pages[1] \
        and all(value in (None, 1.0) for value in (found.recall, found.precision, found.ink)) and not found.levels


def perfect_result(**changes):
    return {"name": "x", "path": "x", "kind": "pdf", "outcome": "made", "words": "", "losses": {}, "laws": [], **vars(Comparison([], 1.0, 1.0, ink=1.0)), **changes}


def targets_missed():
    """Each target, by results that miss nothing else."""
    some = lambda **changes: [perfect_result(**changes)] + [perfect_result()] * 9  # noqa: E731
    cases = {"none": ([perfect_result()] * 10, 0), "rebuilt": (some(outcome="encrypted"), 1), "median recall": ([perfect_result(recall=0.999)] * 10, 1),
             "tenth recall": ([perfect_result(recall=0.9)] * 2 + [perfect_result()] * 9, 1), "ink": ([perfect_result(ink=0.99)] * 10, 1),
             "size": ([perfect_result(size=1.6)] * 10, 1), "pages": (some(pages=(2, 1)), 1), "opens": (some(complaints=["bad"]), 1),
             "laws": (some(laws=["other bytes"]), 1), "counts": (some(unexplained=["links 2 → 1"]), 1), "fonts": (some(fonts=["Arial"]), 1),
             "checker": (some(outcome="refused"), 2)}
    for name, (results, wanted) in cases.items():
        found = [words for group in report.by_kind(results) for words in group.missed()]
        yield f"target: {name}", len(found) == wanted, found


def laws_broken():
    """One that copies obeys both laws, one that adds a byte the first, one that writes at random none."""
    from . import tools
    with tools.OnDisk(b"", "sh") as path:
        for words, command, wanted in (("copies", 'cp "$2" "$3"', 0), ("adds a byte", '(cat "$2"; printf x) > "$3"', 1),
                                       ("writes what is random", 'head -c 9 /dev/urandom > "$3"', 2)):
            with open(path, "w", encoding="utf-8") as script:
                script.write("#!/bin/sh\n" + command + "\n")
            tools.os.chmod(path, 0o700)
            once = tools.rebuild_bytes(path, "pdf", b"abc").data
            yield f"laws: a program that {words}", len(broken_laws(path, "pdf", b"abc", once)) == wanted, once


def self_test():
    failed = 0
    checks = [(f"unchanged {kind}", quiet(compare(kind, good, good, {})), "") for kind, good in
              (("pdf", pdf_file()), ("docx", docx_file()), ("xlsx", xlsx_file()), ("png", png_file()))]
    for name, kind, good, bad, notices in pairs():
        found = compare(kind, good, bad, {})
        checks.append((name, bool(notices(found)), found))
    said = compare("docx", docx_file(), docx_file(link="file:///etc/passwd"), {"external_reference_removed": 1})
    checks.append(("a link that the ledger names is explained", bool(said.changed) and not said.unexplained, said))
    for name, passed, found in [*checks, *targets_missed(), *laws_broken()]:
        print(f"{'noticed' if passed else 'NOT NOTICED'}: {name}{'' if passed else f': {found}'}")
        failed += not passed
    return 1 if failed else 0
