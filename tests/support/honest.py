"""An honest sender beside attackers: that it is served, and how fast, says what an attack costs the others.

Sends from a process of its own, so that what is measured is the relay and not this process, which plays the attackers."""
import json
import pathlib
import re
import select
import smtplib
import subprocess
import sys
import threading
import time

from relay_instance import RECIPIENT, wait_until

ADDRESS = "127.0.0.9"  # no attacker's, so that limits of an address do not meet it


def send_until_told(port, name, pause):
    """One mail after the other until the standard input ends; a line for each: its seconds, and its fault if it had one."""
    number = 0
    while not select.select([sys.stdin], [], [], pause if number else 0)[0]:
        began, fault = time.monotonic(), None
        try:
            with smtplib.SMTP("127.0.0.1", port, local_hostname="honest.example", timeout=60, source_address=(ADDRESS, 0)) as client:
                client.sendmail("honest@example.com", [RECIPIENT], f"Subject: {name} {number}\r\n\r\nhello\r\n".encode())
        except (OSError, smtplib.SMTPException) as wrong:
            fault = repr(wrong)
        number += 1
        print(json.dumps([time.monotonic() - began, fault]), flush=True)


class Honest:
    """Sends mails one after the other until it is stopped; keeps how long each took, connection included."""

    def __init__(self, port, name="honest", pause=0.2):
        self.name = name
        self.seconds = []
        self.faults = []
        self.sender = subprocess.Popen([sys.executable, pathlib.Path(__file__), str(port), name, str(pause)],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.sender.stdout:
            seconds, fault = json.loads(line)
            if fault:
                self.faults.append(fault)
            self.seconds.append(seconds)

    def finish(self):
        wait_until(lambda: self.seconds or self.sender.poll() is not None, "the first honest mail")
        if not self.sender.stdin.closed:
            self.sender.stdin.close()
        self.reader.join(timeout=90)
        self.sender.wait(timeout=90)
        self.sender.stdout.close()
        return self

    def served(self, test, what):
        """AC-249: every mail was taken; says how fast."""
        self.finish()
        test.assertEqual(self.faults, [])
        test.assertTrue(self.seconds)
        in_order = sorted(self.seconds)
        middle, late = in_order[len(in_order) // 2], in_order[len(in_order) * 99 // 100]
        print(f"\nNOTE: beside {what} an honest mail took {1000 * middle:.0f} ms, p99 {1000 * late:.0f} ms, at most "
              f"{1000 * in_order[-1]:.0f} ms ({len(in_order)} mails)")

    def arrived_once(self, test, mails):
        """Each of its mails is among those of the next hop, and none is there twice."""
        numbers = [int(found[1]) for mail in mails
                   if (found := re.search(rb"(?m)^Subject: " + self.name.encode() + rb" (\d+)\r$", mail))]
        test.assertEqual(sorted(numbers), list(range(len(self.seconds))))


if __name__ == "__main__":
    send_until_told(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
