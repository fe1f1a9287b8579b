#include "sanitizer/engine/picture_road.hpp"

#include <utility>

#include "policy/page_limits.hpp"
#include "sanitizer/mail/office_format.hpp"
#include "sanitizer/mail/private_use_mark.hpp"
#include "sanitizer/mail/raw_mail.hpp"

namespace mugaika {
namespace {

std::optional<OfficeFormat> format_of(const FileErrand& errand) noexcept {
    return pages_format_of(errand.rows.at(0).facts.detected_type);
}

Result<UntrustedFile> with_private_use(const UntrustedFile& letters) {
    const auto bytes = RawMail::Mapping::of(letters.descriptor(), letters.size());
    if (!bytes) return bytes.error();
    return UntrustedFile::from_bytes(std::string(private_use_mark).append(bytes->view()));
}

}  // namespace

PictureRoad::PictureRoad(FileErrand errand, const EngineLimits& limits) : errand_(std::move(errand)), limits_(limits) {
    step_ = TakeOutStep{to_take_out(errand_), nullptr};
}

// What converting it loses is not counted: it is the scanner's file, not the sender's.
PictureRoad::PictureRoad(FileErrand errand, const EngineLimits& limits, UntrustedFile instead)
    : errand_(std::move(errand)), limits_(limits), file_(std::move(instead)) {
    place_ = is_office() ? Place::in_mail : Place::as_pdf;
    go_on();
}

bool PictureRoad::is_office() const noexcept { return format_of(errand_).has_value(); }

void PictureRoad::end(FileResult result) {
    step_.reset();
    result_ = std::move(result);
}

void PictureRoad::ask(EngineTask task, const UntrustedFile& file) {
    EngineJob job{format_of(errand_).value_or(OfficeFormat::doc), limits_, task, errand_.job.dpi};
    if (task == EngineTask::to_pictures) job.limits.out_bytes_max = PageLimits().drawn_bytes_max;
    step_ = AskEngineStep{job, &file};
}

// A PDF of pictures of ours is drawn by nobody.
void PictureRoad::draw_or_rebuild() {
    if (!about_.are_pictures) return ask(EngineTask::to_pictures, *file_);
    place_ = Place::searched;
    go_on();
}

void PictureRoad::go_on() {
    switch (place_) {
        case Place::in_mail:
            return ask(EngineTask::to_pdf, *file_);
        case Place::as_pdf:
            step_ = TakeOutStep{about_bare(errand_, *file_, FileTask::take_bare_pages), &*file_};
            return;
        case Place::seen:
            return draw_or_rebuild();
        case Place::drawn:
            // What LibreOffice could not show is in its PDF, under whatever font.
            if (about_.has_foreign_fonts || is_office()) return ask(EngineTask::to_text, *file_);
            place_ = Place::searched;
            return go_on();
        case Place::read:
            step_ = TakeOutStep{about_bare(errand_, *text_, FileTask::find_missing), &*text_};
            return;
        case Place::searched: {
            const UntrustedFile& pages = drawn_ ? *drawn_ : *file_;
            step_ = RebuildStep{about_bare(errand_, pages, FileTask::picture_bare), &pages};
            return;
        }
        case Place::made:
            step_.reset();
            return;
    }
}

void PictureRoad::take(OutResult answer) {
    if (auto* why = std::get_if<FileNotMade>(&answer)) {
        return end(place_ == Place::in_mail ? std::move(*why) : by_engine(std::move(*why)));
    }
    auto& out = std::get<FileOut>(answer);
    switch (place_) {
        case Place::in_mail:
            file_ = std::move(out.file);
            losses_ = std::move(out.losses);
            if (!is_office()) place_ = Place::seen;
            if (!is_office()) about_ = std::move(out.about);
            break;
        case Place::as_pdf:
            about_ = std::move(out.about);
            place_ = Place::seen;
            break;
        default:
            about_.missing = std::move(out.about.missing);
            place_ = Place::searched;
            break;
    }
    go_on();
}

void PictureRoad::take(Result<UntrustedFile> answer) {
    if (!answer) return end(not_converted_by(answer.error()));
    switch (place_) {
        case Place::in_mail:
            file_ = *std::move(answer);
            place_ = Place::as_pdf;
            break;
        case Place::seen:
            drawn_ = *std::move(answer);
            place_ = Place::drawn;
            break;
        default:
            if (is_office()) answer = with_private_use(*answer);
            if (!answer) return end(not_converted_by(answer.error()));
            text_ = *std::move(answer);
            place_ = Place::read;
            break;
    }
    go_on();
}

void PictureRoad::take(FileResult answer) {
    if (auto* why = std::get_if<FileNotMade>(&answer)) return end(by_engine(std::move(*why)));
    auto* const made = std::get_if<FileRebuilt>(&answer);
    if (made == nullptr || made->file.kind() != SafeKind::image_pdf)
        return end(FileNotMade{Reason::engine_failed, "the converter made a file of another kind"});
    // A page that is not drawn would be lost without a word.
    if (made->file.pages() != about_.pages) {
        return end(FileNotMade{Reason::engine_failed, std::to_string(made->file.pages()) + " of " +
                                                          std::to_string(about_.pages) + " pages were drawn"});
    }
    // The first of the same weight is the one that the notice names: letters that nobody can read come before all.
    std::vector<Loss> losses;
    for (const MissingGlyph& glyph : about_.missing) add_loss(losses, Reason::glyphs_missing, glyph.count);
    for (const Loss& loss : made->losses) add_loss(losses, loss.what, loss.count);
    for (const Loss& loss : losses_) add_loss(losses, loss.what, loss.count);
    made->losses = std::move(losses);
    made->links = std::move(about_.links);
    made->missing = std::move(about_.missing);
    end(std::move(answer));
}

}  // namespace mugaika
