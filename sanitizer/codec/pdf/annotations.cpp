#include "sanitizer/codec/pdf/annotations.hpp"

#include <qpdf/Constants.h>
#include <qpdf/QPDFAnnotationObjectHelper.hh>

#include <set>

#include "sanitizer/codec/pdf/roles.hpp"
#include "sanitizer/codec/pdf/tokens.hpp"
#include "sanitizer/codec/pdf/values.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr std::string_view comments =
    "Text FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp Caret Ink";
constexpr std::string_view multimedia = "Sound Movie Screen 3D RichMedia";
constexpr std::string_view never_seen = "Popup PrinterMark TrapNet";
constexpr std::int64_t kept_flags =
    4 | 8 | 16 | 64 | 128 | 512;  // print, no zoom, no rotate, read-only, locked (twice)

std::int64_t flags_of(QPDFObjectHandle annotation) {
    QPDFObjectHandle flags = annotation.getKey("/F");
    return flags.isInteger() ? flags.getIntValue() : 0;
}

bool is_rectangle(QPDFObjectHandle value) { return value.isRectangle(); }

}  // namespace

QPDFObjectHandle Annotations::appearance(QPDFObjectHandle annotation, const std::string& subtype) {
    if (subtype == "Widget") {
        if (fields_.is_signed(annotation)) ++signatures_;
        for (const char* key : {"/A", "/AA"}) {
            QPDFObjectHandle action = annotation.getKey(key);
            if (action.isDictionary()) losses_.add_action(name_of(action.getKey("/S")));
        }
        return fields_.appearance(annotation);
    }
    if (is_among(subtype, multimedia)) {
        losses_.add(Reason::multimedia_removed);
    } else if (subtype == "FileAttachment") {
        losses_.add(Reason::embedded_file_removed);
    } else if (!is_among(subtype, "Watermark Redact Projection")) {
        losses_.add(Reason::unknown_content_removed);
    }
    return normal_appearance(annotation);
}

PageAnnotations Annotations::sort(QPDFObjectHandle page, QPDFObjectHandle resources, int rotation) {
    PageAnnotations out;
    QPDFObjectHandle annotations = page.getKey("/Annots");
    if (!annotations.isArray()) return out;
    QPDFObjectHandle used = resources.isDictionary() ? resources.getKey("/XObject") : QPDFObjectHandle::newNull();
    unsigned number = 0;
    for (const QPDFObjectHandle& item : annotations.getArrayAsVector()) {
        QPDFObjectHandle annotation = item;
        if (!annotation.isDictionary()) continue;
        const std::string subtype = name_of(annotation.getKey("/Subtype"));
        if (is_among(subtype, never_seen) || !is_rectangle(annotation.getKey("/Rect"))) continue;
        const bool is_hidden =
            (flags_of(annotation) & (an_hidden | an_no_view)) != 0 || !layers_.is_shown(annotation.getKey("/OC"));
        if (subtype == "Link" || is_among(subtype, comments)) {
            if (is_hidden) {
                losses_.add(Reason::annotation_removed);
            } else {
                out.kept.push_back(annotation);
            }
            continue;
        }
        QPDFObjectHandle form = appearance(annotation, subtype);
        if (subtype == "Widget") losses_.add(Reason::form_flattened);  // nobody can fill it in, shown or not
        if (is_hidden || !form.isStream()) continue;
        std::string name;
        do name = "MgkFm" + std::to_string(number++);
        while (used.isDictionary() && used.hasKey("/" + name));
        QPDFObjectHandle drawn =
            QPDFObjectHandle::newDictionary({{"/Rect", annotation.getKey("/Rect")},
                                             {"/F", annotation.getKey("/F")},
                                             {"/AP", QPDFObjectHandle::newDictionary({{"/N", form}})}});
        const std::string content =
            QPDFAnnotationObjectHelper(drawn).getPageContentForAppearance("/" + name, rotation, 0, 0);
        if (content.empty()) continue;
        if (subtype != "Widget") losses_.add(Reason::annotation_flattened);
        out.stamped.push_back({form, name, content});
    }
    return out;
}

Dictionary Annotations::kept(QPDFObjectHandle annotation) {
    const std::string subtype = name_of(annotation.getKey("/Subtype"));
    const bool is_link = subtype == "Link";
    Dictionary out = selector_.dictionary(is_link ? Role::link : Role::annotation, annotation);
    out["Subtype"] = name_token(subtype);
    out["Type"] = "/Annot";
    const std::int64_t flags = flags_of(annotation) & kept_flags;
    if (flags != 0) out["F"] = integer_token(flags);
    if (is_link) {
        out.merge(destinations_.target(annotation, losses_));
        return out;
    }
    QPDFObjectHandle action = annotation.getKey("/A");
    if (action.isDictionary()) losses_.add_action(name_of(action.getKey("/S")));
    const auto form = selector_.object(Role::form, normal_appearance(annotation));
    if (form) out["AP"] = dictionary_token({{"N", *form}});
    if (out.contains("Contents")) losses_.add(Reason::comments_kept);
    return out;
}

}  // namespace mugaika::codec::pdf
