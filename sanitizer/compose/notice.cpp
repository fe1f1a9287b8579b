#include "sanitizer/compose/notice.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/unlinked.hpp"
#include "sanitizer/compose/mail_date.hpp"
#include "sanitizer/compose/notice_contents.hpp"
#include "sanitizer/compose/notice_mark.hpp"
#include "sanitizer/compose/notice_reasons.hpp"
#include "sanitizer/compose/notice_ways.hpp"
#include "sanitizer/compose/notice_words.hpp"
#include "sanitizer/compose/signature_line.hpp"

namespace mugaika {
namespace {

using notice::Contents;
using notice::contents_of;
using notice::Listed;

constexpr std::size_t shown_characters_max = 120;  // of one name or subject
constexpr std::size_t listed_files_max = 100;
constexpr std::size_t names_inside_max = 20;
constexpr std::size_t codes_max = 8;

std::string shortened(std::string_view utf8) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const bool starts_character = (static_cast<unsigned char>(utf8[i]) & 0xc0) != 0x80;
        if (starts_character && ++characters > shown_characters_max) return std::string(utf8.substr(0, i)) + "…";
    }
    return std::string(utf8);
}

bool is_file(const PartRow& row) { return row.facts.is_attachment || !row.facts.name.empty(); }

bool arrives_under_another_name(const PartRow& row) {
    const bool arrives = row.verdict == PartVerdict::rebuilt && !row.out_kind.empty();
    return arrives && !row.out_name.empty() && row.out_name != row.facts.name;
}

class NoticeWriter {
public:
    explicit NoticeWriter(const ComposeFacts& facts)
        : facts_(facts), words_(notice_words(facts.language)), text_(opening_mark(facts.language)) {
        text_ += '\n';
        if (!facts.notice_phrase.empty()) labelled(words_.phrase_label, shown(facts.notice_phrase.str()));
        start_ = text_.size();
    }

    void line(std::string_view words) { text_.append(words).push_back('\n'); }
    void labelled(std::string_view label, std::string_view value) { line(std::string(label).append(value)); }
    void around(std::string_view before, std::string_view value, std::string_view after) {
        line(std::string(before).append(value).append(after));
    }
    void bullet(std::string_view words) { labelled(words_.bullet, words); }
    void begin_section();

    std::string shown(std::string_view untrusted_text) const;
    std::string quoted_name(const PartRow&) const;
    std::string quoted(std::string_view shown_words) const;
    std::string mailbox_text(const Mailbox&) const;
    std::string moment(std::int64_t unix_seconds) const { return moment_text(unix_seconds, facts_.zone(unix_seconds)); }
    void about_mail(const HeaderFacts&);
    void signature(const SignatureFact&, const Extract&);
    void file(const Listed&);
    void names_inside(const Listed&);
    void say(const Ways&);
    Ways ways_of(const Listed&) const;
    void files(std::string_view heading, const std::vector<Listed>&, std::string_view reason_label);
    void codes(const std::vector<Reason>&);
    void release(const ReleaseOrder&, const HeaderFacts&);
    void size_and_number();
    void how_long_kept();
    void if_needed();
    void next_steps();

    std::string finish() && {
        line(closing_mark(facts_.language));
        return std::move(text_);
    }
    const NoticeWords& words() const noexcept { return words_; }
    Language language() const noexcept { return facts_.language; }

private:
    std::string contact() const {
        return facts_.contact.empty() ? std::string(words_.nobody_named) : shown(facts_.contact.str());
    }

    const ComposeFacts& facts_;
    const NoticeWords& words_;
    std::string text_;
    std::size_t start_ = 0;  // of what belongs to this mail
};

// An empty line between two sections.
void NoticeWriter::begin_section() {
    if (text_.size() != start_) text_ += '\n';
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
    if (header.date && is_writable(*header.date)) labelled(words_.date_label, moment(header.date->unix_seconds));
}

std::string NoticeWriter::quoted_name(const PartRow& row) const {
    return quoted(row.facts.name.empty() ? std::string(words_.nameless) : shown(row.facts.name));
}

std::string NoticeWriter::quoted(std::string_view shown_words) const {
    return std::string(words_.quote_open).append(in_quotes(shown_words)).append(words_.quote_close);
}

