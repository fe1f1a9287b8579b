#include "sanitizer/compose/notice.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/compose/mail_date.hpp"
#include "sanitizer/compose/notice_mark.hpp"
#include "sanitizer/compose/notice_words.hpp"
#include "sanitizer/compose/unlinked.hpp"

namespace mugaika {
namespace {

constexpr std::size_t shown_characters_max = 120;  // of one name or subject
constexpr std::size_t listed_files_max = 100;

std::string shortened(std::string_view utf8) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const bool starts_character = (static_cast<unsigned char>(utf8[i]) & 0xc0) != 0x80;
        if (starts_character && ++characters > shown_characters_max) return std::string(utf8.substr(0, i)) + "…";
    }
    return std::string(utf8);
}

// "1.2 MB": one digit after the point below ten.
std::string size_text(std::uint64_t bytes, const NoticeWords& words) {
    if (bytes < 1024) return std::to_string(bytes) + std::string(words.bytes_unit);
    std::string_view units = "KMGTPE";
    std::uint64_t tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024;
    while (tenths >= 10240) {
        tenths /= 1024;
        units.remove_prefix(1);
    }
    std::string text = std::to_string(tenths / 10);
    if (tenths < 100) text += "." + std::to_string(tenths % 10);
    return text + " " + units.front() + "B";
}

bool is_file(const PartRow& row) { return row.facts.is_attachment || !row.facts.name.empty(); }

// Did something not cross that a reader would miss? Reasons that only note (the other form of the same text, an empty
// part) do not count; those that warn have a sentence of their own.
bool is_missed(const PartRow& row) noexcept {
    if (row.verdict == PartVerdict::quarantined) return true;
    if (row.verdict != PartVerdict::removed) return false;
    const Weight heaviness = weight(row.reason);
    return row.reason == Reason::none || (heaviness != Weight::note && heaviness != Weight::warn);
}

class NoticeWriter {
public:
    explicit NoticeWriter(const ComposeFacts& facts)
        : facts_(facts), words_(notice_words(facts.language)), text_(opening_mark(facts.language)) {
        text_ += '\n';
    }

    void line(std::string_view words) { text_.append(words).push_back('\n'); }
    void labelled(std::string_view label, std::string_view value) { line(std::string(label).append(value)); }
    void bullet(std::string_view words) { labelled(words_.bullet, words); }
    void begin_section();

    std::string shown(std::string_view untrusted_text) const;
    std::string mailbox_text(const Mailbox&) const;
    void about_mail(const HeaderFacts&);
    void file(const PartRow&);
    void files(std::string_view heading, const std::vector<const PartRow*>&);
    void release(const ReleaseOrder&);
    void size_and_number();
    void next_steps();

    std::string finish() && {
        line(closing_mark(facts_.language));
        return std::move(text_);
    }
    const NoticeWords& words() const noexcept { return words_; }
    Language language() const noexcept { return facts_.language; }

private:
    const ComposeFacts& facts_;
    const NoticeWords& words_;
    std::string text_;
};

// An empty line between two sections.
void NoticeWriter::begin_section() {
    const bool is_first = text_.size() == opening_mark(facts_.language).size() + 1;
    if (!is_first) text_ += '\n';
}

// The one way by which words of a sender come into a notice.
std::string NoticeWriter::shown(std::string_view untrusted_text) const {
    untrusted_text = ascii::trim(untrusted_text);
    if (untrusted_text.empty()) return std::string(words_.none);
    if (!is_plain(untrusted_text, TextRule::line) || looks_like_mark(untrusted_text)) {
        return std::string(words_.unshowable);
    }
    return unlinked(shortened(untrusted_text));
}

std::string NoticeWriter::mailbox_text(const Mailbox& mailbox) const {
    const std::string address = shown(mailbox.address.text());
    if (mailbox.name.empty()) return address;
    return shown(mailbox.name.str()).append(words_.bracket_open).append(address).append(words_.bracket_close);
}

void NoticeWriter::about_mail(const HeaderFacts& header) {
    const bool has_from = !header.from.empty();
    labelled(words_.sender_label, has_from ? mailbox_text(header.from.front()) : shown(header.from_text.str()));
    labelled(words_.subject_label, shown(header.subject.str()));
    if (header.date && is_writable(*header.date)) {
        const DateFact local{header.date->unix_seconds, facts_.utc_offset_minutes};
        labelled(words_.date_label, reader_date(local, facts_.language));
    }
}

void NoticeWriter::file(const PartRow& row) {
    std::string words(words_.quote_open);
    words.append(row.facts.name.empty() ? words_.nameless : shown(row.facts.name)).append(words_.quote_close);
    words.append(words_.bracket_open).append(kind_words(row.facts.kind, facts_.language));
    words.append(words_.comma).append(size_text(row.facts.bytes, words_)).append(words_.bracket_close);
    bullet(words);
    if (weight(row.reason) == Weight::note) return;
    line(std::string(words_.indent).append(words_.reason_label).append(reason_words(row.reason, facts_.language)));
}

void NoticeWriter::files(std::string_view heading, const std::vector<const PartRow*>& rows) {
    if (rows.empty()) return;
    begin_section();
    line(heading);
    const std::size_t listed = std::min(rows.size(), listed_files_max);
    for (std::size_t i = 0; i < listed; ++i) file(*rows[i]);
    if (listed == rows.size()) return;
    bullet(std::string(words_.more_before).append(std::to_string(rows.size() - listed)).append(words_.more_after));
}

