"""Old Office files through the real relay and the real LibreOffice: started by the relay, and as the unit starts it."""
import email
import email.message
import email.policy
import io
import os
import pathlib
import re
import shutil
import signal
import smtplib
import stat
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import RECIPIENT, ROOT, RelayTest, sample, wait_until  # noqa: E402

LOCKED = ROOT / "tests/unit/sanitizer/codec/locked/old-office"  # by make_old_office_samples
OFFICE = pathlib.Path("/usr/lib/libreoffice/program/soffice.bin")
DRAWN_WITH = ("/usr/bin/pdftoppm", "/usr/share/poppler/cMap", "/usr/bin/fc-list")


def mail_with(path, name):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "佐藤 <sender@example.com>", RECIPIENT, "資料の送付"
    mail["Date"], mail["Message-ID"] = "Mon, 30 Nov 2026 09:00:00 +0900", f"<{path.stem}@example.com>"
    mail.set_content("資料をお送りします。\n")
    mail.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def offices():
    """Processes of LibreOffice on this machine, by their homes."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if OFFICE.name in os.readlink(process / "exe"):
                found.append((process / "cmdline").read_bytes())
        except OSError:
            continue
    return found


@unittest.skipUnless(OFFICE.exists(), "LibreOffice is not installed")
class OldOffice(RelayTest):
    def setUp(self):
        # An engine that has given up root must be able to write there.
        self.jobs = pathlib.Path(tempfile.mkdtemp(prefix="me-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.jobs, ignore_errors=True)
        self.jobs.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        self.environment = {**os.environ, "TMPDIR": str(self.jobs)}

    def start(self, extra=""):
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink, extra=extra)
        self.relay.environment = self.environment
        self.relay.start()

    def delivered(self, raw):
        """(text, {name: bytes}, parts of the ledger)."""
        before = len(self.sink.mails())
        self.assertEqual(self.relay.send(raw, timeout=300)[0], 250)
        wait_until(lambda: len(self.sink.mails()) == before + 1, "the mail")
        mail = email.message_from_bytes(self.sink.mails()[before], policy=email.policy.default)
        files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
        return mail.get_body(("plain",)).get_content(), files, self.relay.events("message.sanitized")[-1]["parts"]

    def nothing_is_left(self):
        self.assertEqual(list(self.jobs.iterdir()), [])
        self.assertEqual([words for words in offices() if str(self.jobs).encode() in words], [])

    def is_the_survey(self, files, parts):
        self.assertEqual(list(files), ["調査票.xlsx"])
        with zipfile.ZipFile(io.BytesIO(files["調査票.xlsx"])) as book:
            text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
        for words in ("公共施設利用状況調査票", "髙﨑", "ふれあいﾎｰﾙ", "①社会教育", "30115", "SUM(D6:D8)"):
            self.assertIn(words, text)
        row = parts[1]
        self.assertEqual((row["action"], row["method"], row["handler"], row["out_kind"]), ("rebuilt", "ウ-3", "office", "xlsx"))
        self.assertIn("converted", row["notes"])
        self.nothing_is_left()

    def test_started_by_the_relay(self):
        """A survey form of Excel and a letter of Word arrive as xlsx and docx; no process and no file of LibreOffice is left."""
        self.start()
        _, files, parts = self.delivered(sample("survey-form-xls"))
        self.is_the_survey(files, parts)
        _, files, parts = self.delivered(sample("letter-doc"))
        self.assertEqual(list(files), ["会議の開催について.docx"])
        with zipfile.ZipFile(io.BytesIO(files["会議の開催について.docx"])) as letter:
            text = re.sub("<[^>]*>", "", letter.read("word/document.xml").decode())
        for words in ("○○第１２３号", "会議の開催について（通知）", "（髙橋・𠮷田）"):
            self.assertIn(words, text)
        self.assertEqual(parts[1]["handler"], "office")
        self.nothing_is_left()

    def test_as_the_unit_starts_it(self):
        """Behind a socket that starts one process for each connection, as mugaika-engine.socket does."""
        socket = self.jobs.with_name(self.jobs.name + ".sock")
        unit = subprocess.Popen(["systemd-socket-activate", "--accept", "--inetd", "-l", socket, "-E", f"TMPDIR={self.jobs}",
                                 pathlib.Path(os.environ.get("MUGAIKA_BIN", "build/bin")).resolve() / "mugaika-engine"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(socket.unlink, missing_ok=True)
        self.addCleanup(unit.wait)
        self.addCleanup(unit.kill)
        wait_until(socket.exists, "the socket")
        self.start(f'[relay.engines]\nsocket = "{socket}"\n')
        _, files, parts = self.delivered(sample("survey-form-xls"))
        self.is_the_survey(files, parts)
        unit.kill()
        unit.wait()
        socket.unlink()
        text, files, parts = self.delivered(sample("letter-doc"))  # it is down: its file is held, the letter arrives
        self.assertEqual((files, parts[1]["reason"]), ({}, "engine_unavailable"))
        self.assertIn("別添のとおり通知します。", text)

    def test_a_relay_that_is_killed(self):
        """SIGKILL while LibreOffice converts: it ends too, and nothing of the job is left. Nothing was answered: the sender has the mail."""
        self.start()
        answers = []

        def send():
            try:
                answers.append(self.relay.send(sample("survey-form-xls"), timeout=300)[0])
            except (OSError, smtplib.SMTPException):
                answers.append(None)

        sender = threading.Thread(target=send)
        sender.start()
        wait_until(lambda: any(str(self.jobs).encode() in words for words in offices()), "LibreOffice")
        self.relay.stop(signal.SIGKILL)
        sender.join()
        self.assertNotEqual(answers, [250])
        wait_until(lambda: not any(str(self.jobs).encode() in words for words in offices()), "the end of LibreOffice")
        wait_until(lambda: not list(self.jobs.iterdir()), "the end of the job")

    def test_a_workbook_that_excel_opens_without_asking(self):
        """AC-199 Encrypted by Excel's default password: converted like any other, and that is said; without LibreOffice it stays encrypted."""
        self.start()
        _, files, parts = self.delivered(mail_with(LOCKED / "default.xls", "名簿.xls"))
        self.assertEqual(list(files), ["名簿.xlsx"], parts)
        with zipfile.ZipFile(io.BytesIO(files["名簿.xlsx"])) as book:
            text = "".join(re.sub("<[^>]*>", "", book.read(name).decode()) for name in book.namelist() if name.endswith(".xml"))
        self.assertTrue("項目 119" in text, "its cells")
        self.assertIn("encryption_removed", [loss["what"] for loss in parts[1]["losses"]])
        self.nothing_is_left()
        self.relay.stop()
        self.start('[relay.engines]\noffice = "off"\n')
        _, files, parts = self.delivered(mail_with(LOCKED / "default.xls", "名簿.xls"))
        self.assertEqual((files, parts[1]["reason"]), ({}, "encrypted"))

    def test_opened_by_a_password(self):
        """AC-199 doc and xls with a password are held; `unlock` opens them, and they follow as docx and xlsx."""
        self.start()
        for sent, (name, called, became, words) in enumerate((("rc4.doc", "通知.doc", "通知.docx", "見積書 合計 1,000 円"),
                                                              ("rc4.xls", "名簿.xls", "名簿.xlsx", "項目 119"))):
            _, files, parts = self.delivered(mail_with(LOCKED / name, called))
            self.assertEqual((files, parts[1]["reason"]), ({}, "encrypted"))
            item = self.relay.events("message.sanitized")[-1]["id"]
            unlock = ("quarantine", "unlock", item, "--part", "2", "--reason", "電話で確認", "--by", "山田")
            wrong = self.relay.command(*unlock, stdin="x\n", check=False)
            self.assertIn("wrong password", wrong.stderr)
            done = self.relay.command(*unlock, stdin="Himitsu-2026!\n", check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            wait_until(lambda: len(self.sink.mails()) == 2 * sent + 2, "the follow-up")
            mail = email.message_from_bytes(self.sink.mails()[2 * sent + 1], policy=email.policy.default)
            files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
            self.assertEqual(list(files), [became])
            with zipfile.ZipFile(io.BytesIO(files[became])) as package:
                text = "".join(re.sub("<[^>]*>", "", package.read(name).decode()) for name in package.namelist() if name.endswith(".xml"))
            self.assertIn(words, text)
        self.nothing_is_left()

    def test_switched_off(self):
        """office = "off": held as a kind that does not cross, and nothing is started."""
        self.start('[relay.engines]\noffice = "off"\n')
        _, files, parts = self.delivered(sample("survey-form-xls"))
        self.assertEqual((files, parts[1]["reason"]), ({}, "not_rebuilt"))
        self.assertEqual(self.relay.events("file.failed"), [])

    @unittest.skipUnless(all(map(os.path.exists, DRAWN_WITH)), "poppler-utils, poppler-data or fontconfig is not installed")
    def test_pages_become_pictures(self):
        """A rule wants pictures of every PDF and Office file: they arrive as such, with their links; nothing is left of who drew them."""
        self.start('[[profile.standard.rule]]\nkind = ["pdf", "office"]\naction = "image-pdf"\n')
        text, files, parts = self.delivered(sample("notice-as-pictures"))
        self.assertEqual((parts[1]["method"], parts[1]["handler"], parts[1]["out_kind"]), ("ウ-2", "pages", "image-pdf"))
        self.assertIn("example[.]lg[.]jp/bousai/", text)
        self.assertIn("文字のコピーや検索はできません", text)
        self.assertTrue(files["通知（画像化）.pdf"].startswith(b"%PDF-1.4"))
        for name, sample_name in (("調査票.pdf", "survey-form-xls"), ("会議の開催について.pdf", "letter-doc")):
            _, files, parts = self.delivered(sample(sample_name))
            self.assertEqual((list(files), parts[1]["method"]), ([name], "ウ-2"), parts[1])
            self.assertIn("converted", parts[1]["notes"])
        self.nothing_is_left()

    def test_wherever_temporary_files_are(self):
        """TMPDIR may be longer than the address of a socket, and have blanks and what has a meaning in a URL: pages are drawn there, too."""
        top = self.jobs
        for name in ("長い名前" * 20, 'a b%20c#d?e"$f'):
            self.jobs = top / name
            self.jobs.mkdir()
            self.jobs.chmod(top.stat().st_mode)
            self.environment["TMPDIR"] = str(self.jobs)
            self.start()
            _, files, parts = self.delivered(sample("survey-form-xls"))
            self.is_the_survey(files, parts)
            self.relay.stop()
            if not all(map(os.path.exists, DRAWN_WITH)):
                continue
            self.start('[[profile.standard.rule]]\nkind = ["office"]\naction = "image-pdf"\n')
            _, files, parts = self.delivered(sample("letter-doc"))
            self.assertEqual((list(files), parts[1]["method"]), (["会議の開催について.pdf"], "ウ-2"))
            self.relay.stop()
            self.nothing_is_left()

    def test_a_file_that_libreoffice_cannot_open(self):
        """Damaged behind its head: it is held with its reason, the letter arrives, the next file is converted."""
        self.start()
        raw = sample("letter-doc")
        head, mark, rest = raw.partition(b".doc\r\n\r\n")
        lines = rest.split(b"\r\n")
        lines[20:90] = [b"A" * 76] * 70
        text, files, parts = self.delivered(head + mark + b"\r\n".join(lines))
        self.assertEqual(files, {})
        self.assertIn(parts[1]["reason"], ("engine_failed", "document_damaged"))
        self.assertIn("別添のとおり通知します。", text)
        _, files, parts = self.delivered(sample("survey-form-xls"))
        self.is_the_survey(files, parts)


if __name__ == "__main__":
    if not OFFICE.exists():
        print("SKIPPED: engine: LibreOffice is not installed")
    unittest.main()
