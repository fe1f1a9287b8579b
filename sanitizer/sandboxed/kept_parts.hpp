// The extract as it is being made: rows, texts and files of the parts, each paid for before it is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sanitizer/mail/extract.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/made_texts.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

// What a text or a mail that came as a file stands under: its name; may be empty.
PlainLine title_of(const PartFacts&);

class KeptParts {
public:
    explicit KeptParts(Budget& budget) : budget_(budget), texts_(budget_, extract_) {}  // which outlives it
    KeptParts(const KeptParts&) = delete;
    KeptParts& operator=(const KeptParts&) = delete;

    // A row for each part, in order of appearance, known by its index from then on. Its notes that say something about
    // the whole mail become findings.
    std::size_t add_row(const Part&);
    PartRow& row(std::size_t index) { return extract_.parts[index]; }
    std::size_t rows() const noexcept { return extract_.parts.size(); }
    HeaderFacts& header() noexcept { return extract_.header; }

    void find(Reason);  // of the mail as a whole, each once
    void find(const std::vector<Reason>&);
    void find_heavy(const std::vector<Reason>&);  // those of them that are about the whole mail

    void drop(PartVerdict, Reason why, std::size_t row);
    // The original bytes, by a person's order; quarantined where the purse has no room.
    void release(const Part&, std::size_t row);

    // Of the leaf with that row, or of the attached mail. What they come to takes the place of signature_dropped.
    void add_signatures(std::vector<SignatureFact>&&, std::size_t row);
    void add_signatures_of_mail(std::vector<SignatureFact>&&);

    // What is made of a text but for its words, and the row says how. The words follow with take_text(), where files
    // that were written into them are cut out. `quote_depth`: attached mails around.
    MadeText begin_text(TextMade&, const Part&, std::uint32_t quote_depth, std::size_t row);
    // Its index when it is a body, for choose_texts(); nothing for others, and for what is dropped after all.
    std::optional<std::size_t> take_text(MadeText&&, const Part&);
    // The block that stands above the texts of an attached mail. False when it cannot be paid for.
    bool add_heading(MadeText&& heading) { return texts_.add(std::move(heading)).has_value(); }
    // Of the forms in which one mail says its text, those that are shown.
    void choose_texts(const MailStructure& mail, const std::vector<std::size_t>& bodies) {
        texts_.choose(mail, bodies);
    }

    Extract finish() &&;

private:
    Budget& budget_;
    Extract extract_;
    MadeTexts texts_;
};

}  // namespace mugaika::sandboxed
