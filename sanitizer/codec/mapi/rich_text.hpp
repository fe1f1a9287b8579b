// What rich text says: the HTML that Outlook wrapped into it ([MS-OXRTFEX]), or else its words. Only bodies of messages
// are read here; files of rich text stay where they are.
#pragma once

#include <string>
#include <string_view>

namespace mugaika::codec::mapi {

struct RichText {
    bool is_html = false;
    std::string utf8;
};

// Never fails: what is no rich text says nothing. Groups may lie as deep in each other as they like. Linear.
RichText read_rich_text(std::string_view untrusted);

}  // namespace mugaika::codec::mapi
