"""The local HTTP port: /healthz, /readyz with reasons, /metrics that agree with the event log; bounded and for loopback only;
and that every metric named in samples/prometheus and samples/grafana is in a real scrape."""
import contextlib
import http.client
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import unittest
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from metrics_text import parsed  # noqa: E402
from postfix_instance import free_port  # noqa: E402
from relay_instance import ROOT, RelayTest, sample, wait_until  # noqa: E402

CLEAN = sample("clean-plain-text")
LOSSY = sample("pdf-with-japanese-name")
STAGES = ("recipient", "data", "worker", "quarantine", "compose", "deliver", "total")
WORDS_OF_PROMQL = {"sum", "min", "max", "by", "rate", "increase", "histogram_quantile", "predict_linear", "up", "and", "or", "on", "vector", "time",
                   "offset", "d", "h"}


class Metrics(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.port = free_port()
        self.relay = self.new_relay(self.sink, extra=f'metrics = {{ listen = "127.0.0.1:{self.port}" }}').start()

    def get(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def scrape(self):
        status, text = self.get("/metrics")
        self.assertEqual(status, 200)
        return parsed(text)

    def test_counts_agree_with_the_log(self):
        """Mails of every kind, then: each counter is what counting the events gives."""
        for raw in (CLEAN, CLEAN, LOSSY):
            self.assertEqual(self.relay.send(raw)[0], 250)
        self.assertEqual(self.relay.send(CLEAN, ["unknown@city.example.lg.jp"])[0], 550)
        self.assertEqual(self.relay.send(CLEAN, ["x@elsewhere.example"])[0], 550)
        self.assertEqual(self.relay.send(b"Received: x\r\n" * 60 + CLEAN)[0], 554)
        self.sink.script(DOT="451 4.3.0 not now")
        self.assertEqual(self.relay.send(CLEAN)[0], 451)
        self.sink.script()
        wait_until(lambda: len(self.relay.events("session.closed")) == len(self.relay.events("session.opened")), "the last session")
        got = self.scrape()
        log = self.relay.events()

        def counted(name, *labels):
            return {tuple(dict(pairs)[label] for label in labels): value for (n, pairs), value in got.items() if n == name}

        delivered = Counter((e["route"], e["verdict"]) for e in log if e["event"] == "message.delivered")
        mails = counted("mugaika_messages_total", "route", "verdict")
        self.assertEqual({k: v for k, v in mails.items() if k[1] != "refused"}, delivered)
        refused = [e for e in log if e["event"] == "message.refused"]
        self.assertEqual(sum(v for k, v in mails.items() if k[1] == "refused"), len(refused))
        deferred = Counter((e["stage"], e["failure"]) for e in log if e["event"] == "message.deferred")
        self.assertEqual(counted("mugaika_deferred_total", "stage", "failure"), deferred)
        self.assertEqual(sum(deferred.values()), 1)
        all_refused = counted("mugaika_refused_total", "stage", "reason")
        self.assertEqual(sum(all_refused.values()), len(refused) + len(self.relay.events("recipient.refused")))
        self.assertEqual(got["mugaika_sessions_total", ()], len(self.relay.events("session.opened")))
        self.assertEqual(got["mugaika_sessions", ()], 0)
        kept = Counter((e["reason"],) for e in log if e["event"] == "message.quarantined")
        self.assertEqual(sum(kept.values()), 1)
        self.assertEqual(counted("mugaika_quarantine_kept_total", "reason"), kept)
        self.stages_agree_with_the_log(got, log)
        self.assertEqual(got["mugaika_ready", ()], 1)
        self.assertGreater(got["process_resident_memory_bytes", ()], 1 << 20)
        self.assertGreater(got["process_open_fds", ()], 5)

    def stages_agree_with_the_log(self, got, log):
        """Each stage was measured once for each mail that came to it, and its seconds are those of the events."""
        ends = [e for e in log if e["event"] in ("message.delivered", "message.deferred", "message.refused")]
        for stage in STAGES:
            times = [e[f"{stage}_us"] for e in ends if f"{stage}_us" in e]
            self.assertTrue(times, stage)
            self.assertEqual(got["mugaika_stage_seconds_count", (("stage", stage),)], len(times), stage)
            self.assertAlmostEqual(got["mugaika_stage_seconds_sum", (("stage", stage),)], sum(times) / 1e6, places=5, msg=stage)
            buckets = [v for (n, pairs), v in got.items() if n == "mugaika_stage_seconds_bucket" and ("stage", stage) in pairs]
            self.assertEqual(buckets, sorted(buckets))
            self.assertEqual(buckets[-1], len(times))
        self.assertEqual({pairs[0][1] for n, pairs in got if n == "mugaika_stage_seconds_count"}, set(STAGES))
        for end in ends:
            inner = sum(end.get(f"{stage}_us", 0) for stage in ("worker", "quarantine", "compose", "deliver"))
            self.assertLessEqual(inner, end.get("total_us", inner))

    def test_workers_and_kills(self):
        """A worker that is killed while it waits leaves no count; the number of workers is what is configured."""
        got = self.scrape()
        workers = {dict(pairs)["state"]: v for (n, pairs), v in got.items() if n == "mugaika_workers"}
        self.assertEqual(set(workers), {"busy", "ready"})
        self.assertEqual(workers["busy"], 0)
        self.assertGreaterEqual(workers["ready"], 1)

    def test_quarantine_is_measured(self):
        """Items and bytes are those of the quarantine, also after a command deleted one while the relay runs."""
        def shown():
            got = self.scrape()
            return got["mugaika_quarantine_items", ()], got["mugaika_quarantine_bytes", ()]

        self.assertEqual(shown(), (0, 0))
        mails = [LOSSY, LOSSY + b"another\r\n"]
        for raw in mails:
            self.assertEqual(self.relay.send(raw)[0], 250)
        wait_until(lambda: shown()[0] == 2, "both items")
        items = self.relay.quarantine()
        self.assertEqual(shown()[1], sum(item["bytes"] for item in items))
        self.relay.command("quarantine", "delete", items[0]["id"], "--reason", "r", "--by", "tester")
        wait_until(lambda: shown() == (1, items[1]["bytes"]), "one item less")

    def test_outbox_is_counted(self):
        self.relay.send(LOSSY)
        item = self.relay.quarantine()[0]["id"]
        self.sink.script(RCPT="451 4.3.0 not now")
        self.relay.command("quarantine", "release", item, "--reason", "r")
        wait_until(lambda: self.scrape()["mugaika_outbox_orders", (("state", "waiting"),)] == 1, "the waiting order")
        self.relay.command("queue", "hold", "ALL")
        wait_until(lambda: self.scrape()["mugaika_outbox_orders", (("state", "held"),)] == 1, "the held order")

    def test_health_and_readiness(self):
        """Ready with everything there; not ready, with the reason, while the next hop is down or the disk is low; healthy all the
        time."""
        self.assertEqual(self.get("/healthz"), (200, "ok\n"))
        status, body = self.get("/readyz")
        self.assertEqual((status, json.loads(body)), (200, {"ready": True, "reasons": [], "warnings": []}))
        self.sink.stop()
        self.assertEqual(self.relay.send(CLEAN)[0], 451)
        status, body = self.get("/readyz")
        self.assertEqual(status, 503)
        self.assertIn("next hop", json.loads(body)["reasons"][0])
        self.assertIn("city.example.lg.jp", json.loads(body)["reasons"][0])
        self.assertEqual(self.scrape()["mugaika_ready", ()], 0)
        self.sink.start(self.sink.port)
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.assertEqual(self.get("/readyz")[0], 200)
        self.relay.reload(self.relay.text.replace("metrics =", 'reserve = { disk_free_min = "1000000G" }\nmetrics ='))
        wait_until(lambda: self.get("/readyz")[0] == 503, "the low disk")
        self.assertIn("disk", self.get("/readyz")[1])
        self.assertEqual(self.get("/healthz")[0], 200)

    def test_bounded(self):
        """Other paths and methods are refused; a request that is too large or none is answered 400; silent connections cost a
        bounded number, and the port answers again when they are gone."""
        self.assertEqual(self.get("/")[0], 404)
        self.assertEqual(self.get("/metrics", "POST")[0], 405)
        self.assertEqual(self.get("/healthz", "HEAD"), (200, ""))
        for request in (b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 20000, b"\x16\x03\x01\x02\x00\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", self.port), timeout=30) as client:
                client.sendall(request)
                self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 400"))
        idle = [socket.create_connection(("127.0.0.1", self.port), timeout=30) for _ in range(40)]
        refused = 0
        for client in idle[16:]:
            refused += client.recv(1) == b""
        self.assertEqual(refused, len(idle) - 16)
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        for client in idle:
            client.close()
        wait_until(lambda: self.answers(), "an answer")

    def answers(self):
        try:
            return self.get("/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def test_who_may_ask(self):
        """Metrics are for the machine itself: another address without `allow` is a fault of the configuration, with exit 78; with it
        those whom it names are answered and others are closed; every address at once is a warning."""
        config = self.relay.text
        before, self.port = self.port, free_port()
        everywhere = config.replace(f"127.0.0.1:{before}", f"0.0.0.0:{self.port}")
        self.relay.config.write_text(everywhere.replace("@PORT@", str(self.relay.port)))
        done = self.relay.command("check", check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn("allow", done.stderr)
        self.relay.reload(everywhere.replace(f':{self.port}"', f':{self.port}", allow = ["127.0.0.2/32"]'))
        done = self.relay.command("check")
        self.assertIn("every address", done.stderr)
        for source, answered in (("127.0.0.2", True), ("127.0.0.3", False)):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(source, 0))
            try:
                connection.request("GET", "/readyz")
                self.assertEqual((source, connection.getresponse().status == 200), (source, answered))
            except (http.client.HTTPException, OSError):
                self.assertFalse(answered, source)
            finally:
                connection.close()

    def test_tasks_are_known(self):
        """Every task that goes on for the life of the relay has its number of faults, from the beginning."""
        faults = {dict(pairs)["where"]: value for (n, pairs), value in self.scrape().items() if n == "mugaika_faults_total"}
        self.assertLessEqual({"reserve", "quarantine", "releases", "reload", "log_rotation", "http", "sums",
                              f"accept 127.0.0.1 port {self.relay.port_asked}"}, set(faults))
        self.assertEqual(set(faults.values()), {0})

    def test_log_that_cannot_be_written(self):
        """AC-255 a log on a full disk, and mail is to go on: the events are lost, mail flows, /readyz stays 200 and warns, and the metrics count."""
        self.relay.stop()
        self.relay.text = self.relay.text.replace(f'log       = "{self.relay.log}"', 'log       = "/dev/full"\nwhen_log_fails = "carry_on"')
        self.relay.start()
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        status, body = wait_until(lambda: (lambda got: got if json.loads(got[1])["warnings"] else None)(self.get("/readyz")),
                                  "the warning")
        self.assertEqual((status, json.loads(body)["warnings"]), (200, ["events cannot be written to the log"]))
        self.assertGreater(self.scrape()["mugaika_log_lost_events_total", ()], 0)

    def test_stopping_is_not_ready(self):
        """While the relay drains, /readyz says so."""
        with socket.create_connection(("127.0.0.1", self.relay.port), timeout=30) as client:
            lines = client.makefile("rb")
            lines.readline()
            client.sendall(b"HELO x\r\nMAIL FROM:<a@example.com>\r\n")
            lines.readline()
            lines.readline()
            self.relay.process.send_signal(signal.SIGTERM)
            status, body = wait_until(lambda: (lambda got: got if got[0] == 503 else None)(self.get("/readyz")), "503")
            self.assertIn("listen", json.loads(body)["reasons"][0])
            client.sendall(b"RSET\r\nQUIT\r\n")
            while lines.readline():
                pass

    def test_readme_has_every_event(self):
        """The table of README names each event of the catalogue."""
        events = {json.loads(line)["event"] for line in self.relay.command("log", "events", "--json").stdout.splitlines()}
        table = re.search(r"(?s)### Events\n(.*?)\n## ", (ROOT / "README.md").read_text())[1]
        named = {name for row in re.findall(r"(?m)^\| (`.*?) \|", table) for name in re.findall(r"`([a-z_.]+)`", row)}
        self.assertGreater(len(events), 30)
        self.assertEqual(events - named, set())

    def test_log_rotation_sample(self):
        """samples/logrotate moves the log that is configured by default, and asks the unit of samples/systemd to reopen it."""
        sample = (ROOT / "samples/logrotate/mugaika").read_text()
        default = re.search(r'(?m)^#log = "(.*)"$', (ROOT / "samples/config/mugaika.toml").read_text())[1]
        self.assertIn(f"\n{default} {{\n", sample)
        unit = re.search(r"--signal=USR1 (\S+\.service)", sample)[1]
        self.assertTrue((ROOT / "samples/systemd" / unit).exists())

    @unittest.skipUnless(shutil.which("haproxy"), "haproxy is not installed")
    def test_balancer_of_the_readme(self):
        """HAProxy as README configures it: mail passes while /readyz says so; while no next hop is there it lets nobody in; its checks
        leave no line in the log."""
        backend = re.search(r"(?m)^    backend mugaika\n(?:        .*\n)+", (ROOT / "README.md").read_text())[0]
        listener = free_port()
        self.relay.text += f'[[listener]]\naddress = "127.0.0.1:{listener}"\nproxy_protocol_from = ["127.0.0.0/8"]\n'
        self.assertEqual(self.relay.reload(self.relay.text)["event"], "config.loaded")
        front, closed = free_port(), free_port()
        backend = backend.replace("10.0.0.21:25", f"127.0.0.1:{listener}").replace("port 9125", f"port {self.port}")
        backend = backend.replace("10.0.0.22:25", f"127.0.0.1:{closed}").replace("inter 5s", "inter 100ms")
        config = self.relay.dir / "haproxy.cfg"
        config.write_text("defaults\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n"
                          f"frontend smtp\n  mode tcp\n  bind 127.0.0.1:{front}\n  default_backend mugaika\n" + backend)
        proxy = subprocess.Popen([shutil.which("haproxy"), "-db", "-f", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(proxy.wait)
        self.addCleanup(proxy.kill)

        def greets():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", front), timeout=30) as client:
                return client.recv(4)
            return b""

        wait_until(lambda: greets() == b"220 ", "a greeting through the balancer")
        self.sink.stop()
        self.assertEqual(self.relay.send(CLEAN)[0], 451)
        wait_until(lambda: self.get("/readyz")[0] == 503 and greets() == b"", "the balancer to let nobody in")
        self.sink.start(self.sink.port)
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        wait_until(lambda: greets() == b"220 ", "a greeting again")
        lines = [e for e in self.relay.events() if e["event"].startswith("session.") and e.get("client") == "127.0.0.1"]
        self.assertLess(len([e for e in lines if e["event"] == "session.idle"]), 3)

    def test_metrics_statistics_and_report_agree(self):
        """The same mails, three times: as a scrape counts them, as `stats` does, and in the books and the page of the report."""
        self.relay.send(CLEAN)
        self.relay.send(LOSSY)
        self.relay.send(LOSSY, ["a@city.example.lg.jp", "b@city.example.lg.jp"])
        self.relay.send(b"Received: x\r\n" * 60 + CLEAN)
        self.relay.send(CLEAN, ["x@elsewhere.example"])
        self.sink.script(DOT="451 4.3.0 not now")
        self.relay.send(CLEAN)
        self.sink.script()
        self.relay.send(CLEAN)  # the sender comes again
        got = self.scrape()

        def told(*arguments):
            return self.relay.command("stats", *arguments).stdout

        mails = {(dict(labels)["route"], dict(labels)["verdict"]): count
                 for (name, labels), count in got.items() if name == "mugaika_messages_total"}
        rows = [row for row in json.loads(told("--by", "route,verdict", "--format", "json")) if row["mails"]]
        self.assertEqual({(row["route"], row["verdict"]): row["mails"] for row in rows}, mails)
        self.assertEqual(sum(mails.values()), 5)
        refused = sum(count for (name, labels), count in got.items()
                      if name == "mugaika_refused_total" and dict(labels)["stage"] == "recipient")
        at_rcpt = json.loads(told("--where", "verdict=recipient_refused", "--format", "json"))
        self.assertEqual(sum(row["recipients"] for row in at_rcpt), refused)
        totals = {(dict(labels)["stage"]): count for (name, labels), count in got.items() if name == "mugaika_stage_seconds_count"}
        stages = {row["stage"]: row["mails"] for row in json.loads(told("--by", "stage", "--format", "json"))}
        self.assertEqual(stages["compose"], totals["compose"] - 1)  # a deferred try was composed too, and is no mail

        books = json.loads(told("--verify", "--format", "json"))
        self.assertTrue(books["adds_up"], books)
        received = sum(row["received"] for row in books["rows"])
        self.assertEqual(received, sum(row["recipients"] for row in rows))
        page = told("--format", "html")
        for words, number in (("受信 <small>received</small>", received),
                              ("配送 <small>delivered</small>", sum(row["delivered"] for row in books["rows"])),
                              ("拒否 <small>refused</small>", sum(row["refused"] for row in books["rows"]))):
            self.assertIn(f"{words}<b>{number}</b>", page)

    def test_alert_for_deferrals(self):
        """It fires in a small town as in a large one: by the share of the mails, from the second on."""
        alerts = (ROOT / "samples/prometheus/alerts.yml").read_text()
        rule = re.search(r"alert: MugaikaDeferring\n(?: +#.*\n)* +expr: (.+)\n", alerts)[1]
        for words, python in (("sum by (stage, failure) (increase(mugaika_deferred_total[1h]))", "deferred"),
                              ("sum(increase(mugaika_deferred_total[1h]))", "deferred"),
                              ("(sum(increase(mugaika_messages_total[1h])) or vector(0))", "messages"), ("and on ()", "and")):
            self.assertIn(words, rule)
            rule = rule.replace(words, python)
        for deferred, messages, fires in ((0, 0, False), (1, 1, False), (2, 0, True), (3, 7, True), (2, 50, False), (300, 700, True),
                                          (30, 970, False), (0, 1000, False)):
            got = eval(rule, {"deferred": deferred, "messages": messages})  # our own file
            self.assertEqual(got, fires, (deferred, messages))

    def test_alerts_and_dashboard_name_real_metrics(self):
        """Each metric, and each label behind `by` or in braces, is in a scrape of a relay that did something of everything."""
        self.relay.send(CLEAN)
        self.relay.send(LOSSY)
        self.relay.send(CLEAN, ["x@elsewhere.example"])
        self.sink.script(DOT="451 4.3.0 not now")
        self.relay.send(CLEAN)
        text = self.get("/metrics")[1] + self.relay.command("stats", "--verify", "--format", "prometheus").stdout
        families = set(re.findall(r"^# TYPE (\S+)", text, re.M))
        named = {}
        alerts = (ROOT / "samples/prometheus/alerts.yml").read_text()
        expressions = re.findall(r"^ +expr: (.+)$", alerts, re.M)
        self.assertEqual(len(expressions), len(re.findall(r"^ +- alert: Mugaika\w+$", alerts, re.M)))
        board = json.loads((ROOT / "samples/grafana/mugaika.json").read_text())
        expressions += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
        labels = set(re.findall(r'[{,]([a-z_]+)="', text)) | {"job", "cause", "le"}
        for expression in expressions:
            self.assertEqual(expression.count("("), expression.count(")"), expression)
            bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|by \([^)]*\)", " ", expression)
            for name in re.findall(r"[a-z_][a-z_0-9]*", bare):
                if name not in WORDS_OF_PROMQL:
                    named.setdefault(re.sub(r"_(bucket|sum|count)$", "", name), expression)
            for group in re.findall(r"by \(([^)]*)\)", expression):
                self.assertLessEqual(set(re.split(r", *", group)), labels, expression)
        missing = {name: expression for name, expression in named.items() if name not in families}
        self.assertEqual(missing, {})
        self.assertGreater(len(named), 15)
        self.assertEqual(len({panel["id"] for panel in board["panels"]}), len(board["panels"]))


if __name__ == "__main__":
    unittest.main()
