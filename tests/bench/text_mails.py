"""The mails of text that the bench sends: ISO-2022-JP of 4 KB, HTML and text of 30 KB, text of any size."""
from relay_instance import RECIPIENT

HEADER = ("Received: from mail.example.go.jp ([192.0.2.10]) by gw.example.go.jp; Fri, 20 Nov 2026 09:00:00 +0900\n"
          "From: =?ISO-2022-JP?B?GyRCSjg9cTJdGyhC?= <bunsho@example.go.jp>\nTo: {to}\n"
          "Subject: =?ISO-2022-JP?B?GyRCRDQ6OiRLJEQkJCRGGyhC?= {{N}}\nDate: Fri, 20 Nov 2026 09:00:00 +0900\n"
          "Message-ID: <bench-{{N}}@example.go.jp>\nMIME-Version: 1.0\n").format(to=RECIPIENT)
SENTENCE = "平素より大変お世話になっております。標記の件につきまして、別紙のとおり調査を行います。\n"


def mail_4kb(folder):
    body = (SENTENCE * 42).encode("iso2022_jp")
    path = folder / "4kb-iso-2022-jp.eml"
    path.write_bytes(HEADER.encode() + b"Content-Type: text/plain; charset=ISO-2022-JP\n"
                     b"Content-Transfer-Encoding: 7bit\n\n" + body)
    return path


def mail_30kb(folder):
    rows = "".join(f"<tr><td>{n}</td><td>市民講座の案内</td><td>定員{n}名</td></tr>\n" for n in range(75))
    html = ("<html><head><style>p{margin:0}</style></head><body><h1>お知らせ</h1>\n" +
            f"<p>{SENTENCE}<a href=\"https://www.example.lg.jp/koho/\">広報のページ</a></p>\n" * 88 +
            f"<table border=1>{rows}</table></body></html>\n")
    text = SENTENCE * 52
    path = folder / "30kb-html-and-text.eml"
    path.write_bytes(HEADER.encode() + b"Content-Type: multipart/alternative; boundary=\"b\"\n\n--b\n"
                     b"Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n" + text.encode() +
                     b"\n--b\nContent-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n" + html.encode() +
                     b"\n--b--\n")
    return path


def mail_of(folder, size):
    path = folder / f"{size}.eml"
    line = SENTENCE.encode()
    path.write_bytes(HEADER.encode() + b"Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n" +
                     line * (size // len(line)))
    return path
