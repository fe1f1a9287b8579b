#include "sanitizer/codec/pdf/stream_data.hpp"

#include <qpdf/Buffer.hh>
#include <vector>

#include "sanitizer/codec/pdf/image_header.hpp"
#include "sanitizer/codec/pdf/stream_filters.hpp"
#include "sanitizer/codec/pdf/tokens.hpp"
#include "sanitizer/codec/pictures/rebuild_picture.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr std::size_t filters_max = 8;

struct Filter {
    std::string name;  // the long one
    QPDFObjectHandle parms;
};

std::string long_name(const std::string& name) {
    constexpr std::pair<std::string_view, std::string_view> abbreviations[] = {
        {"/AHx", "ASCIIHexDecode"}, {"/A85", "ASCII85Decode"},  {"/LZW", "LZWDecode"}, {"/Fl", "FlateDecode"},
        {"/RL", "RunLengthDecode"}, {"/CCF", "CCITTFaxDecode"}, {"/DCT", "DCTDecode"}};
    for (const auto& [brief, full] : abbreviations) {
        if (name == brief) return std::string(full);
    }
    return name.substr(std::min<std::size_t>(1, name.size()));
}

QPDFObjectHandle either(QPDFObjectHandle dictionary, const char* key, const char* brief) {
    const QPDFObjectHandle value = dictionary.getKey(key);
    return QPDFObjectHandle(value).isNull() ? dictionary.getKey(brief) : value;
}

std::vector<Filter> filters_of(QPDFObjectHandle dictionary) {
    QPDFObjectHandle names = either(dictionary, "/Filter", "/F");
    QPDFObjectHandle parms = either(dictionary, "/DecodeParms", "/DP");
    if (names.isString() || names.isDictionary()) names = QPDFObjectHandle::newNull();  // /F: a file elsewhere
    std::vector<Filter> filters;
    if (names.isName()) {
        if (parms.isArray()) parms = parms.getArrayNItems() > 0 ? parms.getArrayItem(0) : QPDFObjectHandle::newNull();
        filters.push_back({long_name(names.getName()), parms});
    } else if (names.isArray()) {
        const int count = names.getArrayNItems();
        if (count > static_cast<int>(filters_max))
            throw GivenUp{{Reason::not_representable, "pdf: a long chain of filters"}};
        for (int i = 0; i < count; ++i) {
            QPDFObjectHandle name = names.getArrayItem(i);
            if (!name.isName()) throw GivenUp{{Reason::not_representable, "pdf: a filter that is no name"}};
            const bool has_own = parms.isArray() && i < parms.getArrayNItems();
            filters.push_back({long_name(name.getName()), has_own      ? parms.getArrayItem(i)
                                                          : count == 1 ? parms
                                                                       : QPDFObjectHandle::newNull()});
        }
    }
    return filters;
}

std::int64_t number_of(QPDFObjectHandle parms, const char* key, std::int64_t otherwise) {
    if (!parms.isDictionary()) return otherwise;
    QPDFObjectHandle value = parms.getKey(key);
    return value.isInteger() ? value.getIntValue() : otherwise;
}

bool has_predictor(const Filter& filter) {
    return (filter.name == "FlateDecode" || filter.name == "LZWDecode") && number_of(filter.parms, "/Predictor", 1) > 1;
}

// The parameters of a predictor, in the order and values that a reader can hold.
std::string predictor_token(QPDFObjectHandle parms) {
    const std::int64_t predictor = number_of(parms, "/Predictor", 1);
    const std::int64_t colours = number_of(parms, "/Colors", 1);
    const std::int64_t bits = number_of(parms, "/BitsPerComponent", 8);
    const std::int64_t columns = number_of(parms, "/Columns", 1);
    const bool fits = (predictor == 2 || (predictor >= 10 && predictor <= 15)) && colours >= 1 && colours <= 32 &&
                      (bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16) && columns >= 1 &&
                      columns <= 1'000'000;
    if (!fits) throw GivenUp{{Reason::not_representable, "pdf: parameters of a predictor"}};
    return dictionary_token({{"BitsPerComponent", integer_token(bits)},
                             {"Colors", integer_token(colours)},
                             {"Columns", integer_token(columns)},
                             {"Predictor", integer_token(predictor)}});
}

