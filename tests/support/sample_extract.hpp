// An extract in which everything that can be filled in is, and a job whose mail may have given it.
#pragma once

#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/wire.hpp"

namespace mugaika::test {

inline PlainLine line(std::string text) { return PlainLine::from(std::move(text)).value(); }
inline PlainText text(std::string text) { return PlainText::from(std::move(text)).value(); }
inline Mailbox mailbox(std::string name, std::string_view address) {
    return {line(std::move(name)), MailAddress::parse(address).value()};
}

inline HeaderFacts sample_header() {
    HeaderFacts header;
    header.from = {mailbox("総務課", "soumu@city.example.jp")};
    header.sender = {mailbox("", "a@b")};
    header.reply_to = {mailbox("x", "reply@example.jp")};
    header.to = {mailbox("", "太郎@日本語.jp"), mailbox("", "\"a..b\"@docomo.example")};
    header.cc = {mailbox("c", "c@[192.0.2.1]")};
    header.from_text = line("何か");
    header.subject = line("会議のお知らせ");
    header.date = DateFact{1700000000, -540};
    header.message_id = std::string("abc.def@example.jp");
    header.in_reply_to = {"x@y", "1@[192.0.2.1]"};
    header.references = {"r1@y", "r2@y"};
    header.auto_submitted = AutoSubmitted::auto_replied;
    header.importance = Importance::high;
    header.list_id = std::string("list.example.jp");
    header.list_name = line("一覧");
    header.received_count = 3;
    header.first_hop = line("mail.example.org");
    return header;
}

inline PartRow sample_row(std::string path, PartKind kind, PartVerdict verdict) {
    PartRow row;
    row.facts = {std::move(path), "text/plain", "text/plain", kind, "見積書.pdf", true, 12};
    row.sha256 = sha256_hex("in");
    row.charset = std::string("ISO-2022-JP");
    row.undecodable = 2;
    row.verdict = verdict;
    row.method = verdict == PartVerdict::text ? Method::text_body : Method::none;
    row.reason = verdict == PartVerdict::text ? Reason::none : Reason::not_rebuilt;
    row.handler = std::string("text");
    row.notes = {Reason::undecodable, Reason::charset_guessed};
    return row;
}

// The row and its file, an original that a person ordered.
inline void add_file(Extract& extract, std::string path, PartKind kind, std::string bytes) {
    PartRow row = sample_row(path, kind, PartVerdict::rebuilt);
    row.method = Method::looked_at;
    row.reason = Reason::released_by_person;
    row.facts.bytes = bytes.size();
    row.out_name = "見積書.pdf";
    row.sha256 = row.out_sha256 = sha256_hex(bytes);
    extract.parts.push_back(std::move(row));
    extract.files.push_back({std::move(path), line("見積書.pdf"), "application/pdf", std::move(bytes)});
}

inline Extract sample_extract() {
    Extract extract;
    extract.header = sample_header();
    extract.texts.push_back({"1.1", TextRole::body, {}, {}, 0, text("本文\n\tです\n")});
    extract.texts.push_back(
        {"1.2", TextRole::quoted, line("添付メール"), {{"From", line("a <a@b>")}, {"Subject", line("件名")}}, 1, {}});
    extract.parts.push_back(sample_row("1.1", PartKind::text, PartVerdict::text));
    extract.parts.back().facts.is_attachment = false;
    extract.parts.push_back(sample_row("1.2", PartKind::mail, PartVerdict::text));
    extract.parts.push_back(sample_row("1.2/1", PartKind::executable, PartVerdict::quarantined));
    add_file(extract, "1.4", PartKind::pdf, "%PDF-1.7 ordered");
    extract.findings = {Reason::unclosed_multipart, Reason::false_link};
    return extract;
}

// Orders the file of sample_extract(), and one more that a test may add; signatures are looked at.
inline void order_sample_files(Job& job) {
    job.signatures.certificates = {"trusted"};
    job.profile.release_originals = true;
    job.released_parts = {"1.4", "1.9", "1.10"};
}

// Of a mail that is long enough.
inline Job sample_job() {
    Job job;
    job.mail_bytes = 1000;
    order_sample_files(job);
    return job;
}

inline std::string payload_of(const std::string& frame) { return frame.substr(frame_header_bytes); }

}  // namespace mugaika::test
