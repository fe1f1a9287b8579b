"""[relay.reserve]: low disk, low memory and too many waiting mails are answered 4xx before a mail is taken, with one event when it
begins and one when it ends; mail that is under way finishes."""
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
        state = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-reserve-"))
        self.addCleanup(shutil.rmtree, state, True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", state], capture_output=True, check=False)
        if mounted.returncode != 0:
            print("SKIPPED: disk that fills: no tmpfs can be mounted here")
            self.skipTest("no tmpfs can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", state], check=False)
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
