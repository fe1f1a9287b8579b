"""What the quarantine knows over restarts: its keys, and who released what, with the programs themselves."""
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import RelayTest, sample, wait_until  # noqa: E402


class QuarantineState(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink).start()
        self.key = self.relay.state / "quarantine.key"

    def kept(self):
        self.assertEqual(self.relay.send(sample("pdf-with-japanese-name"))[0], 250)
        return self.relay.quarantine()[0]["id"]

    def refused_start(self):
        """What the relay says when it does not start; with 78, as `mugaika check`, which says the same."""
        done = subprocess.run([self.relay.bin / "mugaika-relay", "--config", self.relay.config], capture_output=True, text=True,
                              timeout=60, check=False)
        check = self.relay.command("check", check=False)
        self.assertEqual((done.returncode, check.returncode), (78, 78), done.stderr + check.stderr)
        self.assertIn(check.stderr.strip(), done.stderr)
        return done.stderr

    def test_relay_does_not_start_without_the_keys_of_its_mails(self):
        """A key is made, and said, only in an empty store; with mails in it a missing, broken or open key file is 78 of the relay and
        of `check`, and nothing is moved or made; with the key back the mails are there."""
        made = self.relay.events("quarantine.key_made")
        self.assertEqual([(e["file"], e["key"]) for e in made], [(str(self.key), self.key.read_text()[:8])])
        item = self.kept()
        self.relay.stop()
        text = self.key.read_text()
        self.key.unlink()
        self.assertIn("1 kept mails cannot be read without it", self.refused_start())
        self.assertFalse(self.key.exists())
        other = "0badcafe " + 64 * "7" + "\n"
        for index in sorted((self.relay.state / "quarantine").glob("index.sqlite*"), reverse=True):
            for words, mode, said in (("0badcafe 77\n", 0o600, "expected 8 lower case hexadecimal digits"),
                                      (text, 0o644, "its mode is 0644"), (other, 0o600, text[:8])):
                self.key.write_text(words)
                self.key.chmod(mode)
                self.assertIn(said, self.refused_start())
            index.unlink(missing_ok=True)  # then without it
        self.assertEqual(list((self.relay.state / "quarantine/aside").iterdir()), [])
        self.key.write_text(other + text)
        self.relay.start()
        original = self.relay.command("quarantine", "cat", item, "--original", stdin=b"").stdout
        self.assertEqual(original, sample("pdf-with-japanese-name"))
        self.assertEqual(len(self.relay.events("quarantine.key_made")), 1)

    def test_list_says_who_released_what_over_restarts_and_a_lost_index(self):
        """Ordered, then released by whom and when; still so after the relay was killed and the index lost; a second release of the
        same wants --again."""
        item = self.kept()
        self.relay.command("quarantine", "release", item, "--reason", "電話で確認", "--by", "山田")
        wait_until(lambda: self.relay.quarantine()[0]["state"] == "released", "the release in the list")
        released = self.relay.quarantine()[0]
        self.assertEqual((released["released_by"], released["state_by"]), ("山田", "山田"))
        wait_until(lambda: not list((self.relay.state / "outbox").glob("*.order")), "the end of the order")
        self.relay.stop(9)
        for index in (self.relay.state / "quarantine").glob("index.sqlite*"):
            index.unlink()
        self.relay.start()
        self.assertEqual(self.relay.quarantine()[0], released)
        self.assertIn("電話で確認", self.relay.command("quarantine", "show", item).stdout)
        states = [[json.loads(line)["id"] for line in self.relay.command("quarantine", "list", "--json", "--state", s).stdout.splitlines()]
                  for s in ("released", "kept", "ordered", "failed")]
        self.assertEqual(states, [[item], [], [], []])
        again = self.relay.command("quarantine", "release", item, "--reason", "r", "--by", "佐藤", check=False)
        self.assertEqual(again.returncode, 65)
        self.assertIn("released by 山田", again.stderr)
        self.relay.command("quarantine", "release", item, "--reason", "r", "--by", "佐藤", "--again")
        wait_until(lambda: self.relay.quarantine()[0]["state_by"] == "佐藤" and self.relay.quarantine()[0]["state"] == "released",
                   "the second release")
        self.assertEqual(len(self.sink.mails()), 3)


if __name__ == "__main__":
    unittest.main()
