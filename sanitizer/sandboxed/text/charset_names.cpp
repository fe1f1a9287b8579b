#include "sanitizer/sandboxed/text/charset_names.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t label_bytes_max = 64;

using F = CharsetFamily;

constexpr std::array charsets{
    Charset{"UTF-8", "UTF-8", F::utf8},
    Charset{"US-ASCII", "US-ASCII", F::ascii},
    Charset{"ISO-2022-JP", nullptr, F::iso2022jp},
    Charset{"EUC-JP", nullptr, F::eucjp},
    Charset{"windows-31j", "ibm-943_P15A-2003", F::shift_jis},
    Charset{"EUC-JIS-2004", nullptr, F::euc_jis_2004},
    Charset{"Shift_JIS-2004", nullptr, F::shift_jis_2004},
    Charset{"UTF-16", nullptr, F::utf16},
    Charset{"UTF-16LE", "UTF-16LE", F::wide},
    Charset{"UTF-16BE", "UTF-16BE", F::wide},
    Charset{"UTF-32", "UTF-32", F::wide},
    Charset{"UTF-32LE", "UTF-32LE", F::wide},
    Charset{"UTF-32BE", "UTF-32BE", F::wide},
    Charset{"UTF-7", "UTF-7", F::seven_bit},
    Charset{"HZ-GB-2312", "HZ", F::seven_bit},
    Charset{"ISO-2022-KR", "ISO-2022-KR", F::seven_bit},
    Charset{"ISO-2022-CN", "ISO-2022-CN-EXT", F::seven_bit},
    Charset{"GB18030", "gb18030", F::multi_byte},
    Charset{"Big5", "windows-950-2000", F::multi_byte},
    Charset{"Big5-HKSCS", "Big5-HKSCS", F::multi_byte},
    Charset{"EUC-TW", "euc-tw", F::multi_byte},
    Charset{"EUC-KR", "windows-949-2000", F::multi_byte},
    Charset{"windows-1250", "windows-1250", F::single_byte},
    Charset{"windows-1251", "windows-1251", F::single_byte},
    Charset{"windows-1252", "windows-1252", F::single_byte},
    Charset{"windows-1253", "windows-1253", F::single_byte},
    Charset{"windows-1254", "windows-1254", F::single_byte},
    Charset{"windows-1255", "windows-1255", F::single_byte},
    Charset{"windows-1256", "windows-1256", F::single_byte},
    Charset{"windows-1257", "windows-1257", F::single_byte},
    Charset{"windows-1258", "windows-1258", F::single_byte},
    Charset{"windows-874", "windows-874-2000", F::single_byte},
    Charset{"ISO-8859-2", "ISO-8859-2", F::single_byte},
    Charset{"ISO-8859-3", "ISO-8859-3", F::single_byte},
    Charset{"ISO-8859-4", "ISO-8859-4", F::single_byte},
    Charset{"ISO-8859-5", "ISO-8859-5", F::single_byte},
    Charset{"ISO-8859-6", "ISO-8859-6", F::single_byte},
    Charset{"ISO-8859-7", "ISO-8859-7", F::single_byte},
    Charset{"ISO-8859-8", "ISO-8859-8", F::single_byte},
    Charset{"ISO-8859-10", "iso-8859_10-1998", F::single_byte},
    Charset{"ISO-8859-13", "ISO-8859-13", F::single_byte},
    Charset{"ISO-8859-14", "iso-8859_14-1998", F::single_byte},
    Charset{"ISO-8859-15", "ISO-8859-15", F::single_byte},
    Charset{"KOI8-R", "KOI8-R", F::single_byte},
    Charset{"KOI8-U", "KOI8-U", F::single_byte},
    Charset{"macintosh", "macintosh", F::single_byte},
};

struct Alias {
    std::string_view key;  // lower case letters and digits of the label, nothing else
    std::string_view name;
};

