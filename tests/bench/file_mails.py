"""Mails with files for the bench: a PDF, a Word document, photographs, a ZIP of ten files. Made here, the same bytes each time; about as large, and as
hard to pack, as what offices send."""
import base64
import io
import random
import zipfile
import zlib

from PIL import Image, ImageFilter

SENTENCE = "The committee heard the report on the use of the hall and asked for a second opinion until spring. "


def photograph(width, height, seed, quality=85):
    """JPEG of soft shapes with grain, as a camera makes: about a quarter of a byte a pixel."""
    noise = random.Random(seed)
    small = Image.frombytes("RGB", (width // 32, height // 32), noise.randbytes(width // 32 * (height // 32) * 3))
    picture = small.resize((width, height), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(4))
    grain = Image.frombytes("L", (width, height), noise.randbytes(width * height)).convert("RGB")
    made = io.BytesIO()
    Image.blend(picture, grain, 0.06).save(made, "JPEG", quality=quality)
    return made.getvalue()


def words(noise, count):
    return " ".join(noise.choice(SENTENCE.split()) + (str(noise.randrange(1000)) if noise.random() < 0.2 else "") for _ in range(count))


def pdf(size):
    """Pages of packed text, of which each tenth has a photograph, until it is about `size` bytes."""
    noise, bodies = random.Random(1), []
    photo = photograph(640, 480, 2)
    pages = []
    bodies += [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
               f"<< /Subtype /Image /Width 640 /Height 480 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode /Length {len(photo)} >>\nstream\n".encode() +
               photo + b"\nendstream"]
    while sum(map(len, bodies)) < size:
        lines = "".join(f"1 0 0 1 60 {780 - 14 * n} Tm ({words(noise, 14)}) Tj " for n in range(50))
        text = zlib.compress((f"BT /F 11 Tf {lines}ET" + (" q 300 0 0 200 60 60 cm /I Do Q" if len(pages) % 10 == 0 else "")).encode())
        bodies.append(f"<< /Filter /FlateDecode /Length {len(text)} >>\nstream\n".encode() + text + b"\nendstream")
        bodies.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(bodies)} 0 R "
                      "/Resources << /Font << /F 3 0 R >> /XObject << /I 4 0 R >> >> >>".encode())
        pages.append(len(bodies))
    return pdf_of(bodies, pages)


def pdf_of(bodies, pages):
    """The file of these objects, of which the first two are left free for the catalog and the tree of `pages`."""
    bodies[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    bodies[1] = f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{page} 0 R' for page in pages)}] >>".encode()
    out, starts = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    out += f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(starts) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    return bytes(out)


def pdf_as_offices_send():
    """Ten pages as an office program prints them: text in two embedded subset fonts, packed, and one photograph."""
    noise, bodies, pages = random.Random(4), [b"", b""], []

    def put(entries, data=None):
        packed = zlib.compress(data) if data is not None else b""
        stream = f" /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream" if data is not None else b" >>"
        bodies.append(b"<< " + entries.encode() + stream)
        return len(bodies)

    photo = photograph(800, 608, 5)
    bodies.append(f"<< /Subtype /Image /Width 800 /Height 608 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode /Length {len(photo)} >>\nstream\n".encode() +
                  photo + b"\nendstream")
    picture, fonts = len(bodies), []
    for name in ("ABCDEF+Mincho", "GHIJKL+Gothic"):
        outlines = b"".join(noise.randbytes(5) + bytes(2) for _ in range(8500))  # a glyph's points: seven tenths of their size when packed
        file = put(f"/Length1 {len(outlines)}", outlines)
        descriptor = put(f"/Type /FontDescriptor /FontName /{name} /Flags 32 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 "
                         f"/StemV 80 /FontFile2 {file} 0 R")
        fonts.append(put(f"/Type /Font /Subtype /TrueType /BaseFont /{name} /FirstChar 32 /LastChar 126 /Widths [{' '.join(['500'] * 95)}] "
                         f"/Encoding /WinAnsiEncoding /FontDescriptor {descriptor} 0 R"))
    for number in range(10):
        lines = "".join(f"1 0 0 1 60 {780 - 16 * n} Tm [({words(noise, 6)}) -250 ({words(noise, 6)})] TJ " for n in range(44))
        content = put("", f"q BT /F{number % 2} 10.5 Tf {lines}ET Q q 300 0 0 228 60 60 cm /I Do Q".encode())
        pages.append(put(f"/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R /Resources << /Font << /F0 {fonts[0]} 0 R /F1 {fonts[1]} 0 R >> "
                         f"/XObject << /I {picture} 0 R >> >>"))
    return pdf_of(bodies, pages)


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"
DRAWING = f'xmlns:a="{DRAWN}/main" xmlns:pic="{DRAWN}/picture" xmlns:wp="{DRAWN}/wordprocessingDrawing"'


def docx(size):
    """Paragraphs until the packed document is about `size` bytes."""
    noise, paragraphs = random.Random(3), []
    while len(paragraphs) * 77 < size:  # what a paragraph of fifty words comes to when packed
        paragraphs.append(f'<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:rPr><w:sz w:val="22"/></w:rPr><w:t>{words(noise, 50)}</w:t></w:r></w:p>')
    return docx_of("".join(paragraphs), {})


def docx_of(body, pictures):
    """pictures: {relationship: JPEG}"""
    made = io.BytesIO()
    rows = "".join(f'<Relationship Id="{name}" Type="{OFFICE}/image" Target="media/{name}.jpeg"/>' for name in pictures)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
                         'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>'
                         '<Override PartName="/word/document.xml" '
                         'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        archive.writestr("_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
                         f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>')
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}" {DRAWING}><w:body>{body}</w:body></w:document>')
        archive.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>')
        for name, picture in pictures.items():
            archive.writestr(f"word/media/{name}.jpeg", picture, zipfile.ZIP_STORED)
    return made.getvalue()


