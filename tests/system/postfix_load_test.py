"""Two real Postfix under load, with everything between them stopped and started: the counts of mails in and out agree."""
import collections
import pathlib
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postfix_instance import Postfix  # noqa: E402
from relay_instance import DOMAIN, Relay, wait_until  # noqa: E402

MAILS, SESSIONS = 600, 20


class PostfixUnderLoad(unittest.TestCase):
    def setUp(self):
        self.lgwan = Postfix.with_mailboxes("lgwan", DOMAIN, {f"@{DOMAIN}": "all"}, {
            "smtpd_recipient_restrictions": "permit_mynetworks,reject"})
        self.addCleanup(self.lgwan.close)
        self.lgwan.start()
        self.relay = Relay([self.lgwan.port])
        self.addCleanup(self.relay.close)
        self.relay.start()
        # An impatient Postfix: what the relay defers it tries again at once.
        self.internet = Postfix("internet", {
            "relay_domains": DOMAIN, "relayhost": f"[127.0.0.1]:{self.relay.port}", "minimal_backoff_time": "1s",
            "maximal_backoff_time": "2s", "queue_run_delay": "1s", "transport_retry_time": "1s",
            "default_destination_concurrency_failed_cohort_limit": "0", "initial_destination_concurrency": "20",
            "smtpd_recipient_restrictions": "permit_mynetworks,reject"})
        self.addCleanup(self.internet.close)
        self.internet.start()

    def copies(self):
        """How often each recipient got its mail, as the LGWAN Postfix delivered it."""
        counted = collections.Counter()
        for path in self.lgwan.arrived("all"):
            counted[re.search(rb"^Delivered-To: (.+)$", path.read_bytes(), re.M)[1].decode()] += 1
        return counted

    def arrived(self):
        return len(self.lgwan.arrived("all"))

    def test_counts_agree(self):
        """AC-235 AC-242 Under load the next hop is stopped and started, the relay killed, restarted and drained: every mail arrives, and second
        copies only where an answer was lost."""
        source = subprocess.Popen(["smtp-source", "-N", "-m", str(MAILS), "-s", str(SESSIONS), "-l", "4000", "-f", "sender@example.com",
                                   "-t", f"load@{DOMAIN}", f"127.0.0.1:{self.internet.port}"], stderr=subprocess.PIPE, text=True)
        wait_until(lambda: self.arrived() > MAILS // 10, "the first tenth")
        self.relay.stop(signal.SIGKILL)
        self.relay.start()
        wait_until(lambda: self.arrived() > MAILS // 5, "a fifth")
        self.lgwan.stop()
        self.lgwan.start()
        wait_until(lambda: self.arrived() > MAILS // 3, "a third")
        self.relay.stop(signal.SIGTERM)
        self.relay.start()
        wait_until(lambda: self.arrived() > MAILS // 2, "half")
        self.relay.process.send_signal(signal.SIGHUP)
        self.assertEqual(source.wait(timeout=120), 0, source.stderr.read())
        source.stderr.close()

        def queue_is_empty():
            self.internet.flush()
            return self.internet.queue_is_empty()

        wait_until(queue_is_empty, "the end of the sending Postfix' queue", 120)
        wait_until(self.lgwan.queue_is_empty, "the end of the receiving Postfix' queue", 60)
        copies = self.copies()
        self.assertEqual(len(copies), MAILS)
        second = sum(copies.values()) - MAILS
        print(f"NOTE: {MAILS} mails through two Postfix, relay killed once, restarted once, next hop restarted once: all arrived, "
              f"{second} second copies")
        # One a session at most for the one kill: whoever drains or waits for the next hop makes none.
        self.assertLessEqual(second, SESSIONS)
        self.assertEqual(self.relay.quarantine(), [])


if __name__ == "__main__":
    unittest.main()
