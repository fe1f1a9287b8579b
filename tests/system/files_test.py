"""Files through the relay to a real Postfix that takes no large mail."""
import email
import email.message
import email.policy
import io
import pathlib
import random
import struct
import sys
import unittest
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postfix_instance import Postfix  # noqa: E402
from relay_instance import DOMAIN, RECIPIENT, Relay, wait_until  # noqa: E402

SIZE_LIMIT = 200_000


def noise(side, seed):
    """A PNG of random pixels, which cannot be packed: its size is three bytes a pixel before and after."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    pixels = random.Random(seed)
    rows = b"".join(b"\0" + pixels.randbytes(side * 3) for _ in range(side))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def letter(*files):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", RECIPIENT, "写真"
    mail.set_content("写真をお送りします。\n")
    for name, media_type, data in files:
        mail.add_attachment(data, *media_type.split("/"), filename=name)
    return mail.as_bytes()


class FilesToPostfix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lgwan = Postfix.with_mailboxes("lgwan", DOMAIN, {RECIPIENT: "madoguchi"}, {"message_size_limit": str(SIZE_LIMIT)})
        cls.addClassCleanup(cls.lgwan.close)
        cls.lgwan.start()
        cls.relay = Relay([cls.lgwan.port])
        cls.addClassCleanup(cls.relay.close)
        cls.relay.start()

    def delivered(self, raw):
        """(text, {name: bytes}, ledger) of what arrives."""
        before = len(self.lgwan.arrived("madoguchi"))
        self.assertEqual(self.relay.send(raw)[0], 250)
        wait_until(lambda: len(self.lgwan.arrived("madoguchi")) == before + 1, "the mail")
        message = email.message_from_bytes(self.lgwan.arrived("madoguchi")[before].read_bytes(), policy=email.policy.default)
        files = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
        return message.get_body(("plain",)).get_content(), files, self.relay.events("message.sanitized")[-1]

    def test_a_mail_larger_than_postfix_takes_leaves_without_its_largest_file(self):
        """message_size_limit: the letter and the small file arrive, the large one is named and its original kept, not refused for ever."""
        raw = letter(("大.png", "image/png", noise(300, 1)), ("小.png", "image/png", noise(60, 2)))
        self.assertGreater(len(raw), SIZE_LIMIT)
        kept = len(self.relay.quarantine())
        for _ in range(2):  # learnt from the first mail; the second is composed to fit at once
            text, files, ledger = self.delivered(raw.replace(b"Subject: ", b"X-Count: 1\r\nSubject: ", 1))
            self.assertEqual(list(files), ["小.png"])
            self.assertIn("「大.png」", text)
            self.assertRegex(text, "受け取るには：差出人に、1[0-9]{2} KB 以下にして送り直すよう依頼してください。")
            self.assertEqual([part["reason"] for part in ledger["parts"]][1], "files_too_large")
            raw = raw.replace(b"From: a@", b"From: b@", 1)
        self.assertEqual(len(self.relay.quarantine()), kept + 2)

    def test_a_file_that_was_too_much_arrives_in_a_mail_of_its_own(self):
        """Of two pictures one stays; the notice asks for a mail of its own, and there it arrives."""
        first, second = ("一.png", "image/png", noise(200, 4)), ("二.png", "image/png", noise(201, 5))
        text, files, _ = self.delivered(letter(first, second))
        self.assertEqual(list(files), ["一.png"])
        self.assertIn("「二.png」", text)
        self.assertIn("受け取るには：差出人に、ファイルごとに別のメールに分けて送り直すよう依頼してください。", text)
        text, files, _ = self.delivered(letter(second))
        self.assertEqual((list(files), "お届けしていない" in text), (["二.png"], False))

    def test_an_archive_arrives_as_a_zip_of_what_was_rebuilt(self):
        """A ZIP with a picture, a table with a formula and a program: what is safe arrives in a new ZIP, the program is named."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("資料/図.png", noise(20, 3))
            archive.writestr("資料/表.csv", "番号,値\r\n1,=HYPERLINK(\"http://evil.example\")\r\n".encode("cp932"))
            archive.writestr("setup.exe", b"MZ\x90\0" + bytes(600))
        text, files, ledger = self.delivered(letter(("資料.zip", "application/zip", packed.getvalue())))
        self.assertEqual(list(files), ["資料.zip"])
        with zipfile.ZipFile(io.BytesIO(files["資料.zip"])) as arrived:
            self.assertIsNone(arrived.testzip())
            self.assertEqual(arrived.namelist(), ["資料/図.png", "資料/表.csv"])
            table = arrived.read("資料/表.csv").decode("utf-8")
        self.assertTrue(table.startswith("\ufeff番号,値\r\n1,'=HYPERLINK"), table)
        self.assertIn("「資料.zip」の中の「setup.exe」", text.replace("\u200b", ""))
        self.assertEqual([part["path"] for part in ledger["parts"]], ["1", "2", "2/1", "2/2", "2/3"])


if __name__ == "__main__":
    unittest.main()
