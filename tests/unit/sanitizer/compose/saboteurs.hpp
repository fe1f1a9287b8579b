// What a composer broken on purpose would write, for tests of the gate, and the mails that it breaks.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "mail_reading.hpp"
#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/compose/gate.hpp"

namespace mugaika::test {

inline std::string with_replaced(std::string mail, std::string_view what, std::string_view by) {
    const std::size_t at = mail.find(what);
    INFO("to be replaced: " << what);
    REQUIRE(at != std::string::npos);
    return mail.replace(at, what.size(), by);
}

// A mail whose text is ASCII, one whose text is base64, and one with two files.
inline std::string ascii_mail() {
    Extract extract = example_extract();
    extract.header.in_reply_to = {"r@example.com"};
    extract.header.subject = line("Meeting");
    extract.texts = {body("Hello\nthere\n")};
    return composed(extract, clean, example_facts());
}

inline Extract extract_with_files() {
    Extract extract = example_extract();
    SafeFile file;
    file.path = "2";
    file.name = line("契約書.pdf");
    file.type = "application/pdf";
    file.bytes = "%PDF-1.7 first";
    extract.files.push_back(file);
    file.name = line("plan.pdf");
    file.bytes = "%PDF-1.7 second";
    extract.files.push_back(file);
    return extract;
}

inline std::string mixed_mail() { return composed(extract_with_files(), clean, example_facts()); }

// The ASCII mail with another text, as a composer would encode it that does not look at what it encodes.
inline std::string with_encoded_text(std::string_view bytes) {
    std::string mail =
        with_replaced(ascii_mail(), "Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64");
    mail.resize(raw_header(mail).size());
    append_base64_lines(mail, bytes);
    return mail;
}

inline std::string with_ascii_text(std::string_view crlf_text) {
    return raw_header(ascii_mail()) + std::string(crlf_text);
}

inline std::string encoded_subject(std::string_view bytes) {
    return with_replaced(ascii_mail(), "Subject: Meeting", "Subject: =?UTF-8?B?" + base64(bytes) + "?=");
}

inline const std::string japanese_notice =
    "━━━━━━ メール無害化システムからのお知らせ ━━━━━━\r\n受付番号：7h3k9m2p4q6r8s0t\r\n"
    "━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━\r\n";
inline const std::string english_notice =
    "======== Notice from the mail sanitizer ========\r\nReference number: 7h3k9m2p4q6r8s0t\r\n"
    "======== End of the notice from the mail sanitizer ========\r\n";

inline std::string quarantined_header() {
    return with_replaced(raw_header(ascii_mail()), "verdict=clean; notice=none; hops=3;",
                         "verdict=quarantined; notice=quarantined;\r\n hops=3;");
}

// A mail, and the beginning of the rule that stops it.
struct Saboteur {
    const char* what;
    std::string mail;
    const char* rule;
};

inline void check_stopped(const std::vector<Saboteur>& saboteurs, const GatePermit& permit = {}) {
    for (const Saboteur& saboteur : saboteurs) {
        INFO(saboteur.what << "\n" << saboteur.mail);
        const std::string words = gate_words(saboteur.mail, permit);
        CHECK(words.starts_with(std::string("gate: ") + saboteur.rule));
        CHECK(contains(words, ", at offset "));
    }
}

}  // namespace mugaika::test
