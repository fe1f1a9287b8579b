#include "sanitizer/mail/file_errand.hpp"

namespace mugaika {

FileErrand alone(const FileErrand& errand, std::size_t row) {
    FileErrand one{errand.job, {errand.rows.at(row)}};
    one.job.path = one.rows.front().facts.path;
    one.job.members.clear();
    return one;
}

FileErrand to_take_out(FileErrand errand) {
    errand.job.task = FileTask::take_out;
    return errand;
}

FileErrand about_bare(FileErrand errand, const UntrustedFile& file) {
    errand.job.task = FileTask::rebuild_bare;
    errand.job.mail_bytes = file.size();
    PartRow& row = errand.rows.at(0);
    row.facts.bytes = file.size();
    row.sha256 = file.sha256();
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