def docx_as_offices_send():
    """Twenty pages of Japanese paragraphs and tables with the marks that Word leaves in them, about 60 KB packed, and two photographs."""
    noise = random.Random(6)
    fonts = '<w:rPr><w:rFonts w:ascii="MS Mincho" w:eastAsia="MS Mincho" w:hAnsi="MS Mincho" w:hint="eastAsia"/><w:szCs w:val="21"/></w:rPr>'

    def run(count):
        text = "".join(chr(0x4E00 + noise.randrange(900)) for _ in range(count))
        return f'<w:r w:rsidRPr="00{noise.randrange(1 << 24):06X}">{fonts}<w:t>{text}</w:t></w:r>'

    def paragraph(runs):
        return f'<w:p w:rsidR="00A41B52" w:rsidRDefault="00A41B52"><w:pPr><w:jc w:val="left"/>{fonts}</w:pPr>{runs}</w:p>'

    def cell():
        return f'<w:tc><w:tcPr><w:tcW w:w="2123" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{paragraph(run(8))}</w:tc>'

    def drawing(name):
        return paragraph(f'<w:r><w:drawing><wp:inline><wp:extent cx="5400000" cy="4050000"/><wp:docPr id="{name[1:]}" name="{name}"/><a:graphic><a:graphicData '
                         f'uri="{DRAWN}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{name}"/>'
                         '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>')

    body = ""
    for page in range(20):
        body += "".join(paragraph(run(30) + run(30) + run(30)) for _ in range(12))
        body += f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>{"".join(f"<w:tr>{cell()}{cell()}{cell()}{cell()}</w:tr>" for _ in range(5))}</w:tbl>'
        body += drawing(f"r{page}") if page in (1, 2) else ""
    return docx_of(body, {f"r{n}": photograph(736, 544, 6 + n) for n in (1, 2)})


def zip_of_ten():
    """Three photographs, three documents, two PDF and two pictures of a screen: about 350 KB."""
    made, screen = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(screen, "PNG")
    members = {**{f"photo{n}.jpg": photograph(640, 480, n) for n in range(3)}, **{f"letter{n}.docx": docx(20_000) for n in range(3)},
               **{f"plan{n}.pdf": pdf(80_000) for n in range(2)}, **{f"screen{n}.png": screen.getvalue() for n in range(2)}}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


TYPES = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "jpg": "image/jpeg", "zip": "application/zip"}


def mail(header, files):
    """header: up to MIME-Version; files: {name: bytes}"""
    parts = [b"--b\nContent-Type: text/plain; charset=UTF-8\n\n" + SENTENCE.encode() + b"\n"]
    for name, data in files.items():
        head = (f'--b\nContent-Type: {TYPES[name.rpartition(".")[2]]}\nContent-Transfer-Encoding: base64\n'
                f'Content-Disposition: attachment; filename="{name}"\n\n')
        parts.append(head.encode() + base64.encodebytes(data))
    return header.encode() + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"".join(parts) + b"--b--\n"


def write_all(folder, header):
    """The mails as files: {name: path}."""
    made = {"300kb-pdf": {"plan.pdf": pdf(220_000)}, "300kb-docx": {"letter.docx": docx(220_000)},
            "300kb-pdf-as-offices-send": {"plan.pdf": pdf_as_offices_send()}, "300kb-docx-as-offices-send": {"letter.docx": docx_as_offices_send()},
            "1.5mb-three-jpeg": {f"photo{n}.jpg": photograph(1600, 1200, n) for n in range(3)}, "zip-of-ten": {"files.zip": zip_of_ten()}}
    paths = {}
    for name, files in made.items():
        paths[name] = folder / f"{name}.eml"
        paths[name].write_bytes(mail(header, files))
    return paths
