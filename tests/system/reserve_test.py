"""[relay.reserve]: low disk, low memory and too many waiting mails are answered 4xx before a mail is taken, with one event when it
begins and one when it ends; mail that is under way finishes."""
import contextlib
import pathlib
import shutil
import smtplib
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import RECIPIENT, RelayTest, sample, wait_until  # noqa: E402

CLEAN = sample("clean-plain-text")


class Reserve(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink)

    def with_reserve(self, keys):
        return self.relay.text.replace("[[route]]", f"[relay.reserve]\n{keys}\n[[route]]")

    def low(self, of):
        return [event for event in self.relay.events("reserve.low") if event["of"] == of]

    def recovered(self, of):
        return [event for event in self.relay.events("reserve.recovered") if event["of"] == of]

    # matrix: recipient/disk_full, recipient/memory_low
    def test_a_limit_above_what_is_there(self):
        """Disk and memory: RCPT is answered 452 while the limit is out of reach, one event each; with the limit back mail flows."""
        self.relay.start()
        plain = self.relay.text
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        for key, of, words in (("disk_free_min", "disk", "4.3.1"), ("memory_free_min", "memory", "4.3.2")):
            self.assertEqual(self.relay.reload(self.with_reserve(f'{key} = "1000000G"'))["event"], "config.loaded")
            for _ in range(3):
                code, said = self.relay.send(CLEAN)
                self.assertEqual((code, said.split()[0]), (452, words))
            self.assertEqual(len(self.low(of)), 1)
            self.assertEqual(self.low(of)[0]["limit"], 1000000 << 30)
            self.relay.reload(plain)
            wait_until(lambda: self.recovered(of), "the recovery")
            self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.assertEqual(len(self.sink.mails()), 3)

    def test_disk_that_fills(self):
        """AC-239 A small disk that fills and is emptied: 452 before anything fails, and mail again afterwards."""
        state = self.small_disk("8m")
        self.relay.text = self.with_reserve('disk_free_min = "3M"').replace(str(self.relay.state), str(state))
        self.relay.state = state
        self.relay.start()
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        filler = state / "filler"
        filler.write_bytes(b"\0" * (6 << 20))
        wait_until(lambda: self.low("disk"), "the event")
        self.assertEqual(self.relay.send(CLEAN)[0], 452)
        filler.unlink()
        wait_until(lambda: self.recovered("disk"), "the recovery")
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.assertEqual(self.relay.events("message.deferred"), [])

    def small_disk(self, size):
        """A file system of its own, or the test is skipped."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-reserve-"))
        self.addCleanup(shutil.rmtree, folder, True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False)
        if mounted.returncode != 0:
            print("SKIPPED: small disk: no tmpfs can be mounted here")
            self.skipTest("no tmpfs can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=False)
        return folder

    # matrix: recipient/disk_full
    def test_the_log_on_a_disk_of_its_own(self):
        """AC-239 AC-255 A full disk of the log, which is not that of state_dir: 452, its own event, and mail again afterwards."""
        folder = self.small_disk("8m")
        self.relay.text = self.with_reserve('disk_free_min = "3M"').replace(str(self.relay.log), str(folder / "events.jsonl"))
        self.relay.log = folder / "events.jsonl"
        self.relay.start()
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        filler = folder / "filler"
        filler.write_bytes(b"\0" * (6 << 20))
        wait_until(lambda: self.low("log_disk"), "the event")
        code, said = self.relay.send(CLEAN)
        self.assertEqual((code, said.split()[0]), (452, "4.3.1"))
        self.assertEqual(self.low("disk"), [])
        filler.unlink()
        wait_until(lambda: self.recovered("log_disk"), "the recovery")
        self.assertEqual(self.relay.send(CLEAN)[0], 250)

    def test_full_at_the_start(self):
        """AC-239 A state directory without space or without inodes: the relay says that the disk is full and where, exit 73, nobody
        is let in; with room it starts."""
        for options, fill in (("4m", self.fill_space), ("4m,nr_inodes=12", self.fill_inodes)):
            folder = self.small_disk(options)
            fill(folder)
            relay = self.new_relay(self.sink)
            relay.text = relay.text.replace(str(relay.state), str(folder))
            relay.port_asked = 0
            relay.write_config()
            done = subprocess.run([relay.bin / "mugaika-relay", "--config", relay.config], capture_output=True, text=True, timeout=60,
                                  check=False)
            self.assertEqual(done.returncode, 73, done.stderr)
            self.assertIn("the disk is full", done.stderr)
            self.assertIn(str(folder), done.stderr)
            self.assertNotIn("listening", done.stderr)
            checked = relay.command("check")
            self.assertIn("warning: ", checked.stderr)
            self.assertIn("disk_free_min", checked.stderr)

    @staticmethod
    def fill_space(folder):
        with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as filler:
            while filler.write(b"\0" * 4096):
                pass

    @staticmethod
    def fill_inodes(folder):
        with contextlib.suppress(OSError):
            for number in range(100):
                (folder / f"filler{number}").touch()

    def test_little_left_at_the_start(self):
        """Less than disk_free_min at the start and in `check` is said in words; the relay starts and answers 452 from the first mail."""
        self.relay.text = self.with_reserve('disk_free_min = "1000000G"')
        self.relay.start()
        self.assertEqual(self.relay.send(CLEAN)[0], 452)
        self.assertEqual(len(self.low("disk")), 1)
        checked = self.relay.command("check")
        self.assertEqual(checked.returncode, 0)
        self.assertIn("less than disk_free_min (1048576000000 KB)", checked.stderr)
        self.assertIn(str(self.relay.state), checked.stderr)

    # matrix: recipient/busy
    def test_too_many_waiting_mails(self):
        """Two mails wait for the next hop and two are the limit: the third is asked to come again, the two are delivered."""
        self.relay.text = self.with_reserve("waiting_mails_max = 2")
        self.relay.start()
        self.assertEqual(self.relay.send(CLEAN)[0], 250)  # the recipient is known from now on
        self.sink.script(DOT="wait")
        answers = []
        senders = [threading.Thread(target=lambda: answers.append(self.relay.send(CLEAN)[0])) for _ in range(2)]
        for sender in senders:
            sender.start()
        wait_until(lambda: len(self.relay.events("message.received")) == 3, "two waiting mails")
        with smtplib.SMTP("127.0.0.1", self.relay.port, timeout=30) as client:
            client.ehlo()
            client.mail("sender@example.com")
            code, words = client.rcpt(RECIPIENT)
            self.assertEqual((code, words.split()[0]), (451, b"4.3.2"))
            self.sink.script()
            for sender in senders:
                sender.join()
            self.assertEqual(client.rcpt(RECIPIENT)[0], 250)
        self.assertEqual(answers, [250, 250])
        self.assertEqual((len(self.low("mails")), len(self.recovered("mails"))), (1, 1))


if __name__ == "__main__":
    unittest.main()
