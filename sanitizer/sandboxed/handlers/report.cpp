#include "sanitizer/sandboxed/handlers/handlers.hpp"

#include <utility>

#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/handlers/decoded_part.hpp"
#include "sanitizer/sandboxed/text/clean_text.hpp"
#include "sanitizer/sandboxed/text/encoded_word.hpp"

namespace mugaika::sandboxed {
namespace {

// Returned headers hold encoded words; a reader wants the subject, not its base64. One line stays one line, so that a
// decoded line end cannot forge another field.
std::string with_words_decoded(std::string_view utf8, std::vector<Reason>& notes) {
    std::string out;
    while (!utf8.empty()) {
        const std::size_t end = utf8.find('\n');
        std::string_view line = utf8.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.find("=?") == std::string_view::npos) {
            out += line;
        } else {
            out += clean_line(decode_unstructured(line, notes), notes).str();
        }
        out += '\n';
        utf8.remove_prefix(end == std::string_view::npos ? utf8.size() : end + 1);
    }
    return out;
}

class ReportHandler final : public PartHandler {
public:
    std::string_view name() const noexcept override { return "report"; }
    bool accepts(const PartFacts& facts) const noexcept override { return facts.kind == PartKind::report; }

    Result<PartOutcome> handle(Part&& part, const Budget& budget) const override {
        const std::size_t room = budget.text_left();
        Decoded decoded = decode_part(part, part.charset_label, room);
        decoded.utf8 = with_words_decoded(decoded.utf8, decoded.notes);
        decoded.notes.push_back(Reason::delivery_report);
        return PartOutcome(to_text_made(std::move(decoded), room));
    }
};

}  // namespace

std::unique_ptr<PartHandler> make_report_handler() { return std::make_unique<ReportHandler>(); }

}  // namespace mugaika::sandboxed
