#include "sanitizer/codec/pdf/new_pages.hpp"

#include <array>

#include "sanitizer/codec/pdf/outlines.hpp"
#include "sanitizer/codec/pdf/roles.hpp"
#include "sanitizer/codec/pdf/stream_filters.hpp"
#include "sanitizer/codec/pdf/tokens.hpp"
#include "sanitizer/codec/pdf/values.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr std::uint32_t tree_number = 2;
constexpr std::uint32_t first_page_number = 3;
constexpr double side_max = 14'400 * 4.0;  // four times what readers promise (annex C.2)

// A box that a page can have; nothing otherwise.
std::optional<std::string> box_value(QPDFObjectHandle box) {
    if (!box.isRectangle()) return std::nullopt;
    const QPDFObjectHandle::Rectangle sides = box.getArrayAsRectangle();
    for (const double side : {sides.llx, sides.lly, sides.urx, sides.ury}) {
        if (!(side >= -side_max && side <= side_max)) return std::nullopt;
    }
    if (sides.llx == sides.urx || sides.lly == sides.ury) return std::nullopt;
    return numbers_value(box);
}

int rotation_of(QPDFObjectHandle rotate) {
    const std::int64_t angle = rotate.isInteger() ? rotate.getIntValue() : 0;
    return angle % 90 == 0 ? static_cast<int>((angle % 360 + 360) % 360) : 0;
}

QPDFObjectHandle checked_catalog(QPDF& source) {
    QPDFObjectHandle catalog = source.getRoot();
    if (!catalog.isDictionary()) throw GivenUp{{Reason::document_damaged, "pdf: no catalog"}};
    return catalog;
}

}  // namespace

NewPages::NewPages(QPDF& source, FilePurse& purse)
    : catalog_(checked_catalog(source)),
      pages_(read_pages(catalog_, purse.limits())),
      layers_(catalog_),
      document_(purse),
      selector_(layers_, document_, purse, losses_),
      fields_(source, purse),
      destinations_(catalog_, pages_, first_page_number),
      annotations_(fields_, destinations_, layers_, selector_, losses_) {}

FileOutcome NewPages::make() {
    if (pages_.empty()) throw GivenUp{{Reason::document_damaged, "pdf: no pages"}};
    if (is_dynamic_form(catalog_, pages_))
        return FileNotMade{Reason::dynamic_form, "pdf: XFA without fields on its pages"};
    document_.reserve([this] { write_catalog(); });
    document_.reserve([this] { write_tree(); });
    for (const SourcePage& page : pages_) {
        document_.reserve([this, &page] { write_page(page); });
    }
    FileMade made{SafeKind::pdf, document_.finish(), {}, static_cast<std::uint32_t>(pages_.size())};
    count_what_the_catalog_loses();
    made.losses = losses_.rows();
    return made;
}

void NewPages::write_catalog() {
    Dictionary out{{"Type", "/Catalog"}, {"Pages", reference_token(tree_number)}};
    if (const Token language = text_value(catalog_.getKey("/Lang"))) out["Lang"] = *language;
    if (const auto names = destinations_.names()) {
        out["Names"] = dictionary_token({{"Dests", dictionary_token({{"Names", *names}})}});
    }
    std::string labels;
    std::int64_t last = -1;
    for (const auto& [number, label] : tree_entries(catalog_.getKey("/PageLabels"), "/Nums")) {
        QPDFObjectHandle from = number;
        if (!from.isInteger() || from.getIntValue() <= last || !QPDFObjectHandle(label).isDictionary()) continue;
        last = from.getIntValue();
        labels += integer_token(last) + ' ' + dictionary_token(selector_.dictionary(Role::page_label, label)) + ' ';
    }
    if (!labels.empty()) out["PageLabels"] = dictionary_token({{"Nums", "[ " + labels + ']'}});
    const auto words = "SinglePage OneColumn TwoColumnLeft TwoColumnRight TwoPageLeft TwoPageRight";
    if (const Token layout = word_value(catalog_.getKey("/PageLayout"), words)) out["PageLayout"] = *layout;
    if (const Token mode = word_value(catalog_.getKey("/PageMode"), "UseNone UseOutlines UseThumbs"))
        out["PageMode"] = *mode;
    if (const auto root = write_outlines(catalog_.getKey("/Outlines"), destinations_, document_, losses_))
        out["Outlines"] = *root;
    QPDFObjectHandle preferences = catalog_.getKey("/ViewerPreferences");
    if (preferences.isDictionary()) {
        const Token direction = word_value(preferences.getKey("/Direction"), "L2R R2L");
        if (direction) out["ViewerPreferences"] = dictionary_token({{"Direction", *direction}});
    }
    document_.put(dictionary_token(out));
}

