#include "sanitizer/sandboxed/handlers/handlers.hpp"

#include <utility>

#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/handlers/decoded_part.hpp"
#include "sanitizer/sandboxed/html/html_meta_charset.hpp"
#include "sanitizer/sandboxed/html/html_text.hpp"
#include "sanitizer/sandboxed/saved_page.hpp"
#include "sanitizer/sandboxed/types/web_archive_look.hpp"

namespace mugaika::sandboxed {
namespace {

class HtmlHandler final : public PartHandler {
public:
    explicit HtmlHandler(LinkStyle links) : links_(links) {}

    std::string_view name() const noexcept override { return "html"; }
    bool accepts(const PartFacts& facts) const noexcept override { return facts.kind == PartKind::html; }

    Result<PartOutcome> handle(Part&& part, const Budget& budget) const override {
        bool has_pictures = false;
        if (part.facts.detected_type == web_archive_type) {
            auto page = saved_page(part.untrusted_bytes, budget.limits());
            if (!page) return PartOutcome(Quarantined{Reason::not_rebuilt});
            part.untrusted_bytes = std::move(page->untrusted_html);
            part.charset_label = std::move(page->charset_label);
            has_pictures = page->pictures > 0;
        }
        const std::string label =
            part.charset_label.empty() ? html_meta_charset(part.untrusted_bytes) : part.charset_label;
        Decoded decoded = decode_part(part, label, budget.limits().html_bytes_max);
        BudgetLimits limits = budget.limits();
        limits.text_bytes_max = budget.text_left();
        HtmlText html = html_to_text(decoded.utf8, links_, limits);
        decoded.utf8 = std::move(html.utf8);
        decoded.notes.push_back(Reason::html_to_text);
        if (has_pictures) decoded.notes.push_back(Reason::embedded_file_removed);
        decoded.notes.insert(decoded.notes.end(), html.notes.begin(), html.notes.end());
        TextMade made = to_text_made(std::move(decoded), limits.text_bytes_max);
        made.words = std::move(html.words);
        return PartOutcome(std::move(made));
    }

private:
    LinkStyle links_;
};

}  // namespace

std::unique_ptr<PartHandler> make_html_handler(LinkStyle links) { return std::make_unique<HtmlHandler>(links); }

}  // namespace mugaika::sandboxed
