"""An honest sender beside attackers: that it is served, and how fast, says what an attack costs the others."""
import re
import smtplib
import threading
import time

from relay_instance import RECIPIENT

ADDRESS = "127.0.0.9"  # no attacker's, so that limits of an address do not meet it


class Honest(threading.Thread):
    """Sends mails one after the other until it is stopped; keeps how long each took, connection included."""

    def __init__(self, port, name="honest", pause=0.2):
        super().__init__(daemon=True)
        self.port = port
        self.name = name
        self.pause = pause
        self.seconds = []
        self.faults = []
        self.enough = threading.Event()
        self.start()

    def run(self):
        while not self.enough.is_set():
            began = time.monotonic()
            try:
                with smtplib.SMTP("127.0.0.1", self.port, local_hostname="honest.example", timeout=60,
                                  source_address=(ADDRESS, 0)) as client:
                    client.sendmail("honest@example.com", [RECIPIENT],
                                    f"Subject: {self.name} {len(self.seconds)}\r\n\r\nhello\r\n".encode())
            except (OSError, smtplib.SMTPException) as fault:
                self.faults.append(repr(fault))
            self.seconds.append(time.monotonic() - began)
            self.enough.wait(self.pause)

    def finish(self):
        self.enough.set()
        self.join(timeout=90)
        return self

    def served(self, test, what, longest=None):
        """AC-249: every mail was taken; says how fast, and asserts it where `longest` seconds are given."""
        self.finish()
        test.assertEqual(self.faults, [])
        test.assertTrue(self.seconds)
        typical = sorted(self.seconds)[len(self.seconds) // 2]
        print(f"\nNOTE: beside {what} an honest mail took {1000 * typical:.0f} ms, at most {1000 * max(self.seconds):.0f} ms "
              f"({len(self.seconds)} mails)")
        if longest is not None:
            test.assertLess(max(self.seconds), longest)

    def arrived_once(self, test, mails):
        """Each of its mails is among those of the next hop, and none is there twice."""
        numbers = [int(found[1]) for mail in mails
                   if (found := re.search(rb"(?m)^Subject: " + self.name.encode() + rb" (\d+)\r$", mail))]
        test.assertEqual(sorted(numbers), list(range(len(self.seconds))))
