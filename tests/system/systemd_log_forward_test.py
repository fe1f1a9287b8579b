"""mugaika-log-forward.service under a real systemd, with its journald as the output."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import DOMAIN, sample, wait_until  # noqa: E402
from systemd_machine import USER, machine_with_relay  # noqa: E402

FORWARD = "mugaika-log-forward.service"
SINK_PORT = 2525
WHY = "誤送信のため削除（情報政策課）"
CONFIG = f'''[relay]
hostname  = "mx.{DOMAIN}"
listen    = ["0.0.0.0:25", "[::]:25"]
state_dir = "/var/lib/mugaika"
log       = "/var/log/mugaika/events.jsonl"

[[relay.log_output]]
to = "journald"

[[route]]
domains  = ["{DOMAIN}"]
next_hop = ["127.0.0.1:{SINK_PORT}"]
'''


class LogForwardUnit(unittest.TestCase):
    def test_each_event_stands_once_in_the_journal_and_the_sender_sees_no_mail(self):
        """Over a kill of the sender, which systemd starts again, and a stop and start."""
        with machine_with_relay(CONFIG, SINK_PORT, "mugaika-relay.socket", "mugaika-relay.service", FORWARD) as (machine, relay, _):
            def entries():
                said = machine.run("journalctl", "--no-pager", "-t", "mugaika", "-o", "json").stdout
                return [entry for entry in map(json.loads, said.splitlines()) if "MUGAIKA_SEQ" in entry]

            def numbers():
                return [(entry["MUGAIKA_WRITER"], int(entry["MUGAIKA_SEQ"])) for entry in entries()]

            def written():
                return [(event["writer"], event["seq"]) for event in relay.events()]

            self.assertEqual(relay.send(sample("ambiguous-structure"))[0], 250)
            relay.command("quarantine", "delete", relay.quarantine()[0]["id"], "--reason", WHY, "--by", "sato")
            wait_until(lambda: numbers() == written(), "each event once in the journal, in order")
            deleted = next(entry for entry in entries() if entry["MUGAIKA_EVENT"] == "quarantine.deleted")
            self.assertEqual((deleted["PRIORITY"], deleted["MUGAIKA_WHY"], deleted["_SYSTEMD_UNIT"]), ("5", WHY, FORWARD))
            self.assertIn(f"why={WHY}", deleted["MESSAGE"])

            main = machine.show(FORWARD, "MainPID")
            process = (machine.root / f"proc/{main}/status").read_text()
            self.assertIn(f"Uid:\t{USER}\t{USER}\t{USER}\t{USER}\n", process)
            self.assertIn("CapBnd:\t0000000000000000\n", process)
            self.assertIn("Seccomp:\t2\n", process)
            state = machine.root / f"proc/{main}/root/var/lib/mugaika"
            self.assertEqual([path.name for path in state.iterdir()], ["forward"])
            self.assertTrue((relay.state / "quarantine").is_dir())

            machine.systemctl("kill", "--signal=KILL", FORWARD)
            machine.systemctl("stop", FORWARD)
            self.assertEqual(relay.send(sample("clean-plain-text"))[0], 250)
            machine.systemctl("start", FORWARD)
            wait_until(lambda: sorted(set(numbers())) == sorted(written()), "the rest in the journal")

            def status():
                return json.loads(relay.command("log", "forward", "--status", "--json").stdout)

            wait_until(lambda: status()["behind"] == 0, "the end of the queue")
            self.assertEqual((status()["output"], status()["missing"], status()["fault"]), ("journald", 0, ""))
            machine.systemctl("stop", FORWARD)
            self.assertEqual(machine.show(FORWARD, "Result"), "success")


if __name__ == "__main__":
    unittest.main()
