"""Commands of the configuration through the real relay and mugaika-engine: the converter of samples/, and what goes wrong."""
import email
import email.message
import email.policy
import os
import pathlib
import shutil
import stat
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import RelayTest, wait_until  # noqa: E402

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "samples" / "converters" / "dbf_to_csv"
PROFILE = '[profile.standard.attachments]\nother = "rebuild"\n'


def dbf(columns, rows):
    """A dBASE table: (name, type, bytes) of columns, text of cells."""
    width = 1 + sum(bytes_of for _, _, bytes_of in columns)
    table = struct.pack("<B3BIHH20x", 3, 126, 11, 30, len(rows), 33 + 32 * len(columns), width)
    for name, kind, bytes_of in columns:
        table += struct.pack("<11sc4xB15x", name.encode(), kind.encode(), bytes_of)
    table += b"\r"
    for row in rows:
        table += b" " + b"".join(text.encode("cp932").ljust(bytes_of) for (_, _, bytes_of), text in zip(columns, row))
    return table + b"\x1a"


PARKS = dbf([("NAME", "C", 20), ("AREA", "N", 8)], [("大通公園", "78901"), ("=1+1", "2")])


def mail_with(name, content):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "gis@example.com", "b@city.example.lg.jp", "公園の一覧"
    mail.set_content("一覧を送ります。\n")
    mail.add_attachment(content, "application", "octet-stream", filename=name)
    return mail.as_bytes()


class Commands(RelayTest):
    def setUp(self):
        # An engine that has given up root reads and writes here.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="me-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "jobs").mkdir()
        for folder in (self.folder, self.folder / "jobs"):
            folder.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        self.program = self.folder / "dbf_to_csv"
        shutil.copy(SAMPLE, self.program)

    def start(self, keys="", program=None):
        self.sink = self.new_sink()
        table = (f'[[relay.engines.command]]\nkind = ["other"]\nsuffix = [".dbf", ".xdw"]\nmakes = "csv"\n'
                 f'run = ["{program or self.program}"]\n{keys}\n')
        self.relay = self.new_relay(self.sink, extra=table, profile="release_originals = true\n" + PROFILE)
        self.relay.environment = {**os.environ, "TMPDIR": str(self.folder / "jobs")}
        self.relay.start()

    def delivered(self, raw):
        """(text, {name: bytes}, the row of the file in the ledger)."""
        before = len(self.sink.mails())
        self.assertEqual(self.relay.send(raw, timeout=300)[0], 250)
        wait_until(lambda: len(self.sink.mails()) == before + 1, "the mail")
        mail = email.message_from_bytes(self.sink.mails()[before], policy=email.policy.default)
        files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
        self.assertEqual(list((self.folder / "jobs").iterdir()), [])
        return mail.get_body(("plain",)).get_content(), files, self.relay.events("message.sanitized")[-1]["parts"][1]

    def test_the_sample(self):
        """A dBASE table arrives as csv, judged like every csv; `mugaika sanitize` does the same."""
        self.start()
        raw = mail_with("公園.dbf", PARKS)
        _, files, row = self.delivered(raw)
        self.assertEqual(files, {"公園.csv": "\ufeffNAME,AREA\r\n大通公園,78901\r\n'=1+1,2\r\n".encode()})
        self.assertEqual((row["action"], row["handler"], row["out_kind"]), ("rebuilt", "command", "csv"))
        self.assertIn("converted", row["notes"])
        made = self.relay.command("sanitize", stdin=raw).stdout
        made = made if isinstance(made, bytes) else made.encode()
        sanitized = email.message_from_bytes(made, policy=email.policy.default)
        self.assertEqual([part.get_filename() for part in sanitized.iter_attachments()], ["公園.csv"])

    def test_what_goes_wrong_is_one_file(self):
        """A table that ends early, a program that is gone: the file is held with its reason, the letter arrives."""
        self.start()
        text, files, row = self.delivered(mail_with("公園.dbf", PARKS[:-20]))
        self.assertEqual((files, row["reason"], row["handler"]), ({}, "engine_failed", "command"))
        self.assertIn("一覧を送ります。", text)
        self.program.unlink()
        text, files, row = self.delivered(mail_with("公園.dbf", PARKS))
        self.assertEqual((files, row["reason"]), ({}, "engine_unavailable"))
        self.assertIn("一覧を送ります。", text)

    def test_a_kind_without_a_command(self):
        """Other files of the same kind stay what they were: held, visibly, and nothing is started for them."""
        self.start()
        text, files, row = self.delivered(mail_with("図面.xbd", b"\x60\x0e\x82" + bytes(range(200)) * 9))
        self.assertEqual((files, row["reason"], row["handler"] == "command"), ({}, "not_rebuilt", False))
        self.assertIn("DocuWorks", text)
        self.assertEqual(self.relay.events("file.failed"), [])

    def test_a_shell_script_with_a_pipe(self):
        """It starts other programs where `processes` says so, and only there."""
        script = self.folder / "convert"
        script.write_text("#!/bin/sh\nset -e\nprintf 'NAME\\n'\nprintf 'park\\n' | tr a-z A-Z\n")
        script.chmod(0o755)
        self.start("processes = 200", script)
        _, files, _ = self.delivered(mail_with("公園.dbf", PARKS))
        self.assertEqual(files, {"公園.csv": b"\xef\xbb\xbfNAME\r\nPARK\r\n"})
        self.relay.stop()
        self.start("", script)
        _, files, row = self.delivered(mail_with("公園.dbf", PARKS))
        self.assertEqual((files, row["reason"]), ({}, "engine_failed"))

    def test_check_names_what_is_missing(self):
        """`mugaika check` says where a program is named that is not there."""
        self.start()
        self.program.unlink()
        checked = self.relay.command("check", check=False)
        self.assertEqual(checked.returncode, 78)
        self.assertIn(f'{self.relay.config}:10:8: [[relay.engines.command]] run: "{self.program}" is not there', checked.stderr)


if __name__ == "__main__":
    unittest.main()
