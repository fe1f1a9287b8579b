#include "sanitizer/compose/notice_reasons.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

// What is said where nobody wrote a sentence.
std::string_view of_nothing_known(Language language) { return reason_sentence(Reason::none, language); }

}  // namespace

TEST_CASE("Whatever a reader is told of has a sentence of its own", "[notice_reasons]") {
    for (std::size_t number = 0; number < reason_count; ++number) {
        const auto reason = static_cast<Reason>(number);
        if (weight(reason) == Weight::note || weight(reason) == Weight::ambiguous) continue;
        INFO(to_string(reason));
        for (const Language language : {Language::ja, Language::en}) {
            const bool is_refused = reason == Reason::too_many_hops;  // answered 5xx: no notice is written
            CHECK((reason_sentence(reason, language) != of_nothing_known(language) || is_refused));
        }
    }
}

TEST_CASE("A warning or a loss of a file that arrives does not say that it is not delivered", "[notice_reasons]") {
    for (const Reason reason : {Reason::false_link, Reason::form_dropped, Reason::hidden_content_kept,
                                Reason::macro_removed, Reason::furigana_removed, Reason::layout_dropped}) {
        INFO(to_string(reason));
        CHECK(reason_sentence(reason, Language::ja).find("お届けしていません") == std::string_view::npos);
    }
}
