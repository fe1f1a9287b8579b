// The tokenizer of the WHATWG HTML standard (section 13.2.5) over UTF-8 that is wholly in memory. Gives the same tokens
// as a browser, for any bytes; parse errors are not reported. Linear: what was read is never read again, but for a
// look ahead of constant length. Checked against all html5lib tokenizer tests. AC-136.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::sandboxed {

struct HtmlAttribute {
    std::string name;  // lower case
    std::string value;
};

struct HtmlDoctype {
    std::optional<std::string> name;
    std::optional<std::string> public_id;
    std::optional<std::string> system_id;
    bool force_quirks = false;
};

struct HtmlToken {
    enum class Kind { text, start_tag, end_tag, comment, doctype, end };
    Kind kind = Kind::end;
    std::string data;                       // text, comment, or tag name in lower case
    std::vector<HtmlAttribute> attributes;  // start_tag only; no name twice
    bool self_closing = false;
    HtmlDoctype doctype;

    // nullptr when the attribute is not there.
    const std::string* attribute(std::string_view name) const noexcept;
    std::string_view value_of(std::string_view name) const noexcept;  // "" then
};

// How the text behind a start tag is read. All but `data` end at the end tag of that name; `plaintext` never ends.
enum class HtmlContent { data, rcdata, rawtext, script, plaintext, cdata };

// With LF for line ends, as everything that reads HTML wants it (13.2.3.5): a view of `html` where it is so already,
// else of `room`. The tokenizer does this itself; to be asked by who makes several of them.
std::string_view with_unix_line_ends(std::string_view html, std::string& room);

class HtmlTokenizer {
public:
    static constexpr std::size_t attributes_max_default = 200;

    // `html` must outlive the tokenizer. Attributes of one tag past the limit are dropped.
    explicit HtmlTokenizer(std::string_view html, std::size_t attributes_max = attributes_max_default);
    HtmlTokenizer(const HtmlTokenizer&) = delete;  // views its own copy
    HtmlTokenizer& operator=(const HtmlTokenizer&) = delete;

    // The next token; valid until the next call. After the last one `end`, for ever. Neighbouring text may come in
    // pieces.
    const HtmlToken& next();

    // The tag or comment that the end of the input cut off, from its '<'; "" when there is none. AC-228.
    std::string_view unfinished() const noexcept { return unfinished_; }

    // What no token has been made of yet, line ends as tokens have them.
    std::string_view unread() const noexcept { return rest(); }

    // What the tree builder knows and the tokenizer cannot: to be said before the next token is asked for.
    void set_content(HtmlContent content) noexcept { content_ = content; }
    void allow_cdata(bool allowed) noexcept { cdata_allowed_ = allowed; }  // inside <svg> and <math> only
    void set_last_start_tag(std::string_view name) { last_start_tag_ = name; }

private:
    bool at_end() const noexcept { return at_ >= html_.size(); }
    std::string_view rest() const noexcept { return html_.substr(at_); }
    void clear_token();
    bool read_token();
    bool read_text();
    bool read_raw();
    bool read_script();
    bool read_plaintext();
    bool read_cdata();
    bool read_markup();
    bool read_declaration();
    bool read_tag(HtmlToken::Kind);
    bool read_attributes();
    void read_attribute();
    void read_attribute_value(std::string& value);
    bool read_comment();
    bool read_bogus_comment();
    bool read_doctype();
    void read_doctype_name();
    void read_doctype_ids();
    bool read_doctype_id(std::optional<std::string>& id);
    void skip_doctype();
    void end_unfinished() noexcept;
    void read_reference(std::string& out, bool in_attribute);
    bool read_numeric_reference(std::string& out);
    bool is_at_own_end_tag() const noexcept;
    bool finish_text_or_read_end_tag();
    void skip_space() noexcept;
    void take(std::string& out);
    void take_lower(std::string& out);
    std::string_view read_run(std::size_t at_least, auto ends_run);
    std::string_view read_plain_run();
    void append_replacing_nul(std::string& out, std::string_view bytes);

    std::string normalized_;  // only when there are CRs to be turned into LF
    std::string_view html_;
    std::size_t attributes_max_;
    std::size_t at_ = 0;
    std::size_t less_than_ = 0;  // the next '<', unless that was read already
    std::size_t attributes_seen_ = 0;
    std::size_t markup_at_ = 0;  // the '<' of what is being read
    std::string_view unfinished_;
    HtmlContent content_ = HtmlContent::data;
    bool cdata_allowed_ = false;
    std::string last_start_tag_;
    HtmlToken token_;
};

}  // namespace mugaika::sandboxed
