"""A backlog: hundreds of mails whose files waited for the real clamd are judged again when it is back, by themselves and by hand at once."""
import collections
import concurrent.futures
import email
import email.policy
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import scanner_instances  # noqa: E402
from files_test import noise  # noqa: E402
from honest import Honest  # noqa: E402
from process_memory import Watch, anonymous_mb, descendants  # noqa: E402
from relay_instance import RelayTest, wait_until  # noqa: E402
from scanner_instances import Clamd  # noqa: E402
from scanners_test import letter  # noqa: E402

MISSING = scanner_instances.missing()
MAILS = 300
MAIL_MB = 0.3  # each of them; together far more than the relay may grow
GROWTH_MB = 32


def name_of(number):
    return f"図{number}.png"


@unittest.skipIf(MISSING, f"not installed: {MISSING}")
class Backlog(RelayTest):
    def setUp(self):
        self.clamd = Clamd()
        self.addCleanup(self.clamd.close)
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink, extra=f'outbox_retry = "1s"\n[[relay.scanner]]\nclamd = "{self.clamd.socket}"\n')
        self.relay.start()

    def orders(self):
        return len(self.relay.command("queue", "list", "--json").stdout.splitlines())

    def send_all(self):
        def send(number):
            return self.relay.send(letter((name_of(number), "image/png", noise(280, number))))[0]
        with concurrent.futures.ThreadPoolExecutor(4) as senders:
            self.assertEqual(set(senders.map(send, range(MAILS))), {250})
        self.assertGreater(sum(path.stat().st_size for path in (self.relay.state / "quarantine").rglob("*") if path.is_file()) / 2**20, MAILS * MAIL_MB)
        self.assertEqual(self.orders(), MAILS)

    def descriptors(self):
        return sum(1 for _ in pathlib.Path(f"/proc/{self.relay.process.pid}/fd").iterdir())

    def test_hundreds_of_mails(self):
        """Each file arrives once, in the thread of its letter; the relay and its workers hold few of them at a time, and honest mail passes beside
        them. A person who orders all of them meanwhile, and a kill in the midst, change nothing of that."""
        self.send_all()
        relay = self.relay
        memory = Watch(lambda: anonymous_mb([relay.process.pid, *descendants(relay.process.pid)]))
        files = Watch(self.descriptors)
        before = anonymous_mb([relay.process.pid, *descendants(relay.process.pid)]), self.descriptors()
        honest = Honest(relay.port, pause=0.02)
        wait_until(lambda: honest.seconds, "the first honest mail")
        self.clamd.start()
        alone = len(honest.seconds)
        with memory, files:
            wait_until(lambda: len(relay.events("quarantine.delivered")) > MAILS // 10, "a part of the backlog")
            ordered = relay.command("quarantine", "rerun", "ALL", "--by", "山田").stdout.splitlines()
            wait_until(lambda: len(honest.seconds) > alone + 5, "honest mail beside it")
            beside, left = len(honest.seconds) - alone, self.orders()
            wait_until(lambda: len(relay.events("quarantine.delivered")) > MAILS // 2, "half of the backlog")
        honest.served(self, f"a backlog of {MAILS} mails")
        relay.stop(signal.SIGKILL)
        relay.start()
        wait_until(lambda: not self.orders(), "the end of the backlog", seconds=300)
        print(f"NOTE: backlog: {before[0]:.0f} MB before, {memory.peak:.0f} at most; {before[1]} descriptors before, {files.peak:.0f} at most; "
              f"{beside} honest mails before {len(ordered)} were ordered by hand, when {left} waited")
        self.assertGreater(left, 0)  # they did not wait for its end
        self.assertLess(memory.peak - before[0], GROWTH_MB)
        self.assertLess(files.peak - before[1], 64)
        self.is_everything_there_once(honest)

    def is_everything_there_once(self, honest):
        mails = self.sink.mails()
        honest.arrived_once(self, mails)
        letters, copies = {}, collections.defaultdict(set)
        for mail in mails:
            message = email.message_from_bytes(mail, policy=email.policy.default)
            text = message.get_body(("plain",)).get_content()
            names = [part.get_filename() for part in message.iter_attachments()]
            for name in names:
                copies[name].add((message["Message-ID"], message["In-Reply-To"]))
            if not names and "図" in text:
                letters[text.split("「")[1].split("」")[0]] = message["Message-ID"]
        self.assertEqual(sorted(copies), sorted(map(name_of, range(MAILS))))
        for name, ids in copies.items():
            self.assertEqual({reply for _, reply in ids}, {letters[name]})
            self.assertEqual(len(ids), 1)
        # One that was under way when the relay was killed may be there twice, as the same mail.
        followed = len(mails) - MAILS - len(honest.seconds)
        self.assertIn(followed, (MAILS, MAILS + 1))
        self.assertEqual(self.relay.left_over(), [])


if __name__ == "__main__":
    if MISSING:
        print(f"SKIPPED: a backlog: not installed: {MISSING}")
    unittest.main()
