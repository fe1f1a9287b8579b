#include "sanitizer/codec/rebuild_file.hpp"

#include "policy/locked_file.hpp"
#include "sanitizer/codec/archive/read_archive.hpp"
#include "sanitizer/codec/calendar/rebuild_calendar.hpp"
#include "sanitizer/codec/image_pdf/tiff_pages.hpp"
#include "sanitizer/codec/locked/open_locked.hpp"
#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"
#include "sanitizer/codec/pdf/rebuild_pdf.hpp"
#include "sanitizer/codec/pictures/rebuild_picture.hpp"
#include "sanitizer/codec/pictures/tiff_reader.hpp"
#include "sanitizer/codec/text/rebuild_text.hpp"
#include "sanitizer/codec/words/words_of_package.hpp"

namespace mugaika::codec {
namespace {

// Word, Excel, PowerPoint as packages; the kinds before them and those of others have no codec yet.
bool is_package(std::string_view detected_type) noexcept {
    return detected_type.find("openxmlformats") != detected_type.npos ||
           (detected_type.find("macroEnabled") != detected_type.npos &&
            !detected_type.ends_with("binary.macroEnabled.12"));
}

FileNotMade no_codec() { return {Reason::not_rebuilt, "no codec for this type"}; }

// Encrypted, with a password that everybody knows: Excel's own, or none.
FileOutcome rebuild_unlocked(const PartFacts& facts, std::string_view untrusted, FilePurse& purse) {
    if (lock_of(facts) == LockKind::package) return rebuild_ooxml(untrusted, purse);
    if (lock_of(facts) == LockKind::pdf) return rebuild_pdf(untrusted, purse);
    // Converted, where somebody converts.
    if (lock_of(facts) == LockKind::office) return FileNotMade{Reason::encrypted, "it has a password"};
    return no_codec();
}

}  // namespace

void load_tables() {
    load_picture_tables();
    load_ooxml_tables();
    load_archive_tables();
    load_lock_tables();
}

FileOutcome rebuild_file(const PartFacts& facts, std::string_view charset_label, std::string_view untrusted,
                         FilePurse& purse) {
    switch (facts.kind) {
        case PartKind::image:
            return is_tiff(untrusted) ? rebuild_tiff_pages(untrusted, purse) : rebuild_picture(untrusted, purse);
        case PartKind::pdf:
            return rebuild_pdf(untrusted, purse);
        case PartKind::office:
            return is_package(facts.detected_type) ? rebuild_ooxml(untrusted, purse) : FileOutcome(no_codec());
        case PartKind::text:
        case PartKind::html:
            return rebuild_text(facts, charset_label, untrusted, purse);
        case PartKind::calendar:
            return rebuild_calendar(facts, charset_label, untrusted, purse);
        case PartKind::encrypted:
            return rebuild_unlocked(facts, untrusted, purse);
        case PartKind::mail:
        case PartKind::report:
        case PartKind::archive:
        case PartKind::tnef:
        case PartKind::signature:
        case PartKind::executable:
        case PartKind::partial:
        case PartKind::other:
            break;
    }
    return no_codec();
}

FileOutcome words_of(const PartFacts& facts, std::string_view untrusted, FilePurse& purse) {
    const bool is_locked = lock_of(facts) == LockKind::package;
    const bool is_open = facts.kind == PartKind::office && is_package(facts.detected_type);
    return is_locked || is_open ? words_of_package(untrusted, purse) : FileOutcome(no_codec());
}

}  // namespace mugaika::codec
