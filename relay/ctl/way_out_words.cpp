#include "relay/ctl/way_out_words.hpp"

namespace mugaika::ctl {

std::string act_words(const WayOut& way, const std::string& item) {
    std::string words = "would be delivered: ";
    switch (way.act) {
        case Act::password:
            return words + "opened with its password, by `mugaika quarantine unlock " + (item.empty() ? "ID" : item) +
                   " --part " + way.path + "`";
        case Act::release:
            return words + "released as received, by `mugaika quarantine release " + (item.empty() ? "ID" : item) +
                   " --parts " + way.path + "`";
        case Act::smaller:
            return words + "sent again with at most " + std::to_string(way.bytes) + " bytes";
        case Act::image_pdf:
            return words + "as pictures of its pages, by `mugaika quarantine release " + (item.empty() ? "ID" : item) +
                   " --part " + way.path + " --as image-pdf`";
        case Act::own_mail:
            return words + "sent again in a mail of its own";
        case Act::other_kind:
            break;
    }
    return words + "sent again as " + std::string(to_string(way.kind));
}

boost::json::object act_json(const WayOut& way) {
    boost::json::object object;
    switch (way.act) {
        case Act::password:
            object["act"] = "password";
            break;
        case Act::release:
            object["act"] = "release";
            break;
        case Act::smaller:
            object["act"] = "smaller";
            object["bytes"] = way.bytes;
            break;
        case Act::other_kind:
            object["act"] = "other_kind";
            object["kind"] = to_string(way.kind);
            break;
        case Act::image_pdf:
            object["act"] = "image_pdf";
            break;
        case Act::own_mail:
            object["act"] = "own_mail";
            break;
    }
    return object;
}

}  // namespace mugaika::ctl
