#include "sanitizer/checker/pdf/check_pdf.hpp"

#include <new>
#include <vector>

#include "sanitizer/checker/pdf/object_check.hpp"
#include "sanitizer/checker/pdf/syntax.hpp"

namespace mugaika::checker {
namespace {

using namespace pdf;

constexpr std::string_view head = "%PDF-1.7\n%\xBF\xF7\xA2\xFE\n";
constexpr std::size_t line_bytes = 20;  // of the table
constexpr std::uint32_t objects_max = 400'000;

std::string table_line(std::uint64_t offset, std::string_view tail) {
    std::string digits = std::to_string(offset);
    return digits.insert(0, 10 - std::min<std::size_t>(10, digits.size()), '0') + std::string(tail);
}

// How many objects there are, from the line before the end that is found from behind.
std::uint32_t count_objects(std::string_view file) {
    constexpr std::string_view open = "\ntrailer\n<< /Root 1 0 R /Size ";
    const std::size_t tail = std::min<std::size_t>(file.size(), 120);
    const std::size_t found = file.substr(file.size() - tail).rfind(open);
    if (found == std::string_view::npos) refuse("a trailer at the end", file.size());
    const std::size_t at = file.size() - tail + found + open.size();
    Piece rest{file.substr(at), at};
    const std::uint32_t size = take_count(rest);
    if (size < 4 || size > objects_max) refuse("a number of objects", at);
    return size - 1;
}

void take_table(Piece& rest, const std::vector<std::uint64_t>& offsets) {
    const std::string size = std::to_string(offsets.size() + 1);
    const std::uint64_t table_at = rest.at;
    take(rest, "xref\n0 " + size + "\n0000000000 65535 f \n");
    for (const std::uint64_t offset : offsets) take(rest, table_line(offset, " 00000 n \n"));
    take(rest, "trailer\n<< /Root 1 0 R /Size " + size + " >>\nstartxref\n" + std::to_string(table_at) + "\n%%EOF\n");
    if (!rest.bytes.empty()) refuse("nothing after the end", rest.at);
}

std::uint32_t read(std::string_view file) {
    const std::uint32_t count = count_objects(file);
    if (file.size() < count * line_bytes) refuse("a file as large as its table", file.size());
    ObjectCheck objects(count);
    Piece rest{file, 0};
    take(rest, head);
    std::vector<std::uint64_t> offsets;
    for (std::uint32_t number = 1; number <= count; ++number) {
        offsets.push_back(rest.at);
        take(rest, std::to_string(number) + " 0 obj\n");
        objects.take_object(number, rest);
        take(rest, "\nendobj\n");
    }
    take_table(rest, offsets);
    return objects.pages();
}

}  // namespace

Result<std::uint32_t> check_pdf(std::string_view untrusted) {
    try {
        return read(untrusted);
    } catch (const Refused& refused) {
        return Error(Fault::protocol, refused.words);
    } catch (const std::bad_alloc&) {
        return Error(Fault::protocol, "pdf: more than can be held");
    }
}

}  // namespace mugaika::checker
