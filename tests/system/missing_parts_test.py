"""What converters need and this machine has not: `mugaika check` says so, with the real check on a machine where it is gone. The relay goes on."""
import email
import email.policy
import os
import pathlib
import shutil
import stat
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from engine_test import mail_with  # noqa: E402
from mount_space import MountSpace  # noqa: E402
from relay_instance import RelayTest, sample, wait_until  # noqa: E402

FONTS = pathlib.Path("/usr/share/fonts")
LATIN = FONTS / "truetype/dejavu"
NEEDED = ("/usr/lib/libreoffice/program/soffice.bin", "/usr/bin/pdftoppm", "/usr/bin/pdftotext", "/usr/share/poppler/cMap", "/usr/bin/fc-list",
          "/var/cache/fontconfig", LATIN, FONTS / "truetype/fonts-japanese-gothic.ttf")
PICTURES = 'attachments = { pdf = "image-pdf" }'
NO_LETTERS = "no font here has Japanese letters, and pages would have boxes for them; expected a package such as fonts-ipaexfont"
NO_OFFICE_LETTERS = "LibreOffice has no font with Japanese letters here; expected \"off\", or a package such as fonts-ipaexfont"


WORDS = "通知 髙橋"


def japanese_pdf():
    """One page whose only text is in Shift_JIS, by a font that is not in the file: what it says stands in poppler-data alone."""
    content = b"BT /F 20 Tf 50 700 Td <" + WORDS.encode("cp932").hex().encode() + b"> Tj ET"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
               b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
               b"<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/90ms-RKSJ-H/DescendantFonts[6 0 R]>>",
               b"<</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>"
               b"/FontDescriptor 7 0 R>>",
               b"<</Type/FontDescriptor/FontName/Ryumin-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800/Descent -200/StemV 80>>"]
    data, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"xref\n0 8\n0000000000 65535 f \n" + table + b"trailer<</Size 8/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(data)


@unittest.skipUnless(all(map(os.path.exists, NEEDED)), "LibreOffice, poppler-utils, poppler-data, fontconfig or fonts-ipaexfont is not installed")
class MissingParts(RelayTest):
    def setUp(self):
        self.space = MountSpace()
        self.addCleanup(self.space.close)
        self.space.hide("/var/cache/fontconfig")  # what is found in this space is no matter of the machine's cache

    def relay(self, profile="", extra=""):
        relay = self.new_relay(self.new_sink(), profile=profile, extra=extra)
        relay.inside = self.space.inside
        relay.port_asked = 2525
        relay.write_config()
        return relay

    def without_japanese_fonts(self):
        fonts = self.new_folder()
        fonts.chmod(0o755)
        shutil.copytree(LATIN, fonts / LATIN.name)
        self.space.put(FONTS, fonts)

    def faults(self, relay):
        """(exit, what is no warning)."""
        done = relay.command("check", check=False)
        return done.returncode, [line for line in done.stderr.splitlines() if not line.startswith("warning: ")]

    def start(self, relay):
        jobs = pathlib.Path(tempfile.mkdtemp(prefix="me-", dir="/tmp"))  # an engine that has given up root writes there
        self.addCleanup(shutil.rmtree, jobs, ignore_errors=True)
        jobs.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        relay.environment = {**os.environ, "TMPDIR": str(jobs)}
        relay.start()

    def test_no_japanese_font(self):
        """A fault at its place where LibreOffice or pictures need it, and none where nothing does; with the fonts back all is well."""
        plain, pictures = self.relay(), self.relay(PICTURES)
        unused = self.relay("attachments = { office = \"quarantine\" }")
        self.assertEqual([self.faults(one) for one in (plain, pictures, unused)], [(0, [])] * 3)
        self.without_japanese_fonts()
        self.assertEqual(self.faults(plain), (78, [f"{plain.config}:1:1: [relay.engines] office: {NO_OFFICE_LETTERS}"]))
        self.assertEqual(self.faults(pictures), (78, [f"{pictures.config}:1:1: [relay.engines] office: {NO_OFFICE_LETTERS}",
                                                      f"{pictures.config}:12:23: [profile.standard] attachments pdf: {NO_LETTERS}"]))
        self.assertEqual(self.faults(unused), (0, []))
        self.space.show(FONTS)
        self.assertEqual(self.faults(pictures), (0, []))

    def test_no_poppler(self):
        """Neither its programs nor its tables of Japanese: a fault where a profile names what they do."""
        off = 'engines = { office = "off" }'
        text, pictures, plain = (self.relay(profile, off) for profile in ('attachments = { pdf = "text" }', PICTURES, ""))
        for hidden, package in (("/usr/bin/pdftotext", "poppler-utils"), ("/usr/share/poppler", "poppler-data"), ("/usr/bin/fc-list", "fontconfig")):
            self.space.hide(hidden)
            page = f"no page can be drawn here, and such files would be held; expected the package {package}"
            code, lines = self.faults(pictures)
            self.assertEqual((code, lines[0]), (78, f"{pictures.config}:12:23: [profile.standard] attachments pdf: {page}"))
            self.assertEqual(self.faults(plain), (0, []))
            words = f"no text of a PDF can be read here, and such files would be held; expected the package {package}"
            wanted = [f"{text.config}:12:23: [profile.standard] attachments pdf: {words}"] if package != "fontconfig" else []
            self.assertEqual(self.faults(text), (78 if wanted else 0, wanted))
            self.space.show(hidden)
        self.assertEqual(self.faults(pictures), (0, []))

    def test_text_that_only_the_tables_tell(self):
        """Without poppler-data no text of a PDF is taken for all of it: the file is held as engine_unavailable, and follows when they are there."""
        sink = self.new_sink()
        relay = self.new_relay(sink, profile='attachments = { pdf = "text" }', extra='outbox_retry = "1s"')
        relay.inside = self.space.inside
        self.start(relay)
        self.space.hide("/usr/share/poppler")
        pdf = self.new_folder() / "x.pdf"
        pdf.write_bytes(japanese_pdf())
        self.assertEqual(relay.send(mail_with(pdf, "通知.pdf"), timeout=300)[0], 250)
        self.assertEqual(relay.events("message.sanitized")[0]["parts"][1]["reason"], "engine_unavailable")
        self.space.show("/usr/share/poppler")
        wait_until(lambda: len(sink.mails()) == 2, "the text")
        mail = email.message_from_bytes(sink.mails()[1], policy=email.policy.default)
        texts = {part.get_filename(): part.get_payload(decode=True).decode("utf-8-sig") for part in mail.iter_attachments()}
        self.assertEqual(texts, {"通知.pdf.txt": f"{WORDS}\r\n\r\n"})

    def test_the_relay_goes_on(self):
        """Without a font it starts, takes its configuration anew and converts: a look of pages stops no mail. LibreOffice gone is a warning."""
        self.without_japanese_fonts()
        relay = self.relay(extra='engines = { office = "auto" }')
        self.start(relay)
        self.assertEqual(relay.send(sample("survey-form-xls"), timeout=300)[0], 250)
        self.assertEqual(relay.events("message.sanitized")[0]["parts"][1]["action"], "rebuilt")
        self.assertEqual(relay.reload()["event"], "config.loaded")
        self.space.hide("/usr/lib/libreoffice")
        done = relay.command("check")
        self.assertIn("xls and ods files are held: LibreOffice cannot convert them here", done.stderr)


if __name__ == "__main__":
    if not all(map(os.path.exists, NEEDED)):
        print("SKIPPED: missing parts: LibreOffice, poppler-utils, poppler-data, fontconfig or fonts-ipaexfont is not installed")
    unittest.main()
