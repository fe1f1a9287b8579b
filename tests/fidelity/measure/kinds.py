"""What a file is, by its content, in the words of the tables: the room that rebuilds it and the kind."""
import io
import re
import zipfile

OFFICE = {
    "wordprocessingml.document": "docx", "wordprocessingml.template": "dotx", "ms-word.document": "docm", "ms-word.template": "dotm",
    "spreadsheetml.sheet": "xlsx", "spreadsheetml.template": "xltx", "ms-excel.sheet": "xlsm", "ms-excel.template": "xltm",
    "presentationml.presentation": "pptx", "presentationml.template": "potx", "presentationml.slideshow": "ppsx",
    "ms-powerpoint.presentation": "pptm", "ms-powerpoint.template": "potm", "ms-powerpoint.slideshow": "ppsm"}
MAIN = re.compile(r"application/vnd\.(?:openxmlformats-officedocument\.)?([\w.-]+?)(?:\.macroEnabled(?:12|Template)?(?:\.12)?)?\.main\+xml")
MACRO = re.compile(r"application/vnd\.(ms-(?:word|excel|powerpoint)\.(?:document|sheet|presentation|template|slideshow))"
                   r"\.macroEnabled(?:Template|\.12|12)?\.main\+xml")
PICTURES = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"), (b"II*\0", "tiff"), (b"MM\0*", "tiff"), (b"BM", "bmp"))
HEIF = {**dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "heic"), b"avif": "avif", b"avis": "avif"}
FAMILY = {"docx": "docx", "dotx": "docx", "docm": "docx", "dotm": "docx", "xlsx": "xlsx", "xltx": "xlsx", "xlsm": "xlsx", "xltm": "xlsx",
          "pptx": "pptx", "potx": "pptx", "ppsx": "pptx", "pptm": "pptx", "potm": "pptx", "ppsm": "pptx"}
# Of before the packages and of others, by LibreOffice: what each becomes.
CONVERTED = {"doc": "docx", "xls": "xlsx", "ppt": "pptx", "rtf": "docx", "odt": "docx", "ods": "xlsx", "odp": "pptx"}
STREAMS = (("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("Workbook", "xls"), ("Book", "xls"))
OPEN_DOCUMENT = {b"application/vnd.oasis.opendocument." + word: kind
                 for word, kind in ((b"text", "odt"), (b"spreadsheet", "ods"), (b"presentation", "odp"))}
# As pictures of their pages: what each was. Of Office documents one in so many: LibreOffice takes most of the time.
PICTURED = {"image-pdf": "pdf", "image-docx": "docx", "image-xlsx": "xlsx", "image-pptx": "pptx"}
PICTURED_OFFICE_EACH = 12
ALL = ("pdf", *PICTURED, *FAMILY, *CONVERTED, "jpg", "png", "gif", "tiff", "bmp", "webp", "heic", "avif")


def office_kind(data):
    try:
        types = zipfile.ZipFile(io.BytesIO(data)).read("[Content_Types].xml").decode("utf-8", "replace")
    except Exception:  # noqa: BLE001 (whatever a broken archive raises)
        return None
    for pattern in (MACRO, MAIN):
        for found in pattern.finditer(types):
            if found[1] in OFFICE:
                return OFFICE[found[1]]
    return None


def converted_kind(data):
    """doc, xls … or None. Names of streams stand in a compound file as they are, in UTF-16 and ended by a NUL."""
    if data[:4] == b"{\\rt":
        return "rtf"
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "__properties_version1.0".encode("utf-16-le") in data:  # a mail, whatever is attached to it
            return None
        return next((kind for name, kind in STREAMS if (name + "\0").encode("utf-16-le") in data), None)
    if data[:2] == b"PK" and data[30:38] == b"mimetype":
        length = int.from_bytes(data[22:26], "little")
        return OPEN_DOCUMENT.get(data[38:38 + length].removesuffix(b"-template"))
    return None


def kind_of(data):
    """(room, kind), or None for what no codec of ours rebuilds."""
    converted = converted_kind(data)
    if converted:
        return converted, converted
    # First of all: a PDF that is stored in a ZIP may stand in its first kilobyte.
    if data[:2] == b"PK":
        kind = office_kind(data)
        return ("ooxml", kind) if kind else None
    if b"%PDF-" in data[:1024]:
        return "pdf", "pdf"
    for magic, kind in PICTURES:
        if data.startswith(magic):
            return "picture", kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "picture", "webp"
    if data[4:8] == b"ftyp" and data[8:12] in HEIF:
        return "picture", HEIF[data[8:12]]
    return None
