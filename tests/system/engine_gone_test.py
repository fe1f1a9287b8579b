"""Files that stayed because LibreOffice was gone follow when it is back, once: the real one, hidden from a relay and shown again."""
import email
import email.policy
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from mount_space import MountSpace, program_that_exits  # noqa: E402
from relay_instance import RelayTest, sample, wait_until  # noqa: E402

OFFICE = pathlib.Path("/usr/lib/libreoffice")
PROGRAM = OFFICE / "program/soffice.bin"
SURVEY, LETTER = sample("survey-form-xls"), sample("letter-doc")


@unittest.skipUnless(PROGRAM.exists(), "LibreOffice is not installed")
class OfficeGone(RelayTest):
    def setUp(self):
        self.space = MountSpace()
        self.addCleanup(self.space.close)
        # An engine that has given up root writes there.
        self.jobs = pathlib.Path(tempfile.mkdtemp(prefix="me-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.jobs, ignore_errors=True)
        self.jobs.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        self.sink = self.new_sink()

    def start(self, engines=""):
        self.relay = self.new_relay(self.sink, extra=f'outbox_retry = "1s"\n{engines}\n')
        self.relay.inside = self.space.inside
        self.relay.environment = {**os.environ, "TMPDIR": str(self.jobs)}
        self.relay.start()

    def mails(self, count):
        wait_until(lambda: len(self.sink.mails()) >= count, f"{count} mails")
        self.assertEqual(len(self.sink.mails()), count)
        return [email.message_from_bytes(mail, policy=email.policy.default) for mail in self.sink.mails()]

    def names(self, mail):
        return [part.get_filename() for part in mail.iter_attachments()]

    def orders(self):
        return [json.loads(line) for line in self.relay.command("queue", "list", "--json").stdout.splitlines()]

    def is_held(self, raw, reason):
        """The letter arrives without its file; (its id, the letter)."""
        before = len(self.sink.mails())
        self.assertEqual(self.relay.send(raw, timeout=300)[0], 250)
        letter = self.mails(before + 1)[before]
        self.assertEqual(self.names(letter), [])
        said = self.relay.events("message.sanitized")[-1]
        self.assertEqual((said["parts"][1]["action"], said["parts"][1]["reason"]), ("quarantined", reason))
        return said["id"], letter

    def follows_once(self, item, letter, name, count):
        """The file alone, in the letter's thread, as mail number `count`; nothing more comes of it, also by hand and over a restart."""
        wait_until(lambda: not self.orders(), "the end of the order")
        second = self.mails(count)[count - 1]
        self.assertEqual((self.names(second), second["In-Reply-To"]), ([name], letter["Message-ID"]))
        self.relay.stop(signal.SIGKILL)
        self.relay.start()
        self.relay.command("quarantine", "rerun", item, "--by", "山田")
        wait_until(lambda: not self.orders(), "the end of an order by hand")
        self.assertEqual([run["result"] for run in self.runs(item)], ["brought", "nothing_new"])
        self.mails(count)
        self.assertEqual(self.relay.left_over(), [])
        self.assertEqual(list(self.jobs.iterdir()), [])

    def runs(self, item):
        return json.loads(self.relay.command("quarantine", "show", item, "--json", "--by", "x").stdout)["reruns"]

    # matrix: engine/unavailable
    def test_gone_and_back(self):
        """It goes while the relay runs, before the first file for it came: held as engine_unavailable, tried again, and it follows by itself."""
        self.start()
        self.space.hide(OFFICE)
        item, letter = self.is_held(SURVEY, "engine_unavailable")
        self.assertEqual([(order["kind"], order["id"]) for order in self.orders()], [("rerun", item)])
        wait_until(lambda: self.relay.events("quarantine.rerun"), "a try that finds nobody")
        self.mails(1)
        self.assertEqual([event["engine"] for event in self.relay.events("converter.down")], ["libreoffice"])
        self.assertEqual(self.relay.events("converter.up"), [])
        self.space.show(OFFICE)
        wait_until(lambda: not self.orders(), "the end of the order")
        self.assertEqual([event["engine"] for event in self.relay.events("converter.up")], ["libreoffice"])
        ends = [event["end"] for event in self.relay.events("file.converted")]
        self.assertEqual((set(ends[:-1]), ends[-1]), ({"unavailable"}, "made"))
        self.follows_once(item, letter, "調査票.xlsx", 2)

    def test_a_relay_that_is_killed_while_it_is_gone(self):
        """The new relay has never seen LibreOffice: what waits for it waits on, what comes now is of a kind that does not cross here."""
        self.start()
        self.space.hide(OFFICE)
        item, letter = self.is_held(SURVEY, "engine_unavailable")
        self.relay.stop(signal.SIGKILL)
        self.relay.start()
        tried = len(self.relay.events("quarantine.rerun"))
        wait_until(lambda: len(self.relay.events("quarantine.rerun")) > tried, "a try that finds nobody")
        self.assertEqual({event["result"] for event in self.relay.events("quarantine.rerun")}, {"waits"})
        other, _ = self.is_held(LETTER, "not_rebuilt")
        self.assertEqual([order["id"] for order in self.orders()], [item])
        self.space.show(OFFICE)
        self.follows_once(item, letter, "調査票.xlsx", 3)
        # Nobody promised the other one; a person can.
        self.relay.command("quarantine", "rerun", other, "--by", "山田")
        wait_until(lambda: not self.orders(), "the end of the order")
        self.assertEqual(self.names(self.mails(4)[3]), ["会議の開催について.docx"])

    def test_a_program_that_fails(self):
        """It starts and fails: that may be the file's doing, so it is engine_failed, and no order waits; by hand it follows, once."""
        self.start()
        self.space.put(PROGRAM, program_that_exits(self.jobs.with_name(self.jobs.name + ".sh"), 3))
        self.addCleanup(self.jobs.with_name(self.jobs.name + ".sh").unlink)
        item, letter = self.is_held(SURVEY, "engine_failed")
        self.assertIn("exit 3", self.relay.events("file.failed")[-1]["why"])
        self.assertEqual(self.orders(), [])
        self.space.show(PROGRAM)
        self.relay.command("quarantine", "rerun", "ALL", "--reason", "engine_failed", "--by", "山田")
        self.follows_once(item, letter, "調査票.xlsx", 2)

    def test_a_socket_that_is_gone(self):
        """The unit's socket goes, the relay is killed, the socket comes back: the file follows, once."""
        socket = self.jobs.with_name(self.jobs.name + ".sock")

        def activate():
            unit = subprocess.Popen(["systemd-socket-activate", "--accept", "--inetd", "-l", socket, "-E", f"TMPDIR={self.jobs}",
                                     pathlib.Path(os.environ.get("MUGAIKA_BIN", "build/bin")).resolve() / "mugaika-engine"],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(unit.wait)
            self.addCleanup(unit.kill)

        self.addCleanup(socket.unlink, missing_ok=True)
        self.start(f'[relay.engines]\nsocket = "{socket}"\n')
        item, letter = self.is_held(SURVEY, "engine_unavailable")
        self.relay.stop(signal.SIGKILL)
        self.relay.start()
        wait_until(lambda: self.relay.events("quarantine.rerun"), "a try that finds nobody")
        activate()
        self.follows_once(item, letter, "調査票.xlsx", 2)


if __name__ == "__main__":
    if not PROGRAM.exists():
        print("SKIPPED: LibreOffice that goes and comes back: it is not installed")
    unittest.main()
