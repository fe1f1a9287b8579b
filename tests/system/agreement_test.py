"""All sample mails through a relay that is disturbed all the time: what a scrape counts, what `stats` says and what the page and the books
of the report say are the same."""
import collections
import json
import pathlib
import random
import re
import signal
import smtplib
import sys
import unittest
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "support"))
sys.path.insert(0, str(TESTS / "faults"))
from fault_control import FaultControl  # noqa: E402
from metrics_text import parsed  # noqa: E402
from postfix_instance import free_port  # noqa: E402
from relay_instance import DOMAIN, ROOT, RelayTest, wait_until  # noqa: E402

SEED = 20261201  # the same faults at the same mails in each run
ELSEWHERE = ("none", "kill_workers", "kill_template", "next_hop_4xx", "next_hop_closes")
DISKS = ("none", "fail", "cut")  # of the log too: what it cannot take it counts
POINTS = 24  # a fault is at one of so many system calls; a mail that needs fewer has none
MAILS_OF_A_LIFE = 45  # then the relay is killed
TRIES = 4
OTHER_DOMAIN = "town.example.lg.jp"


class Agreement(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.port = free_port()
        self.relay = self.new_relay(self.sink, extra=f'metrics = {{ listen = "127.0.0.1:{self.port}" }}')
        self.other = self.new_sink()
        self.relay.text += f'\n[[route]]\ndomains = ["{OTHER_DOMAIN}"]\nnext_hop = ["127.0.0.1:{self.other.port}"]\n'
        self.relay.books_add_up = False  # where the log could not be written they say so, and check_report looks at them
        self.control = FaultControl(self.new_folder())
        self.relay.environment = self.control.environment(self.relay.bin / "libmugaika_faults.so")
        self.control.set(next_hop_port=self.sink.port, stall_ms=1)
        self.chance = random.Random(SEED)
        self.counted, self.hits, self.answers = collections.Counter(), collections.Counter(), collections.Counter()

    def arm(self):
        mode = self.chance.choice(self.faults)
        target = self.chance.randrange(1, POINTS)
        if mode.startswith("next_hop"):
            step = self.chance.choice(("MAIL", "RCPT", "DATA", "DOT"))
            self.sink.script(**{step: "451 4.3.0 not now" if mode == "next_hop_4xx" else "close"})
            self.hits[mode] += 1
        elif mode != "none":
            self.control.arm(target, mode)
        return mode

    def disarm(self, mode):
        if mode in ("fail", "cut", "kill_workers", "kill_template"):
            self.hits[mode] += self.control.get("hit")
        self.control.disarm()
        self.control.set(hit=0)
        self.sink.script()

    def send_until_it_ends(self, raw, recipients):
        """As a mail server does: what is not answered, or 4xx, comes again; the first time with a fault."""
        for attempt in range(TRIES):
            mode = self.arm() if attempt == 0 else "none"
            try:
                code = self.relay.send(raw, recipients)[0]
            except (OSError, smtplib.SMTPException, AttributeError):
                code = None
            self.disarm(mode)
            self.answers[code] += 1
            if code == 250 or (code is not None and code >= 500):
                return
        self.fail(f"no end after {TRIES} tries, the last answer was {code}")

    def end_of_this_life(self):
        """Counters end with the process; Prometheus adds up what it saw of each."""
        wait_until(lambda: self.scrape()["mugaika_sessions", ()] == 0, "the end of the last session")
        for (name, labels), value in self.scrape().items():
            if name.endswith(("_total", "_count")):
                self.counted[name, labels] += value
        self.relay.stop(signal.SIGKILL)
        self.control.new_process()

    def scrape(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as answer:
            return parsed(answer.read().decode())

    def metric(self, name, *labels, where=lambda labels: True):
        found = collections.Counter()
        for (family, pairs), value in self.counted.items():
            if family == name and where(dict(pairs)):
                found[tuple(dict(pairs)[label] for label in labels)] += value
        return dict(found)

    def told(self, *arguments):
        return self.relay.command("stats", *arguments).stdout

    def by(self, *dimensions, column="mails", where=()):
        rows = json.loads(self.told("--by", ",".join(dimensions), "--format", "json", *where))
        return {tuple(row[name] for name in dimensions): row[column] for row in rows if row[column]}

    def a_mail_of_two_routes(self):
        """The next hop of one refuses for now: the relay owes it that mail, and brings it later."""
        other = f"x@{OTHER_DOMAIN}"
        self.other.script(DATA="451 4.3.0 not now")
        self.assertEqual(self.relay.send(b"Subject: x\r\n\r\nx\r\n", [f"x@{DOMAIN}", other])[0], 250)
        self.other.script()
        self.carry_out_orders()
        self.assertEqual(len(self.other.mails()), 1)

    def a_release(self):
        item = next(item["id"] for item in self.relay.quarantine() if "person" in str(item["to"]))
        self.relay.command("quarantine", "release", item, "--reason", "test")
        self.carry_out_orders()

    def carry_out_orders(self):
        def carried_out():
            orders = [json.loads(line)["order"] for line in self.relay.command("queue", "list", "--json").stdout.splitlines()]
            for order in orders:
                self.relay.command("queue", "flush", order, check=False)
            return not orders

        wait_until(carried_out, "the end of the orders")

    def disturbed_corpus(self):
        mails = sorted((ROOT / "samples/mails").glob("*.eml"))
        for number, path in enumerate(mails):
            if self.relay.process is None:
                self.relay.start()
            raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            people = [f"person{number}@{DOMAIN}", f"other{number}@{DOMAIN}"][: 1 + number % 2]
            self.send_until_it_ends(raw, people)
            if number % MAILS_OF_A_LIFE == MAILS_OF_A_LIFE - 1:
                self.end_of_this_life()
        self.assertEqual(self.relay.send(b"Subject: x\r\n\r\nx\r\n", ["x@elsewhere.example"])[0], 550)
        self.assertEqual(self.relay.send(b"Received: x\r\n" * 60 + b"\r\nx\r\n")[0], 554)
        self.a_mail_of_two_routes()
        self.a_release()
        self.end_of_this_life()
        return len(mails)

    def same(self, what, log_says, scrape_says):
        """Equal, but for events that the log could not take: each leaves one place, and may turn up in another."""
        keys = log_says.keys() | scrape_says.keys()
        apart = {key: (log_says.get(key, 0), scrape_says.get(key, 0)) for key in keys if log_says.get(key, 0) != scrape_says.get(key, 0)}
        self.assertLessEqual(sum(abs(scrape - log) for log, scrape in apart.values()), 2 * self.lost, (what, apart))

    def check_statistics(self):
        mails = {labels: count for labels, count in self.metric("mugaika_messages_total", "route", "verdict").items()}
        self.same("mails", self.by("route", "verdict"), mails)
        refused = self.by("verdict", "reason", column="recipients", where=("--where", "verdict=recipient_refused"))
        deferred = self.by("verdict", "reason", column="recipients", where=("--where", "verdict=recipient_deferred"))
        at_rcpt = self.metric("mugaika_refused_total", "reason", where=lambda labels: labels["stage"] == "recipient")
        self.same("refused at RCPT", {"5": sum(refused.values()), "4": sum(deferred.values())},
                  {digit: sum(count for (code,), count in at_rcpt.items() if code.startswith(f"code_{digit}")) for digit in "45"})
        self.same("deferred", {(): sum(self.by("route", column="deferrals").values())}, self.metric("mugaika_deferred_total"))
        kept = self.metric("mugaika_quarantine_kept_total", "reason")
        held = collections.Counter()
        for (reason, verdict), count in self.by("reason", "verdict").items():
            if verdict in ("sanitized", "quarantined") and (reason,) in kept:
                held[reason,] += count
        self.same("kept", held, kept)
        made = self.metric("mugaika_conversions_total", where=lambda labels: labels["end"] == "made")
        self.same("converted", {(): sum(count for (engine,), count in self.by("engine").items() if engine != "none")}, made)

    def check_figures(self):
        figures = {row["figure"]: row["count"] for row in json.loads(self.told("--figures", "--format", "json"))}
        kills = self.metric("mugaika_sandbox_kills_total", "cause", where=lambda labels: labels["cause"] in ("died", "seccomp"))
        self.same("killed", {(): figures["worker_died"]}, {(): sum(kills.values())})
        self.same("files failed", {(): figures["file_failed"]}, self.metric("mugaika_files_failed_total"))

    def check_report(self):
        """The books, the page, and that a lost event is a fault in both: neither keeps silent about it."""
        done = self.relay.command("stats", "--verify", "--format", "json", check=False)
        books = json.loads(done.stdout)
        gaps = [int(gap[1]) for fault in books["faults"] if (gap := re.match(r"(\d+) events before this time could not", fault["what"]))]
        self.assertEqual(sum(gaps), self.lost)
        self.assertLessEqual(len(books["faults"]) - len(gaps) + books["began_before"], 2 * self.lost, books["faults"])
        self.assertEqual((books["adds_up"], done.returncode), (not gaps, 65 if gaps else 0))
        ends = collections.Counter()
        for row in books["rows"]:
            ends.update({name: count for name, count in row.items() if isinstance(count, int)})
        not_received = {"recipient_refused", "recipient_deferred", "released", "followed"}
        recipients = sum(count for (verdict,), count in self.by("verdict", column="recipients").items() if verdict not in not_received)
        self.assertLessEqual(abs(ends["received"] - recipients), 2 * self.lost)
        page = self.told("--format", "html")
        for words, name in (("受信 <small>received</small>", "received"), ("配送 <small>delivered</small>", "delivered"),
                            ("保留（通知のみ） <small>held</small>", "held"), ("拒否 <small>refused</small>", "refused")):
            self.assertIn(f"{words}<b>{ends[name]}</b>", page)
        self.assertLessEqual(abs(ends["received"] - ends["delivered"] - ends["held"] - ends["refused"] - ends["deferred"]), 2 * self.lost)

    def three_agree(self, faults):
        self.faults = faults
        mails = self.disturbed_corpus()
        print(f"NOTE: {mails} mails, answers {dict(self.answers)}, faults {dict(self.hits)}")
        self.assertGreater(min(self.hits[mode] for mode in faults if mode != "none"), 0, "a kind of fault never was")
        self.lost = sum(self.metric("mugaika_log_lost_events_total").values())
        self.check_statistics()
        self.check_figures()
        self.check_report()

    def test_with_processes_and_next_hops_that_fail(self):
        """Nothing of the log is lost: the three say the same."""
        self.three_agree(ELSEWHERE)
        self.assertEqual(self.lost, 0)

    def test_with_disks_that_fail(self):
        """Also the disk of the log: what it could not take stands in the scrape and in the books, and the three are no farther apart."""
        self.three_agree(DISKS)
        self.assertGreater(self.lost, 0, "the log met no fault: the test does not test")


if __name__ == "__main__":
    unittest.main()
