#include "sanitizer/engine/office.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

constexpr std::string_view folder = "/usr/lib/libreoffice/program/";
constexpr std::string_view registry = "/usr/lib/libreoffice/share/registry/";

struct Family {
    SafeKind becomes;
    std::string_view filter;    // by which it is written
    std::string_view settings;  // there when the part of LibreOffice is installed
    std::string_view package;
};
constexpr std::array<Family, 3> families{{
    {SafeKind::docx, "docx:MS Word 2007 XML", "writer.xcd", "libreoffice-writer-nogui"},
    {SafeKind::xlsx, "xlsx:Calc MS Excel 2007 XML", "calc.xcd", "libreoffice-calc-nogui"},
    {SafeKind::pptx, "pptx:Impress MS PowerPoint 2007 XML", "impress.xcd", "libreoffice-impress-nogui"},
}};

const Family& family_of(OfficeFormat format) noexcept {
    return *std::find_if(families.begin(), families.end(),
                         [&](const Family& one) { return one.becomes == becomes(format); });
}

struct Setting {
    std::string_view path, name, value;
};
// Japanese, or fonts of China enter the documents. What is switched off here could do nothing in the launcher; so it
// does not even try, and does not wait for it.
constexpr std::array settings{
    Setting{"/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "ja-JP"},
    Setting{"/org.openoffice.Office.Linguistic/General", "DefaultLocale_CJK", "ja-JP"},
    Setting{"/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"},
    Setting{"/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"},
    Setting{"/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"},
    Setting{"/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"},
    Setting{"/org.openoffice.Office.Writer/Content/Update", "Link", "0"},
    Setting{"/org.openoffice.Office.Calc/Content/Update", "Link", "1"},
    Setting{"/org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"},
    Setting{"/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", "false"},
    Setting{"/org.openoffice.Office.Common/History", "PickListSize", "0"},
};

std::string settings_file() {
    std::string xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items "
        "xmlns:oor=\"http://openoffice.org/2001/registry\">\n";
    for (const Setting& one : settings) {
        xml.append("<item oor:path=\"").append(one.path).append("\"><prop oor:name=\"").append(one.name);
        xml.append("\" oor:op=\"fuse\"><value>").append(one.value).append("</value></prop></item>\n");
    }
    return xml + "</oor:items>\n";
}

// A profile that was last used by this build needs no second start.
std::string build_id() {
    std::ifstream versions{std::string(folder) + "versionrc"};
    constexpr std::string_view key = "buildid=";
    for (std::string line; std::getline(versions, line);) {
        if (line.starts_with(key)) return line.substr(key.size());
    }
    return {};
}

std::string file_url(std::string_view path) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string url = "file://";
    for (const char c : path) {
        if (ascii::is_alnum(c) || c == '/' || c == '-' || c == '_' || c == '.') {
            url += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            url.append({'%', digits[byte >> 4], digits[byte & 15]});
        }
    }
    return url;
}

bool is_there(std::string_view in, std::string_view name) {
    return ::access(std::string(in).append(name).c_str(), R_OK) == 0;
}

}  // namespace

std::optional<std::string> missing_for(OfficeFormat format) {
    const Family& family = family_of(format);
    if (!is_there(folder, "soffice.bin") || !is_there(registry, family.settings)) return std::string(family.package);
    return std::nullopt;
}

Result<EngineCommand> office_command(const EngineJob& job, const std::string& job_folder) {
    if (const auto package = missing_for(job.from)) {
        return Error(Fault::unavailable, "LibreOffice is not installed (package " + *package + ")");
    }
    const std::string home = job_folder + "/home";
    EngineCommand command;
    command.program = std::string(folder) + "soffice.bin";
    command.input_name = "document" + std::string(extension(job.from));
    command.arguments = {
        "-env:UserInstallation=" + file_url(home + "/profile"),
        "-env:OSL_SOCKET_PATH=.",  // its home: the address of a socket has 107 bytes, which home may exceed
        "--headless",
        "--invisible",
        "--nologo",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nofirststartwizard",
        "--convert-to",
        job.task == EngineTask::to_pdf ? "pdf" : std::string(family_of(job.from).filter),
        "--outdir",
        "../out",
        "../in/" + command.input_name};
    // The same file becomes the same again: what is made up, such as numbers of fields, is made up alike.
    command.environment = {"HOME=" + home, "TMPDIR=" + home, "LC_ALL=C.UTF-8", "SAL_USE_VCLPLUGIN=svp",
                           "SAL_RAND_REPEATABLE=1"};
    // passwd: where memory may not be written and run, it makes a file in its home for that, and asks who it is.
    command.readable = {
        "/etc/fonts",  "/etc/libreoffice",     "/etc/ld.so.cache",       "/etc/localtime",        "/etc/nsswitch.conf",
        "/etc/passwd", "/var/lib/libreoffice", "/var/spool/libreoffice", "/var/cache/fontconfig", "/dev/urandom"};
    command.executable = {"/usr"};
    command.home = {{"profile/user/registrymodifications.xcu", settings_file()}};
    if (std::string id = build_id(); !id.empty()) command.home.push_back({"profile/user/extensions/buildid", id});
    command.again_code = 81;  // EXITHELPER_NORMAL_RESTART: it has set up its profile
    return command;
}

}  // namespace mugaika
