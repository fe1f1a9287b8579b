#include "sanitizer/codec/words/words_of_package.hpp"

#include <algorithm>
#include <exception>
#include <string>

#include "policy/utf8.hpp"
#include "sanitizer/codec/ooxml/locked_package.hpp"
#include "sanitizer/codec/text/rebuild_text.hpp"
#include "sanitizer/codec/words/document_words.hpp"
#include "sanitizer/codec/words/presentation_words.hpp"
#include "sanitizer/codec/words/vertical_lines.hpp"
#include "sanitizer/codec/words/workbook_words.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec {
namespace {

struct Said {
    std::string text;
    std::uint32_t hidden = 0;  // pieces of text that are not shown
};

Said said_by(std::string_view untrusted, FilePurse& purse) {
    const words::Package package(untrusted, purse);
    words::Page page(purse.out_left());
    Said said;
    switch (ooxml::safe_kind(package.main().part)) {
        case SafeKind::docx:
            said.hidden = words::add_document(package, page);
            break;
        case SafeKind::xlsx:
            words::add_workbook(package, page);
            break;
        default:
            words::add_presentation(package, page);
    }
    if (page.says_something()) said.text = std::move(page).take();
    return said;
}

bool is_blank(std::string_view text) noexcept {
    constexpr char32_t no_break_space = 0xa0, wide_space = 0x3000;
    while (!text.empty()) {
        const utf8::Character c = utf8::first(text);
        if (c.value > ' ' && c.value != no_break_space && c.value != wide_space) return false;
        text.remove_prefix(c.bytes);
    }
    return true;
}

// By the road of texts: what is no text there is none here.
FileOutcome made_of(std::string_view text, FilePurse& purse) {
    PartFacts facts;
    facts.kind = PartKind::text;
    facts.detected_type = "text/plain";
    FileOutcome outcome = rebuild_text(facts, "utf-8", text, purse);
    if (auto* made = std::get_if<FileMade>(&outcome)) add_loss(made->losses, Reason::layout_dropped);
    return outcome;
}

FileOutcome made_from(std::string_view untrusted, FilePurse& purse) {
    const bool is_locked = ooxml::is_locked_package(untrusted);
    const Said said = is_locked ? said_by(ooxml::opened_package(untrusted, purse), purse) : said_by(untrusted, purse);
    if (is_blank(said.text)) return FileNotMade{Reason::no_visible_text, "the document says nothing"};
    FileOutcome outcome = made_of(said.text, purse);
    if (auto* made = std::get_if<FileMade>(&outcome)) {
        if (is_locked) add_loss(made->losses, Reason::encryption_removed);
        add_loss(made->losses, Reason::invisible_removed, said.hidden);
    }
    return outcome;
}

}  // namespace

FileOutcome words_of_package(std::string_view untrusted, FilePurse& purse) {
    try {
        return made_from(untrusted, purse);
    } catch (const zip::Refused& refused) {
        return FileNotMade{refused.why, refused.words};
    } catch (const std::exception&) {
        return FileNotMade{Reason::not_representable, "the package needs more memory than there is"};
    }
}

FileOutcome words_of_pages(std::string_view untrusted, FilePurse& purse) {
    if (is_blank(untrusted)) return FileNotMade{Reason::no_visible_text, "no page has text"};
    std::string text(untrusted);
    std::replace(text.begin(), text.end(), '\f', '\n');
    return made_of(words::with_vertical_lines_joined(text), purse);
}

}  // namespace mugaika::codec