std::string fax_token(QPDFObjectHandle parms) {
    Dictionary entries;
    for (const char* key : {"/Columns", "/DamagedRowsBeforeError", "/K", "/Rows"}) {
        const std::int64_t value = number_of(parms, key, INT64_MIN);
        if (value >= -1 && value <= 65'535) entries[key + 1] = integer_token(value);
    }
    for (const char* key : {"/BlackIs1", "/EncodedByteAlign", "/EndOfBlock", "/EndOfLine"}) {
        QPDFObjectHandle value = parms.isDictionary() ? parms.getKey(key) : QPDFObjectHandle::newNull();
        if (value.isBool()) entries[key + 1] = value.getBoolValue() ? "true" : "false";
    }
    return dictionary_token(entries);
}

std::string raw_data(QPDFObjectHandle stream) {
    const std::shared_ptr<Buffer> raw = stream.getRawStreamData();
    return std::string(reinterpret_cast<const char*>(raw->getBuffer()), raw->getSize());
}

// Undoes one filter. False for those of pictures, which are left as they are.
bool undo(const Filter& filter, std::string& data, FilePurse& purse) {
    const std::uint64_t most = purse.inner_left();
    Decoded decoded;
    if (filter.name == "FlateDecode") {
        decoded = decode_flate(data, most);
    } else if (filter.name == "LZWDecode") {
        decoded = decode_lzw(data, number_of(filter.parms, "/EarlyChange", 1) != 0, most);
    } else if (filter.name == "ASCII85Decode") {
        decoded = decode_ascii_85(data, most);
    } else if (filter.name == "ASCIIHexDecode") {
        decoded = decode_ascii_hex(data, most);
    } else if (filter.name == "RunLengthDecode") {
        decoded = decode_run_length(data, most);
    } else if (filter.name == "Crypt") {
        return true;  // qpdf has decrypted what it could
    } else {
        return false;
    }
    if (!decoded || !purse.take_inner(decoded->size())) {
        throw GivenUp{{Reason::inner_too_large, "pdf: a stream that is unpacked"}};
    }
    data = std::move(*decoded);
    return true;
}

// A JBIG2 stream's segments that several pictures share.
void add_globals(QPDFObjectHandle parms, Dictionary& entries, NewDocument& document, FilePurse& purse) {
    QPDFObjectHandle globals = parms.isDictionary() ? parms.getKey("/JBIG2Globals") : QPDFObjectHandle::newNull();
    if (!globals.isStream()) return;
    std::optional<std::string> data = plain_data(globals, purse);
    if (!data || !are_jbig2_segments(*data)) throw GivenUp{{Reason::not_representable, "pdf: JBIG2 globals"}};
    const std::uint32_t number = document.reserve([&document, bytes = encode_flate(*data)] {
        document.put_stream({{"Filter", "/FlateDecode"}}, bytes);
    });
    entries["DecodeParms"] = dictionary_token({{"JBIG2Globals", reference_token(number)}});
}

// By the room of the pictures: every marker in it is ours then. Its coefficients and so its colours stay as they were.
StreamData jpeg(QPDFObjectHandle parms, std::string_view data, FilePurse& purse, LossCount& losses) {
    StreamData out;
    FileOutcome outcome = rebuild_picture(data, purse);
    if (const auto* fault = std::get_if<FileNotMade>(&outcome)) {
        out.is_lost = fault->why == Reason::document_damaged || fault->why == Reason::not_representable;
        if (!out.is_lost) throw GivenUp{{fault->why, "pdf: " + fault->words}};
        losses.add(Reason::picture_damaged);
        return out;
    }
    auto& made = std::get<FileMade>(outcome);
    // Other kinds can become a JPEG too, but no reader of PDF would have shown them.
    if (!data.starts_with("\xff\xd8\xff")) throw GivenUp{{Reason::not_representable, "pdf: a JPEG that is none"}};
    for (const Loss& loss : made.losses) {
        if (loss.what != Reason::colour_profile_dropped)
            losses.add(loss.what, loss.count);  // readers go by /ColorSpace
    }
    out.entries["Filter"] = "/DCTDecode";
    const std::int64_t transform = number_of(parms, "/ColorTransform", -1);
    if (transform == 0 || transform == 1) {
        out.entries["DecodeParms"] = dictionary_token({{"ColorTransform", integer_token(transform)}});
    }
    out.bytes = std::move(made.untrusted_bytes);
    out.paid = NewDocument::Paid::yes;
    return out;
}

// Data that came packed by Flate and leaves as it was: packed as it came, when the packing is whole, holds nothing else
// and is no larger than needed. The checker inflates every stream whole, so what crosses beside the data is only where
// the sender's program began its blocks. Packing anew was a sixth of the time that a mail with a PDF takes.
StreamData flate(std::string packed, StreamData out, FilePurse& purse) {
    std::optional<Inflated> inflated = inflate(packed, purse.inner_left());
    if (!inflated || !purse.take_inner(inflated->data.size()))
        throw GivenUp{{Reason::inner_too_large, "pdf: a stream that is unpacked"}};
    out.entries["Filter"] = "/FlateDecode";
    out.bytes = inflated->is_tidy ? std::move(packed) : encode_flate(inflated->data);
    return out;
}

StreamData picture(const Filter& filter, std::string data, NewDocument& document, FilePurse& purse) {
    StreamData out;
    out.entries["Filter"] = name_token(filter.name);
    std::optional<ImageHeader> header;
    if (filter.name == "JPXDecode") {
        header = read_jpx_header(data);
    } else if (filter.name == "JBIG2Decode") {
        header = read_jbig2_header(data);
        add_globals(filter.parms, out.entries, document, purse);
    } else if (filter.name == "CCITTFaxDecode") {
        out.entries["DecodeParms"] = fax_token(filter.parms);
        header = ImageHeader{1, 1};  // has none
    }
    if (!header)
        throw GivenUp{{Reason::not_representable, "pdf: a packed picture whose header does not hold together"}};
    if (!purse.take_pixels(std::uint64_t{header->width} * header->height)) {
        throw GivenUp{{Reason::too_many_pixels, "pdf: the pictures of the document"}};
    }
    out.bytes = std::move(data);
    return out;
}

}  // namespace

