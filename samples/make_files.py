#!/usr/bin/python3
"""Makes the attached files of seven sample mails anew, as their programs write them: a ZIP with a password, a PDF form sheet with
JavaScript, a notice with a letter that few fonts have, a Word document with macros, a picture with a place in its metadata, a winmail.dat of Outlook with a table and that picture,
a fax of three pages.
`samples/make_files.py` writes them into samples/mails; the same bytes every time."""
import base64
import io
import pathlib
import re
import struct
import zipfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent / "mails"
MS = "http://schemas.openxmlformats.org"
PACKAGE = f"{MS}/package/2006"
OFFICE = f"{MS}/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def pdf(words="様式第１号（第３条関係）", annotations=b""):
    """One page in a font that is not embedded, as Word on a Japanese machine may write it, and a script that runs at the start."""
    text = words.encode("utf-16-be").hex()
    content = f"BT /F1 14 Tf 72 760 Td <{text}> Tj ET\n72 700 300 40 re S\n".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 7 0 R/Lang(ja-JP)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R%s>>" % annotations,
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/MS-Mincho/Encoding/UniJIS-UTF16-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/MS-Mincho/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>"
        b"/FontDescriptor 8 0 R/DW 1000>>",
        b"<</S/JavaScript/JS(app.alert\\('x'\\))>>",
        b"<</Type/FontDescriptor/FontName/MS-Mincho/Flags 6/FontBBox[0 -137 1000 859]/ItalicAngle 0/Ascent 859/Descent -137"
        b"/CapHeight 709/StemV 80>>",
        b"<</Author(Bunshoka Tanaka)/Producer(Sample)>>",
    ]
    out, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R/Info 9 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(out))


