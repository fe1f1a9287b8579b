#include "sanitizer/engine/page_text.hpp"

#include <unistd.h>

namespace mugaika {
namespace {

constexpr const char* program = "/usr/bin/pdftotext";

}  // namespace

std::optional<std::string> missing_for_page_text() {
    if (::access(program, X_OK) != 0) return "poppler-utils";
    // Without them Japanese text whose font names no Unicode is left out, and nobody says so.
    if (::access("/usr/share/poppler/cMap", R_OK | X_OK) != 0) return "poppler-data";
    return std::nullopt;
}

Result<EngineCommand> page_text_command(const EngineJob&, const std::string& job_folder) {
    if (const auto package = missing_for_page_text()) {
        return Error(Fault::unavailable, "the text of PDF files cannot be read here (package " + *package + ")");
    }
    EngineCommand command;
    command.program = program;
    command.input_name = "document.pdf";
    // In the order of the page's content: it follows the text through columns, keeps the cells of a row together, and
    // is the only one of pdftotext's orders in which vertical text can be read.
    command.arguments = {"-q",
                         "-raw",
                         "-enc",
                         "UTF-8",
                         "-eol",
                         "unix",
                         job_folder + "/in/" + command.input_name,
                         job_folder + "/out/document.txt"};
    command.environment = {"HOME=" + job_folder + "/home", "LC_ALL=C.UTF-8"};
    // Fonts that the file does not bring are asked for, though nothing is drawn.
    command.readable = {"/etc/fonts", "/etc/ld.so.cache", "/var/cache/fontconfig"};
    command.executable = {"/usr"};
    return command;
}

}  // namespace mugaika
