"""Held files that an administrator wants as pictures of their pages: the real relay, poppler and LibreOffice, and the real clamd."""
import email
import email.message
import email.policy
import io
import json
import os
import pathlib
import shutil
import stat
import sys
import tempfile
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import scanner_instances  # noqa: E402
from engine_test import DRAWN_WITH, LOCKED, OFFICE  # noqa: E402
from relay_instance import RECIPIENT, ROOT, RelayTest, sample, wait_until  # noqa: E402

PLAIN_PDF = ROOT / "tests/fuzz/seeds/pdf_checker/plain.pdf"
HOLD = '[[profile.standard.rule]]\nkind = ["pdf", "office"]\naction = "hold"\n'
ORDER = ("--as", "image-pdf", "--reason", "会議で使う", "--by", "山田")


def letter(*files):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "佐藤 <sender@example.com>", RECIPIENT, "資料の送付"
    mail["Date"], mail["Message-ID"] = "Mon, 30 Nov 2026 09:00:00 +0900", "<letter@example.com>"
    mail.set_content("資料をお送りします。\n")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


DRAWS = OFFICE.exists() and all(map(os.path.exists, DRAWN_WITH))


@unittest.skipUnless(DRAWS, "LibreOffice or poppler is not installed")
class PicturesByOrder(RelayTest):
    def start(self, extra=HOLD):
        jobs = pathlib.Path(tempfile.mkdtemp(prefix="me-", dir="/tmp"))  # as in engine_test
        self.addCleanup(shutil.rmtree, jobs, ignore_errors=True)
        jobs.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink, extra='outbox_retry = "1s"\n' + extra)
        self.relay.environment = {**os.environ, "TMPDIR": str(jobs)}
        self.relay.start()

    def mails(self, count):
        wait_until(lambda: len(self.sink.mails()) >= count, f"{count} mails")
        self.assertEqual(len(self.sink.mails()), count)
        return [email.message_from_bytes(mail, policy=email.policy.default) for mail in self.sink.mails()]

    def held(self, raw):
        """The letter arrives without its files; the id of what is kept."""
        before = len(self.sink.mails())
        self.assertEqual(self.relay.send(raw, timeout=300)[0], 250)
        self.assertEqual(list(self.mails(before + 1)[-1].iter_attachments()), [])
        return self.relay.events("message.sanitized")[-1]["id"]

    def order(self, item, *parts):
        options = [word for part in parts for word in ("--part", part)]
        return self.relay.command("quarantine", "release", item, *options, *ORDER, check=False)

    def failed(self):
        return wait_until(lambda: [one for one in self.relay.events("quarantine.release_failed") if one["final"]], "the end of the order")[-1]

    def test_pages_of_held_files_follow_in_the_thread(self):
        """A workbook, a PDF and one in an archive, of one mail: three pictures of pages in one mail that answers the letter; the person stands in it."""
        self.start()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(PLAIN_PDF, "内訳.pdf")
        item = self.held(letter(("名簿.xls", (LOCKED / "plain.xls").read_bytes()), ("通知.pdf", PLAIN_PDF.read_bytes()),
                                ("一式.zip", packed.getvalue())))
        text = self.mails(1)[0].get_body(("plain",)).get_content()
        self.assertIn("【お届けしていない添付ファイル】", text)
        self.assertIn("画像 PDF（ページを画像に変えたもの）での引き渡しを管理者に依頼してください。", text)
        self.assertIn(f"by `mugaika quarantine release {item} --part 2 --as image-pdf`", self.relay.command("quarantine", "show", item, "--by", "x").stdout)
        done = self.order(item, "2", "3", "4/1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("image-pdf", self.relay.command("queue", "list").stdout + str(self.relay.events("quarantine.delivered")))
        first, second = self.mails(2)
        self.assertEqual(second["In-Reply-To"], first["Message-ID"])
        self.assertIn(first["Message-ID"], second["References"])
        self.assertNotEqual(second["Message-ID"], first["Message-ID"])
        self.assertEqual(second["Subject"], "【無害化後のお届け】" + first["Subject"])
        files = {part.get_filename(): part.get_payload(decode=True) for part in second.iter_attachments()}
        self.assertEqual(list(files), ["名簿.pdf", "通知.pdf", "一式.zip"])
        for name in ("名簿.pdf", "通知.pdf"):
            self.assertTrue(files[name].startswith(b"%PDF-1.4"), name)
            self.assertNotIn(b"/Font", files[name])
        with zipfile.ZipFile(io.BytesIO(files["一式.zip"])) as archive:
            self.assertEqual(archive.namelist(), ["内訳.pdf"])
        text = second.get_body(("plain",)).get_content()
        self.assertIn("担当者 山田 が確認し、先のメールでお届けできなかった添付ファイルを、ページを画像にした PDF でお届けします。", text)
        self.assertIn("確認の理由：会議で使う", text)
        self.assertNotIn("資料をお送りします。", text)
        ledger = self.relay.events("message.sanitized")[-1]["parts"]
        self.assertEqual([(row["path"], row.get("out_kind"), row["method"]) for row in ledger if row["kind"] != "archive"],
                         [(path, "image-pdf", "ウ-2") for path in ("2", "3", "4/1")])
        delivered = wait_until(lambda: self.relay.events("quarantine.delivered"), "its delivery")[0]
        self.assertEqual((delivered["kind"], delivered["person"]), ("image-pdf", "山田"))
        wait_until(lambda: not self.relay.command("queue", "list", "--json").stdout, "the end of the order")
        shown = json.loads(self.relay.command("quarantine", "show", item, "--json", "--by", "x").stdout)
        self.assertEqual([(one["as"], one["parts"], one["person"]) for one in shown["releases"]], [("image-pdf", ["2", "3", "4/1"], "山田")])
        self.assertIn("released", self.relay.command("quarantine", "list", "--state", "released").stdout)
        counted = self.relay.command("stats", "--by", "verdict", "--format", "csv").stdout
        self.assertIn("released,1", counted)
        self.assertIn("sanitized,1", counted)
        again = self.order(item, "2", "3", "4/1")
        self.assertEqual(again.returncode, 65)
        self.assertIn("--again", again.stderr)
        self.relay.command("quarantine", "rerun", item, "--by", "x")
        wait_until(lambda: self.relay.events("quarantine.rerun"), "a look at it again")
        self.mails(2)  # what came as pictures has come
        self.assertEqual(self.relay.left_over(), [])

    def test_one_that_cannot_be_drawn_costs_all_and_is_named(self):
        """Of two files one is damaged: nothing is sent, the order says which and why, the originals stay."""
        self.start()
        item = self.held(letter(("通知.pdf", PLAIN_PDF.read_bytes()), ("壊れた.pdf", PLAIN_PDF.read_bytes()[:40])))
        done = self.order(item, "2", "3")
        self.assertEqual(done.returncode, 0, done.stderr)
        failed = self.failed()
        self.assertEqual((failed["kind"], failed["failure"]), ("image-pdf", "refused"))
        self.assertIn("part 3 stays, its pages are not drawn", failed["why"])
        self.assertIn("part 3 stays", self.relay.command("queue", "show", "ALL").stdout)
        self.mails(1)
        self.assertEqual(self.order(item, "2").returncode, 0)
        self.assertEqual([part.get_filename() for part in self.mails(2)[1].iter_attachments()], ["通知.pdf"])
        self.assertEqual([kept["id"] for kept in self.relay.quarantine()], [item])

    def test_a_file_that_wants_a_password_is_not_ordered(self):
        """65, and what opens it."""
        self.start("")
        item = self.held(letter(("名簿.doc", (LOCKED / "rc4.doc").read_bytes())))
        refused = self.order(item, "2")
        self.assertEqual(refused.returncode, 65)
        self.assertIn(f"mugaika quarantine unlock {item} --part 2", refused.stderr)
        self.assertEqual(self.relay.command("queue", "list", "--json").stdout, "")

    def test_an_engine_that_is_away_makes_it_wait(self):
        """Behind a socket that is not there: the order says so and waits; where it is there again it is carried out."""
        socket = pathlib.Path(self.new_folder()) / "engine.sock"
        self.start(f'[relay.engines]\nsocket = "{socket}"\n' + HOLD)
        item = self.held(sample("notice-as-pictures"))
        self.assertEqual(self.order(item, "2").returncode, 0)
        waits = wait_until(lambda: self.relay.events("quarantine.release_failed"), "a try")[0]
        self.assertEqual((waits["failure"], waits["final"]), ("unavailable", False))
        self.assertIn("engine_unavailable", waits["why"])
        self.mails(1)
        self.relay.stop()
        self.relay.text = self.relay.text.replace(f'socket = "{socket}"', "")
        self.relay.start()
        self.relay.command("queue", "flush", "ALL", "--by", "x")
        self.assertEqual([part.get_filename() for part in self.mails(2)[1].iter_attachments()], ["通知（画像化）.pdf"])
        self.assertIn("example[.]lg[.]jp/bousai/", self.mails(2)[1].get_body(("plain",)).get_content())

    @unittest.skipIf(scanner_instances.missing(), "clamd is not installed")
    def test_a_scanner_forbids_it_all_the_same(self):
        """What was held by a rule nobody has looked at: clamd sees it when it is ordered, and it stays; nothing is sent."""
        clamd = scanner_instances.Clamd()
        self.addCleanup(clamd.close)
        clamd.start()
        self.start(f'[[relay.scanner]]\nclamd = "{clamd.socket}"\n' + HOLD)
        known = PLAIN_PDF.read_bytes().replace(b"\n", b"\n%" + scanner_instances.WORDS + b"\n", 1)
        item = self.held(letter(("通知.pdf", known)))
        self.assertEqual(self.order(item, "2").returncode, 0)
        failed = self.failed()
        self.assertEqual(failed["failure"], "refused")
        self.assertIn("malware_found", failed["why"])
        self.mails(1)


if __name__ == "__main__":
    if not DRAWS:
        print("SKIPPED: pictures by order: LibreOffice or poppler is not installed")
    unittest.main()
