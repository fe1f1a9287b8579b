#include "sanitizer/engine/pages.hpp"

#include <unistd.h>

#include <array>
#include <string_view>

namespace mugaika {
namespace {

struct Needed {
    std::string_view path;
    std::string_view package;
};
// Without the tables of poppler-data Japanese text of fonts that are not in the document is not drawn, and nobody says
// so.
constexpr std::array needed{Needed{"/usr/bin/pdftoppm", "poppler-utils"}, Needed{"/usr/bin/pdftotext", "poppler-utils"},
                            Needed{"/usr/share/poppler/cMap", "poppler-data"},
                            Needed{"/usr/bin/fc-list", "fontconfig"}};

// Each page is packed once more by our codec: nothing that a reader sees is to be lost here.
constexpr std::string_view jpeg_options = "quality=90";

}  // namespace

std::optional<std::string> missing_for_pages() {
    for (const Needed& one : needed) {
        if (::access(std::string(one.path).c_str(), R_OK | X_OK) != 0) return std::string(one.package);
    }
    return std::nullopt;
}

Result<EngineCommand> pages_command(const EngineJob& job, const std::string& job_folder) {
    if (const auto package = missing_for_pages()) {
        return Error(Fault::unavailable, "poppler cannot draw pages here (package " + *package + ")");
    }
    EngineCommand command;
    command.input_name = "document.pdf";
    command.output_name = "pages";
    const std::string input = job_folder + "/in/" + command.input_name;
    if (job.task == EngineTask::to_pictures) {
        command.program = "/usr/bin/pdftoppm";
        command.arguments = {"-q",    "-r",       std::to_string(job.dpi),   "-cropbox",
                             "-jpeg", "-jpegopt", std::string(jpeg_options), input};
    } else {
        command.before = {{"/usr/bin/fc-list", {"--format=%{charset}\n"}}};
        command.program = "/usr/bin/pdftotext";
        command.arguments = {"-q", "-enc", "UTF-8", input, "-"};
    }
    command.environment = {"HOME=" + job_folder + "/home", "LC_ALL=C.UTF-8"};
    command.readable = {"/etc/fonts", "/etc/ld.so.cache", "/var/cache/fontconfig", "/dev/urandom"};
    command.executable = {"/usr"};
    return command;
}

}  // namespace mugaika