std::optional<std::string> plain_data(QPDFObjectHandle stream, FilePurse& purse) {
    std::string data = raw_data(stream);
    bool has_one = false;
    for (const Filter& filter : filters_of(stream.getDict())) {
        if (!undo(filter, data, purse)) return std::nullopt;
        has_one = has_one || has_predictor(filter);
    }
    if (!has_one) return data;
    // Its size is known now, and undoing a predictor does not make it larger.
    const std::shared_ptr<Buffer> plain = stream.getStreamData(qpdf_dl_generalized);
    return std::string(reinterpret_cast<const char*>(plain->getBuffer()), plain->getSize());
}

StreamData stream_data(QPDFObjectHandle stream, Pictures pictures, NewDocument& document, FilePurse& purse,
                       LossCount& losses) {
    QPDFObjectHandle dictionary = stream.getDict();
    QPDFObjectHandle elsewhere = dictionary.getKey("/F");
    if (elsewhere.isString() || elsewhere.isDictionary()) {  // AC-172: what stands in the file itself is what is shown
        losses.add(Reason::external_reference_removed);
    }
    const std::vector<Filter> filters = filters_of(dictionary);
    std::string data = raw_data(stream);
    StreamData out;
    for (std::size_t i = 0; i < filters.size(); ++i) {
        const bool is_last = i + 1 == filters.size();
        if (is_last && filters[i].name == "FlateDecode") {
            if (has_predictor(filters[i])) out.entries["DecodeParms"] = predictor_token(filters[i].parms);
            return flate(std::move(data), std::move(out), purse);
        }
        if (!undo(filters[i], data, purse)) {
            if (!is_last || pictures != Pictures::may_be_packed) {
                throw GivenUp{{Reason::not_representable, "pdf: a chain of filters"}};
            }
            if (filters[i].name == "DCTDecode") return jpeg(filters[i].parms, data, purse, losses);
            return picture(filters[i], std::move(data), document, purse);
        }
        if (!has_predictor(filters[i])) continue;
        if (!is_last) throw GivenUp{{Reason::not_representable, "pdf: a predictor inside a chain"}};
        out.entries["DecodeParms"] = predictor_token(filters[i].parms);
    }
    out.entries["Filter"] = "/FlateDecode";
    out.bytes = encode_flate(data);
    return out;
}

}  // namespace mugaika::codec::pdf
