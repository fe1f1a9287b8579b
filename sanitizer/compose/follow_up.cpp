#include "sanitizer/compose/follow_up.hpp"

#include "sanitizer/compose/attachment.hpp"
#include "sanitizer/mail/plain_text.hpp"

namespace mugaika {
namespace {

constexpr std::string_view boundary = "mugaika-follow-up";  // base64 has no '-'

PlainLine name_of(std::string_view untrusted_name) {
    const auto name = PlainLine::from(std::string(untrusted_name.substr(untrusted_name.rfind('/') + 1)));
    return name && !name->empty() ? *name : *PlainLine::from("file.bin");
}

}  // namespace

std::string follow_up_mail(const HeaderFacts& first_mail, const FollowUp& follow_up,
                           const std::vector<OpenedFile>& files) {
    HeaderWriter header;
    write_follow_up_fields(header, first_mail, follow_up);
    std::string mail = header.str();
    mail.append("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"")
        .append(boundary)
        .append("\"\r\n\r\n");
    for (const OpenedFile& file : files) {
        const PlainLine name = name_of(file.name);
        mail.append("--").append(boundary).append("\r\n");
        append_attachment(mail, {&name, "application/octet-stream", file.untrusted_bytes});
    }
    return mail.append("--").append(boundary).append("--\r\n");
}

}  // namespace mugaika
