#include "sanitizer/mail/file_errand.hpp"

#include <utility>

#include "sanitizer/mail/office_format.hpp"

namespace mugaika {

FileErrand alone(const FileErrand& errand, std::size_t row) {
    FileErrand one{errand.job, {errand.rows.at(row)}};
    one.job.path = one.rows.front().facts.path;
    one.job.members.clear();
    return one;
}

FileErrand to_take_out(FileErrand errand) {
    if (is_taking_out(errand.job.task)) return errand;
    const PartRow& row = errand.rows.at(0);
    const bool has_pages = errand.as_pictures && !pages_format_of(row.facts.detected_type);
    errand.job.task = has_pages ? FileTask::take_pages : FileTask::take_out;
    return errand;
}

FileErrand about_bare(FileErrand errand, const UntrustedFile& file) {
    return about_bare(std::move(errand), file, FileTask::rebuild_bare);
}

FileErrand about_bare(FileErrand errand, const UntrustedFile& file, FileTask task) {
    errand.job.task = task;
    errand.job.mail_bytes = file.size();
    PartRow& row = errand.rows.at(0);
    row.facts.bytes = file.size();
    row.sha256 = file.sha256();
    // LibreOffice makes a document, whose words are wanted; of a PDF the words themselves come.
    if (errand.job.want == FileWant::words && !office_format_of(row.facts.detected_type)) {
        errand.job.want = FileWant::pages;
    }
    if (errand.command) {
        const SafeKind made = errand.command->makes;
        row.facts.kind = part_kind_of(made);
        row.facts.detected_type = media_type(made);
        errand.job.want = made == SafeKind::text  ? FileWant::text
                          : made == SafeKind::csv ? FileWant::table
                                                  : FileWant::file;
    }
    return errand;
}

}  // namespace mugaika
