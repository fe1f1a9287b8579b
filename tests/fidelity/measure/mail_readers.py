"""What a message of Outlook (.msg) or a winmail.dat holds, by readers that are not ours: msgconvert (Perl's Email::Outlook::Message) and tnef."""
import dataclasses
import email
import email.policy
import html
import pathlib
import re
import tempfile

from . import converted, tools

MSG, TNEF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x78\x9f\x3e\x22"


@dataclasses.dataclass
class MailFile:
    text: str  # "" where the reader sees none
    files: list  # (name, bytes) of what is attached, that of mails inside too


def kind_of(data):
    if data[:4] == TNEF:
        return "tnef"
    return "msg" if data[:8] == MSG and "__properties_version1.0".encode("utf-16-le") in data else None


def text_of_html(data):
    body = re.sub(r"(?is)<(style|script|head)\b.*?</\1\s*>|<!--.*?-->", " ", data)
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def of_mail(data):
    """Of what msgconvert wrote: its first plain text or else its HTML, and every leaf that is a file."""
    mail = email.message_from_bytes(data, policy=email.policy.compat32)
    texts, files = {}, []
    for part in mail.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True) or b""
        if part.get_content_type() == "application/rtf" and not part.get_filename():
            continue  # the body once more
        if part.get_filename() or part.get_content_maintype() != "text":
            files.append((part.get_filename() or "", content))
        else:
            texts.setdefault(part.get_content_type(), content.decode(part.get_content_charset() or "utf-8", "replace"))
    return MailFile(texts.get("text/plain") or text_of_html(texts.get("text/html", "")), files)


def read_msg(data):
    with tools.OnDisk(data, "msg") as path:
        made = pathlib.Path(path).with_suffix(".eml")
        done = tools.call("msgconvert", "--outfile", made, path)
        return of_mail(made.read_bytes()) if done.status == 0 and made.exists() else None


def read_tnef(data):
    """Its bodies come as files of names that tnef gives them."""
    with tools.OnDisk(data, "tnef") as path, tempfile.TemporaryDirectory(prefix="fidelity-") as folder:
        if tools.call("tnef", "--save-body", "--directory", folder, "--file", path).status != 0:
            return None
        files = {found.name: found.read_bytes() for found in sorted(pathlib.Path(folder).iterdir())}
    bodies = [files.pop(name, None) for name in ("message.txt", "message.html", "message.rtf")]
    plain, page, rich = bodies
    if plain is not None:
        text = plain.decode("utf-8", "replace")
    elif page is not None:
        text = text_of_html(page.decode("utf-8", "replace"))
    else:
        text = converted.text("rtf", rich) or "" if rich is not None else ""
    return MailFile(text, list(files.items()))


def read(kind, data):
    """None for what the reader cannot read."""
    return {"msg": read_msg, "tnef": read_tnef}[kind](data)
