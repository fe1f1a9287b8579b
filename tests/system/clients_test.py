"""Clients that attack by being many, slow or noisy, against the real relay, while an honest one goes on being served."""
import pathlib
import re
import shutil
import socket
import sys
import tempfile
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from crowd import Client, Crowd, all_ended, raise_open_files  # noqa: E402
from honest import Honest  # noqa: E402
from large_senders import send_all_at_once  # noqa: E402
from postfix_instance import free_port  # noqa: E402
from process_memory import Watch, anonymous_mb, descendants, resident_kilobytes  # noqa: E402
from relay_instance import RECIPIENT, Relay, Sink, wait_until  # noqa: E402

HELLO = b"EHLO client.example\r\n"
INTO_DATA = HELLO, b"MAIL FROM:<a@example.com>\r\n", f"RCPT TO:<{RECIPIENT}>\r\n".encode(), b"DATA\r\n"
MEMORY_MAX_KB = 64 << 10  # that no number of these clients may add

LARGE_BYTES = 50_000_000
LARGE_CLIENTS = 100
DISK_BYTES_EACH = 2.2 * LARGE_BYTES  # in the spool and in the quarantine
WORKERS = 2
# What may be in memory at once (anonymous pages). Relay: itself, and of each mail what has not gone to its spool file yet
# (memory_bytes_max, twice while it goes). A worker: itself, and the one file that it has undone, which grows by doubling.
RELAY_MB, MAIL_MB, WORKER_MB = 64, 2 * 0.25, 64 + 2 * 0.75 * LARGE_BYTES / 1e6