// Supersets stand for what mail calls by the name of the subset: windows-1252 for ISO-8859-1, GB18030 for GB2312.
constexpr std::array aliases{
    Alias{"utf8", "UTF-8"},
    Alias{"unicode11utf8", "UTF-8"},
    Alias{"utf8mb4", "UTF-8"},
    Alias{"cp65001", "UTF-8"},
    Alias{"utf8mobile", "UTF-8"},
    Alias{"utf8mobiledocomo", "UTF-8"},
    Alias{"utf8mobilekddia", "UTF-8"},
    Alias{"utf8mobilekddib", "UTF-8"},
    Alias{"utf8mobilesoftbank", "UTF-8"},
    Alias{"usascii", "US-ASCII"},
    Alias{"ascii", "US-ASCII"},
    Alias{"ansix341968", "US-ASCII"},
    Alias{"iso646us", "US-ASCII"},
    Alias{"7bit", "US-ASCII"},
    Alias{"iso2022jp", "ISO-2022-JP"},
    Alias{"iso2022jp1", "ISO-2022-JP"},
    Alias{"iso2022jp2", "ISO-2022-JP"},
    Alias{"iso2022jp3", "ISO-2022-JP"},
    Alias{"iso2022jp2004", "ISO-2022-JP"},
    Alias{"iso2022jpx0213", "ISO-2022-JP"},
    Alias{"iso2022jpext", "ISO-2022-JP"},
    Alias{"iso2022jpms", "ISO-2022-JP"},
    Alias{"iso2022jpesc", "ISO-2022-JP"},  // _iso-2022-jp$ESC of Outlook and Hotmail, without its sign
    Alias{"iso2022jpsio", "ISO-2022-JP"},  // _iso-2022-jp$SIO
    Alias{"iso2022jpmobile", "ISO-2022-JP"},
    Alias{"iso2022jpmobilekddi", "ISO-2022-JP"},
    Alias{"iso2022jpkddi", "ISO-2022-JP"},
    Alias{"csiso2022jp", "ISO-2022-JP"},
    Alias{"csiso2022jp2", "ISO-2022-JP"},
    Alias{"cp50220", "ISO-2022-JP"},
    Alias{"cp50221", "ISO-2022-JP"},
    Alias{"cp50222", "ISO-2022-JP"},
    Alias{"xwindows50221", "ISO-2022-JP"},
    Alias{"jis", "ISO-2022-JP"},
    Alias{"jis7", "ISO-2022-JP"},
    Alias{"junetcode", "ISO-2022-JP"},
    Alias{"eucjp", "EUC-JP"},
    Alias{"xeucjp", "EUC-JP"},
    Alias{"xeuc", "EUC-JP"},
    Alias{"euc", "EUC-JP"},
    Alias{"ujis", "EUC-JP"},
    Alias{"eucjpms", "EUC-JP"},
    Alias{"eucjpwin", "EUC-JP"},
    Alias{"eucjpopen", "EUC-JP"},
    Alias{"cp51932", "EUC-JP"},
    Alias{"cseucpkdfmtjapanese", "EUC-JP"},
    Alias{"extendedunixcodepackedformatforjapanese", "EUC-JP"},
    Alias{"shiftjis", "windows-31j"},
    Alias{"xshiftjis", "windows-31j"},
    Alias{"sjis", "windows-31j"},
    Alias{"xsjis", "windows-31j"},
    Alias{"sjiswin", "windows-31j"},
    Alias{"shiftjisx0213", "Shift_JIS-2004"},
    Alias{"shiftjis2004", "Shift_JIS-2004"},
    Alias{"xshiftjis2004", "Shift_JIS-2004"},
    Alias{"sjis2004", "Shift_JIS-2004"},
    Alias{"sjisx0213", "Shift_JIS-2004"},
    Alias{"eucjisx0213", "EUC-JIS-2004"},
    Alias{"eucjis2004", "EUC-JIS-2004"},
    Alias{"xeucjis2004", "EUC-JIS-2004"},
    Alias{"eucjp2004", "EUC-JIS-2004"},
    Alias{"eucjpx0213", "EUC-JIS-2004"},
    Alias{"sjismobile", "windows-31j"},
    Alias{"sjismobiledocomo", "windows-31j"},
    Alias{"sjismobilekddi", "windows-31j"},
    Alias{"sjismobilesoftbank", "windows-31j"},
    Alias{"sjisdocomo", "windows-31j"},
    Alias{"sjiskddi", "windows-31j"},
    Alias{"sjissoftbank", "windows-31j"},
    Alias{"mskanji", "windows-31j"},
    Alias{"csshiftjis", "windows-31j"},
    Alias{"xmscp932", "windows-31j"},
    Alias{"ms932", "windows-31j"},
    Alias{"cp932", "windows-31j"},
    Alias{"cp943", "windows-31j"},
    Alias{"ibm943", "windows-31j"},
    Alias{"windows31j", "windows-31j"},
    Alias{"windows932", "windows-31j"},
    Alias{"cswindows31j", "windows-31j"},
    Alias{"xmacjapanese", "windows-31j"},
    Alias{"utf16", "UTF-16"},
    Alias{"unicode", "UTF-16"},
    Alias{"ucs2", "UTF-16"},
    Alias{"iso10646ucs2", "UTF-16"},
    Alias{"utf16le", "UTF-16LE"},
    Alias{"utf16be", "UTF-16BE"},
    Alias{"utf32", "UTF-32"},
    Alias{"ucs4", "UTF-32"},
    Alias{"iso10646ucs4", "UTF-32"},
    Alias{"utf32le", "UTF-32LE"},
    Alias{"utf32be", "UTF-32BE"},
    Alias{"utf7", "UTF-7"},
    Alias{"unicode11utf7", "UTF-7"},
    Alias{"csunicode11utf7", "UTF-7"},
    Alias{"hz", "HZ-GB-2312"},
    Alias{"hzgb2312", "HZ-GB-2312"},
    Alias{"iso2022kr", "ISO-2022-KR"},
    Alias{"csiso2022kr", "ISO-2022-KR"},
    Alias{"iso2022cn", "ISO-2022-CN"},
    Alias{"iso2022cnext", "ISO-2022-CN"},
    Alias{"gb2312", "GB18030"},
    Alias{"csgb2312", "GB18030"},
    Alias{"gb231280", "GB18030"},
    Alias{"xgbk", "GB18030"},
    Alias{"gbk", "GB18030"},
    Alias{"gb18030", "GB18030"},
    Alias{"cp936", "GB18030"},
    Alias{"windows936", "GB18030"},
    Alias{"euccn", "GB18030"},
    Alias{"big5", "Big5"},
    Alias{"csbig5", "Big5"},
    Alias{"cnbig5", "Big5"},
    Alias{"cp950", "Big5"},
    Alias{"windows950", "Big5"},
    Alias{"big5hkscs", "Big5-HKSCS"},
    Alias{"euctw", "EUC-TW"},
    Alias{"euckr", "EUC-KR"},
    Alias{"ksc56011987", "EUC-KR"},
    Alias{"ksc5601", "EUC-KR"},
    Alias{"kscode", "EUC-KR"},
    Alias{"cp949", "EUC-KR"},
    Alias{"uhc", "EUC-KR"},
    Alias{"windows949", "EUC-KR"},
    Alias{"cseuckr", "EUC-KR"},
    Alias{"iso88591", "windows-1252"},
    Alias{"88591", "windows-1252"},
    Alias{"latin1", "windows-1252"},
    Alias{"l1", "windows-1252"},
    Alias{"cp1252", "windows-1252"},
    Alias{"windows1252", "windows-1252"},
    Alias{"ansi", "windows-1252"},
    Alias{"iso88592", "ISO-8859-2"},
    Alias{"latin2", "ISO-8859-2"},
    Alias{"iso88593", "ISO-8859-3"},
    Alias{"iso88594", "ISO-8859-4"},
    Alias{"iso88595", "ISO-8859-5"},
    Alias{"iso88596", "ISO-8859-6"},
    Alias{"iso88597", "ISO-8859-7"},
    Alias{"iso88598", "ISO-8859-8"},
    Alias{"iso88598i", "ISO-8859-8"},
    Alias{"iso88599", "windows-1254"},
    Alias{"latin5", "windows-1254"},
    Alias{"iso885910", "ISO-8859-10"},
    Alias{"iso885911", "windows-874"},
    Alias{"tis620", "windows-874"},
    Alias{"windows874", "windows-874"},
    Alias{"iso885913", "ISO-8859-13"},
    Alias{"iso885914", "ISO-8859-14"},
    Alias{"iso885915", "ISO-8859-15"},
    Alias{"latin9", "ISO-8859-15"},
    Alias{"cp1250", "windows-1250"},
    Alias{"windows1250", "windows-1250"},
    Alias{"cp1251", "windows-1251"},
    Alias{"windows1251", "windows-1251"},
    Alias{"windows1253", "windows-1253"},
    Alias{"windows1254", "windows-1254"},
    Alias{"windows1255", "windows-1255"},
    Alias{"windows1256", "windows-1256"},
    Alias{"windows1257", "windows-1257"},
    Alias{"windows1258", "windows-1258"},
    Alias{"koi8r", "KOI8-R"},
    Alias{"koi8u", "KOI8-U"},
    Alias{"macintosh", "macintosh"},
    Alias{"macroman", "macintosh"},
};

