"""SIGHUP and SIGTERM under load: new sessions and mails take the new configuration, running ones finish with theirs, nothing
is lost or refused; what cannot be taken up is refused whole."""
import pathlib
import signal
import smtplib
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import RECIPIENT, RelayTest, sample, wait_until  # noqa: E402

CLEAN = sample("clean-plain-text")
LINKS = sample("phishing-false-link")
MAILS = 400


class Reload(RelayTest):
    def setUp(self):
        self.sinks = [self.new_sink(), self.new_sink()]
        self.relay = self.new_relay(self.sinks[0]).start()

    def text_for(self, sink):
        return self.relay.text.replace(str(self.sinks[0].port), str(sink.port))

    def load(self):
        return subprocess.Popen(["/usr/sbin/smtp-source", "-s", "8", "-m", str(MAILS), "-f", "sender@example.com", "-t",
                                 RECIPIENT, f"127.0.0.1:{self.relay.port}"], stderr=subprocess.PIPE, text=True)

    def test_route_and_profile_change_under_load(self):
        """While eight senders send, the route's next hop changes and changes back: every mail arrives exactly once."""
        first, second = (self.text_for(sink) for sink in self.sinks)
        load = self.load()
        reloads = 0
        for text, sink in ((second, self.sinks[1]), (first, self.sinks[0]), (second, self.sinks[1])):
            before = len(sink.mails())
            wait_until(lambda: self.relay.events("message.delivered"), "the first mail")
            self.assertEqual(self.relay.reload(text)["event"], "config.loaded")
            reloads += 1
            wait_until(lambda: load.poll() is not None or len(sink.mails()) > before, "a mail by the new route")
        said = load.communicate(timeout=120)[1]
        self.assertEqual(load.returncode, 0, said)
        self.assertEqual(sum(len(sink.mails()) for sink in self.sinks), MAILS)
        self.assertTrue(all(sink.mails() for sink in self.sinks), "the reloads came too late to show anything")
        self.assertEqual(self.relay.events("message.deferred") + self.relay.events("message.refused"), [])
        self.assertEqual(len(self.relay.events("config.loaded")), reloads)
        print(f"NOTE: {reloads} reloads under load; mails by route {[len(sink.mails()) for sink in self.sinks]}")

    def test_a_changed_profile_holds_for_the_next_mail_of_an_open_session(self):
        """One session: its first mail is judged by the old profile, also when the reload comes between RCPT and DATA; the next
        mail by the new one."""
        with smtplib.SMTP("127.0.0.1", self.relay.port, timeout=30) as client:
            client.ehlo()
            client.mail("sender@example.com")
            self.assertEqual(client.rcpt(RECIPIENT)[0], 250)
            text = self.relay.text.replace("release_originals = true", 'links = "drop"')
            self.assertEqual(self.relay.reload(text)["event"], "config.loaded")
            self.assertEqual(client.data(LINKS)[0], 250)
            client.sendmail("sender@example.com", [RECIPIENT], LINKS)
        old, new = self.sinks[0].mails()
        self.assertNotEqual(old.split(b"\r\n\r\n", 1)[1], new.split(b"\r\n\r\n", 1)[1])

    def test_a_wrong_file_is_refused_with_all_faults(self):
        """Two faults in the file: both stand in the event, and the old configuration serves on."""
        good = self.relay.text
        event = self.relay.reload(good.replace("hostname ", "hostnme ").replace("[profile.standard]", "[profile.standard]\nbody = 3"))
        self.assertEqual(event["event"], "config.rejected")
        self.assertEqual(len(event["faults"]), 2, event)
        self.assertIn(f"{self.relay.config}:2:", event["faults"][0])
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.assertEqual(self.relay.reload(good)["event"], "config.loaded")

    def test_a_missing_file_is_refused(self):
        self.relay.config.unlink()
        event = self.relay.reload()
        self.assertEqual(event["event"], "config.rejected")
        self.assertIn("cannot be read", event["faults"][0])
        self.assertEqual(self.relay.send(CLEAN)[0], 250)

    def test_what_needs_a_restart_is_named(self):
        """state_dir cannot change in a running relay: refused whole, the route beside it too."""
        text = self.text_for(self.sinks[1]).replace(str(self.relay.state), str(self.relay.state) + "2")
        event = self.relay.reload(text)
        self.assertEqual(event["event"], "config.rejected")
        self.assertEqual(len(event["faults"]), 1)
        self.assertIn("[relay] state_dir", event["faults"][0])
        self.assertIn("restart", event["faults"][0])
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.assertEqual(len(self.sinks[0].mails()), 1)

    def test_listeners_open_and_close(self):
        """A new address is served, the unchanged one never closes, a vanished one is closed, one in use changes nothing."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.2", 0))
            taken.listen()
            port = taken.getsockname()[1]
            old = 'listen    = ["127.0.0.1:@PORT@"]'
            both = self.relay.text.replace(old, f'listen = ["127.0.0.1:@PORT@", "127.0.0.2:{port}"]')
            event = self.relay.reload(both)
            self.assertEqual(event["event"], "config.rejected")
            self.assertIn(f"127.0.0.2 port {port}", event["faults"][0])
            self.assertEqual(self.relay.send(CLEAN)[0], 250)
        with smtplib.SMTP("127.0.0.1", self.relay.port, timeout=30) as running:
            self.assertEqual(self.relay.reload(both)["event"], "config.loaded")
            with smtplib.SMTP("127.0.0.2", port, timeout=30) as client:
                self.assertEqual(client.noop()[0], 250)
                self.relay.reload(both.replace(f', "127.0.0.2:{port}"', ""))
                self.assertEqual(client.noop()[0], 250)
            self.assertEqual(running.noop()[0], 250)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), timeout=10)
        self.assertEqual(self.relay.send(CLEAN)[0], 250)

    def test_vanished_next_hop_is_left(self):
        """The idle connection to a next hop that no route names any more gets QUIT."""
        self.relay.send(CLEAN)
        port = self.sinks[0].port

        def connected():
            found = subprocess.run(["ss", "-Htn", "state", "established", f"dport = :{port}"], capture_output=True,
                                   text=True, check=True)
            return bool(found.stdout.strip())

        self.assertTrue(connected())
        self.relay.reload(self.text_for(self.sinks[1]))
        wait_until(lambda: not connected(), "the end of the connection")

    def test_drain_ends_with_421(self):
        """SIGTERM: idle sessions get 421 at once, one in a mail when drain_time is over; nobody new gets in."""
        self.relay.reload(self.relay.text.replace("[relay]", '[relay]\ndrain_time = "1s"'))
        with smtplib.SMTP("127.0.0.1", self.relay.port, timeout=30) as idle, \
                smtplib.SMTP("127.0.0.1", self.relay.port, timeout=30) as slow:
            slow.ehlo()
            slow.mail("sender@example.com")
            slow.rcpt(RECIPIENT)
            self.relay.process.send_signal(signal.SIGTERM)
            self.assertEqual(idle.getreply()[0], 421)
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.relay.port), timeout=10)
            self.assertEqual(slow.getreply()[0], 421)
        self.assertEqual(self.relay.process.wait(timeout=30), 0)
        self.assertEqual(self.relay.events("relay.stopped")[0]["cut_off"], 1)


if __name__ == "__main__":
    unittest.main()