void NoticeWriter::signature(const SignatureFact& fact, const Extract& extract) {
    SignatureWords of;
    if (!fact.signer.empty()) of.signer = quoted(shown(fact.signer.str()));
    if (!fact.issuer.empty()) of.issuer = quoted(shown(fact.issuer.str()));
    if (fact.signed_at && is_writable(*fact.signed_at)) of.signed_at = moment(fact.signed_at->unix_seconds);
    if (const PartRow* mail = attached_mail_of(fact, extract)) of.mail = quoted_name(*mail);
    of.is_of_part = is_of_part(fact, extract);
    bullet(signature_line(fact, of, facts_.language));
}

void NoticeWriter::file(const Listed& listed) {
    const PartRow& row = *listed.row;
    std::string words;
    if (listed.archive != nullptr) words = quoted_name(*listed.archive).append(words_.inside);
    words.append(quoted_name(row));
    if (arrives_under_another_name(row)) words.append(words_.became).append(quoted(shown(row.out_name)));
    words.append(words_.bracket_open).append(kind_words(row.facts, facts_.language));
    words.append(words_.comma).append(size_text(row.facts.bytes, words_)).append(words_.bracket_close);
    bullet(words);
    names_inside(listed);
}

void NoticeWriter::names_inside(const Listed& listed) {
    if (listed.files_inside.empty()) return;
    const std::size_t shown_count = std::min(listed.files_inside.size(), names_inside_max);
    std::string names;
    for (std::size_t i = 0; i < shown_count; ++i) {
        names.append(i == 0 ? "" : words_.comma).append(quoted_name(*listed.files_inside[i]));
    }
    if (const std::size_t left = listed.files_inside.size() - shown_count; left > 0) {
        names.append(words_.comma).append(words_.more_before).append(std::to_string(left)).append(words_.more_after);
    }
    around(std::string(words_.indent).append(words_.names_inside_label), names, "");
}

// Files that did not cross for the same reason stand together above it.
void NoticeWriter::files(std::string_view heading, const std::vector<Listed>& rows, std::string_view reason_label) {
    if (rows.empty()) return;
    begin_section();
    line(heading);
    const auto end = rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), listed_files_max));
    std::vector<Reason> reasons;
    std::for_each(rows.begin(), end, [&](const Listed& listed) { add_once(reasons, listed.row->reason); });
    for (const Reason reason : reasons) {
        std::vector<Listed> group;
        std::copy_if(rows.begin(), end, std::back_inserter(group),
                     [&](const Listed& listed) { return listed.row->reason == reason; });
        std::vector<Ways> ways;
        for (const Listed& listed : group) ways.push_back(ways_of(listed));
        const Ways common = common_ways(ways);
        for (std::size_t i = 0; i < group.size(); ++i) {
            file(group[i]);
            if (common.empty()) say(ways[i]);
        }
        if (weight(reason) == Weight::note) continue;
        around(std::string(words_.indent).append(reason_label), reason_sentence(reason, facts_.language), "");
        say(common);
    }
    if (end == rows.end()) return;
    const auto left = static_cast<std::size_t>(rows.end() - end);
    bullet(std::string(words_.more_before).append(std::to_string(left)).append(words_.more_after));
}

void NoticeWriter::say(const Ways& ways) {
    auto place = WayPlace::first;
    for (const WayOut* way : ways) {
        labelled(words_.indent, way_words(*way, contact(), facts_.language, place));
        place = WayPlace::next;
    }
}

// Of an archive of locked files it is a password for one of them.
Ways NoticeWriter::ways_of(const Listed& listed) const {
    Ways ways = mugaika::ways_of(facts_.ways_out, listed.row->facts.path);
    for (const PartRow* row : listed.files_inside) {
        if (!ways.empty()) break;
        const Ways inside = mugaika::ways_of(facts_.ways_out, row->facts.path);
        if (!inside.empty() && inside.front()->act == Act::password) ways = {inside.front()};
    }
    return ways;
}

void NoticeWriter::codes(const std::vector<Reason>& reasons) {
    std::string list;
    for (std::size_t i = 0; i < std::min(reasons.size(), codes_max); ++i) {
        list.append(list.empty() ? "" : ", ").append(to_string(reasons[i]));
    }
    if (!list.empty()) labelled(words_.code_label, list);
}

