"""A truly large workbook of an old format, with `slow = "follow"`: the letter does not wait for LibreOffice, the workbook follows whole."""
import email
import email.policy
import io
import os
import pathlib
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from xml.etree import ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from engine_test import OFFICE, mail_with  # noqa: E402
from honest import Honest  # noqa: E402
from relay_instance import RelayTest, wait_until  # noqa: E402

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROWS = 40000
COLUMNS = 10  # of numbers, beside one of text
PACKAGE_ROWS = 250000


def number_in(row, column):
    return row * 7919 % 10007 + column


def made_workbook(folder):
    """An xls that the real LibreOffice wrote."""
    table = folder / "large.csv"
    with table.open("w", encoding="utf-8") as lines:
        for row in range(ROWS):
            lines.write(f"調査区 {row} 髙﨑," + ",".join(str(number_in(row, column)) for column in range(COLUMNS)) + "\n")
    utf8_with_commas = "--infilter=CSV:44,34,76,1"
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", utf8_with_commas, "--convert-to",
                    "xls:MS Excel 97", "--outdir", folder, table], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=600, env={**os.environ, "HOME": str(folder)})
    return folder / "large.xls"


def numbers():
    random_ = random.Random(1)
    for _ in range(PACKAGE_ROWS * COLUMNS):
        yield str(random_.getrandbits(50))


def made_package():
    """An xlsx of numbers that cannot be packed, 20 MB of it."""
    office, main = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", SHEET[1:-1]
    types, relations = (f"http://schemas.openxmlformats.org/package/2006/{name}" for name in ("content-types", "relationships"))
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    value = numbers()
    rows = (f'<row r="{row}">' + "".join(f"<c><v>{next(value)}</v></c>" for _ in range(COLUMNS)) + "</row>" for row in range(1, PACKAGE_ROWS + 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                               f'<Override PartName="/xl/workbook.xml" ContentType="{spreadsheet}.sheet.main+xml"/>'
                               f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{spreadsheet}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="統計" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
                                      "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>' + "".join(rows) + "</sheetData></worksheet>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return made.getvalue()


@unittest.skipUnless(OFFICE.exists(), "LibreOffice is not installed")
class LargeWorkbook(RelayTest):
    def setUp(self):
        self.jobs = pathlib.Path(tempfile.mkdtemp(prefix="me-", dir="/tmp"))  # an engine that has given up root writes there
        self.addCleanup(shutil.rmtree, self.jobs, ignore_errors=True)
        self.jobs.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink, extra='outbox_retry = "1s"', profile='slow = "follow"\nslow_after = "1s"')
        self.relay.environment = {**os.environ, "TMPDIR": str(self.jobs)}
        self.relay.start()

    def orders(self):
        return self.relay.command("queue", "list", "--json").stdout.splitlines()

    def letters(self):
        """What arrived beside honest mail."""
        mails = [email.message_from_bytes(mail, policy=email.policy.default) for mail in self.sink.mails()]
        return [mail for mail in mails if not mail["Subject"].startswith("honest")]

    def test_a_large_workbook_follows(self):
        """The letter arrives and says so, small mail passes meanwhile, the workbook follows once with every cell, and the books agree."""
        workbook = made_workbook(self.new_folder())
        honest = Honest(self.relay.port)
        began = time.monotonic()
        self.assertEqual(self.relay.send(mail_with(workbook, "調査票.xls"), timeout=300)[0], 250)
        answered = time.monotonic() - began
        letter = self.letters()[0]
        self.assertEqual(list(letter.iter_attachments()), [])
        self.assertIn("添付ファイル 1 個は後からお届けします", letter.get_body(("plain",)).get_content())
        wait_until(lambda: len(self.letters()) == 2 and not self.orders(), "the workbook", seconds=600)
        followed = time.monotonic() - began
        honest.served(self, "the conversion of a large workbook")
        second = self.letters()[1]
        self.assertEqual(second["In-Reply-To"], letter["Message-ID"])
        files = {part.get_filename(): part.get_payload(decode=True) for part in second.iter_attachments()}
        self.assertEqual(list(files), ["調査票.xlsx"])
        self.is_whole(files["調査票.xlsx"])
        print(f"NOTE: a workbook of {ROWS} rows: xls {workbook.stat().st_size / 2**20:.1f} MB, xlsx {len(files['調査票.xlsx']) / 2**20:.1f} MB; the letter "
              f"was answered after {answered:.1f} s, the workbook was there after {followed:.1f} s")
        self.relay.stop(signal.SIGKILL)
        self.relay.start()
        self.relay.command("quarantine", "rerun", "ALL", "--by", "山田")
        wait_until(lambda: not self.orders(), "the end of an order by hand", seconds=600)
        self.assertEqual(len(self.letters()), 2)
        counted = self.relay.command("stats", "--by", "verdict", "--format", "csv").stdout
        self.assertIn("\nfollowed,1,", counted)
        self.assertIn(f"\nsanitized,{len(honest.seconds) + 1},", counted)  # the letter once, as what it was when it left
        self.assertEqual(list(self.jobs.iterdir()), [])

    def test_a_workbook_of_20_mb(self):
        """An xlsx whose numbers cannot be packed: with its letter where the machine is fast, behind it where not; whole, and once."""
        workbook = self.new_folder() / "large.xlsx"
        workbook.write_bytes(made_package())
        self.assertGreater(workbook.stat().st_size, 20 * 2**20)
        honest = Honest(self.relay.port)
        began = time.monotonic()
        self.assertEqual(self.relay.send(mail_with(workbook, "統計.xlsx"), timeout=300)[0], 250)
        answered = time.monotonic() - began
        wait_until(lambda: not self.orders(), "the workbook", seconds=600)
        followed = time.monotonic() - began
        honest.served(self, "a workbook of 20 MB")
        files = [part for letter in self.letters() for part in letter.iter_attachments()]
        self.assertEqual([part.get_filename() for part in files], ["統計.xlsx"])
        with zipfile.ZipFile(io.BytesIO(files[0].get_payload(decode=True))) as package:
            values = [value.text for value in ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml")).iter(f"{SHEET}v")]
        self.assertEqual(values, list(numbers()))
        print(f"NOTE: a workbook of {workbook.stat().st_size / 2**20:.1f} MB: {len(self.letters())} mails; the letter was answered after {answered:.1f} s, all was "
              f"there after {followed:.1f} s")

    def is_whole(self, data):
        """Each cell where it was, by its value."""
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            strings = ElementTree.fromstring(package.read("xl/sharedStrings.xml"))
            sheet = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
        texts = ["".join(text.text or "" for text in item.iter(f"{SHEET}t")) for item in strings.iter(f"{SHEET}si")]
        cells = {cell.get("r"): (cell.get("t"), cell.findtext(f"{SHEET}v")) for cell in sheet.iter(f"{SHEET}c")}
        self.assertEqual(len(cells), ROWS * (COLUMNS + 1))
        for row in range(ROWS):
            kind, value = cells[f"A{row + 1}"]
            self.assertEqual((kind, texts[int(value)]), ("s", f"調査区 {row} 髙﨑"))
            for column in range(COLUMNS):
                self.assertEqual(float(cells[f"{chr(ord('B') + column)}{row + 1}"][1]), number_in(row, column))


if __name__ == "__main__":
    if not OFFICE.exists():
        print("SKIPPED: a large workbook: LibreOffice is not installed")
    unittest.main()
