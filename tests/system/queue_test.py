"""The outbox beside a running relay: `mugaika queue` shows, holds, releases, flushes and deletes; retries follow outbox_retry; and
whoever is killed at whatever step, an order is there whole or not at all."""
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import Relay, Sink, sample, wait_until  # noqa: E402

LOSSY = sample("pdf-with-japanese-name")


class Queue(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.sink = Sink(folder.name)
        self.addCleanup(self.sink.stop)
        self.relay = Relay([self.sink.port], extra='outbox_retry = "3600s"')
        self.addCleanup(self.relay.close)
        self.relay.start()
        self.assertEqual(self.relay.send(LOSSY)[0], 250)
        self.item = self.relay.quarantine()[0]["id"]

    def orders(self):
        return [json.loads(line) for line in self.relay.command("queue", "list", "--json").stdout.splitlines()]

    def owe(self):
        """An order that waits because the next hop says 4xx; its id."""
        self.sink.script(RCPT="451 4.3.0 not now")
        self.relay.command("quarantine", "release", self.item, "--reason", "再送", "--by", "山田")
        return wait_until(lambda: [o for o in self.orders() if o["attempts"] == 1], "the first try")[0]["order"]

    def released(self):
        return len(self.sink.mails()) - 1

    def test_flush_tries_at_once(self):
        """The next try is an hour away; flush makes it now, and what was delivered is owed no more."""
        order = self.owe()
        self.sink.script()
        self.relay.command("queue", "flush", order)
        wait_until(lambda: self.relay.events("quarantine.delivered"), "the delivery")
        wait_until(lambda: not self.orders(), "the empty outbox")
        self.assertEqual(self.released(), 1)
        self.assertEqual(len(self.relay.events("queue.flushed")), 1)

    def test_hold_and_release(self):
        """A held order is not tried, over a restart too; a released one is."""
        order = self.owe()
        self.relay.command("queue", "hold", "ALL", "--by", "佐藤")
        self.sink.script()
        shown = json.loads(self.relay.command("queue", "show", order, "--json").stdout)
        self.assertEqual((shown["state"], shown["attempts"]), ("held", 1))
        self.assertEqual(self.relay.command("queue", "flush", order, check=False).returncode, 65)
        self.relay.stop(signal.SIGKILL)
        file = self.relay.state / f"outbox/{order}.order"
        file.write_text(re.sub(r'"next_try_ms":\d+', '"next_try_ms":0', file.read_text()))
        self.relay.start()
        # An order behind it is carried out, so the clerk has looked at the held one.
        self.relay.command("quarantine", "release", self.item, "--reason", "二通目")
        wait_until(lambda: self.relay.events("quarantine.delivered"), "the delivery of the other")
        self.assertEqual([o["order"] for o in self.orders() if o["state"] == "held"], [order])
        self.relay.command("queue", "release", "-", stdin=order + "\n")
        wait_until(lambda: not self.orders(), "the empty outbox")
        self.assertEqual(self.released(), 2)

    def test_delete(self):
        order = self.owe()
        self.relay.command("queue", "delete", order, "--reason", "手で送付", "--by", "佐藤")
        self.assertEqual(self.orders(), [])
        event = self.relay.events("queue.deleted")[0]
        self.assertEqual((event["person"], event["why"], event["id"]), ("佐藤", "手で送付", self.item))
        self.assertEqual(len(self.relay.quarantine()), 1)

    def test_deleted_while_it_is_tried(self):
        """An order deleted while the next hop thinks about it does not come back when the try has failed."""
        self.sink.script(DOT="silent")
        self.relay.command("quarantine", "release", self.item, "--reason", "再送")
        order = wait_until(self.orders, "the order")[0]["order"]
        wait_until(lambda: len(self.sink.mails()) == 2, "the try")
        self.relay.command("queue", "delete", order, "--reason", "もう不要")
        self.sink.stop()
        wait_until(lambda: self.relay.events("quarantine.release_failed"), "the failure")
        self.assertEqual(self.orders(), [])

    def test_retry_follows_the_configuration(self):
        """The wait begins with outbox_retry, and a reload changes it."""
        self.relay.reload(self.relay.text.replace('"3600s"', '"1s"'))
        order = self.owe()
        wait_until(lambda: [o for o in self.orders() if o["attempts"] >= 2], "the second try by itself")
        self.sink.script()
        wait_until(lambda: not self.orders(), "the delivery by itself", seconds=60)
        self.assertEqual(self.released(), 1)
        self.assertGreaterEqual(len(self.relay.events("quarantine.release_failed")), 2)
        self.assertEqual(self.relay.events("quarantine.delivered")[0]["order"], order)

    def test_command_killed_at_each_step(self):
        """AC-234 `queue hold` and `queue delete` killed at each step: the order is as before or as asked, always whole, and the lock
        is free."""
        order = self.owe()
        for words, states in ((["hold"], ("waiting", "held")), (["delete", "--reason", "r"], ("held", None))):
            for call, n in (("flock", 1), ("write", 1), ("fsync", 1), ("rename", 1), ("fsync", 2), ("unlink", 1)):
                command = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={n}",
                           self.relay.bin / "mugaika", "queue", words[0], order, *words[1:], "--config", self.relay.config]
                subprocess.run(command, capture_output=True, timeout=60, check=False)
                found = [o["state"] for o in self.orders()]
                self.assertIn(found[0] if found else None, states, (words, call, n))
                self.assertEqual(list((self.relay.state / "outbox/aside").iterdir()), [])
            if words == ["hold"]:
                self.relay.command("queue", "hold", order)
        self.sink.script()
        self.assertEqual(self.relay.send(LOSSY)[0], 250)

    def test_order_on_a_failing_disk(self):
        """AC-240 `quarantine release` while the disk fails at each step: the person is told, no order is left that nobody believes
        in, and the next try writes it."""
        self.relay.stop()
        release = [self.relay.bin / "mugaika", "quarantine", "release", self.item, "--reason", "再送", "--config", self.relay.config]
        for call, n in (("write", 1), ("fsync", 1), ("rename", 1), ("fsync", 2)):
            strace = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error=EIO:when={n}"]
            done = subprocess.run([*strace, *release], capture_output=True, text=True, timeout=60, check=False)
            self.assertNotEqual(done.returncode, 0, (call, n))
            self.assertIn("Input/output error", done.stderr, (call, n))
            self.assertEqual(self.orders(), [], (call, n))
        subprocess.run(release, capture_output=True, timeout=60, check=True)
        self.assertEqual(len(self.orders()), 1)


if __name__ == "__main__":
    unittest.main()
