"""The moving part of samples/demo: both sides of the relay on loopback, and words about what happened."""
import argparse
import email
import email.policy
import json
import os
import pathlib
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECIPIENT = "madoguchi@city.example.lg.jp"
TEXT_ONLY = "text-only@city.example.lg.jp"
INDENT = "      "


class Demo:
    def __init__(self, binaries):
        self.bin = pathlib.Path(binaries).resolve()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-demo-"))
        self.log = self.dir / "events.jsonl"
        self.inbox = self.dir / "lgwan"
        self.inbox.mkdir()
        self.config = self.dir / "mugaika.toml"
        self.processes = []

    def start(self):
        sink = subprocess.Popen([sys.executable, ROOT / "tests/support/smtp_sink.py", self.inbox],
                                stdout=subprocess.PIPE, text=True)
        self.processes.append(sink)
        sink_port = int(sink.stdout.readline())
        self.config.write_text(f'''[relay]
hostname  = "mx.city.example.lg.jp"
listen    = ["127.0.0.1:0"]
state_dir = "{self.dir}/state"
log       = "{self.log}"

[[route]]
domains  = ["city.example.lg.jp"]
next_hop = ["127.0.0.1:{sink_port}"]

[profile.standard]
release_originals = true

[[profile.standard.rule]]
recipient = ["{TEXT_ONLY}"]
kind      = ["pdf", "office"]
action    = "text"
''')
        relay = subprocess.Popen([self.bin / "mugaika-relay", "--config", self.config], stderr=subprocess.PIPE, text=True)
        self.processes.append(relay)
        for line in relay.stderr:
            if "listening on port" in line:
                self.port = int(line.split()[-1])
                return
        raise SystemExit("the relay did not start")

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            process.wait(timeout=30)
        shutil.rmtree(self.dir)

    def events(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def send(self, raw, recipient=RECIPIENT):
        """Returns the relay's answer as (code, words)."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="mail.example.com") as client:
            client.ehlo()
            client.mail("sender@example.com")
            code, words = client.rcpt(recipient)
            if code == 250:
                code, words = client.data(raw)
            return code, words.decode("utf-8", "replace")

    def newest(self, before):
        files = sorted(self.inbox.glob("*.eml"))
        return files[-1] if len(files) > before else None


def title_of(path):
    note = path.with_suffix(".txt")
    return note.read_text(encoding="utf-8").strip().splitlines()[0] if note.exists() else path.stem


def shown_body(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    part = message.get_body(("plain",)) if message.is_multipart() else message
    return message, part.get_content()


def describe(demo, path, quiet):
    raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    before = len(list(demo.inbox.glob("*.eml")))
    known = len(demo.events())
    code, words = demo.send(raw)
    events = demo.events()[known:]
    ledger = next((e for e in events if e["event"] == "message.sanitized"), None)
    kept = next((e for e in events if e["event"] == "message.quarantined"), None)
    out = demo.newest(before)
    verdict = ledger["verdict"] if ledger else "refused"
    print(f"{path.stem:<34} {code}  {verdict:<11} {'kept ' + kept['id'] if kept else ''}")
    if quiet:
        return verdict
    print(f"{INDENT}{title_of(path)}")
    print(f"{INDENT}in   {len(raw)} bytes, answer {code} {words}")
    for part in (ledger or {}).get("parts", []):
        name = part.get("name") or part.get("detected") or part.get("declared")
        print(f"{INDENT}part {part['path']:<6} {name}: {part['action']} ({part['reason']})")
    if kept:
        print(f"{INDENT}kept in quarantine as {kept['id']} because {kept.get('reason')}")
    if out:
        message, body = shown_body(out.read_bytes())
        print(f"{INDENT}out  From: {message['From']} / Subject: {message['Subject']}")
        for line in body.rstrip("\n").splitlines():
            print(f"{INDENT}   | {line}")
    print()
    return verdict


def show_unlock(demo, quiet):
    """The locked ZIP of a PPAP pair, with the password of its second mail."""
    found = [e for e in demo.events() if e["event"] == "message.sanitized" and any(
        part["reason"] == "encrypted" and part["path"] == "2" and str(part.get("name")).endswith("一式.zip") for part in e["parts"])]
    item, password = found[0]["id"], "Sample2026!"
    before = len(list(demo.inbox.glob("*.eml")))
    print(f"a locked ZIP and its password (mugaika quarantine unlock {item} --part 2):", flush=True)
    subprocess.run([demo.bin / "mugaika", "quarantine", "unlock", item, "--part", "2", "--reason", "second mail", "--by", "demo",
                    "--config", demo.config], input=password + "\n", text=True, check=True)
    deadline = time.monotonic() + 60
    while demo.newest(before) is None:
        if time.monotonic() > deadline:
            raise SystemExit("the follow-up did not arrive")
        time.sleep(0.1)
    message, body = shown_body(demo.newest(before).read_bytes())
    if not quiet:
        print(f"{INDENT}out  From: {message['From']} / Subject: {message['Subject']} / In-Reply-To: {message['In-Reply-To']}")
        print(f"{INDENT}     " + ", ".join(part.get_filename() for part in message.iter_attachments()))
        for line in body.rstrip("\n").splitlines():
            print(f"{INDENT}   | {line}")
    print()


def show_text_only(demo, quiet):
    """The survey form once more, to a mailbox that gets only the text of documents."""
    path = next((ROOT / "samples/mails").glob("*survey-form-with-macros.eml"))
    raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    before = len(list(demo.inbox.glob("*.eml")))
    demo.send(raw, TEXT_ONLY)
    print(f"{path.stem} to {TEXT_ONLY}, who gets only the text of documents:")
    message, body = shown_body(demo.newest(before).read_bytes())
    for part in message.iter_attachments():
        print(f"{INDENT}{part.get_filename()}")
        for line in part.get_payload(decode=True).decode("utf-8-sig").splitlines()[:12] if not quiet else []:
            print(f"{INDENT}   | {line}")
    for line in body.rstrip("\n").splitlines() if not quiet else []:
        print(f"{INDENT}   | {line}")
    print()


def show_quarantine(demo):
    command = [demo.bin / "mugaika", "quarantine", "list", "--config", demo.config]
    print("quarantine (mugaika quarantine list):", flush=True)
    subprocess.run(command, check=True)
    print("\nstatistics (mugaika stats --by verdict):", flush=True)
    subprocess.run([demo.bin / "mugaika", "stats", "--by", "verdict", "--config", demo.config], check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    args = parser.parse_args()
    demo = Demo(args.bin)
    # Ending by signal must clean up like ending by itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        demo.start()
        mails = sorted((ROOT / "samples/mails").glob("*.eml"))
        verdicts = [describe(demo, path, args.quiet) for path in mails]
        show_unlock(demo, args.quiet)
        show_text_only(demo, args.quiet)
        show_quarantine(demo)
        print(f"\n{len(mails)} mails: " + ", ".join(f"{verdicts.count(v)} {v}" for v in sorted(set(verdicts))))
        if args.keep:
            print(f"""
still running; Ctrl-C ends it and removes {demo.dir}
  send a mail   swaks --server 127.0.0.1:{demo.port} --from you@example.com --to {RECIPIENT} --attach-type text/plain --attach @README.md
  what arrived  ls {demo.inbox}
  quarantine    {os.path.relpath(demo.bin)}/mugaika quarantine list --config {demo.config}
  statistics    {os.path.relpath(demo.bin)}/mugaika stats --config {demo.config}""", flush=True)
            while all(process.poll() is None for process in demo.processes):
                time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        demo.stop()


main()
