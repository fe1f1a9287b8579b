"""What must not be in a file that crosses, looked for by programs that are not ours: whatever runs, opens or fetches by itself, and whatever says
who made the file, when and where. Every function yields words; none is good."""
import io
import json
import re
import zipfile
import xml.etree.ElementTree as ElementTree

from . import kinds, tools
from .pdf import Objects

# ---- PDF
KEYS = {"/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/Filespec", "/XFA", "/RichMedia", "/RichMediaContent",
        "/Movie", "/Sound", "/Rendition", "/Renditions", "/Screen", "/3D", "/3DD", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/ResetForm", "/Hide", "/Named",
        "/SetOCGState", "/Trans", "/GoTo3DView", "/AcroForm", "/Widget", "/FileAttachment", "/Metadata", "/PieceInfo", "/Collection", "/AF", "/OCProperties",
        "/Encrypt", "/Perms", "/SpiderInfo", "/Threads", "/Alternates", "/OPI", "/PS", "/Ref", "/URLS", "/IDS", "/Templates", "/PresSteps", "/Requirements",
        "/Info", "/Thumb", "/LastModified", "/StructTreeRoot", "/NeedsRendering", "/Extensions"}
# Names that also mean something harmless (Screen blends colours); looked at where they act: as /Subtype or /S.
AMBIGUOUS = {"/Screen", "/Info", "/Hide", "/PS"}
# Words that no picture, font or sentence has by chance; looked for in every unpacked stream.
LONG_WORDS = (b"/JavaScript", b"/OpenAction", b"/EmbeddedFile", b"/RichMedia", b"/SubmitForm", b"/Launch", b"app.alert", b"<?xpacket", b"http://ns.adobe.com/xdp")
SCHEMES = re.compile(r"(?i)(https?|mailto):")


def names_in(value):
    """Every key and every name of an object of qpdf's JSON; without recursion, as the file decides its depth."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from (("key", key, item) for key, item in value.items())
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and value.startswith("/"):
            yield "name", value, None


# Names that an author may choose: of resources, glyphs, colours. As a key they are what the list means only outside of these.
FREE_KEYS = {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs", "/Colorants", "/Names", "/Dests"}


def forget_free_keys(value):
    """A copy in which dictionaries with keys of the author's choice are lists of their values."""
    if isinstance(value, list):
        return [forget_free_keys(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: list(map(forget_free_keys, item.values())) if key in FREE_KEYS and isinstance(item, dict) else forget_free_keys(item)
            for key, item in value.items()}


def in_objects(path):
    objects = Objects(path).objects
    if not objects:
        yield "qpdf cannot list its objects"
    for value in objects.values():
        for what, name, item in names_in(forget_free_keys(value)):
            if name in KEYS and not (what == "name" and name in AMBIGUOUS) or name in ("/Subtype", "/S") and item in AMBIGUOUS:
                yield f"{what} {name}"
            if name == "/URI" and isinstance(item, str) and not SCHEMES.match(item.removeprefix("u:").removeprefix("b:")) and item != "/URI":
                yield f"a link to {item[:40]}"


def in_bytes(data):
    """As they stand, without streams: names may be written with #xx."""
    outside = re.sub(rb"(?s)\bstream\r?\n.*?\bendstream", b"", data)
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), outside)
    for word in sorted(KEYS - AMBIGUOUS):
        if re.search(re.escape(word.encode()) + rb"(?![A-Za-z0-9])", plain):
            yield f"bytes {word}"
    if data.count(b"%%EOF") != 1:
        yield f"{data.count(b'%%EOF')} ends of file"


def in_streams(path):
    plain = tools.call("qpdf", "--qdf", "--object-streams=disable", "--stream-data=uncompress", "--warning-exit-0", path, "-").out
    plain = b"".join(re.findall(rb"(?s)\bstream\r?\n(.*?)\bendstream", plain))
    yield from (f"stream has {word.decode()}" for word in LONG_WORDS if word in plain)


def in_pdf(data):
    with tools.OnDisk(data, "pdf") as path:
        yield from in_objects(path)
        yield from in_streams(path)
    yield from in_bytes(data)


# ---- OOXML
PART_WORDS = re.compile(r"(?i)vbaproject|externallink|oleobject|embeddings/|activex|attachedtemplate|macrosheet|dialogsheet|customui|webextension|printersettings|"
                        r"connections\.xml|querytable|docprops|customxml|ctrlprop|\.bin$|_xmlsignatures|\.emf$|\.wmf$|thumbnail|afchunk|volatiledep|glossary")
# The one part of that kind that crosses, byte for byte: LibreOffice measures the rows of a workbook anew without it.
SAYS_EXCEL = ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
              '<Application>Microsoft Excel</Application></Properties>').encode()
