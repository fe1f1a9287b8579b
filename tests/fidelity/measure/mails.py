"""Mails around a file, `mugaika sanitize` on them, and the files that came out."""
import dataclasses
import email
import email.policy
import json
import os
import pathlib
import subprocess
import tempfile
from email.message import EmailMessage

from . import tools

CONFIGURATION = tools.ROOT / "tests/golden/golden.toml"
SECONDS = 120


@dataclasses.dataclass
class Sanitized:
    status: int  # 0 a mail came out, 65 refused with an SMTP answer, else a fault
    words: str
    ledger: dict
    files: list  # (name, type, bytes) of what is attached, in order
    text: str = ""  # of the letter
    cpu_seconds: float = 0.0  # of all its processes
    peak_mb: float = 0.0  # resident, of the largest of them


def letter(subject="file"):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "sender@example.go.jp", "soumu@city.example.lg.jp", subject
    mail["Date"], mail["Message-ID"] = "Fri, 20 Nov 2026 09:00:00 +0900", "<fidelity@example.go.jp>"
    mail.set_content("The file is attached.\n")
    return mail


def with_file(data, name, declared="application/octet-stream", disposition="attachment"):
    mail = letter()
    mail.add_attachment(data, *declared.split("/", 1), filename=name, disposition=disposition)
    return mail.as_bytes(policy=email.policy.SMTP)


def attached(mail):
    """(name, type, bytes) of every part that is a file."""
    message = email.message_from_bytes(mail, policy=email.policy.default)
    return [(part.get_filename() or "", part.get_content_type(), part.get_payload(decode=True) or b"") for part in message.walk()
            if not part.is_multipart() and (part.get_filename() or part.get_content_disposition() == "attachment")]


def letter_text(mail):
    body = email.message_from_bytes(mail, policy=email.policy.default).get_body(("plain",))
    return body.get_content() if body else ""


def sanitize(binaries, mail):
    with tempfile.TemporaryDirectory(prefix="fidelity-") as folder:
        paths = {name: pathlib.Path(folder) / name for name in ("in", "out", "err", "report")}
        paths["in"].write_bytes(mail)
        with open(paths["in"], "rb") as taken, open(paths["out"], "wb") as out, open(paths["err"], "wb") as err:
            process = subprocess.Popen([binaries / "mugaika", "sanitize", "--config", CONFIGURATION, "--report", paths["report"]],
                                       stdin=taken, stdout=out, stderr=err, preexec_fn=tools.bounded)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        report = paths["report"].read_bytes() if paths["report"].exists() else b""
        made = paths["out"].read_bytes()
        return Sanitized(process.returncode, paths["err"].read_text("utf-8", "replace").strip()[-300:], json.loads(report) if report else {},
                         attached(made) if process.returncode == 0 else [], letter_text(made) if process.returncode == 0 else "",
                         used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
