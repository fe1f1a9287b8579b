#include "sanitizer/codec/text/rebuild_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/limits.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/codec/text/formula.hpp"
#include "sanitizer/codec/text/table_cells.hpp"
#include "sanitizer/sandboxed/handlers/decoded_part.hpp"
#include "sanitizer/sandboxed/html/html_meta_charset.hpp"
#include "sanitizer/sandboxed/html/html_text.hpp"
#include "sanitizer/sandboxed/kinds.hpp"
#include "sanitizer/sandboxed/saved_page.hpp"
#include "sanitizer/sandboxed/text/embedded_files.hpp"
#include "sanitizer/sandboxed/types/web_archive_look.hpp"

namespace mugaika::codec {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// What different programs part cells by.
constexpr std::array separators{',', ';', '\t'};

std::string extension_of(const PartFacts& facts) {
    const std::size_t dot = facts.name.rfind('.');
    return dot == std::string::npos ? std::string() : ascii::to_lower(facts.name.substr(dot));
}

bool is_called_table(const PartFacts& facts) {
    if (facts.kind != PartKind::text) return false;
    constexpr auto extensions = std::to_array<std::string_view>({".csv", ".tsv", ".tab"});
    constexpr auto types = std::to_array<std::string_view>(
        {"text/csv", "text/tab-separated-values", "text/x-csv", "text/comma-separated-values", "application/csv"});
    const std::string extension = extension_of(facts);
    if (!extension.empty()) return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
    return std::find(types.begin(), types.end(), facts.declared_type) != types.end();
}

FileNotMade too_large() { return {Reason::files_too_large, "more text than one file may have"}; }

// ---- what stands in the file

// A picture of a disk is known by a word far inside, a program by its first letters; a byte order mark stands before
// those. Whoever composes the mail would take the file for one (finish/program_files).
bool has_word_of_a_disk_image(std::string_view bytes) noexcept {
    constexpr std::array<std::size_t, 2> places{32769, 34817};  // ISO 9660, UDF
    return std::any_of(places.begin(), places.end(), [&](std::size_t place) {
        if (bytes.size() < place) return false;
        return bytes.substr(place).starts_with("CD001") || bytes.substr(place).starts_with("BEA01");
    });
}

bool begins_with_letters_of_a_program(std::string_view text) noexcept {
    constexpr auto starts =
        std::to_array<std::string_view>({"MZ", "ZM", "ITSF", "xar!", "vhdxfile", "conectix", "KDMV", "dex", "!<arch>"});
    return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) { return text.starts_with(start); });
}

bool is_blank(std::string_view text) noexcept {
    while (!text.empty()) {
        const utf8::Character c = utf8::first(text);
        if (c.value > ' ' && c.value != 0xa0 && c.value != 0x3000) return false;
        text.remove_prefix(c.bytes);
    }
    return true;
}

bool is_removal(const Loss& loss) noexcept {
    return loss.what == Reason::invisible_removed || loss.what == Reason::controls_removed ||
           loss.what == Reason::bidi_removed || loss.what == Reason::nul_in_text;
}

// A file written into the text (uuencode, yEnc, BinHex) does not cross with it.
void cut_out_files(std::string& text, std::vector<Loss>& losses) {
    if (!sandboxed::may_hold_embedded_files(text)) return;
    sandboxed::CutText cut = sandboxed::cut_embedded_files(text, BudgetLimits().parts_max);
    text = std::move(cut.text);
    add_loss(losses, Reason::uuencoded_file, static_cast<std::uint32_t>(cut.files.size()));
}

void add_notes(std::vector<Loss>& losses, const sandboxed::TextMade& made) {
    for (const Reason note : made.notes) {
        const bool is_counted = note == Reason::undecodable && made.undecodable > 0;
        add_loss(losses, note,
                 is_counted ? static_cast<std::uint32_t>(std::min<std::uint64_t>(made.undecodable, UINT32_MAX)) : 1);
    }
}

// ---- tables

// The text with an apostrophe before each cell that would run, as this separator parts it. An apostrophe stands behind
// the quotes that open the cell and never before one, so that no program parts the cells otherwise than before.
std::string disarmed(std::string_view text, char separator, std::uint32_t& count) {
    std::vector<std::size_t> places;
    TableCells cells(text, separator);
    for (Cell cell; cells.next(cell);) {
        const std::size_t place = std::min(text.find_first_not_of('"', cell.begin), text.size());
        if (place >= cell.value_end) continue;
        const std::string_view value = text.substr(place, cell.value_end - place);
        const bool is_inside = (place - cell.begin) % 2 == 1;  // of an even number of quotes the last one closes
        const bool is_first = cell.begin == 0;
        const bool runs = runs_when_opened(value, is_inside ? Quoting::inside : Quoting::behind) ||
                          (is_first && chooses_separator(value));
        if (runs) places.push_back(place);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    count += static_cast<std::uint32_t>(places.size());
    std::string out;
    out.reserve(text.size() + places.size());
    std::size_t from = 0;
    for (const std::size_t place : places) {
        out.append(text, from, place - from).push_back('\'');
        from = place;
    }
    return out.append(text, from);
}

std::string disarmed(std::string text, std::vector<Loss>& losses) {
    std::uint32_t count = 0;
    for (const char separator : separators) text = disarmed(text, separator, count);
    add_loss(losses, Reason::formula_disarmed, count);
    return text;
}

// ---- written

void append_lines(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\n') out.push_back('\r');
        out.push_back(c);
    }
}

