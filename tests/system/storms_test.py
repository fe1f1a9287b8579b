"""Storms of attacks on the dialogue: many clients that try all day what tests/dialogue shows once, beside an honest one."""
import concurrent.futures
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import dialogue  # noqa: E402
from certificate_files import Authority  # noqa: E402
from dialogue import Dialogue  # noqa: E402
from honest import Honest  # noqa: E402
from process_memory import Watch, anonymous_mb, descendants  # noqa: E402
from relay_instance import DOMAIN, Relay, Sink, wait_until  # noqa: E402

CLIENTS, ROUNDS = 20, 60
MEMORY_MAX_MB = 64  # that a storm may add, to relay and workers together

# What a script cannot show without sockets: words in the clear where the handshake is due.
BEHIND_READY = Dialogue("injection behind 220", """@tls
@hello
C: STARTTLS
S: 220 2.0.0 Ready to start TLS
C: EHLO injected.example
C: MAIL FROM:<evil@example.com>
E:
""")


class Storms(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mugaika-storms-")
        self.addCleanup(folder.cleanup)
        certificate, key = Authority(pathlib.Path(folder.name) / "ca").issue(dialogue.HOSTNAME)
        self.sink = Sink(pathlib.Path(folder.name) / "lgwan")
        self.addCleanup(self.sink.stop)
        self.relay = Relay([self.sink.port], extra="[relay.clients]\nconnections_per_address_max = 0\n"
                                                   "connections_per_minute_per_address = 0\n"
                                                   f'[relay.tls]\ncertificate = ["{certificate}"]\nkey = ["{key}"]\n')
        self.relay.text = self.relay.text.replace(f'"mx.{DOMAIN}"', f'"{dialogue.HOSTNAME}"')
        self.relay.text = self.relay.text.replace(f'["{DOMAIN}"]', f'["{DOMAIN}", "{dialogue.DOMAIN}"]')
        self.addCleanup(self.relay.close)
        self.relay.start()

    def memory(self):
        return anonymous_mb([self.relay.process.pid, *descendants(self.relay.process.pid)])

    def storm(self, scripts):
        """Each client plays each script in each round. What did not go as written."""
        def play(client):
            source = f"127.0.1.{client + 1}"
            said = [script.play(self.relay.port, source) for _ in range(ROUNDS) for script in scripts]
            return [words for words in said if words]

        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
            return sum(clients.map(play, range(CLIENTS)), [])

    def test_smuggling_and_injection(self):
        """AC-001…AC-013 AC-018 AC-023 AC-024 AC-027 every smuggling string and every way
        to inject commands before TLS, again and again: each gets its answer, no command that was smuggled or injected does
        anything, no second mail leaves, memory stays bounded, and an honest client is served meanwhile."""
        smuggling = Dialogue.load("smuggling_*.dlg")
        injections = [*Dialogue.load("starttls_inject*.dlg"), BEHIND_READY]
        self.assertGreaterEqual(len(smuggling), 18)
        self.assertGreaterEqual(len(injections), 3)
        honest = Honest(self.relay.port, pause=0.05)
        wait_until(lambda: honest.seconds, "the first honest mail")
        before = self.memory()
        with Watch(self.memory, 0.05) as watch:
            self.assertEqual(self.storm(smuggling + injections), [])
        dialogues = CLIENTS * ROUNDS * (len(smuggling) + len(injections))
        honest.served(self, f"{dialogues} dialogues of {CLIENTS} smugglers")
        print(f"\nNOTE: smugglers made relay and workers {watch.peak - before:.1f} MB larger")
        self.assertLess(watch.peak - before, MEMORY_MAX_MB)

        honest.arrived_once(self, self.sink.mails())
        self.assertEqual(len(self.sink.mails()), len(honest.seconds))
        envelopes = [json.loads(path.read_text()) for path in self.sink.folder.glob("*.json") if path != self.sink.script_file]
        self.assertEqual({envelope["sender"].split()[1] for envelope in envelopes}, {"FROM:<honest@example.com>"})
        log = self.relay.log.read_text(encoding="utf-8")
        for injected in ("smuggled", "injected", "evil@"):
            self.assertNotIn(injected, log)
        self.assertEqual(len(self.relay.events("message.refused")), CLIENTS * ROUNDS * len(smuggling))
        self.assertEqual(self.relay.quarantine(), [])
        self.assertEqual(self.relay.left_over(), [])

    def test_player_notices(self):
        """A relay that answered otherwise than a script says would be found out."""
        one, = Dialogue.load("smuggling_lf_dot_crlf.dlg")
        self.assertIsNone(one.play(self.relay.port))
        sent, expected = one.steps[5]
        self.assertEqual(expected, b"550 5.6.0")
        for wrong in ((sent, b"250 2.0.0"), (sent.replace(b"first\n.", b"first\r\n."), expected), (b"NOOP\r\n.\r\n", expected)):
            one.steps[5] = wrong
            self.assertIn("instead of", one.play(self.relay.port))


if __name__ == "__main__":
    unittest.main()