void NoticeWriter::release(const ReleaseOrder& order) {
    const bool has_originals = !order.parts.empty();
    const auto before = has_originals ? words_.released_original_before : words_.released_mail_before;
    const auto after = has_originals ? words_.released_original_after : words_.released_mail_after;
    line(std::string(before).append(shown(order.person)).append(after));
    labelled(words_.release_reason_label, shown(order.reason));
}

void NoticeWriter::size_and_number() {
    labelled(words_.size_label, size_text(facts_.original_bytes, words_));
    labelled(words_.number_label, facts_.id);
}

void NoticeWriter::next_steps() {
    begin_section();
    line(facts_.original_kept ? words_.expected_mail : words_.original_not_kept);
    line(words_.unexpected_mail);
}

struct Contents {
    std::vector<const PartRow*> missed;
    std::vector<const PartRow*> rebuilt;
    std::vector<Reason> warnings;  // to be read before the text
    std::vector<Reason> remarks;
};

void sort_in(Contents& contents, Reason reason, Language language) {
    const Advice advice = advice_for(reason, language);
    if (advice.is_warning) return add_once(contents.warnings, reason);
    const Weight heaviness = weight(reason);
    if (!advice.sentence.empty() || (heaviness != Weight::note && heaviness != Weight::warn)) {
        add_once(contents.remarks, reason);
    }
}

Contents contents_of(const Extract& extract, Language language) {
    Contents contents;
    for (Reason finding : extract.findings) sort_in(contents, finding, language);
    for (const PartRow& row : extract.parts) {
        for (Reason note : row.notes) {
            // A missed file is listed with its main reason; of the others only warnings are worth a line.
            if (!is_missed(row) || advice_for(note, language).is_warning) sort_in(contents, note, language);
        }
        if (is_missed(row)) {
            contents.missed.push_back(&row);
        } else {
            sort_in(contents, row.reason, language);
        }
        if (row.verdict == PartVerdict::rebuilt && row.reason != Reason::released_by_person) {
            contents.rebuilt.push_back(&row);
        }
    }
    return contents;
}

void write_advice(NoticeWriter& out, const std::vector<Reason>& reasons) {
    for (Reason reason : reasons) {
        const Advice advice = advice_for(reason, out.language());
        if (!advice.sentence.empty()) {
            out.bullet(advice.sentence);
        } else {
            out.bullet(std::string(out.words().lost_label).append(reason_words(reason, out.language())));
        }
    }
}

void write_contents(NoticeWriter& out, const Contents& contents) {
    if (!contents.warnings.empty()) {
        out.begin_section();
        out.line(out.words().warnings_heading);
        write_advice(out, contents.warnings);
    }
    if (!contents.remarks.empty()) {
        out.begin_section();
        write_advice(out, contents.remarks);
    }
    out.files(out.words().removed_heading, contents.missed);
    out.files(out.words().rebuilt_heading, contents.rebuilt);
}

std::string quarantined_text(const Extract& extract, const Verdict& verdict, const ComposeFacts& facts) {
    NoticeWriter out(facts);
    const NoticeWords& words = out.words();
    out.line(words.quarantined);
    out.labelled(words.reason_label, reason_words(verdict.reason, facts.language));
    out.begin_section();
    out.about_mail(extract.header);
    out.size_and_number();
    std::vector<const PartRow*> files;
    for (const PartRow& row : extract.parts) {
        if (is_file(row)) files.push_back(&row);
    }
    out.files(words.contained_heading, files);
    out.next_steps();
    return std::move(out).finish();
}

}  // namespace

Notice make_notice(const Extract& extract, const Verdict& verdict, const ComposeFacts& facts) {
    if (verdict.verdict == MailVerdict::quarantined) {
        return {quarantined_text(extract, verdict, facts), NoticePlace::before_text};
    }
    const Contents contents = contents_of(extract, facts.language);
    const bool is_released = facts.order != nullptr;
    const bool has_lost = !contents.missed.empty() || !contents.remarks.empty();
    if (!is_released && !has_lost && contents.warnings.empty() && contents.rebuilt.empty()) return {};

    NoticeWriter out(facts);
    const NoticeWords& words = out.words();
    if (is_released) out.release(*facts.order);
    write_contents(out, contents);
    out.begin_section();
    if (has_lost) out.line(facts.original_kept ? words.original_kept : words.original_not_kept);
    out.labelled(words.number_label, facts.id);
    const bool comes_first = is_released || !contents.warnings.empty();
    return {std::move(out).finish(), comes_first ? NoticePlace::before_text : NoticePlace::after_text};
}

Notice make_notice_without_extract(const Verdict& verdict, const ComposeFacts& facts,
                                   const std::string& envelope_from) {
    NoticeWriter out(facts);
    const NoticeWords& words = out.words();
    out.line(words.unreadable);
    out.labelled(words.reason_label, reason_words(verdict.reason, facts.language));
    out.begin_section();
    out.labelled(words.sender_label, out.shown(envelope_from));
    out.labelled(words.received_label, reader_date(received_date(facts), facts.language));
    out.size_and_number();
    out.next_steps();
    return {std::move(out).finish(), NoticePlace::before_text};
}

}  // namespace mugaika
