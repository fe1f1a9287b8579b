"""Documents of which only the text crosses (pdf and office = "text"), through the real relay, LibreOffice and pdftotext."""
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
from relay_instance import RelayTest, sample, wait_until  # noqa: E402

OFFICE = pathlib.Path("/usr/lib/libreoffice/program/soffice.bin")
PDFTOTEXT = pathlib.Path("/usr/bin/pdftotext")
PROFILE = '[profile.standard.attachments]\npdf = "text"\noffice = "text"\n'


class TextOnly(RelayTest):
    def setUp(self):
        self.jobs = pathlib.Path(tempfile.mkdtemp(prefix="me-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.jobs, ignore_errors=True)
        self.jobs.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink, profile="release_originals = true\n" + PROFILE)
        self.relay.environment = {**os.environ, "TMPDIR": str(self.jobs)}
        self.relay.start()

    def delivered(self, raw):
        """(text, {name: text}, {name: row of the ledger})."""
        before = len(self.sink.mails())
        self.assertEqual(self.relay.send(raw, timeout=300)[0], 250)
        wait_until(lambda: len(self.sink.mails()) == before + 1, "the mail")
        mail = email.message_from_bytes(self.sink.mails()[before], policy=email.policy.default)
        files = {part.get_filename(): part.get_payload(decode=True).decode("utf-8-sig", "replace") for part in mail.iter_attachments()}
        rows = {row["name"]: row for row in self.relay.events("message.sanitized")[-1]["parts"] if row.get("name")}
        self.assertEqual(list(self.jobs.iterdir()), [])
        return mail.get_body(("plain",)).get_content(), files, rows

    def is_text_of(self, row, handler):
        self.assertEqual((row["action"], row["method"], row["handler"], row["out_kind"], row["reason"]),
                         ("rebuilt", "ウ-1", handler, "text", "layout_dropped"))

    def test_many_files(self):
        """A PDF, a workbook, a document and those in an archive arrive as texts; the notice says so, the original is kept."""
        text, files, rows = self.delivered(sample("survey-many-attachments"))
        self.assertIn("■ シート「調査票」\r\n\r\n市町村名\t窓口数\t職員数\r\n", files["02_調査票.xlsx.txt"])
        self.assertEqual(files["03_記入要領.docx.txt"], "記入要領\r\n窓口数は１０月１日現在で記入すること。\r\n")
        for name in ("02_調査票.xlsx", "03_記入要領.docx"):
            self.is_text_of(rows[name], "codec")
        self.assertNotIn("02_調査票.xlsx", files)
        self.assertIn("文書の文字だけを取り出しました。", text)
        self.assertIn("「02_調査票.xlsx」→「02_調査票.xlsx.txt」", text)
        self.assertEqual(len(self.relay.quarantine()), 1)

    @unittest.skipUnless(OFFICE.exists(), "LibreOffice is not installed")
    def test_files_of_before_the_packages(self):
        """A survey form of Excel and a letter of Word, by LibreOffice and then as text."""
        _, files, rows = self.delivered(sample("survey-form-xls"))
        said = files["調査票.xls.txt"]
        for words in ("公共施設利用状況調査票", "髙﨑", "ふれあいﾎｰﾙ", "①社会教育", "\t"):
            self.assertIn(words, said)
        self.is_text_of(rows["調査票.xls"], "office")
        _, files, _ = self.delivered(sample("letter-doc"))
        said = files["会議の開催について.doc.txt"]
        for words in ("○○第１２３号", "会議の開催について（通知）", "（髙橋・𠮷田）"):
            self.assertIn(words, said)

    @unittest.skipUnless(PDFTOTEXT.exists(), "pdftotext is not installed")
    def test_a_pdf(self):
        """A PDF arrives as its text, under its name."""
        _, files, rows = self.delivered(sample("pdf-with-japanese-name"))
        self.assertEqual(files, {"様式第１号（第３条関係）.pdf.txt": "様式第１号（第３条関係）\r\n\r\n"})
        self.is_text_of(rows["様式第１号（第３条関係）.pdf"], "pdftotext")


if __name__ == "__main__":
    for part, is_there in (("LibreOffice", OFFICE.exists()), ("pdftotext", PDFTOTEXT.exists())):
        if not is_there:
            print(f"SKIPPED: text only: {part} is not installed")
    unittest.main()
