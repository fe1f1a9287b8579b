#include "mail_reading.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "sanitizer/compose/composer.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika::test {

PlainLine line(std::string_view utf8) { return PlainLine::from(std::string(utf8)).value(); }
PlainText text(std::string_view utf8) { return PlainText::from(std::string(utf8)).value(); }
MailAddress address(std::string_view text) { return MailAddress::parse(text).value(); }

Mailbox mailbox(std::string_view name, std::string_view address_text) { return {line(name), address(address_text)}; }

ComposeFacts example_facts() {
    ComposeFacts facts;
    facts.id = "7h3k9m2p4q6r8s0t";
    facts.hostname = "mx.city.example.lg.jp";
    facts.client_helo = line("mail.example.com");
    facts.client_address = "192.0.2.1";
    facts.protocol = "ESMTP";
    facts.received_at = std::chrono::system_clock::time_point(std::chrono::seconds(1793841072));
    facts.original_bytes = 123456;
    facts.original_kept = true;
    return facts;
}

TextBlock body(std::string_view utf8) {
    TextBlock block;
    block.path = "1";
    block.text = text(utf8);
    return block;
}

Extract example_extract() {
    Extract extract;
    HeaderFacts& header = extract.header;
    header.from = {mailbox("山田 太郎", "yamada@example.com")};
    header.to = {mailbox("", "soumu@city.example.lg.jp"), mailbox("Suzuki, Hanako", "suzuki@city.example.lg.jp")};
    header.subject = line("会議のご案内");
    header.date = DateFact{1793840000, 540};
    header.message_id = "20261105.1@example.com";
    header.received_count = 3;
    header.first_hop = line("pc1.example.com");
    extract.texts = {body("いつもお世話になっております。\n会議は十日です。\n")};
    return extract;
}

PartRow removed_file(std::string_view name, PartKind kind, Reason reason) {
    PartRow row;
    row.facts.path = "2";
    row.facts.kind = kind;
    row.facts.name = std::string(name);
    row.facts.is_attachment = true;
    row.facts.bytes = 12345;
    row.verdict = PartVerdict::quarantined;
    row.reason = reason;
    return row;
}

std::string composed(const Extract& extract, const Verdict& verdict, const ComposeFacts& facts) {
    const auto body = Composer::body(extract, facts);
    REQUIRE(body.has_value());
    auto mail = Composer::compose(extract, verdict, facts, *body);
    INFO((mail ? std::string() : mail.error().words()));
    REQUIRE(mail.has_value());
    return std::string(mail->bytes());
}

std::vector<PermittedMember> permitted_members(const PackedFile& file) {
    std::vector<PermittedMember> members;
    for (const PackedFile::Entry& entry : file.entries()) {
        members.push_back({entry.name, entry.sha256, std::string(to_string(entry.kind))});
    }
    return members;
}

GatePermit permit_for(const Extract& extract) {
    GatePermit permit;
    for (const SafeFile& file : extract.files) permit.files.push_back({sha256_hex(file.bytes)});
    for (const RebuiltFile& file : extract.rebuilt) {
        permit.files.push_back({sha256_hex(file.file.bytes()), std::string(to_string(file.file.kind()))});
    }
    for (const PackedFile& file : extract.packed) {
        permit.files.push_back({sha256_hex(file.bytes()), "zip", permitted_members(file)});
    }
    return permit;
}

std::string gate_words(std::string_view mail, const GatePermit& permit) {
    const auto judged = Gate::accepts(mail, permit);
    return judged ? std::string() : judged.error().words();
}

std::string decode_base64(std::string_view base64_text) {
    std::string dense;
    std::copy_if(base64_text.begin(), base64_text.end(), std::back_inserter(dense),
                 [](char c) { return c != '\r' && c != '\n'; });
    std::string out(dense.size() / 4 * 3 + 3, '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(dense.data()), static_cast<int>(dense.size()));
    REQUIRE(length >= 0);
    const auto padding = static_cast<std::size_t>(std::count(dense.begin(), dense.end(), '='));
    out.resize(static_cast<std::size_t>(length) - padding);
    return out;
}

namespace {

std::string without(std::string text, std::string_view part, std::string_view replacement = "") {
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += replacement.size()) {
        text.replace(at, part.size(), replacement);
    }
    return text;
}

std::string decode_words(std::string value) {
    value = without(std::move(value), "?= =?", "?==?");
    for (std::size_t at = 0; (at = value.find("=?UTF-8?B?", at)) != std::string::npos;) {
        const std::size_t end = value.find("?=", at + 10);
        const std::string decoded = decode_base64(std::string_view(value).substr(at + 10, end - at - 10));
        value.replace(at, end + 2 - at, decoded);
        at += decoded.size();
    }
    return value;
}

}  // namespace

std::string raw_header(std::string_view mail) { return std::string(mail.substr(0, mail.find("\r\n\r\n") + 4)); }

std::vector<std::string> fields(std::string_view mail, std::string_view name) {
    const std::string unfolded = "\r\n" + without(raw_header(mail), "\r\n ", " ");
    const std::string start = "\r\n" + std::string(name) + ": ";
    std::vector<std::string> values;
    for (std::size_t at = 0; (at = unfolded.find(start, at)) != std::string::npos;) {
        at += start.size();
        values.push_back(decode_words(unfolded.substr(at, unfolded.find("\r\n", at) - at)));
    }
    return values;
}

std::string field(std::string_view mail, std::string_view name) {
    const auto values = fields(mail, name);
    INFO("field " << name);
    REQUIRE(values.size() == 1);
    return values.front();
}

std::string shown_text(std::string_view mail) {
    std::string header = raw_header(mail);
    std::string_view rest = mail.substr(header.size());
    if (contains(header, "multipart/mixed")) {
        rest.remove_prefix(rest.find("\r\n") + 2);
        header = raw_header(rest);
        rest.remove_prefix(header.size());
        rest = rest.substr(0, rest.find("--"));
    }
    const bool is_base64 = contains(header, "Content-Transfer-Encoding: base64");
    return without(is_base64 ? decode_base64(rest) : std::string(rest), "\r\n", "\n");
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++found;
    return found;
}

}  // namespace mugaika::test
