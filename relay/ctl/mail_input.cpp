#include "relay/ctl/mail_input.hpp"

#include <string>
#include <string_view>

#include "relay/ctl/administration.hpp"
#include "relay/smtp/content_writer.hpp"

namespace mugaika::ctl {
namespace {

constexpr std::size_t piece_bytes = 1u << 16;

// A file as it would come behind 354, piece by piece.
class OnTheWire {
public:
    // A view of this object, until the next call.
    std::string_view piece(std::string_view untrusted_file_bytes) {
        lines_.clear();
        for (const char c : untrusted_file_bytes) {
            if (c == '\n' && last_ != '\r') lines_.push_back('\r');
            lines_.push_back(c);
            last_ = c;
        }
        wire_.clear();
        at_line_start_ = smtp::append_stuffed(wire_, lines_, at_line_start_);
        return wire_;
    }

    std::string_view end() const noexcept { return at_line_start_ ? ".\r\n" : "\r\n.\r\n"; }

private:
    char last_ = '\0';
    bool at_line_start_ = true;
    std::string lines_;
    std::string wire_;
};

void read_into(std::string& content, smtp::DataReader& reader, std::string_view untrusted_bytes) {
    while (!untrusted_bytes.empty()) {
        const smtp::DataReader::Step step = reader.read(untrusted_bytes);
        untrusted_bytes.remove_prefix(step.consumed);
        content += step.content;
    }
}

std::string words_of(const smtp::DataReader::Finding& finding) {
    std::string words;
    if (finding.line != 0) words = "line " + std::to_string(finding.line) + ": ";
    words += finding.what;
    if (finding.limit != 0) words += " (" + std::to_string(finding.limit) + ")";
    return words;
}

}  // namespace

Result<std::variant<RawMail, DataRefusal>> read_mail(std::istream& in, const SmtpLimits& limits) {
    smtp::DataReader reader(limits);
    OnTheWire wire;
    std::string content;
    std::string chunk(piece_bytes, '\0');
    while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), in.gcount() > 0) {
        const auto length = static_cast<std::size_t>(in.gcount());
        read_into(content, reader, wire.piece(std::string_view(chunk).substr(0, length)));
    }
    read_into(content, reader, wire.end());
    if (reader.fault() != nullptr) return DataRefusal{reader.fault(), reader.finding()};
    auto mail = RawMail::from_bytes(content);
    if (!mail) return mail.error();
    return std::variant<RawMail, DataRefusal>(std::move(*mail));
}

Exit refuse(Terminal& terminal, const DataRefusal& refusal) {
    const Exit refused = refuse(terminal, *refusal.outcome);
    return fail(terminal, refused, words_of(refusal.finding));
}

}  // namespace mugaika::ctl
