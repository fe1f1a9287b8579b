"""The self-test of the search: each active feature and each kind of metadata put into a small clean file, and found."""
import io
import zipfile

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from .active import in_file
from .damaged import docx_file, pdf_file, png_file, xlsx_file


def planted_pdfs():
    """Into the catalog, the page or the link of a clean PDF; lengths in its table of offsets no longer fit, which no reader minds."""
    clean = pdf_file()
    catalog, page = b"<< /Type /Catalog", b"<< /Type /Page /Parent"
    for entry in ("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", "/AA << /WC << /S /JavaScript /JS (1) >> >>", "/OpenAction [7 0 R /Fit]",
                  "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (1) >>] >> >>", "/Names << /EmbeddedFiles << /Names [] >> >>",
                  "/AcroForm << /Fields [] /XFA [] >>", "/AcroForm << /Fields [] >>", "/Collection << /View /T >>", "/AF [ << /Type /Filespec /F (a.exe) >> ]",
                  "/Open#41ction << /S /Java#53cript >>", "/Metadata 3 0 R", "/OCProperties << /OCGs [] >>", "/PieceInfo << >>"):
        yield f"catalog {entry}", clean.replace(catalog, catalog + b" " + entry.encode())
    for entry in ("/AA << /O << /S /Launch /F (calc.exe) >> >>", "/Thumb 3 0 R", "/LastModified (D:2026)", "/PresSteps << >>"):
        yield f"page {entry}", clean.replace(page, page.replace(b"/Parent", entry.encode() + b" /Parent"))
    link = b"/S /URI /URI (https://www.example.jp/)"
    for action in ("/S /Launch /F (calc.exe)", "/S /GoToR /F (a.pdf)", "/S /GoToE", "/S /SubmitForm /F (x)", "/S /ImportData /F (x)", "/S /Named /N /Print",
                   "/S /URI /URI (file:///etc/passwd)", "/S /URI /URI (javascript:x)", "/S /Rendition", "/S /Sound", "/S /Movie", "/S /Hide /T (a)"):
        yield f"action {action}", clean.replace(link, action.encode())
    for kind in ("FileAttachment", "RichMedia", "Screen", "3D", "Movie", "Sound", "Widget"):
        yield f"annotation {kind}", clean.replace(b"/Subtype /Link", b"/Subtype /" + kind.encode())
    yield "an older revision", clean + clean
    yield "document information", clean.replace(b"/Root 1 0 R", b"/Info << /Author (someone) >> /Root 1 0 R")


def changed(data, change):
    """A package whose parts are what `change(name, text)` makes of them."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for info in source.infolist():
            target.writestr(info.filename, change(info.filename, source.read(info).decode()))
    return made.getvalue()


def with_part(data, name):
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(name, "<x/>")
    return made.getvalue()


def with_text(data, part, text):
    """`text` in front of the last closing tag of a part."""
    return changed(data, lambda name, old: "".join((*old.rpartition("</")[:1], text, *old.rpartition("</")[1:])) if name == part else old)


def planted_packages():
    docx, xlsx = docx_file(), xlsx_file()
    for name in ("word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml", "xl/externalLinks/externalLink1.xml", "docProps/core.xml", "docProps/app.xml",
                 "docProps/thumbnail.jpeg", "customUI/customUI.xml", "xl/macrosheets/sheet1.xml", "xl/printerSettings/p.bin", "xl/connections.xml", "word/media/a.emf",
                 "customXml/item1.xml", "word/afchunk.mht", "hidden.exe"):
        yield f"part {name}", with_part(docx, name)
    row = '<Relationship Id="z" Type="http://x/{}" Target="{}" {}/>'
    outside = 'TargetMode="External"'
    for kind, target, mode in (("attachedTemplate", "http://evil.example/t.dotm", outside), ("image", "http://evil.example/a.png", outside),
                               ("hyperlink", "file:///c:/a.exe", outside), ("hyperlink", "javascript:x", outside), ("oleObject", "http://evil.example/", outside),
                               ("externalLinkPath", "b.xlsx", outside), ("vbaProject", "v.xml", ""), ("frame", "\\\\evil.example\\a", "")):
        yield f"relationship {kind} {target}", with_text(docx, "word/_rels/document.xml.rels", row.format(kind, target, mode))
    for text in ("<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>", '<w:fldSimple w:instr=" INCLUDEPICTURE http://evil.example/ "/>', "<w:altChunk/>", "<w:subDoc/>",
                 "<w:control/>", "<w:instrText> LINK Excel.Sheet</w:instrText>"):
        yield f"element {text}", with_text(docx, "word/document.xml", text)
    for formula in ("cmd|' /C calc'!A0", "WEBSERVICE(A1)", "[1]Sheet1!A1", "'[2]Sheet 1'!A1", "[1]!name", "CALL(1)", "\\\\evil.example\\a!A1"):
        yield f"formula {formula}", xlsx_file(formula=formula)
    for text in ("<ddeLink/>", "<oleObjects/>", "<controls/>", '<sp macro="[0]!Run"/>', '<cacheSource type="external"/>', "<cacheHierarchies/>",
                 '<worksheetSource sheet="[1]S"/>', '<worksheetSource xmlns:r="r" r:id="rId1"/>', '<cacheField formula="[1]S!A1"/>', '<pivotCacheDefinition refreshedBy="a"/>'):
        yield f"element {text}", with_text(xlsx, "xl/sheet.xml", text)
    for old, new in (("openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"), ("sheet.main", "template.main")):
        yield f"the type {new}", changed(xlsx, lambda name, text, old=old, new=new: text.replace(old, new))


def planted_pictures():
    picture, words = Image.new("RGB", (9, 9), "white"), PngInfo()
    words.add_text("Author", "someone")
    for name, options in (("PNG text", {"format": "PNG", "pnginfo": words}), ("JPEG comment", {"format": "JPEG", "comment": b"someone"}),
                          ("JPEG Exif", {"format": "JPEG", "exif": exif()}), ("a GIF", {"format": "GIF"}), ("PNG profile", {"format": "PNG", "icc_profile": profile()})):
        made = io.BytesIO()
        picture.save(made, **options)
        yield name, made.getvalue()


def exif():
    tags = Image.Exif()
    tags[0x010F] = "camera"
    return tags.tobytes()


def profile():
    from PIL import ImageCms
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def planted_others():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.png", next(data for name, data in planted_pictures() if name == "PNG text"))
    yield "a picture with metadata in a ZIP", made.getvalue()
    yield "a program", b"MZ\x90\0\xff"
    yield "a cell that runs", b"name,value\n=cmd|x,1\n"


def self_test():
    failed = 0
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("a.pdf", pdf_file())
    for name, data in (("PDF", pdf_file()), ("PDF stored in a ZIP", stored.getvalue()), ("docx", docx_file()), ("xlsx", xlsx_file()), ("PNG", png_file())):
        found = list(in_file(data))
        print(f"{'WRONGLY NOTICED' if found else 'clean'}: {name}{f': {found}' if found else ''}")
        failed += bool(found)
    for plant in (planted_pdfs, planted_packages, planted_pictures, planted_others):
        for name, data in plant():
            found = list(in_file(data))
            print(f"{'noticed' if found else 'NOT NOTICED'}: {name}: {'; '.join(found)[:100]}")
            failed += not found
    return 1 if failed else 0
