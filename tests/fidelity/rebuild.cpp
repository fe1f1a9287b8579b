// fidelity_rebuild KIND IN OUT: rebuilds one file as the codec would, checks the result as the checker would, writes
// it. For judging a room on a corpus; no sandbox, so never on a machine that matters. Exit status: 0 made and checked,
// 1 not made (reason and words on standard output), 2 made but refused by the checker (OUT is written), 3 wrong use.
// Losses go to standard output, one a line: "loss NAME COUNT".
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "policy/page_limits.hpp"
#include "policy/result.hpp"
#include "sanitizer/checker/calendar/check_calendar.hpp"
#include "sanitizer/checker/image_pdf/check_image_pdf.hpp"
#include "sanitizer/checker/ooxml/check_ooxml.hpp"
#include "sanitizer/checker/pdf/check_pdf.hpp"
#include "sanitizer/checker/pictures/check_picture.hpp"
#include "sanitizer/checker/text/check_text.hpp"
#include "sanitizer/codec/calendar/rebuild_calendar.hpp"
#include "sanitizer/codec/image_pdf/image_pdf_reader.hpp"
#include "sanitizer/codec/image_pdf/picture_pages.hpp"
#include "sanitizer/codec/office/before_conversion.hpp"
#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"
#include "sanitizer/codec/pdf/look_at_pages.hpp"
#include "sanitizer/codec/pdf/rebuild_pdf.hpp"
#include "sanitizer/codec/pictures/rebuild_picture.hpp"
#include "sanitizer/codec/text/rebuild_text.hpp"
#include "sanitizer/codec/words/words_of_package.hpp"
#include "sanitizer/engine/engine_road.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"
#include "sanitizer/mail/raw_mail.hpp"

