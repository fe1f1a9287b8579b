#include "sanitizer/engine/page_text.hpp"

#include <unistd.h>

namespace mugaika {
namespace {

constexpr const char* program = "/usr/bin/pdftotext";

}  // namespace

bool has_page_text() { return ::access(program, X_OK) == 0; }

Result<EngineCommand> page_text_command(const EngineJob&, const std::string& job_folder) {
    if (!has_page_text()) return Error(Fault::unavailable, "pdftotext is not installed (package poppler-utils)");
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
