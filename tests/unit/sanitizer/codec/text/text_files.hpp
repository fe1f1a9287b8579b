// A file of text through the codec, as the tests of both rooms want it.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/codec/text/rebuild_text.hpp"

inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

inline mugaika::PartFacts text_facts(std::string name, std::string declared_type = "text/plain") {
    mugaika::PartFacts facts;
    facts.kind = mugaika::PartKind::text;
    facts.name = std::move(name);
    facts.declared_type = std::move(declared_type);
    facts.is_attachment = true;
    return facts;
}

inline mugaika::FileOutcome outcome_of(const mugaika::PartFacts& facts, std::string_view bytes,
                                       std::string_view label = "utf-8") {
    mugaika::FilePurse purse{mugaika::FileLimits{}};
    return mugaika::codec::rebuild_text(facts, label, bytes, purse);
}

inline mugaika::FileMade made_of(const std::string& name, std::string_view bytes, std::string_view label = "utf-8") {
    return std::get<mugaika::FileMade>(outcome_of(text_facts(name), bytes, label));
}

inline std::uint32_t lost(const mugaika::FileMade& made, mugaika::Reason reason) {
    for (const mugaika::Loss& loss : made.losses) {
        if (loss.what == reason) return loss.count;
    }
    return 0;
}
