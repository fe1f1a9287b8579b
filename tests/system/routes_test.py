"""One mail to recipients of two routes, of which one cannot be served now: who is served, who is owed, and what a kill leaves."""
import pathlib
import re
import signal
import smtplib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import DOMAIN, RelayTest, wait_until  # noqa: E402

OTHER = "town.example.lg.jp"
MAIL = b"Message-ID: <routes@example.com>\r\nSubject: x\r\n\r\nhello\r\n"
NOT_NOW = "451 4.3.0 not now"


class Routes(RelayTest):
    def setUp(self):
        self.here, self.there = self.new_sink(), self.new_sink()
        self.begin()

    def begin(self):
        self.relay = self.new_relay(self.here)
        self.relay.text += f'\n[[route]]\ndomains = ["{OTHER}"]\nnext_hop = ["127.0.0.1:{self.there.port}"]\n'
        self.relay.start()

    def try_send(self):
        """The answer's code and words; None for both when the connection ended before one came."""
        try:
            return self.relay.send(MAIL, recipients=(f"a@{DOMAIN}", f"b@{OTHER}"), timeout=30)
        except (OSError, smtplib.SMTPException):
            return None, None

    def orders(self):
        return self.relay.command("queue", "list", "--json").stdout.splitlines()

    def hurry(self):
        """Nothing is owed any more."""
        if self.orders():
            self.relay.command("queue", "flush", "ALL", check=False)
        return not self.orders()

    def message_ids(self):
        return {re.search(rb"(?mi)^Message-ID: (\S+)", raw)[1] for raw in self.here.mails() + self.there.mails()}

    def test_the_rest_survives_a_kill_and_is_served_once(self):
        """250 with a route that could not be served: after SIGKILL and a restart its recipient gets the mail, once, with the same
        Message-ID; nobody else gets a second copy, and nothing stays in the quarantine."""
        self.there.script(DATA=NOT_NOW)
        code, words = self.try_send()
        self.assertEqual(code, 250, words)
        self.assertIn("delivered in part", words)
        self.assertEqual((len(self.here.mails()), len(self.there.mails())), (1, 0))
        listed = self.relay.command("queue", "list").stdout
        self.assertRegex(listed, r"KIND[^\n]*\n.* rest .*b@town\.example\.lg\.jp")
        self.relay.stop(signal.SIGKILL)
        self.there.script()
        self.relay.start()
        wait_until(self.hurry, "the delivery of the rest")
        self.assertEqual((len(self.here.mails()), len(self.there.mails())), (1, 1))
        self.assertEqual(len(self.message_ids()), 1)
        wait_until(lambda: not self.relay.quarantine(), "an empty quarantine")
        self.assertEqual(wait_until(lambda: self.relay.events("quarantine.delivered"), "the event")[0]["kind"], "rest")

    def one_point(self, call, number):
        """The relay is killed at this call of one mail; then the other next hop is there. What was answered first."""
        self.there.script(DATA=NOT_NOW)
        strace = self.relay.inject(call, f"signal=SIGKILL:when={number}")
        answer, _ = self.try_send()
        self.relay.stop(signal.SIGKILL)
        strace.wait(timeout=30)
        self.relay.start()
        owed, served = bool(self.orders()), len(self.here.mails())
        point = f"{call} {number}, answer {answer}"
        self.assertLessEqual(served, 1, point)
        if answer == 250:
            self.assertTrue(served and owed, point)
        self.assertTrue(not owed or self.relay.quarantine(), f"{point}: an order without its original")
        self.there.script()
        if answer != 250:
            self.assertEqual(self.try_send()[0], 250, point)
        wait_until(self.hurry, f"{point}: the end of the order")
        self.assertEqual(len(self.here.mails()), served + (answer != 250), point)
        # Owed, and the sender did not hear of it: it comes again, as after every lost answer (RFC 1047).
        self.assertIn(len(self.there.mails()), (1, 2) if owed and answer != 250 else (1,), point)
        self.assertEqual(len(self.message_ids()), 1, point)
        self.relay.close()
        for sink in (self.here, self.there):
            for path in sink.folder.glob("*.*"):
                path.unlink()
        self.begin()
        return answer

    def test_kill_at_system_calls(self):
        """The relay killed with SIGKILL at each system call that makes the rest of a delivery its own, or tells somebody."""
        points = [(call, n) for call, numbers in (("fdatasync", 2), ("fsync", 3), ("rename", 2), ("sendmsg", 8), ("sendto", 4))
                  for n in range(1, numbers + 1)]
        answers = [self.one_point(*point) for point in points]
        print(f"NOTE: two routes: killed at {len(points)} system-call points; first answers "
              f"{ {answer: answers.count(answer) for answer in set(answers)} }")
        self.assertIn(None, answers, "no point killed anything: the test does not test")


if __name__ == "__main__":
    unittest.main()