def docm():
    """A questionnaire with a macro, as far as a reader of packages sees one."""
    word = f"{MS}/wordprocessingml/2006/main"
    lines = ["施設利用に関する調査票", "１ 団体名（　　　　　　　　　　）", "２ 利用の頻度（週１回・月１回・その他）"]
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{HEAD}<w:document xmlns:w="{word}"><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
        "</w:body></w:document>",
        "word/_rels/document.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>',
        "word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Attribute VB_Name = \"ThisDocument\"\r\nSub AutoOpen()\r\nEnd Sub\r\n".ljust(504, b"\0"),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def png():
    """A small map: a cross of two roads, 64 by 48 pixels, with the place where it was made."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    road, field = b"\x60\x60\x60", b"\xd8\xec\xc8"
    rows = b"".join(b"\0" + b"".join(road if 28 <= x < 36 or 20 <= y < 28 else field for x in range(64)) for y in range(48))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)) +
            chunk(b"tEXt", b"Comment\0N35.6895 E139.6917") + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def fax():
    """What a fax machine makes of three pages, 204 by 98 pixels an inch: a frame, lines for text, a bar more on each page."""
    width, height = 864, 550  # a quarter of a page

    def packed(row):  # PackBits (TIFF 6.0 section 9), rows of one byte but for their ends
        out, at = b"", 0
        while at < len(row):
            run = 1
            while at + run < len(row) and run < 128 and row[at + run] == row[at]:
                run += 1
            out += bytes([257 - run & 0xff, row[at]]) if run > 1 else bytes([0, row[at]])
            at += run
        return out

    def pixels(page):
        for y in range(height):
            full = y < 4 or y >= height - 4
            line = 80 <= y < 470 and y % 26 < 6
            bar = 24 <= y < 56
            inner = [0xff if full or (line and 10 <= x < 98 and (x + y // 26) % 9) or (bar and x % 8 < 5 and x // 8 < page and x > 0) else 0 for x in range(106)]
            yield packed(bytes([0xf0, *inner, 0x0f]))
    out, link_at = b"II*\0\0\0\0\0", 4
    resolution_at = len(out)
    out += struct.pack("<IIII", 204, 1, 98, 1)
    for page in range(1, 4):
        strip = b"".join(pixels(page))
        strip_at = len(out)
        out += strip + b"\0" * (len(strip) % 2)
        out = out[:link_at] + struct.pack("<I", len(out)) + out[link_at + 4:]
        entries = [(0x100, 4, width), (0x101, 4, height), (0x102, 3, 1), (0x103, 3, 32773), (0x106, 3, 0), (0x111, 4, strip_at), (0x115, 3, 1),
                   (0x116, 4, height), (0x117, 4, len(strip)), (0x11a, 5, resolution_at), (0x11b, 5, resolution_at + 8), (0x128, 3, 2),
                   (0x129, 3, page - 1 | 3 << 16)]
        out += struct.pack("<H", len(entries))
        for tag, kind, value in entries:
            out += struct.pack("<HHII", tag, kind, 2 if tag == 0x129 else 1, value)
        link_at = len(out)
        out += b"\0\0\0\0"
    return out


def winmail():
    """What Outlook sends with the letter of its mail and two files, names in CP932 and in Unicode."""
    def attribute(level, number, data):
        return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xffff)

    def long_name(name):
        data = (name + "\0").encode("utf-16-le")
        padded = data + b"\0" * (-len(data) % 4)
        return struct.pack("<IHHII", 1, 0x1f, 0x3707, 1, len(data)) + padded

    def file(name, short, data):
        return (attribute(2, 0x69002, struct.pack("<HiHHi", 1, -1, 32, 32, 0)) + attribute(2, 0x18010, short.encode("cp932") + b"\0") +
                attribute(2, 0x6800f, data) + attribute(2, 0x69005, long_name(name)))
    table = "番号,施設,連絡先\r\n1,中央公民館,03-0000-0001\r\n2,表町会館,03-0000-0002\r\n".encode("cp932")
    return (struct.pack("<IH", 0x223e9f78, 1) + attribute(1, 0x89006, struct.pack("<I", 0x10000)) +
            attribute(1, 0x69007, struct.pack("<II", 932, 0)) + attribute(1, 0x2800c, "田中です。\r\n資料をお送りします。\r\n\0".encode("cp932")) +
            file("施設一覧①.csv", "施設一覧.csv", table) + file("案内図.png", "案内図.png", png()))


def locked_zip():
    """What a Japanese ZIP program makes of two files and the password of the mail that follows: ZipCrypto, names in CP932."""
    crc_of_byte = [zlib.crc32(bytes([b])) ^ zlib.crc32(b"\0") for b in range(256)]

    def mixed(crc, byte):
        return (crc >> 8) ^ crc_of_byte[(crc ^ byte) & 0xff]

    def encrypted(data):
        keys = [0x12345678, 0x23456789, 0x34567890]

        def update(byte):
            keys[0] = mixed(keys[0], byte)
            keys[1] = ((keys[1] + (keys[0] & 0xff)) * 134775813 + 1) & 0xffffffff
            keys[2] = mixed(keys[2], keys[1] >> 24)
        for byte in b"Sample2026!":
            update(byte)
        out = bytearray()
        for byte in data:
            word = (keys[2] | 2) & 0xffff
            out.append(byte ^ ((word * (word ^ 1)) >> 8 & 0xff))
            update(byte)
        return bytes(out)
    files = {"見積書.csv": "品名,数量,金額\r\n封筒（長３）,1000,8000\r\nコピー用紙Ａ４,20,9800\r\n", "送付状.txt": "見積書をお送りします。\r\n有効期限は①か月です。\r\n"}
    out, directory = b"", b""
    for name, text in files.items():
        name, text = name.encode("cp932"), text.encode("cp932")
        packed = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packed.compress(text) + packed.flush()
        crc = zlib.crc32(text)
        data = encrypted(b"mugaika-sam" + bytes([crc >> 24]) + packed)
        facts = struct.pack("<HHHIIIIHH", 20, 1, 8, 0x5b744800, crc, len(data), len(text), len(name), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + facts + struct.pack("<HHHII", 0, 0, 0, 32, len(out)) + name
        out += b"PK\3\4" + facts + name + data
    return out + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(out), 0)


def replace_file(mail, named, data):
    """The base64 of the part whose header holds `named`, up to the next delimiter."""
    path = HERE / mail
    text = path.read_bytes().decode("utf-8")
    lines = base64.encodebytes(data).decode()
    pattern = re.compile(rf"({re.escape(named)}[^\n]*\n\n)(?:[A-Za-z0-9+/=]+\n)+(?=\n?--)")
    text, count = pattern.subn(lambda match: match[1] + lines, text)
    assert count == 1, (mail, count)
    path.write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    replace_file("03-ppap-encrypted-zip.eml", "%E4%B8%80%E5%BC%8F.zip", locked_zip())
    replace_file("06-winmail-dat.eml", 'filename="winmail.dat"', winmail())
    replace_file("18-pdf-with-japanese-name.eml", "filename*=UTF-8''%E6%A7%98", pdf())
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[72 700 372 740]/Border[0 0 0]/A<</S/URI/URI(https://www.example.lg.jp/bousai/)>>>>]"
    replace_file("72-notice-as-pictures.eml", "filename*=UTF-8''%E9%80%9A", pdf("避難所開設の通知（髙橋・丄村）", link))
    replace_file("73-fax-of-three-pages.eml", "filename*=UTF-8''%E5%8F%97", fax())
    replace_file("19-survey-form-with-macros.eml", "%E8%AA%BF%E6%9F%BB%E7%A5%A8.docm", docm())
    replace_file("21-inline-picture.eml", 'filename="map.png"', png())