void NoticeWriter::release(const ReleaseOrder& order, const HeaderFacts& header) {
    const std::string person = shown(order.person);
    if (order.kind == OrderKind::image_pdf) {
        around(words_.pictured_before, person, words_.pictured_after);
    } else if (order.parts.empty()) {
        around(words_.released_mail_before, person, words_.released_mail_after);
    } else {
        around(words_.released_original_before, person, words_.released_original_after);
    }
    labelled(words_.release_reason_label, shown(order.reason));
    if (header.date && is_writable(*header.date)) {
        labelled(words_.original_date_label, moment(header.date->unix_seconds));
    }
}

void NoticeWriter::size_and_number() {
    labelled(words_.size_label, size_text(facts_.original_bytes, words_));
    labelled(words_.number_label, facts_.id);
}

void NoticeWriter::how_long_kept() {
    if (facts_.kept_days == 0) return line(words_.kept);
    constexpr std::int64_t day = 86400;
    const std::int64_t last = received_date(facts_).unix_seconds + day * facts_.kept_days;
    around(words_.kept_before, day_text(last, facts_.zone(last)), words_.kept_after);
}

void NoticeWriter::if_needed() {
    if (!facts_.original_kept) return line(words_.not_kept);
    how_long_kept();
    around(words_.if_needed_before, contact(), words_.if_needed_after);
}

void NoticeWriter::next_steps() {
    begin_section();
    if (facts_.original_kept) {
        how_long_kept();
        around(words_.if_expected_before, contact(), words_.if_expected_after);
    } else {
        line(words_.not_kept);
    }
    line(words_.unexpected_mail);
}

void write_advice(NoticeWriter& out, const std::vector<Reason>& reasons) {
    for (Reason reason : reasons) {
        const Advice advice = advice_for(reason, out.language());
        out.bullet(advice.sentence.empty() ? reason_sentence(reason, out.language()) : advice.sentence);
    }
}

void write_answered(NoticeWriter& out, const Contents& contents, std::string_view after) {
    if (contents.answered_elsewhere == nullptr) return;
    const std::string address = out.shown(contents.answered_elsewhere->address.text());
    out.bullet(std::string(out.words().reply_to_before).append(address).append(after));
}

void write_signatures(NoticeWriter& out, const std::vector<const SignatureFact*>& facts, const Extract& extract) {
    for (const SignatureFact* fact : facts) out.signature(*fact, extract);
}

void write_warnings(NoticeWriter& out, const Contents& contents, const Extract& extract) {
    if (!contents.has_warning()) return;
    out.begin_section();
    out.line(out.words().warnings_heading);
    write_advice(out, contents.warnings);
    if (!contents.structure.empty()) {
        write_advice(out, {contents.structure.front()});
        out.codes(contents.structure);
    }
    write_signatures(out, contents.doubtful_signatures, extract);
    write_answered(out, contents, out.words().reply_to_warning_after);
}

bool arrives_rebuilt(const Extract& extract) {
    return std::any_of(extract.parts.begin(), extract.parts.end(),
                       [](const PartRow& row) { return row.verdict == PartVerdict::rebuilt && !row.out_kind.empty(); });
}

// What is told without an alarm.
void write_remarks(NoticeWriter& out, const Contents& contents, const Extract& extract) {
    const bool answered = contents.answered_elsewhere != nullptr && !contents.has_warning();
    const bool has_words =
        !contents.remarks.empty() || !contents.signatures.empty() || contents.is_unlocked || contents.is_follow_up;
    if (!has_words && contents.small_pictures == 0 && !answered) return;
    out.begin_section();
    if (contents.is_unlocked) out.bullet(out.words().unlocked);
    if (contents.is_follow_up) {
        const bool brings = !extract.texts.empty() || arrives_rebuilt(extract);
        out.bullet(brings ? out.words().follow_up : out.words().follow_up_of_none);
    }
    write_signatures(out, contents.signatures, extract);
    write_advice(out, contents.remarks);
    if (contents.small_pictures > 0) {
        out.bullet(std::string(out.words().small_pictures_before)
                       .append(std::to_string(contents.small_pictures))
                       .append(out.words().small_pictures_after));
    }
    if (answered) write_answered(out, contents, out.words().reply_to_after);
}

// One line, above a text below which its notice stands.
std::string head_line(const Contents& contents, const NoticeWords& words) {
    if (contents.missed.empty() && !contents.following.empty() && !contents.has_lost()) {
        return std::string(words.head_follow_before)
            .append(std::to_string(contents.following.size()))
            .append(words.head_follow_after)
            .append("\n");
    }
    if (contents.missed.empty()) return std::string(words.head_other).append("\n");
    return std::string(words.head_files_before)
        .append(std::to_string(contents.missed.size()))
        .append(words.head_files_after)
        .append("\n");
}