const Charset* find_by_name(std::string_view name) noexcept {
    const auto* found =
        std::find_if(charsets.begin(), charsets.end(), [&](const Charset& c) { return c.name == name; });
    return found == charsets.end() ? nullptr : found;
}

}  // namespace

const Charset* charset_by_label(std::string_view untrusted_label) noexcept {
    if (untrusted_label.size() > label_bytes_max) return nullptr;
    // RFC 2231 allows a language behind it ("iso-2022-jp*ja"); some mailers run the next parameter into it, others say
    // how they shift ("_iso-2022-jp$ESC") or whose emoji it has ("ISO-2022-JP-MOBILE#KDDI").
    const std::string_view label = untrusted_label.substr(0, untrusted_label.find_first_of("*;,$#"));
    std::array<char, label_bytes_max> key_bytes{};
    std::size_t length = 0;
    for (const char c : label) {
        if (ascii::is_alnum(c)) key_bytes.at(length++) = ascii::to_lower(c);
    }
    const std::string_view key(key_bytes.data(), length);
    const auto* alias = std::find_if(aliases.begin(), aliases.end(), [&](const Alias& a) { return a.key == key; });
    return alias == aliases.end() ? nullptr : find_by_name(alias->name);
}

const Charset& charset_by_name(std::string_view name) {
    if (const Charset* charset = find_by_name(name)) return *charset;
    throw std::logic_error("no such charset: " + std::string(name));
}

}  // namespace mugaika::sandboxed
