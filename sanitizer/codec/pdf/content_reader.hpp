// Reads a content stream operation by operation (ISO 32000-1, 7.8.2). Never fails: what is no token is a token of one
// byte.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace mugaika::codec::pdf {

struct Operation {
    std::string_view name;                   // "Tj"; "BI" for a whole inline image; "" for operands that end the stream
    std::string_view text;                   // operands, operator, as they stood
    std::vector<std::string_view> operands;  // the last few
};

class ContentReader {
public:
    explicit ContentReader(std::string_view content) : content_(content) {}

    std::optional<Operation> next();

private:
    void skip_blank();
    std::string_view take_token();
    std::string_view take_string();
    void skip_inline_image();

    std::string_view content_;
    std::size_t at_ = 0;
};

}  // namespace mugaika::codec::pdf
