// Copies what the roles name into the new document, object by object. Nothing else of an original object is looked at.
#pragma once

#include <map>
#include <optional>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>
#include <utility>

#include "sanitizer/codec/pdf/layers.hpp"
#include "sanitizer/codec/pdf/losses.hpp"
#include "sanitizer/codec/pdf/new_document.hpp"
#include "sanitizer/codec/pdf/roles.hpp"

namespace mugaika::codec::pdf {

class Selector {
public:
    // All outlive the selector and the document's finish().
    Selector(const Layers& layers, NewDocument& document, FilePurse& purse, LossCount& losses)
        : layers_(layers), document_(document), purse_(purse), losses_(losses) {}

    // A reference to the copy of `source` in that role, the same for the same object; nothing when it cannot play it.
    std::optional<std::string> object(Role, QPDFObjectHandle source);

    // The keys of the role that `source` holds with values of their kind.
    Dictionary dictionary(Role, QPDFObjectHandle source);

    // References to the streams of a page; to one, joined, where layers that `resources` names are taken out of it.
    std::vector<std::string> contents(const std::vector<QPDFObjectHandle>& streams, QPDFObjectHandle resources);

private:
    using Token = std::optional<std::string>;

    // What `copy` gives; when it gives nothing, no object that it has reserved is left.
    Token attempt(const std::function<Token()>& copy);
    void remember(std::pair<QPDFObjGen, Role>, std::string reference);

    Token value(const KeyRule&, QPDFObjectHandle);
    Token value_of_kind(const KeyRule&, QPDFObjectHandle);
    Token map_of(QPDFObjectHandle map, const std::function<Token(QPDFObjectHandle)>& copy);
    Token objects(Role, QPDFObjectHandle array);
    Token colour_space(QPDFObjectHandle, unsigned depth);
    Token colour_space_array(QPDFObjectHandle, const std::string& family, unsigned depth);
    Token colour_space_in_place(QPDFObjectHandle, unsigned depth);
    Token icc_based(QPDFObjectHandle profile);
    Token x_object(QPDFObjectHandle);
    Token pattern(QPDFObjectHandle);
    Token function(const KeyRule&, QPDFObjectHandle);
    Token encoding(QPDFObjectHandle);
    Token soft_mask(QPDFObjectHandle);
    Token dictionary_in_place(Role, QPDFObjectHandle);
    void write(Role, QPDFObjectHandle source);
    void write_nothing(Role);
    bool hides_something(QPDFObjectHandle resources) const;
    std::string shown(std::string_view content, QPDFObjectHandle resources) const;

    const Layers& layers_;
    NewDocument& document_;
    FilePurse& purse_;
    LossCount& losses_;
    std::map<std::pair<QPDFObjGen, Role>, std::string> copied_;
    std::vector<std::pair<QPDFObjGen, Role>> copied_in_order_;
};

}  // namespace mugaika::codec::pdf
