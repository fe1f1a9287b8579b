// The road of a file whose pages become pictures (image-pdf): out of its mail; where it is no PDF, through LibreOffice;
// drawn by poppler; the letters looked for that no font has; and what was drawn, hostile again, through codec and
// checker. Each step's result is the next one's question. Without waiting, sockets and processes: the relay and
// `mugaika sanitize` ask in their own ways.
#pragma once

#include <optional>
#include <variant>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_client.hpp"
#include "sanitizer/mail/checked_file.hpp"
#include "sanitizer/mail/file_errand.hpp"
#include "sanitizer/mail/untrusted_file.hpp"
#include "sanitizer/worker/file_client.hpp"

namespace mugaika {

// What is asked next; the files are the road's and stay where they are until the answer is taken.
struct TakeOutStep {
    FileErrand errand;
    const UntrustedFile* bare;  // null: of the mail
};
struct AskEngineStep {
    EngineJob job;
    const UntrustedFile* file;
};
struct RebuildStep {
    FileErrand errand;
    const UntrustedFile* bare;
};
using PictureStep = std::variant<TakeOutStep, AskEngineStep, RebuildStep>;

class PictureRoad {
public:
    // An errand as_pictures.
    PictureRoad(FileErrand, const EngineLimits&);
    PictureRoad(FileErrand, const EngineLimits&, UntrustedFile instead);  // of the mail's: a scanner's
    PictureRoad(const PictureRoad&) = delete;
    PictureRoad& operator=(const PictureRoad&) = delete;

    const PictureStep* next() const noexcept { return step_ ? &*step_ : nullptr; }  // null: it has ended
    // The answer to the step of its kind. A failure ends the road.
    void take(OutResult);
    void take(Result<UntrustedFile>);
    void take(FileResult);
    FileResult result() && { return *std::move(result_); }

private:
    enum class Place { in_mail, as_pdf, seen, drawn, read, searched, made };

    void go_on();
    void draw_or_rebuild();
    void ask(EngineTask, const UntrustedFile&);
    void end(FileResult);
    bool is_office() const noexcept;

    FileErrand errand_;
    EngineLimits limits_;
    Place place_ = Place::in_mail;  // what has been done
    std::optional<PictureStep> step_;
    std::optional<UntrustedFile> file_;   // the document, then as a PDF
    std::optional<UntrustedFile> drawn_;  // its pages
    std::optional<UntrustedFile> text_;   // its letters
    std::vector<Loss> losses_;
    PagesTold about_;
    std::optional<FileResult> result_;
};

}  // namespace mugaika