PART_ENDS = re.compile(r"(?i)\.(xml|rels|vml|png|jpe?g)$")
ELEMENTS = {"oleObject", "OLEObject", "oleObjects", "control", "controls", "ddeLink", "oleLink", "externalReference", "externalBook", "attachedTemplate", "altChunk",
            "subDoc", "webPublishItem", "consolidation", "tupleCache", "cacheHierarchies", "fileRecoveryPr", "snd", "audioFile", "videoFile", "wavAudioFile", "quickTimeFile", "mailMerge", "legacyDrawingHF", "dataBinding",
            "cmd", "rsid", "docVar"}
FIELDS = re.compile(r"(?i)^\s*(DDE|DDEAUTO|INCLUDE\w*|LINK|EMBED|IMPORT|MACROBUTTON|AUTOTEXT\w*|DATABASE|RD|SHAPE|FILENAME|USER\w*|AUTHOR|LASTSAVEDBY)\b")
# Strings are taken out before. [1] is another workbook; [0] is this one, and a column of a table may be called [2019].
FORMULAS = re.compile(r"(?i)\|[^|]*!|\[[1-9]\d*\][^\[\]!]*!|\b(CALL|REGISTER|EXEC|WEBSERVICE|RTD|DDE|FILTERXML|SQL\.REQUEST)\s*\(|file:|\\\\")
ADDRESS = re.compile(r"(?i)(https?|mailto):|#")


def local(word):
    return word.rpartition("}")[2]


def in_relationships(name, root):
    for row in root:
        target, kind = row.get("Target") or "", (row.get("Type") or "").rpartition("/")[2]
        external = (row.get("TargetMode") or "").lower() == "external"
        if external and (kind != "hyperlink" or not ADDRESS.match(target)):
            yield f"{name}: {kind} leads outside to {target[:40]}"
        if not external and re.match(r"(?i)[a-z]+:|//|\\", target):
            yield f"{name}: {kind} leads to {target[:40]}"
        is_program = (name, kind, target) == ("_rels/.rels", "extended-properties", "docProps/app.xml")  # its bytes are compared
        if not is_program and (PART_WORDS.search(kind) or PART_WORDS.search(target.partition("://")[0])):
            yield f"{name}: a relationship of type {kind} to {target[:40]}"


def in_elements(name, root):
    for element in root.iter():
        word, text = local(element.tag), element.text or ""
        if word in ELEMENTS:
            yield f"{name}: element {word}"
        if word == "instrText" and FIELDS.match(text):
            yield f"{name}: field {text.strip()[:20]}"
        if word in ("f", "definedName", "formula", "formula1", "formula2") and FORMULAS.search(re.sub(r'"[^"]*"', "", text)):
            yield f"{name}: formula {text[:40]}"
        if word == "cacheSource" and element.get("type") != "worksheet":
            yield f"{name}: figures of a pivot table from {element.get('type')}"
        if word == "worksheetSource" and (any(local(key) == "id" for key in element.attrib) or any(re.search(r"[\[\]|!/\\:]", element.get(key) or "") for key in ("sheet", "name"))):
            yield f"{name}: figures of another workbook"
        for key, value in element.attrib.items():
            if local(key) == "formula" and FORMULAS.search(re.sub(r'"[^"]*"', "", value)):
                yield f"{name}: formula {value[:40]}"
            if local(key) == "refreshedBy":
                yield f"{name}: who looked last"
            if local(key) == "instr" and FIELDS.match(value):
                yield f"{name}: field {value.strip()[:20]}"
            if local(key) in ("macro", "onAction", "OnAction") and value:
                yield f"{name}: attribute {local(key)}"
            if local(key) == "action" and "program" in value or local(key) == "action" and "macro" in value:
                yield f"{name}: action {value[:40]}"
            if local(key) == "src" and re.match(r"(?i)[a-z]+:|\\\\", value):
                yield f"{name}: fetches {value[:40]}"


def in_package(data):
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception as fault:  # noqa: BLE001 (whatever a broken archive raises)
        yield f"zipfile cannot read it: {type(fault).__name__}"
        return
    if archive.comment:
        yield "the archive has a comment"
    for name, bytes_ in parts:
        if (name, bytes_) == ("docProps/app.xml", SAYS_EXCEL):
            continue
        if PART_WORDS.search(name) or not PART_ENDS.search(name):
            yield f"part {name}"
        if name.endswith((".png", ".jpeg", ".jpg")):
            yield from (f"{name}: {words}" for words in in_file(bytes_, name))
            continue
        if name == "[Content_Types].xml" and re.search(rb"(?i)macro|vba|activex|oleobject", bytes_):
            yield f"{name}: a type of something active"
        try:
            root = ElementTree.fromstring(bytes_)
        except ElementTree.ParseError:
            yield f"{name}: no well-formed XML"
            continue
        yield from in_relationships(name, root) if name.endswith(".rels") else in_elements(name, root)