// Line ends inside a quoted cell are LF, as Excel writes them.
void append_rows(std::string& out, std::string_view text) {
    std::size_t from = 0;
    TableCells cells(text, ',');
    for (Cell cell; cells.next(cell) && cell.begin >= from;) {
        append_lines(out, text.substr(from, cell.begin - from));
        out.append(text, cell.begin, cell.end - cell.begin);
        from = cell.end;
    }
}

bool needs_mark(const PartFacts& facts, std::string_view text) {
    if (begins_with_letters_of_a_program(text)) return true;
    return !ascii::is_ascii(text) && extension_of(facts) != ".json";
}

FileOutcome made_of(const PartFacts& facts, std::string text, std::vector<Loss> losses, FilePurse& purse) {
    const bool is_table = is_called_table(facts);
    if (text.starts_with("#!")) return FileNotMade{Reason::executable, "begins like a script"};
    if (is_table) text = disarmed(std::move(text), losses);
    const auto line_ends = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    if (!purse.take_out(byte_order_mark.size() + text.size() + line_ends)) return too_large();
    std::string out;
    if (is_table || needs_mark(facts, text)) out = byte_order_mark;
    is_table ? append_rows(out, text) : append_lines(out, text);
    if (has_word_of_a_disk_image(out)) return FileNotMade{Reason::executable, "looks like a disk image"};
    return FileMade{is_table ? SafeKind::csv : SafeKind::text, std::move(out), std::move(losses), 1};
}

// What a page shows, as in a mail's body.
sandboxed::Decoded decoded_page(std::string_view charset_label, std::string_view untrusted) {
    const std::string found = charset_label.empty() ? sandboxed::html_meta_charset(untrusted) : "";
    const std::string_view label = charset_label.empty() ? found : charset_label;
    sandboxed::Decoded decoded = sandboxed::decode_bytes(untrusted, label, BudgetLimits().html_bytes_max);
    sandboxed::HtmlText page = sandboxed::html_to_text(decoded.utf8, LinkStyle::defang, BudgetLimits());
    decoded.utf8 = std::move(page.utf8);
    decoded.notes.push_back(Reason::html_to_text);
    decoded.notes.insert(decoded.notes.end(), page.notes.begin(), page.notes.end());
    return decoded;
}

FileOutcome rebuild_decoded(const PartFacts& facts, std::string_view charset_label, std::string_view untrusted,
                            FilePurse& purse) {
    sandboxed::Decoded decoded = facts.kind == PartKind::html
                                     ? decoded_page(charset_label, untrusted)
                                     : sandboxed::decode_bytes(untrusted, charset_label, untrusted.size());
    if (sandboxed::is_no_text_at_all(facts, decoded)) {
        return FileNotMade{Reason::not_rebuilt, "no text in any charset"};
    }
    const std::size_t room = decoded.utf8.size();
    sandboxed::TextMade made = sandboxed::to_text_made(std::move(decoded), room);
    std::vector<Loss> losses;
    add_notes(losses, made);
    std::string text = made.text.str();
    if (text.find("-----BEGIN PGP MESSAGE-----") != text.npos) {
        return FileNotMade{Reason::encrypted, "an encrypted message inside"};
    }
    const bool is_lost = std::any_of(losses.begin(), losses.end(), is_removal);
    if (text.empty() || (is_lost && is_blank(text))) return FileNotMade{Reason::no_visible_text, "nothing to be seen"};
    cut_out_files(text, losses);
    if (text.empty()) return FileNotMade{Reason::uuencoded_file, "nothing but a file that was written into it"};
    return made_of(facts, std::move(text), std::move(losses), purse);
}

// Of a web archive the page, else the file itself.
FileOutcome rebuild(const PartFacts& facts, std::string_view charset_label, std::string_view untrusted,
                    FilePurse& purse) {
    constexpr std::uint64_t growth_max = 4;  // of decoding
    if (!purse.take_inner(untrusted.size() * growth_max)) return too_large();
    if (facts.detected_type != sandboxed::web_archive_type) {
        return rebuild_decoded(facts, charset_label, untrusted, purse);
    }
    const auto page = sandboxed::saved_page(untrusted, BudgetLimits());
    if (!page) return FileNotMade{Reason::not_rebuilt, "a web archive without a page"};
    FileOutcome outcome = rebuild_decoded(facts, page->charset_label, page->untrusted_html, purse);
    auto* made = std::get_if<FileMade>(&outcome);
    if (made != nullptr && page->pictures > 0) add_loss(made->losses, Reason::embedded_file_removed, page->pictures);
    return outcome;
}

}  // namespace

FileOutcome rebuild_text(const PartFacts& facts, std::string_view charset_label, std::string_view untrusted,
                         FilePurse& purse) {
    try {
        return rebuild(facts, charset_label, untrusted, purse);
    } catch (const std::exception&) {
        return FileNotMade{Reason::handler_failed, "the text could not be read"};
    }
}

}  // namespace mugaika::codec