class Clients(unittest.TestCase):
    def relay(self, settings):
        folder = tempfile.TemporaryDirectory(prefix="mugaika-clients-")
        self.addCleanup(folder.cleanup)
        self.sink = Sink(pathlib.Path(folder.name) / "lgwan")
        self.addCleanup(self.sink.stop)
        relay = Relay([self.sink.port], extra=settings)
        self.addCleanup(relay.close)
        return relay.start()

    def crowd(self, relay, count, source=lambda n: "127.0.0.1"):
        crowd = Crowd()
        self.addCleanup(crowd.close)
        for number in range(count):
            crowd.add(Client(relay.port, source(number)))
        return crowd

    def test_ten_thousand_idle_connections(self):
        """AC-249 ten thousand connections that say nothing cost little, leave honest clients served, and are ended by the relay."""
        if not raise_open_files(12000):
            self.skipTest("the hard limit of open files is below 12000")
        relay = self.relay('[relay.limits]\nsessions_max = 10500\ncommand_timeout = "12s"\n'
                           "[relay.clients]\nconnections_per_address_max = 6000\nconnections_per_minute_per_address = 0\n")
        before = resident_kilobytes(relay.process.pid)
        crowd = self.crowd(relay, 10000, lambda n: f"127.0.0.{1 + n % 2}")
        honest = Honest(relay.port)
        self.assertTrue(crowd.run(20, lambda clients: all(client.received for client in clients)), "greetings")
        grown = resident_kilobytes(relay.process.pid) - before
        self.assertTrue(all(client.received.startswith(b"220 ") for client in crowd.clients))
        self.assertTrue(crowd.run(30, all_ended), "the relay ends them")
        self.assertTrue(all(client.last_line().startswith("421 4.4.2") for client in crowd.clients))
        honest.served(self, "10,000 idle connections")
        print(f"\nNOTE: an idle session costs {grown / 10000:.1f} KB of the relay's memory")
        self.assertLess(grown, 10000 * 16)

    def test_a_thousand_connections_of_one_address(self):
        """AC-249 matrix: connect/too_often: past the limit of an address each gets 421 and is closed; other addresses are served."""
        relay = self.relay('[relay.limits]\ncommand_timeout = "5s"\n[relay.clients]\nconnections_per_minute_per_address = 0\n')
        honest = Honest(relay.port)
        crowd = self.crowd(relay, 1000)
        self.assertTrue(crowd.run(20, all_ended), "the relay ends them")
        greeted = [client for client in crowd.clients if client.received.startswith(b"220 ")]
        refused = [client for client in crowd.clients if client.received.startswith(b"421 4.7.0")]
        self.assertEqual(len(greeted), 50)
        self.assertEqual(len(refused), 950)
        honest.served(self, "1,000 connections of one address")
        relay.stop()
        refused = [e for e in relay.events("session.refused") if e["why"] == "connections_per_address_max"]
        self.assertEqual(sum(e["times"] for e in refused), 950)
        self.assertLess(len(refused), 10)

    def test_connections_a_minute(self):
        """AC-249 matrix: connect/too_often: one address that connects again and again is refused past its share of a minute, in a few
        lines of the log; other addresses are served, and so is the address itself a little later."""
        relay = self.relay("[relay.clients]\nconnections_per_minute_per_address = 60\n")
        honest = Honest(relay.port, pause=2)
        answers = []
        for _ in range(300):
            with socket.create_connection(("127.0.0.1", relay.port), timeout=30, source_address=("127.0.0.7", 0)) as client, \
                    client.makefile("rb") as lines:
                answers.append(lines.readline()[:9])
                if answers[-1].startswith(b"220"):
                    client.sendall(b"QUIT\r\n")
                    lines.readline()
        greeted = len([answer for answer in answers if answer.startswith(b"220")])
        self.assertGreaterEqual(greeted, 60)
        self.assertEqual(set(answers), {b"220 mx.ci", b"421 4.7.0"})
        honest.served(self, "an address that connects again and again")
        relay.stop()
        refused = [e for e in relay.events("session.refused") if e["why"] == "connections_per_minute_per_address"]
        self.assertEqual(sum(e["times"] for e in refused), 300 - greeted)
        self.assertLess(len(refused), 10)

    def test_health_checks(self):
        """What balancers do all day (connect and close; QUIT; HELO and QUIT) is a line an hour for each of them, and a number in the
        metrics; what says a word more is in the log as always."""
        port = free_port()
        relay = self.relay(f'[relay.metrics]\nlisten = "127.0.0.1:{port}"\n')
        for number in range(200):
            words = (b"", b"QUIT\r\n", b"HELO check.example\r\nQUIT\r\n", b"EHLO check.example\r\n")[number % 4]
            source = f"127.0.0.{2 + number % 4}"
            with socket.create_connection(("127.0.0.1", relay.port), timeout=30, source_address=(source, 0)) as client, \
                    client.makefile("rb") as lines:
                self.assertTrue(lines.readline().startswith(b"220"))
                for word in words.splitlines(keepends=True):
                    client.sendall(word)
                    lines.readline()

        def idle():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
                return int(re.search(rb"(?m)^mugaika_idle_sessions_total (\d+)$", answer.read())[1])

        wait_until(lambda: idle() == 200, "the end of all checks")
        with socket.create_connection(("127.0.0.1", relay.port), timeout=30, source_address=("127.0.0.9", 0)) as client, \
                client.makefile("rb") as lines:
            lines.readline()
            client.sendall(b"VRFY root\r\nQUIT\r\n")
            while lines.readline():
                pass
        wait_until(lambda: relay.events("session.closed"), "the end of the other session")
        relay.stop()
        log = [event for event in relay.events() if event["event"].startswith("session.")]
        self.assertEqual({e["client"] for e in log if e["event"] in ("session.opened", "session.closed")}, {"127.0.0.9"})
        checks = [event for event in log if event["event"] == "session.idle"]
        self.assertEqual(sum(event["sessions"] for event in checks), 200)
        self.assertEqual(len(checks), 8)  # the first of each address, and the rest of each at the end

    def test_many_small_mails_under_way(self):
        """AC-250 a thousand mails of 200 KB that stop before their end hold no more memory than memory_bytes_together_max, are all
        taken when they end, and an honest client is served meanwhile."""
        if not raise_open_files(4000):
            self.skipTest("the hard limit of open files is below 4000")
        count, size = 1000, 200_000
        relay = self.relay('[relay.limits]\nmemory_bytes_together_max = "8M"\n[relay.clients]\nconnections_per_address_max = 0\n'
                           "connections_per_minute_per_address = 0\n")
        pid = relay.process.pid
        honest = Honest(relay.port)
        wait_until(lambda: honest.seconds, "the first honest mail")
        before = anonymous_mb([pid])
        crowd = self.crowd(relay, count)
        steps = {client: [*INTO_DATA] for client in crowd.clients}
        body = (b"x" * 78 + b"\r\n") * (size // 80)
        left = {client: memoryview(b"Subject: many\r\n\r\n" + body) for client in crowd.clients}
        most = before

        def play(client):
            nonlocal most
            answered = len(re.findall(rb"(?m)^\d{3} ", client.received))
            if steps[client]:
                if answered == 1 + len(INTO_DATA) - len(steps[client]):
                    client.send(steps[client].pop(0))
            elif client.received.endswith(b"\r\n") and b"\r\n354 " in client.received and left[client]:
                sent = client.sent
                client.send(bytes(left[client][:65536]))
                left[client] = left[client][client.sent - sent:]

        def all_written(clients):
            nonlocal most
            most = max(most, anonymous_mb([pid]))
            return not any(left[client] for client in clients)

        self.assertTrue(crowd.run(240, all_written, play), "all content is written")
        honest.served(self, f"{count} mails of {size} bytes under way")
        print(f"\nNOTE: {count} mails of {size} bytes under way made the relay {most - before:.1f} MB larger")
        self.assertLess(most - before, 8 + 40)  # of the mails; sessions and their buffers beside it
        self.assertEqual(relay.events("message.deferred"), [])

    def test_slow_and_noisy_clients(self):
        """AC-028 AC-041 AC-248 one byte now and then, in commands and in content, storms of RSET and NOOP, lines without end: the
        relay ends each by itself, its memory stays bounded, and an honest client is served meanwhile."""
        relay = self.relay('[relay.limits]\ncommand_timeout = "3s"\ndata_timeout = "3s"\ntransaction_timeout = "10s"\n')
        honest = Honest(relay.port)
        before = resident_kilobytes(relay.process.pid)
        slow_commands = [Client(relay.port, "127.0.0.2") for _ in range(20)]
        slow_data = [Client(relay.port, "127.0.0.3") for _ in range(20)]
        storms = [Client(relay.port, "127.0.0.4") for _ in range(20)]
        endless = [Client(relay.port, "127.0.0.5") for _ in range(5)]
        into_data = {client: list(INTO_DATA) for client in slow_data}
        most = before

        def play(client):
            nonlocal most
            if client.received.startswith(b"220"):
                if client in slow_commands:
                    client.send(b"N")
                elif client in storms:
                    client.send(b"NOOP\r\nRSET\r\n" * 5000)
                elif client in endless:
                    client.send(b"x" * (1 << 20))
                elif into_data[client]:
                    answered = client.received.count(b"\n220 ") + client.received.count(b"\n250 ")
                    if answered == len(INTO_DATA) - len(into_data[client]):
                        client.send(into_data[client].pop(0))
                else:
                    client.send(b"y")
            most = max(most, resident_kilobytes(relay.process.pid))

        crowd = Crowd(slow_commands + slow_data + storms + endless)
        self.addCleanup(crowd.close)
        self.assertTrue(crowd.run(30, all_ended, play), "the relay ends them")
        for client in slow_commands:
            self.assertEqual(client.last_line(), "421 4.4.2 Timeout waiting for a command")
        for client in slow_data:
            self.assertEqual(client.last_line(), "421 4.4.2 Timeout waiting for data")
            self.assertGreater(client.sent, sum(map(len, INTO_DATA)) + 5)  # it was slow, not silent
        honest.served(self, "65 slow and noisy connections")
        print(f"\nNOTE: slow and noisy clients made the relay {most - before} KB larger")
        self.assertLess(most - before, MEMORY_MAX_KB)
        ends = {event["client"]: event["why"] for event in relay.events("session.closed")}
        self.assertEqual(ends["127.0.0.4"], "command limit")
        self.assertIn(ends["127.0.0.5"], ("command overlong", "command not_smtp"))

    def test_large_mails_at_once(self):
        """AC-250 AC-257 a hundred mails of 50 MB at once: each is in exactly one final state, its original kept and its notice delivered once;
        memory is bounded by the number of workers and not of mails, nothing is left over, and an honest mail is served meanwhile."""
        room = int((shutil.disk_usage(tempfile.gettempdir()).free - 1e9) // DISK_BYTES_EACH)
        count = min(LARGE_CLIENTS, room)
        if count < 2 * WORKERS:
            print("SKIPPED: large mails: not enough disk")
            self.skipTest("not enough disk")
        relay = self.relay(f"workers = {WORKERS}\n[relay.clients]\nconnections_per_address_max = 0\n")
        pid = relay.process.pid
        honest = Honest(relay.port)
        began = time.monotonic()
        with Watch(lambda: anonymous_mb([pid]), 0.05) as own, Watch(lambda: anonymous_mb(descendants(pid)), 0.05) as workers:
            answers = send_all_at_once(relay.port, count, LARGE_BYTES)
        seconds = time.monotonic() - began
        honest.served(self, f"{count} mails of 50 MB at once")

        self.assertEqual({codes[-1] for codes in answers}, {"250"})
        later = sum(len(codes) - 1 for codes in answers)
        mails = self.sink.mails()
        honest.arrived_once(self, mails)
        subjects = [found[1] for mail in mails if (found := re.search(rb"(?m)^Subject: large (\d+)\r$", mail))]
        self.assertEqual(sorted(map(int, subjects)), list(range(count)))
        items = relay.quarantine()
        self.assertEqual(sorted(item["subject"] for item in items), sorted(f"large {n}" for n in range(count)))
        self.assertEqual(len(relay.events("message.quarantined")), count)
        self.assertEqual(len(relay.events("message.deferred")), later)
        wait_until(lambda: not relay.left_over(), "the end of all temporary files")
        print(f"\nNOTE: {count} mails of 50 MB at once took {seconds:.0f} s, {later} were told to come again; anonymous memory at "
              f"most: relay {own.peak:.0f} MB, {WORKERS} workers and their template {workers.peak:.0f} MB")
        self.assertLess(own.peak, RELAY_MB + count * MAIL_MB)
        self.assertLess(workers.peak, (WORKERS + 1) * WORKER_MB)


if __name__ == "__main__":
    unittest.main()
