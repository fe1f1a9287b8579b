// Signed and encrypted mail of others, hostile and odd ones among it, with somebody trusted: each answer is one that
// the relay believes, and nobody whom the test does not trust is valid.
#include <catch2/catch.hpp>
#include <iostream>
#include <map>
#include <string>

#include "sanitizer/worker/checked_extract.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/made_signatures.hpp"
#include "tests/unit/sanitizer/sandboxed/written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using namespace mugaika::test;

namespace {

// As `mugaika sanitize` does before a mail is read.
std::string with_crlf(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out.push_back('\r');
        out.push_back(text[i]);
    }
    return out;
}

}  // namespace

TEST_CASE("AC-226 AC-227 AC-229 AC-230 AC-232 signed and encrypted mail of the corpora is read, and nobody is valid") {
    const MadeCertificate root(authority_order());
    std::map<std::string, std::size_t> counts;
    for (const char* const folder : {"mail_crypto", "mail_general", "mail_japanese"}) {
        for (const CorpusFile& file : read_corpus(folder)) {
            const std::string mail = with_crlf(file.bytes);
            Job job;
            job.mail_bytes = mail.size();
            job.signatures.certificates = {root.der()};
            job.arrived_at = made_arrived;
            const auto extract = check_extract(read(mail, job), job);
            INFO(file.name);
            REQUIRE(extract.has_value());
            for (const SignatureFact& fact : extract->signatures) {
                CHECK(fact.fault != SignatureFault::none);
                const std::string what = std::string(folder) + " fault " + std::to_string(static_cast<int>(fact.fault));
                ++counts[what];
                const bool is_changed = file.name.find("bad_signature") != std::string::npos;
                CHECK((fact.fault == SignatureFault::content_changed) == is_changed);
            }
        }
    }
    for (const auto& [what, count] : counts) std::cout << what << ": " << count << "\n";
}
