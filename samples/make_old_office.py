#!/usr/bin/python3
"""Makes the attached files of two sample mails, as old programs write them: a survey form of Excel 97 and a letter of Word 97, by
LibreOffice from a table and a text of ours. It puts them into samples/mails; LibreOffice's version and clock are in them, so that
they are made anew only when their content is to change (and the golden mails with them)."""
import base64
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent / "mails"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ROOT = ('<?xml version="1.0" encoding="UTF-8"?>\n<office:document xmlns:office="{0}:office:1.0" xmlns:text="{0}:text:1.0" '
        'xmlns:table="{0}:table:1.0" xmlns:of="{0}:of:1.2" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.{1}">'
        "<office:body><office:{1}>{2}</office:{1}></office:body></office:document>")
SURVEY = [["公共施設利用状況調査票"], ["団体名", "○○市"], ["担当者", "髙﨑"], [],
          ["番号", "施設名", "区分", "年間利用者数", "前年度比"], [1, "中央公民館", "①社会教育", 12480, "=[.D6]/[.D7]"],
          [2, "市民体育館", "②スポーツ", 30115, ""], [3, "ふれあいﾎｰﾙ", "③文化", 8702, ""],
          ["", "計", "", "=SUM([.D6:.D8])", ""], [], ["※ 令和８年１１月３０日までに御回答ください。"]]
LETTER = ["○○第１２３号", "令和８年１１月２０日", "各市町村長　様", "○○県総務部長", "会議の開催について（通知）",
          "このことについて、下記のとおり開催しますので、担当者の出席をお願いします。", "記", "１　日時　令和８年１２月１０日（木）１３時３０分から",
          "２　場所　県庁本館　第３会議室", "３　議題　㈱共同システムの更新について（髙橋・𠮷田）", "以上"]


def cell(value):
    if isinstance(value, int):
        return f"<table:table-cell office:value-type='float' office:value='{value}'><text:p>{value}</text:p></table:table-cell>"
    if value.startswith("="):
        return f"<table:table-cell table:formula='of:{value}' office:value-type='float' office:value='0'/>"
    return f"<table:table-cell office:value-type='string'><text:p>{value}</text:p></table:table-cell>"


def converted(kind, body, extension, how):
    """What LibreOffice writes of it."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / ("source.fods" if kind == "spreadsheet" else "source.fodt")
        source.write_text(ROOT.format(OFFICE, kind, body), encoding="utf-8")
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", how, "--outdir",
                        folder, source], check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        return (pathlib.Path(folder) / f"source.{extension}").read_bytes()


def put(name, content):
    """In place of the one file that the sample mail has, or of its mark."""
    path = HERE / name
    text = base64.encodebytes(content).decode()
    head, _, rest = path.read_text(encoding="ascii").partition("filename*=")
    line, _, rest = rest.partition("\n\n")
    path.write_text(head + "filename*=" + line + "\n\n" + re.sub(r"\A[^-]*", lambda _: text, rest), encoding="ascii")


def main():
    rows = "".join("<table:table-row>" + "".join(map(cell, row or [""])) + "</table:table-row>" for row in SURVEY)
    sheet = f"<table:table table:name='調査票'>{rows}</table:table>"
    put("70-survey-form-xls.eml", converted("spreadsheet", sheet, "xls", "xls:MS Excel 97"))
    letter = "".join(f"<text:p>{line}</text:p>" for line in LETTER)
    put("71-letter-doc.eml", converted("text", letter, "doc", "doc:MS Word 97"))


if __name__ == "__main__":
    main()
