#include "sanitizer/codec/pdf/new_document.hpp"

#include "sanitizer/codec/pdf/tokens.hpp"

namespace mugaika::codec::pdf {
namespace {

// The second line tells programs that move files that these are bytes, not text (7.5.2).
constexpr std::string_view head = "%PDF-1.7\n%\xBF\xF7\xA2\xFE\n";

constexpr std::uint64_t around = 60;  // bytes that stand around an object, and its line in the table

std::string padded(std::uint64_t offset) {
    std::string digits = std::to_string(offset);
    return digits.insert(0, 10 - digits.size(), '0');
}

}  // namespace

std::string dictionary_token(const Dictionary& entries) {
    std::string out = "<< ";
    for (const auto& [key, value] : entries) ((out += name_token(key) += ' ') += value) += ' ';
    return out += ">>";
}

std::string reference_token(std::uint32_t number) { return std::to_string(number) + " 0 R"; }

std::uint32_t NewDocument::reserve(Writer writer) {
    if (reserved_ >= purse_.limits().pdf_objects_max) {
        throw GivenUp{{Reason::too_many_members, "pdf: more objects than are rebuilt"}};
    }
    waiting_.push_back(std::move(writer));
    return ++reserved_;
}

void NewDocument::take_back(std::uint32_t reserved) {
    for (; reserved_ > reserved; --reserved_) waiting_.pop_back();
}

void NewDocument::take(std::uint64_t bytes) {
    if (!purse_.take_out(bytes)) throw GivenUp{{Reason::files_too_large, "pdf: the document that is made"}};
}

void NewDocument::append(std::string_view body) {
    offsets_.push_back(out_.size());
    (out_ += std::to_string(offsets_.size()) + " 0 obj\n") += body;
}

void NewDocument::put(std::string_view body) {
    take(body.size() + around);
    append(body);
    out_ += "\nendobj\n";
}

void NewDocument::put_stream(Dictionary entries, std::string_view data, Paid paid) {
    entries["Length"] = std::to_string(data.size());
    const std::string dictionary = dictionary_token(entries);
    take(dictionary.size() + around + (paid == Paid::yes ? 0 : data.size()));
    append(dictionary);
    ((out_ += "\nstream\n") += data) += "\nendstream\nendobj\n";
}

std::string NewDocument::finish() {
    out_ = head;
    while (!waiting_.empty()) {
        const Writer writer = std::move(waiting_.front());
        waiting_.pop_front();
        writer();
    }
    const std::size_t table_at = out_.size();
    const std::string count = std::to_string(offsets_.size() + 1);
    out_ += "xref\n0 " + count + "\n0000000000 65535 f \n";
    for (const std::uint64_t offset : offsets_) out_ += padded(offset) + " 00000 n \n";
    out_ += "trailer\n<< /Root 1 0 R /Size " + count + " >>\nstartxref\n" + std::to_string(table_at) + "\n%%EOF\n";
    return std::move(out_);
}

}  // namespace mugaika::codec::pdf
