#include "sanitizer/sandboxed/paid_text.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "sanitizer/mail/written_size.hpp"

namespace mugaika::sandboxed {

std::optional<Paid> pay_for(TextBlock& block, Budget& budget) {
    const std::string_view whole = block.text.str();
    if (whole.empty() && block.role != TextRole::quoted) return Paid{};
    const std::uint64_t price = written_bytes(block);
    if (budget.take_text(price)) return Paid{price, false};
    const std::uint64_t around = price - lines_bytes(whole, shown_depth(block));
    if (around >= budget.text_left()) return std::nullopt;
    const std::string_view beginning = cut_to_written(whole, shown_depth(block), budget.text_left() - around);
    auto shorter = PlainText::from(std::string(beginning));
    if (!shorter || shorter->empty()) return std::nullopt;
    block.text = std::move(*shorter);
    const std::uint64_t rest = written_bytes(block);
    if (!budget.take_text(rest)) return std::nullopt;
    return Paid{rest, true};
}

}  // namespace mugaika::sandboxed
