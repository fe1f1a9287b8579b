"""Senders of large mails, as real ones are: almost wholly one file. They all send at once, from a process of their own.

  large_senders.py PORT COUNT BYTES     prints a JSON list: for each sender the codes of all answers that it got
"""
import base64
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

from relay_instance import data_as_it_is


def large_mail(file):
    """What is the same in all of them, to the end of the session; each writes From, Subject and the like before it."""
    return (b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + "お送りします。".encode() +
            b'\r\n--b\r\nContent-Type: application/pdf; name="plan.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
            base64.encodebytes(b"%PDF-1.7\n" + file).replace(b"\n", b"\r\n") + b"--b--\r\n.\r\nQUIT\r\n")


def send(port, number, rest):
    """The answers that one sender gets to its mail: it comes again while it is told 4xx."""
    head = f"From: a@example.com\r\nSubject: large {number}\r\nMessage-ID: <large-{number}@example.com>\r\n".encode()
    answers = []
    while not answers or answers[-1].startswith("4"):
        code, bye = data_as_it_is(port, head, rest, seconds=600)
        assert bye == "221", bye
        answers.append(code)
    return answers


def send_all_at_once(port, count, size):
    """send_all() in a process of its own."""
    done = subprocess.run([sys.executable, pathlib.Path(__file__), str(port), str(count), str(size)], check=True, timeout=1200,
                          stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def send_all(port, count, size):
    rest = large_mail(os.urandom(size * 54 // 74))  # 54 bytes make a line of 74
    with concurrent.futures.ThreadPoolExecutor(count) as senders:
        sent = [senders.submit(send, port, number, rest) for number in range(count)]
        return [one.result() for one in sent]


if __name__ == "__main__":
    json.dump(send_all(*map(int, sys.argv[1:4])), sys.stdout)
