"""The live outputs of the event log: `mugaika log forward` with a real rsyslog, that goes, comes back, and is not whom it says; with kills of the sender;
with journald's protocol."""
import contextlib
import json
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import rsyslog_instance  # noqa: E402
from certificate_files import Authority  # noqa: E402
from relay_instance import RelayTest, sample, wait_until  # noqa: E402
from unpacked_servers import quiet_port  # noqa: E402

CLEAN = sample("clean-plain-text")
HELD = sample("ambiguous-structure")
WHY = "誤送信のため削除（情報政策課）"
SERVER = "syslog.example.jp"


class LogForward(RelayTest):
    def setUp(self):
        self.relay = self.new_relay(self.new_sink())
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.authority = Authority(pathlib.Path(self.folder.name) / "ca")
        self.port = quiet_port()

    def output(self, keys):
        self.relay.text = self.relay.text.replace("[[route]]", f"[[relay.log_output]]\n{keys}\n[[route]]", 1)

    def output_over_tls(self, more=""):
        self.output(f'to = "syslog"\nserver = "127.0.0.1:{self.port}"\ntls_ca = "{self.authority.file}"\ntls_names = ["{SERVER}"]\n'
                    f'name = "siem"\n{more}')

    def server(self, driver="ossl", certificate=None, asks_client="anon"):
        lacks = rsyslog_instance.missing(driver)
        if lacks:
            self.skipTest(f"SKIPPED: live outputs: {lacks} is not installed")
        certificate, key = certificate or self.authority.issue(SERVER)
        server = rsyslog_instance.Rsyslog(self.port, certificate, key, self.authority.file, driver, asks_client)
        self.addCleanup(server.close)
        return server

    def forward(self, *arguments, exit_code=0):
        done = self.relay.command("log", "forward", *arguments, check=False)
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return done

    def status(self, name="siem"):
        lines = self.forward("--status", "--json").stdout.splitlines()
        return next(one for one in map(json.loads, lines) if one["output"] == name)

    def following(self):
        """`mugaika log forward` as a process, to be ended by the test."""
        errors = (pathlib.Path(self.folder.name) / "said").open("a")
        process = subprocess.Popen([self.relay.bin / "mugaika", "log", "forward", "--config", self.relay.config], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=errors)
        errors.close()

        def end():
            if process.poll() is None:
                process.kill()
            process.wait()
        self.addCleanup(end)
        return process

    def said(self):
        return (pathlib.Path(self.folder.name) / "said").read_text()

    def written(self):
        """(writer, number) of each line of all files, sorted."""
        text = b""
        for path in self.relay.dir.glob("events.jsonl*"):
            text += subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout if path.suffix == ".zst" else path.read_bytes()
        return sorted((line["writer"], line["seq"]) for line in map(json.loads, text.splitlines()))

    def send(self, mails=1, mail=CLEAN):
        for _ in range(mails):
            self.assertEqual(self.relay.send(mail)[0], 250)

    def test_each_event_arrives_once_in_order_and_in_japanese(self):
        """Also with rsyslog's other TLS library, which ends connections in its own way."""
        for driver in ("ossl", "gtls"):
            with self.subTest(driver):
                if rsyslog_instance.missing(driver):
                    print(f"SKIPPED: live outputs: {rsyslog_instance.missing(driver)} is not installed")
                    continue
                self.setUp()
                self.output_over_tls('receipt = "end"' if driver == "gtls" else "")
                server = self.server(driver).start()
                self.relay.start()
                self.send(3)
                self.send(1, HELD)
                self.relay.command("quarantine", "delete", self.relay.quarantine()[0]["id"], "--reason", WHY, "--by", "sato")
                self.relay.stop()
                self.forward("--once")
                wait_until(lambda: len(server.lines()) >= len(self.written()), "all events")
                self.forward("--once")
                self.assertEqual(sorted(server.numbers()), self.written())
                events = [json.loads(line) for line in self.relay.log.read_text().splitlines()]
                self.assertEqual(server.numbers(), [(event["writer"], event["seq"]) for event in events])
                for event, line in zip(events, server.lines()):
                    self.assertEqual(line.split("|")[2:5], [event["host"], "mugaika", event["event"]])
                self.assertEqual(len([line for line in server.lines() if '|quarantine.deleted|' in line and f'why="{WHY}"' in line]), 1)
                status = self.status()
                self.assertEqual((status["sent"], status["behind"], status["missing"], status["fault"]), (len(events), 0, 0, ""))
                server.close()

    def test_nothing_is_missing_after_kills_of_both_sides_and_rotations(self):
        self.output_over_tls()
        self.relay.text = self.relay.text.replace("[[route]]", "[relay.log_rotation]\ncompress = true\n[[route]]", 1)
        server = self.server().start()
        self.relay.start()
        for turn in range(6):
            sender = self.following()
            self.send(5)
            if turn % 2 == 0:
                server.stop(signal.SIGKILL)
            self.send(5)
            sender.kill() if turn % 3 else sender.terminate()
            sender.wait(timeout=60)
            moved = self.relay.dir / f"events.jsonl-2020010{turn}-000000"
            self.relay.log.rename(moved)
            self.relay.process.send_signal(signal.SIGUSR1)
            wait_until(lambda: self.relay.log.exists() and self.relay.log.stat().st_size > 0, "a new log")
            self.send(1)
            if turn % 2:
                subprocess.run(["zstd", "-q", "--rm", moved], check=True)
            if not server.process:
                server.start()
        self.relay.stop()
        sender = self.following()
        wait_until(lambda: set(server.numbers()) >= set(self.written()), "all events")
        sender.terminate()
        self.assertEqual(sender.wait(timeout=60), 0)
        self.assertEqual(sorted(set(server.numbers())), self.written())
        self.assertEqual(self.status()["missing"], 0)

    def test_a_server_that_is_away_holds_up_no_mail_and_no_other_output(self):
        """AC-255 while the syslog server is down mail flows and journald gets its events; the server gets all of them once it is there."""
        self.output_over_tls()
        with self.journal() as entries:
            self.relay.start()
            sender = self.following()
            self.send(3)
            wait_until(lambda: self.status("journald")["behind"] == 0 and self.status()["fault"], "the other output")
            self.assertGreater(self.status()["behind"], 3)
            self.assertIn("refused", self.status()["fault"])
            self.assertIn("mugaika: siem: 127.0.0.1", self.said())
            self.relay.stop()
            server = self.server().start()
            wait_until(lambda: self.status()["behind"] == self.status("journald")["behind"] == 0, "the end of the queue")
            sender.terminate()
            self.assertEqual(sender.wait(timeout=60), 0)
            self.assertEqual(sorted(server.numbers()), self.written())
            self.assertEqual(sorted((one["MUGAIKA_WRITER"], int(one["MUGAIKA_SEQ"])) for one in entries), self.written())

    def refused(self, words):
        before = self.relay.log.stat().st_size
        self.assertIn(words, self.forward("--once", exit_code=75).stderr)
        self.assertEqual(self.relay.log.stat().st_size, before)
        self.assertEqual(self.status()["sent"], 0)
        self.assertIn(words, self.status()["fault"])

    def test_a_server_that_is_another_gets_nothing(self):
        """A certificate for another name, of another authority, and one that is over."""
        self.output_over_tls()
        self.relay.start()
        self.send(1)
        self.relay.stop()
        other = Authority(pathlib.Path(self.folder.name) / "other")
        for certificate, words in ((self.authority.issue("evil.example.jp"), "mismatch"), (other.issue(SERVER), "unable to get local issuer"),
                                   (self.authority.issue(SERVER, days=-1), "expired")):
            with self.subTest(words):
                server = self.server(certificate=certificate).start()
                self.refused(words)
                self.assertEqual(server.lines(), [])
                server.close()
        server = self.server().start()
        self.forward("--once")
        self.assertEqual(sorted(server.numbers()), self.written())

    def test_a_server_that_wants_our_certificate_gets_it(self):
        self.output_over_tls()
        self.relay.start()
        self.send(1)
        self.relay.stop()
        server = self.server(asks_client="x509/name").start()
        self.forward("--once", exit_code=75)
        self.assertEqual(server.numbers(), [])
        own, key = self.authority.issue("mx.city.example.lg.jp")
        key.chmod(0o600)
        self.relay.text = self.relay.text.replace('name = "siem"', f'name = "siem"\ncertificate = "{own}"\nkey = "{key}"')
        self.relay.port_asked = self.relay.port
        self.relay.write_config()
        self.forward("--once")
        self.assertEqual(sorted(server.numbers()), self.written())

    def test_an_end_that_anybody_could_have_made_is_no_receipt(self):
        """The server reads everything and goes without a close_notify: a connection that somebody on the way cut looks the same."""
        self.output_over_tls()
        self.relay.start()
        self.relay.stop()
        certificate, key = self.authority.issue(SERVER)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        received = []

        def serve(listening, orderly):
            taken = context.wrap_socket(listening.accept()[0], server_side=True, suppress_ragged_eofs=True)
            received.append(b"".join(iter(lambda: taken.recv(65536), b"")))
            if orderly:
                taken.unwrap().close()
            taken.close()

        for orderly in (False, True):
            with socket.create_server(("127.0.0.1", self.port)) as listening:
                thread = threading.Thread(target=serve, args=(listening, orderly), daemon=True)
                thread.start()
                done = self.forward("--once", exit_code=0 if orderly else 75)
                self.assertEqual(orderly, 'receipt = "end"' not in done.stderr)
                thread.join(timeout=60)
        self.assertEqual(len(received), 2)
        self.assertEqual(received[0], received[1])
        self.assertNotIn("close_notify", done.stderr)
        self.assertEqual(self.status()["behind"], 0)

    def test_what_retention_removed_is_told(self):
        self.output_over_tls()
        server = self.server().start()
        self.relay.start()
        self.send(1)
        self.forward("--once")
        last = max(number for _, number in server.numbers())
        self.send(5)
        self.relay.log.rename(self.relay.dir / "events.jsonl-20200101-000000")
        self.relay.process.send_signal(signal.SIGUSR1)
        wait_until(lambda: self.relay.log.exists() and self.relay.log.stat().st_size > 0, "a new log")
        self.relay.stop()
        (self.relay.dir / "events.jsonl-20200101-000000").unlink()
        first = self.written()[0][1]
        said = self.forward("--once").stderr
        told = [line for line in server.lines() if "log.not_forwarded" in line]
        self.assertEqual(len(told), 1)
        self.assertIn(f'lines="{first - last - 1}" numbers="{last + 1}-{first - 1}"', told[0])
        self.assertIn(f"{first - last - 1} lines of relay, {last + 1}-{first - 1}", said)
        self.assertEqual(self.status()["missing"], first - last - 1)

    def test_two_at_once_and_no_output_at_all_are_refused(self):
        self.relay.start()
        self.assertIn("no [[relay.log_output]]", self.forward("--once", exit_code=78).stderr)
        self.output_over_tls()
        self.relay.reload(self.relay.text)
        sender = self.following()
        wait_until(lambda: (self.relay.state / "forward" / "siem.json").exists(), "the first position")
        self.assertIn("another `mugaika log forward`", self.forward("--once", exit_code=75).stderr)
        sender.terminate()
        self.assertEqual(sender.wait(timeout=60), 0)

    @contextlib.contextmanager
    def journal(self):
        """A datagram socket where journald's would be; the entries that come, as dictionaries."""
        path = pathlib.Path(self.folder.name) / "journal"
        self.output(f'to = "journald"\nsocket = "{path}"')
        entries: list[dict] = []
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as reader:
            reader.bind(str(path))

            def read():
                with contextlib.suppress(OSError):
                    while datagram := reader.recv(1 << 20):
                        entries.append(dict(line.split("=", 1) for line in datagram.decode().splitlines()))
            thread = threading.Thread(target=read, daemon=True)
            thread.start()
            yield entries
            reader.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=60)


if __name__ == "__main__":
    unittest.main()
