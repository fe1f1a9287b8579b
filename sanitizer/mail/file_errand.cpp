#include "sanitizer/mail/file_errand.hpp"

namespace mugaika {

FileErrand alone(const FileErrand& errand, std::size_t row) {
    FileErrand one{errand.job, {errand.rows.at(row)}};
    one.job.path = one.rows.front().facts.path;
    one.job.members.clear();
    return one;
}

}  // namespace mugaika