// The main reason first, and what else was as grave.
std::vector<Reason> codes_of(const Extract& extract, const Verdict& verdict) {
    std::vector<Reason> codes;
    if (has_code(verdict.reason)) codes.push_back(verdict.reason);
    for (const Reason finding : extract.findings) {
        if (has_code(finding)) add_once(codes, finding);
    }
    return codes;
}

// Where there is nothing else to say.
std::string files_line(const ComposeFacts& facts) {
    NoticeWriter out(facts);
    out.line(out.words().files_rebuilt);
    return std::move(out).finish();
}

std::string quarantined_text(const Extract& extract, const Verdict& verdict, const ComposeFacts& facts) {
    NoticeWriter out(facts);
    const NoticeWords& words = out.words();
    out.line(words.quarantined);
    out.labelled(words.reason_label, reason_sentence(verdict.reason, facts.language));
    out.codes(codes_of(extract, verdict));
    out.begin_section();
    out.about_mail(extract.header);
    out.size_and_number();
    std::vector<Listed> files;
    for (const PartRow& row : extract.parts) {
        if (is_file(row)) files.push_back({&row, nullptr});
    }
    out.files(words.contained_heading, files, words.reason_label);
    out.next_steps();
    return std::move(out).finish();
}

}  // namespace

std::string_view to_string(NoticeLevel level) noexcept {
    constexpr std::array<std::string_view, 4> names{"none", "removed", "warning", "quarantined"};
    return names.at(static_cast<std::size_t>(level));
}

Notice make_notice(const Extract& extract, const Verdict& verdict, const ComposeFacts& facts) {
    Notice notice;
    if (verdict.verdict == MailVerdict::quarantined) {
        notice.text = quarantined_text(extract, verdict, facts);
        notice.level = NoticeLevel::quarantined;
        notice.place = NoticePlace::before_text;
        return notice;
    }
    const Contents contents = contents_of(extract, facts);
    const bool is_ordered = facts.order != nullptr;
    if (!is_ordered && contents.is_empty()) {
        if (facts.files_line && arrives_rebuilt(extract)) notice.text = files_line(facts);
        return notice;
    }

    NoticeWriter out(facts);
    if (is_ordered) out.release(*facts.order, extract.header);
    write_warnings(out, contents, extract);
    write_remarks(out, contents, extract);
    out.files(out.words().removed_heading, contents.missed, out.words().reason_label);
    out.files(out.words().following_heading, contents.following, out.words().reason_label);
    if (!contents.following.empty()) out.line(out.words().following);
    out.files(out.words().rebuilt_heading, contents.rebuilt, out.words().changed_label);
    const bool is_missing = contents.has_lost() || !contents.following.empty();
    if (is_missing || contents.has_warning()) out.begin_section();
    if (contents.has_lost()) out.if_needed();
    out.labelled(out.words().number_label, facts.id);
    notice.text = std::move(out).finish();
    if (contents.has_warning()) {
        notice.level = NoticeLevel::warning;
    } else if (is_missing) {
        notice.level = NoticeLevel::removed;
    }
    const bool comes_first = is_ordered || contents.has_warning();
    notice.place = comes_first ? NoticePlace::before_text : NoticePlace::after_text;
    if (!comes_first && is_missing) notice.head = head_line(contents, notice_words(facts.language));
    return notice;
}

Notice make_notice_without_extract(const Verdict& verdict, const ComposeFacts& facts,
                                   const std::string& envelope_from) {
    NoticeWriter out(facts);
    const NoticeWords& words = out.words();
    out.line(words.unreadable);
    out.labelled(words.reason_label, reason_sentence(verdict.reason, facts.language));
    if (has_code(verdict.reason)) out.codes({verdict.reason});
    out.begin_section();
    out.labelled(words.sender_label, out.shown(envelope_from));
    out.labelled(words.received_label, out.moment(received_date(facts).unix_seconds));
    out.size_and_number();
    out.next_steps();
    Notice notice;
    notice.text = std::move(out).finish();
    notice.level = NoticeLevel::quarantined;
    notice.place = NoticePlace::before_text;
    return notice;
}

}  // namespace mugaika