void NewPages::write_tree() {
    std::string kids = "[ ";
    for (std::uint32_t i = 0; i < pages_.size(); ++i) (kids += reference_token(first_page_number + i)) += ' ';
    document_.put(
        dictionary_token({{"Type", "/Pages"}, {"Count", std::to_string(pages_.size())}, {"Kids", kids + ']'}}));
}

void NewPages::write_page(const SourcePage& source) {
    QPDFObjectHandle page = source.page;
    Dictionary out = selector_.dictionary(Role::page, page);
    for (const char* key : {"ArtBox", "BleedBox", "CropBox", "MediaBox", "Rotate", "TrimBox"}) out.erase(key);
    out["Type"] = "/Page";
    out["Parent"] = reference_token(tree_number);
    out["MediaBox"] = box_value(source.media_box).value_or("[ 0 0 612 792 ]");
    if (const auto box = box_value(source.crop_box)) out["CropBox"] = *box;
    for (const char* key : {"/ArtBox", "/BleedBox", "/TrimBox"}) {
        if (const auto box = box_value(page.getKey(key))) out[key + 1] = *box;
    }
    const int rotation = rotation_of(source.rotate);
    if (rotation != 0) out["Rotate"] = integer_token(rotation);
    const PageAnnotations annotations = annotations_.sort(page, source.resources, rotation);
    std::string kept;
    for (const QPDFObjectHandle& annotation : annotations.kept) kept += write_annotation(annotation) + ' ';
    if (!kept.empty()) out["Annots"] = "[ " + kept + ']';
    const std::string contents = write_contents(source, annotations);
    if (!contents.empty()) out["Contents"] = contents;
    out["Resources"] = write_resources(source, annotations.stamped);
    document_.put(dictionary_token(out));
}

std::string NewPages::write_annotation(QPDFObjectHandle annotation) {
    return reference_token(
        document_.reserve([this, annotation] { document_.put(dictionary_token(annotations_.kept(annotation))); }));
}

std::string NewPages::write_contents(const SourcePage& source, const PageAnnotations& annotations) {
    const auto own = [this](std::string content) {
        return reference_token(document_.reserve([this, text = std::move(content)] {
            document_.put_stream({{"Filter", "/FlateDecode"}}, encode_flate(text));
        }));
    };
    std::vector<std::string> parts;
    if (!annotations.stamped.empty()) parts.push_back(own("q\n"));
    QPDFObjectHandle contents = QPDFObjectHandle(source.page).getKey("/Contents");
    const std::vector<QPDFObjectHandle> streams =
        contents.isArray() ? contents.getArrayAsVector() : std::vector{contents};
    for (std::string& part : selector_.contents(streams, source.resources)) parts.push_back(std::move(part));
    if (!annotations.stamped.empty()) {
        std::string drawn = "\nQ\n";
        for (const Stamped& stamped : annotations.stamped) drawn += stamped.content;
        parts.push_back(own(std::move(drawn)));
    }
    if (parts.empty()) return {};
    if (parts.size() == 1) return parts.front();
    std::string out = "[ ";
    for (const std::string& part : parts) (out += part) += ' ';
    return out + ']';
}

std::string NewPages::write_resources(const SourcePage& source, const std::vector<Stamped>& stamped) {
    QPDFObjectHandle resources = source.resources;
    if (!resources.isDictionary()) resources = QPDFObjectHandle::newDictionary();
    if (!stamped.empty()) {
        resources = resources.shallowCopy();
        QPDFObjectHandle forms = resources.getKey("/XObject");
        forms = forms.isDictionary() ? forms.shallowCopy() : QPDFObjectHandle::newDictionary();
        for (const Stamped& one : stamped) forms.replaceKey("/" + one.name, one.form);
        resources.replaceKey("/XObject", forms);
    }
    return *selector_.object(Role::resources, resources);
}

void NewPages::count_what_the_catalog_loses() {
    for (const auto& [key, value] : catalog_.getDictAsMap()) {
        if (key == "/OpenAction" && QPDFObjectHandle(value).isDictionary()) {
            losses_.add_action(name_of(QPDFObjectHandle(value).getKey("/S")));
        } else if (key != "/AcroForm") {
            losses_.add_key(std::string_view(key).substr(1));
        }
    }
    QPDFObjectHandle names = catalog_.getKey("/Names");
    if (names.isDictionary()) {
        for (const auto& entry : names.getDictAsMap()) losses_.add_key(std::string_view(entry.first).substr(1));
    }
    losses_.add(Reason::signature_dropped, annotations_.signatures());
}

}  // namespace mugaika::codec::pdf
