// The data of one stream, as it leaves: decoded to the last filter and packed with Flate, anew where it did not come
// so, or a packed picture whose header was looked at. No chain of filters, no crypt filter, no external file crosses.
#pragma once

#include <optional>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>

#include "sanitizer/codec/pdf/losses.hpp"
#include "sanitizer/codec/pdf/new_document.hpp"

namespace mugaika::codec::pdf {

struct StreamData {
    Dictionary entries;  // Filter, DecodeParms; without them the data is plain
    std::string bytes;
    NewDocument::Paid paid = NewDocument::Paid::no;
    bool is_lost = false;  // a JPEG that cannot be read: a picture of nothing belongs in its place
};

enum class Pictures { may_be_packed, are_not_expected };

// What the stream holds, plain. Nothing where only a picture's decoder could tell. A predictor is undone.
std::optional<std::string> plain_data(QPDFObjectHandle stream, FilePurse&);

// JBIG2Globals are reserved in `document`. Throws GivenUp when the purse is empty, and where a packed picture cannot be
// judged: its page must not leave without it.
StreamData stream_data(QPDFObjectHandle stream, Pictures, NewDocument&, FilePurse&, LossCount&);

}  // namespace mugaika::codec::pdf