namespace {

using namespace mugaika;

struct Kind {
    std::string_view name;
    FileOutcome (*rebuild)(std::string_view untrusted, FilePurse&);
    Result<std::uint32_t> (*check)(std::string_view untrusted);
};

template <SafeKind kind>
FileOutcome rebuild_as(std::string_view untrusted, FilePurse& purse) {
    PartFacts facts;
    facts.kind = PartKind::text;
    facts.name = "file" + std::string(extension(kind));
    return codec::rebuild_text(facts, "", untrusted, purse);
}

template <SafeKind kind>
Result<std::uint32_t> check_as(std::string_view untrusted) {
    return checker::check_text(kind, untrusted);
}

template <SafeKind kind>
FileOutcome rebuild_calendar_as(std::string_view untrusted, FilePurse& purse) {
    PartFacts facts;
    facts.kind = PartKind::calendar;
    facts.detected_type = kind == SafeKind::ics ? "text/calendar" : "text/vcard";
    return codec::rebuild_calendar(facts, "", untrusted, purse);
}

template <SafeKind kind>
Result<std::uint32_t> check_calendar_as(std::string_view untrusted) {
    return checker::check_calendar(kind, untrusted);
}

// By LibreOffice in its launcher, then as a bare file.
template <OfficeFormat format>
FileOutcome convert_as(std::string_view untrusted, FilePurse& purse) {
    auto lost = codec::lost_by_conversion(format, untrusted, purse);
    if (auto* why = std::get_if<FileNotMade>(&lost)) return std::move(*why);
    const auto file = UntrustedFile::from_bytes(untrusted);
    if (!file) return FileNotMade{Reason::engine_unavailable, file.error().words()};
    EngineJob job{format, {}};
    job.limits.wall_clock = std::chrono::seconds(300);  // of a busy machine, which is not what is measured
    const auto made = ask_engine(engine_place(true, ""), job, *file);
    if (!made) return not_converted_by(made.error());
    const auto bytes = RawMail::Mapping::of(made->descriptor(), made->size());
    if (!bytes) return FileNotMade{Reason::engine_unavailable, bytes.error().words()};
    FileOutcome outcome = codec::rebuild_ooxml(bytes->view(), purse);
    if (auto* rebuilt = std::get_if<FileMade>(&outcome)) {
        for (const Loss& loss : std::get<std::vector<Loss>>(lost)) add_loss(rebuilt->losses, loss.what, loss.count);
    }
    return outcome;
}

Result<UntrustedFile> asked(std::string_view untrusted, EngineTask task, OfficeFormat from = OfficeFormat::doc) {
    const auto file = UntrustedFile::from_bytes(untrusted);
    if (!file) return file.error();
    EngineJob job{from, {}, task, 150};
    job.limits.wall_clock = std::chrono::seconds(300);
    job.limits.out_bytes_max = PageLimits().drawn_bytes_max;
    return ask_engine(engine_place(true, ""), job, *file);
}

// By poppler in its launcher, then by the codec; a PDF of pictures of ours by the codec alone.
FileOutcome picture_pdf(std::string_view untrusted, FilePurse&) {
    FilePurse looking(codec::limits_of_pages({})), making(codec::limits_of_pages({}));
    if (codec::read_image_pdf(untrusted)) return codec::picture_pages(untrusted, 150, making);
    const auto seen = codec::look_at_pages(untrusted, 150, looking);
    if (const auto* why = std::get_if<FileNotMade>(&seen)) return *why;
    const auto drawn = asked(untrusted, EngineTask::to_pictures);
    if (!drawn) return not_converted_by(drawn.error());
    const auto bytes = RawMail::Mapping::of(drawn->descriptor(), drawn->size());
    if (!bytes) return FileNotMade{Reason::engine_unavailable, bytes.error().words()};
    FileOutcome outcome = codec::picture_pages(bytes->view(), 150, making);
    const auto* made = std::get_if<FileMade>(&outcome);
    if (made == nullptr || made->pages == std::get<PagesTold>(seen).pages) return outcome;
    return FileNotMade{Reason::engine_failed, "another number of pages was drawn"};
}

template <OfficeFormat format>
FileOutcome picture_office(std::string_view untrusted, FilePurse& purse) {
    if (codec::read_image_pdf(untrusted)) return picture_pdf(untrusted, purse);
    const auto pdf = asked(untrusted, EngineTask::to_pdf, format);
    if (!pdf) return not_converted_by(pdf.error());
    const auto bytes = RawMail::Mapping::of(pdf->descriptor(), pdf->size());
    if (!bytes) return FileNotMade{Reason::engine_unavailable, bytes.error().words()};
    return picture_pdf(bytes->view(), purse);
}

// By pdftotext in its launcher, then as the codec takes its pages.
FileOutcome pages_of(std::string_view untrusted, FilePurse& purse) {
    const auto made = asked(untrusted, EngineTask::page_text);
    if (!made) return not_converted_by(made.error());
    const auto bytes = RawMail::Mapping::of(made->descriptor(), made->size());
    if (!bytes) return FileNotMade{Reason::engine_unavailable, bytes.error().words()};
    return codec::words_of_pages(bytes->view(), purse);
}

constexpr std::array kinds = {
    Kind{"image-pdf", picture_pdf, checker::check_image_pdf},
    Kind{"image-docx", picture_office<OfficeFormat::docx>, checker::check_image_pdf},
    Kind{"image-xlsx", picture_office<OfficeFormat::xlsx>, checker::check_image_pdf},
    Kind{"image-pptx", picture_office<OfficeFormat::pptx>, checker::check_image_pdf},
    Kind{"words", codec::words_of_package, check_as<SafeKind::text>},
    Kind{"pages", pages_of, check_as<SafeKind::text>},
    Kind{"doc", convert_as<OfficeFormat::doc>, checker::check_ooxml},
    Kind{"xls", convert_as<OfficeFormat::xls>, checker::check_ooxml},
    Kind{"ppt", convert_as<OfficeFormat::ppt>, checker::check_ooxml},
    Kind{"rtf", convert_as<OfficeFormat::rtf>, checker::check_ooxml},
    Kind{"odt", convert_as<OfficeFormat::odt>, checker::check_ooxml},
    Kind{"ods", convert_as<OfficeFormat::ods>, checker::check_ooxml},
    Kind{"odp", convert_as<OfficeFormat::odp>, checker::check_ooxml},
    Kind{"pdf", codec::rebuild_pdf, checker::check_pdf},
    Kind{"picture", codec::rebuild_picture, checker::check_picture},
    Kind{"ooxml", codec::rebuild_ooxml, checker::check_ooxml},
    Kind{"text", rebuild_as<SafeKind::text>, check_as<SafeKind::text>},
    Kind{"csv", rebuild_as<SafeKind::csv>, check_as<SafeKind::csv>},
    Kind{"ics", rebuild_calendar_as<SafeKind::ics>, check_calendar_as<SafeKind::ics>},
    Kind{"vcf", rebuild_calendar_as<SafeKind::vcf>, check_calendar_as<SafeKind::vcf>},
};

const Kind* kind_named(std::string_view name) {
    for (const Kind& kind : kinds) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

int check_and_write(const Kind& kind, const FileMade& made, const std::string& out_path) {
    std::ofstream out(out_path, std::ios::binary);
    out << made.untrusted_bytes;
    if (!out.flush()) {
        std::cerr << "cannot write " << out_path << "\n";
        return 3;
    }
    std::cout << "made " << to_string(made.kind) << " bytes " << made.untrusted_bytes.size() << " pages " << made.pages
              << "\n";
    for (const Loss& loss : made.losses) std::cout << "loss " << to_string(loss.what) << " " << loss.count << "\n";
    const auto pages = kind.check(made.untrusted_bytes);
    if (!pages) {
        std::cout << "refused " << pages.error().words() << "\n";
        return 2;
    }
    if (*pages == made.pages) return 0;
    std::cout << "refused the checker counts " << *pages << " pages\n";
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    const Kind* kind = argc == 4 ? kind_named(argv[1]) : nullptr;
    std::ifstream in(kind ? argv[2] : "", std::ios::binary);
    if (!in) {
        std::cerr << "fidelity_rebuild KIND IN OUT; KIND:";
        for (const Kind& known : kinds) std::cerr << " " << known.name;
        std::cerr << "\n";
        return 3;
    }
    const std::string untrusted{std::istreambuf_iterator<char>(in), {}};
    FilePurse purse{FileLimits{}};
    const FileOutcome outcome = kind->rebuild(untrusted, purse);
    if (const auto* made = std::get_if<FileMade>(&outcome)) return check_and_write(*kind, *made, argv[3]);
    const auto& not_made = std::get<FileNotMade>(outcome);
    std::cout << "not_made " << to_string(not_made.why) << " " << not_made.words << "\n";
    return 1;
}
