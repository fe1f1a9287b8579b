#include "sanitizer/sandboxed/handlers/handlers.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/handlers/decoded_part.hpp"
#include "sanitizer/sandboxed/kinds.hpp"
#include "sanitizer/sandboxed/text/enriched.hpp"
#include "sanitizer/sandboxed/text/unflow.hpp"

namespace mugaika::sandboxed {
namespace {

// Ciphertext and signatures pasted into a body cross as the text they are, but nobody checked them. AC-229, AC-231
void note_armour(std::string_view text, std::vector<Reason>& notes) {
    if (text.find("-----BEGIN PGP MESSAGE-----") != std::string_view::npos) notes.push_back(Reason::encrypted);
    if (text.find("-----BEGIN PGP SIGNED MESSAGE-----") != std::string_view::npos) {
        notes.push_back(Reason::signature_dropped);
    }
}

// UTF-16 takes two bytes for a character that UTF-8 may write with one.
std::size_t bytes_shown(const Part& part, std::size_t room) {
    return is_called_text(part.facts) ? 2 * room : std::min(2 * room, looking_like_text_bytes_max);
}

std::string without_commands(std::string&& utf8, const std::string& type) {
    if (type == "text/enriched") return without_markup(utf8, Markup::enriched);
    if (type == "text/richtext") return without_markup(utf8, Markup::richtext);
    return std::move(utf8);
}

class TextHandler final : public PartHandler {
public:
    std::string_view name() const noexcept override { return "text"; }
    bool accepts(const PartFacts& facts) const noexcept override { return facts.kind == PartKind::text; }

    Result<PartOutcome> handle(Part&& part, const Budget& budget) const override {
        const std::size_t room = budget.text_left();
        Decoded decoded = decode_part(part, part.charset_label, bytes_shown(part, room));
        if (is_no_text_at_all(part.facts, decoded)) return PartOutcome(Quarantined{Reason::not_rebuilt});
        decoded.utf8 = without_commands(std::move(decoded.utf8), part.facts.declared_type);
        if (part.format_flowed) decoded.utf8 = unflow(decoded.utf8, part.delsp);
        note_armour(decoded.utf8, decoded.notes);
        if (part.untrusted_bytes.empty()) decoded.notes.push_back(Reason::empty_part);
        return PartOutcome(to_text_made(std::move(decoded), room));
    }
};

}  // namespace

std::unique_ptr<PartHandler> make_text_handler() { return std::make_unique<TextHandler>(); }

}  // namespace mugaika::sandboxed
