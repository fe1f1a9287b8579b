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
    bodies[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    bodies[1] = f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{page} 0 R' for page in pages)}] >>".encode()
    out, starts = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    out += f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(starts) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    return bytes(out)


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(size):
    """Paragraphs until the packed document is about `size` bytes."""
    noise, paragraphs = random.Random(3), []
    while len(paragraphs) * 77 < size:  # what a paragraph of fifty words comes to when packed
        paragraphs.append(f'<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:rPr><w:sz w:val="22"/></w:rPr><w:t>{words(noise, 50)}</w:t></w:r></w:p>')
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
                         'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
                         'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        archive.writestr("_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
                         f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>')
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{"".join(paragraphs)}</w:body></w:document>')
    return made.getvalue()


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
            "1.5mb-three-jpeg": {f"photo{n}.jpg": photograph(1600, 1200, n) for n in range(3)}, "zip-of-ten": {"files.zip": zip_of_ten()}}
    paths = {}
    for name, files in made.items():
        paths[name] = folder / f"{name}.eml"
        paths[name].write_bytes(mail(header, files))
    return paths