# ---- metadata, as exiftool sees it: what says how the file is built may be there, nothing else
STRUCTURE = {
    "pdf": {"PDFVersion", "Linearized", "PageCount", "PageMode", "PageLayout", "Language"},
    "png": {"ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace", "Palette", "Transparency", "Gamma", "SRGBRendering",
            "PixelsPerUnitX", "PixelsPerUnitY", "PixelUnits", "WhitePointX", "WhitePointY", "RedX", "RedY", "GreenX", "GreenY", "BlueX", "BlueY"},
    "jpg": {"JFIFVersion", "ResolutionUnit", "XResolution", "YResolution", "ImageWidth", "ImageHeight", "EncodingProcess", "BitsPerSample", "ColorComponents",
            "YCbCrSubSampling", "DCTEncodeVersion", "APP14Flags0", "APP14Flags1", "ColorTransform", "ExifByteOrder", "Orientation"},
}
# Of a colour profile: what turns samples into colours; and what must be there, but may say nothing.
COLOURS = {"ProfileVersion", "ProfileClass", "ColorSpaceData", "ProfileConnectionSpace", "ProfileFileSignature", "RenderingIntent", "ConnectionSpaceIlluminant",
           "MediaWhitePoint", "ChromaticAdaptation", "RedMatrixColumn", "GreenMatrixColumn", "BlueMatrixColumn", "RedTRC", "GreenTRC", "BlueTRC", "GrayTRC",
           "AToB0", "AToB1", "AToB2", "CMMFlags", "DeviceAttributes"}
NOTHING = {"", "-", "0", "0000:00:00 00:00:00", "Unknown ()", "none"}
# A resource that says what device colours mean (ISO 32000-1, 8.6.5.6): exiftool takes what its array begins with for a tag. Too short to say anything.
DEFAULT_COLOURS = re.compile(r"PDF_Default(Gray|RGB|CMYK)_0x[0-9A-Fa-f]{4}")
ALWAYS = {"FileType", "FileTypeExtension", "MIMEType", "ImageSize", "Megapixels", "ExifToolVersion", "SourceFile"}


def metadata(data, kind):
    allowed = STRUCTURE.get(kind)
    if allowed is None:
        return
    with tools.OnDisk(data, kind) as path:
        said = tools.call("exiftool", "-j", "-G1", "-a", "-u", path).text()
    try:
        tags = json.loads(said)[0]
    except (ValueError, IndexError):
        yield "exiftool cannot read it"
        return
    for tag, value in tags.items():
        group, _, name = tag.rpartition(":")
        if kind == "pdf" and group.startswith("ICC") and (name in COLOURS or str(value).strip() in NOTHING):
            continue
        if kind == "pdf" and DEFAULT_COLOURS.fullmatch(name) and len(str(value)) <= 2:
            continue
        if group not in ("System", "Composite", "ExifTool") and name not in allowed | ALWAYS:
            yield f"metadata {tag}: {str(value)[:40]}"


# ---- any file
def in_archive(data):
    """A ZIP that is no document: each member by itself."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception as fault:  # noqa: BLE001 (whatever a broken archive raises)
        yield f"zipfile cannot read it: {type(fault).__name__}"
        return
    for name, bytes_ in members:
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            yield f"member {name[:40]} leads out"
        yield from (f"{name}: {words}" for words in in_file(bytes_, name))


def in_text(data, is_table):
    """A table opens in a spreadsheet; a text, in which a line of "=====" stands below each heading, does not."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        yield "bytes of a kind that nobody knows"
        return
    if is_table and re.search(r"(?m)^\s*\"?[=@]", text):
        yield "text that a spreadsheet would run"
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        yield "text with controls"


def in_file(data, name=""):
    """Words for whatever is active in a file that crosses; what it is is decided by its content, and of a text by its name."""
    room, kind = kinds.kind_of(data) or (None, None)
    if room == "pdf":
        yield from in_pdf(data)
        yield from metadata(data, "pdf")
    elif room == "ooxml":
        if kind not in ("docx", "xlsx", "pptx"):
            yield f"the kind {kind}"
        yield from in_package(data)
    elif room == "picture":
        if kind not in ("jpg", "png"):
            yield f"the kind {kind}"
        yield from metadata(data, kind)
    elif data[:2] == b"PK":
        yield from in_archive(data)
    else:
        yield from in_text(data, is_table=not name or name.lower().endswith((".csv", ".tsv")))
