#include "tests/support/worker_lies.hpp"

#include <algorithm>

#include "policy/limits.hpp"
#include "sanitizer/worker/wire.hpp"
#include "tests/support/sample_extract.hpp"

namespace mugaika::test {
namespace {

// sample_extract(): 1.1 text, 1.2 an attached mail, 1.2/1 a program in it, 1.4 an original that was ordered.
enum Row : std::size_t { row_text, row_mail, row_program, row_file };

void quote_deeper(Extract& e, std::size_t bytes) {
    e.parts[row_mail].facts.bytes = 30;
    PartRow inner = sample_row("1.2/2", PartKind::text, PartVerdict::text);
    inner.facts.is_attachment = false;
    e.parts.insert(e.parts.begin() + row_file, inner);
    e.texts.push_back({"1.2/2", TextRole::body, {}, {}, 1, text(std::string(bytes, '\n'))});
}

SignatureFact sample_signature(const std::string& path, SignatureFault fault = SignatureFault::none) {
    SignatureFact fact;
    fact.path = path;
    fact.fault = fault;
    fact.signer = line("a");
    fact.issuer = line("b");
    return fact;
}

}  // namespace

const std::vector<Lie>& lies() {
    static const std::vector<Lie> all{
        // The answer accounts for the mail.
        {"no_part", "no part at all",
         [](Extract& e) {
             e.parts.clear();
             e.texts.clear();
             e.files.clear();
         }},
        {"text_withheld", "part 1.1 became text of which there is none",
         [](Extract& e) { e.texts.erase(e.texts.begin()); }},
        {"text_emptied", "part 1.1 has a text where a heading belongs, or none",
         [](Extract& e) { e.texts[0].text = {}; }},
        {"mail_withheld", "part 1.2 became text of which there is none", [](Extract& e) { e.texts.pop_back(); }},
        {"mail_emptied", "part 1.2 is a mail without a part",
         [](Extract& e) { e.parts.erase(e.parts.begin() + row_program); }},
        {"dropped_in_silence", "part 1.2/1 was dropped without a reason",
         [](Extract& e) { e.parts[row_program].reason = Reason::none; }},
        {"no_digest", "part 1.2/1 has no digest", [](Extract& e) { e.parts[row_program].sha256.clear(); }},
        {"larger_than_the_mail", "part 1.4 does not fit into the mail",
         [](Extract& e) { e.parts[row_file].facts.bytes = 1u << 20; }},
        {"larger_together", "does not fit into the mail",
         [](Extract& e) {
             for (int i = 5; i < 500; ++i) {
                 e.parts.push_back(sample_row("1." + std::to_string(i), PartKind::other, PartVerdict::quarantined));
             }
         }},
        {"larger_than_its_mail", "part 1.2/1 does not fit into the part around it",
         [](Extract& e) { e.parts[row_program].facts.bytes = 13; }},
        {"larger_than_anything", "part 1.1 is over the budget",
         [](Extract& e) { e.parts[row_text].facts.bytes = UINT64_MAX; }},
        {"out_of_order", "part 1.2 is out of order",
         [](Extract& e) { std::swap(e.parts[0].facts.path, e.parts[row_file].facts.path); }},
        {"twice", "part 1.1 stands twice", [](Extract& e) { e.parts[row_mail].facts.path = "1.1"; }},
        {"in_a_part_that_is_not", "part 1.3/1 lies in a part that is not there",
         [](Extract& e) { e.parts[row_program].facts.path = "1.3/1"; }},
        {"in_a_mail_unread", "part 1.2/1 lies in a mail that was not read",
         [](Extract& e) {
             e.parts[row_mail].verdict = PartVerdict::quarantined;
             e.parts[row_mail].method = Method::none;
             e.parts[row_mail].reason = Reason::too_deep;
             e.texts.pop_back();
         }},
        {"text_in_a_text", "part 1.1/1 is text of a file in a text",
         [](Extract& e) {
             e.parts.insert(e.parts.begin() + row_mail, sample_row("1.1/1", PartKind::text, PartVerdict::text));
         }},

        // What is shown is what the row says, where it says.
        {"program_as_text", "part 1.2/1 may not cross",
         [](Extract& e) {
             e.parts[row_program].verdict = PartVerdict::text;
             e.parts[row_program].method = Method::text_body;
             e.texts.push_back({"1.2/1", TextRole::attached, {}, {}, 1, text("MZ")});
         }},
        {"text_of_nothing", "text without a row, part 9", [](Extract& e) { e.texts[0].path = "9"; }},
        {"text_of_what_was_kept", "part 1.2/1 is no text and has one",
         [](Extract& e) {
             e.texts.push_back({"1.2/1", TextRole::attached, {}, {}, 1, text("MZ")});
         }},
        {"text_twice", "part 1.1 has its text out of order",
         [](Extract& e) { e.texts.insert(e.texts.begin(), e.texts[0]); }},
        {"attachment_as_body", "part 1.1 is shown as what it is not",
         [](Extract& e) { e.parts[row_text].facts.is_attachment = true; }},
        {"depth_of_another", "part 1.1 is quoted unlike its place", [](Extract& e) { e.texts[0].quote_depth = 1; }},
        {"depth_without_end", "part 1.2 is quoted unlike its place",
         [](Extract& e) { e.texts[1].quote_depth = UINT32_MAX; }},
        {"summary_of_a_body", "part 1.1 has a summary that is none",
         [](Extract& e) {
             e.texts[0].summary = {{"From", line("boss")}};
         }},
        {"summary_twice", "part 1.2 has a summary that is none",
         [](Extract& e) {
             e.texts[1].summary.push_back({"From", line("boss")});
         }},
        {"summary_of_its_own", "part 1.2 has a summary that is none",
         [](Extract& e) {
             e.texts[1].summary = {{"Bcc", line("boss")}};
         }},
        {"method_of_another", "part 1.1 has a method that does not fit",
         [](Extract& e) { e.parts[row_text].method = Method::image_pdf; }},
        {"author_unsaid", "an author that cannot be written and is not said",
         [](Extract& e) { e.header.from = {mailbox("", "太郎@日本語.jp")}; }},
        {"word_of_another", "the word of one who is not believed",
         [](Extract& e) {
             e.header.authentication = {"mx.upstream.example", {AuthResult::pass}};
         }},

        // Files.
        {"original_unordered", "part 1.5 may not cross",
         [](Extract& e) { e.parts[row_file].facts.path = e.files[0].path = "1.5"; }},
        // A file that it says it has rebuilt: whoever reads mails rebuilds none.
        {"rebuilt_by_itself", "part 1.4 may not cross",
         [](Extract& e) {
             e.parts[row_file].method = Method::rebuilt;
             e.parts[row_file].reason = Reason::none;
         }},
        {"other_bytes", "a file whose digest is wrong, part 1.4", [](Extract& e) { e.files[0].bytes += "x"; }},
        {"other_name", "a file under another name than its row", [](Extract& e) { e.files[0].name = line("a.exe"); }},
        {"file_twice", "two files of part 1.4", [](Extract& e) { e.files.push_back(e.files[0]); }},
        {"file_withheld", "a rebuilt row without its file", [](Extract& e) { e.files.clear(); }},
        {"output_of_no_file", "part 1.1 became no file and names one",
         [](Extract& e) { e.parts[row_text].out_name = "a.exe"; }},

        // Signatures: what the rows say is what the facts come to.
        {"signature_of_nothing", "the signature at 9 is of a part that is not there",
         [](Extract& e) { e.signatures = {sample_signature("9")}; }},
        {"signature_of_a_text", "the signature at 1.1 is of a part that is none",
         [](Extract& e) { e.signatures = {sample_signature("1.1")}; }},
        {"signature_unsaid", "part 1.2 says of its signature otherwise",
         [](Extract& e) { e.signatures = {sample_signature("1.2")}; }},
        {"signature_made_up", "part 1.1 says of its signature otherwise",
         [](Extract& e) { e.parts[row_text].notes.push_back(Reason::signature_valid); }},
        {"signature_said_better", "part 1.2 says of its signature otherwise",
         [](Extract& e) {
             e.signatures = {sample_signature("1.2", SignatureFault::content_changed)};
             e.parts[row_mail].notes.push_back(Reason::signature_valid);
         }},
        {"signature_of_the_mail_made_up", "signatures of the mail said otherwise",
         [](Extract& e) { e.findings.push_back(Reason::signature_valid); }},
        {"signature_of_nobody", "the signature at 1.2 is valid and nobody's",
         [](Extract& e) {
             e.signatures = {sample_signature("1.2")};
             e.signatures[0].signer = {};
         }},
        {"signature_in_two_mails", "the signature at 1.2 is valid in a mail that can be seen as two",
         [](Extract& e) {
             e.signatures = {sample_signature("1.2")};
             e.parts[row_mail].notes.push_back(Reason::signature_valid);
             e.findings.push_back(Reason::readings_differ);
         }},
        {"signature_of_a_long_name", "the signature at 1.2 has too long a name",
         [](Extract& e) {
             e.signatures = {sample_signature("1.2")};
             e.signatures[0].issuer = line(std::string(signature_name_bytes_max + 1, 'x'));
         }},
        {"signatures_without_end", "a list that is too long",
         [](Extract& e) { e.signatures.resize(signatures_max + 1, sample_signature("1.2")); }},

        // Nothing is without bound.
        {"long_title", "part 1.1 has too long a title",
         [](Extract& e) { e.texts[0].title = line(std::string(AnswerLimits().name_bytes_max + 1, 'x')); }},
        {"long_name", "part 1.1 has too long a name",
         [](Extract& e) { e.parts[row_text].facts.name = std::string(AnswerLimits().name_bytes_max + 1, 'x'); }},
        {"long_output_name", "part 1.4 has too long a name",
         [](Extract& e) { e.parts[row_file].out_name = std::string(AnswerLimits().name_bytes_max + 1, 'x'); }},
        {"long_summary", "part 1.2 has a summary that is none",
         [](Extract& e) {
             e.texts[1].summary[0].second = line(std::string(AnswerLimits().summary_line_bytes_max + 1, 'x'));
         }},
        {"long_handler", "part 1.1 has a handler that is none",
         [](Extract& e) { e.parts[row_text].handler = std::string(33, 'x'); }},
        {"handler_of_words", "part 1.1 has a handler that is none",
         [](Extract& e) { e.parts[row_text].handler = "<a>"; }},
        {"long_charset", "a string that breaks its rule",
         [](Extract& e) { e.parts[row_text].charset = std::string(65, 'x'); }},
        {"long_display_name", "a display name over the budget",
         [](Extract& e) { e.header.to[0].name = line(std::string((16u << 10) + 1, 'x')); }},
        {"long_header", "more header than the mail can hold",
         [](Extract& e) { e.header.to.assign(100, mailbox(std::string(1000, 'x'), "a@b.example")); }},
        {"hops", "more hops than fields", [](Extract& e) { e.header.received_count = UINT32_MAX; }},
        {"notes_twice", "a reason that stands twice", nullptr},
        {"quoting_bomb", "more text than the budget, as it is written",
         [](Extract& e) { quote_deeper(e, BudgetLimits().text_bytes_max / 3); }},
        {"many_texts", "a list that is too long", [](Extract& e) { e.texts.resize(20001, e.texts[0]); }},
    };
    return all;
}

std::string frame_of(const Lie& lie) {
    Extract extract = sample_extract();
    if (lie.tell != nullptr) {
        lie.tell(extract);
        return encode_extract(extract);
    }
    // The writer says each reason once; a worker that writes its own frames need not. The frame ends with the findings.
    std::string frame = encode_extract(extract);
    frame.back() = frame[frame.size() - 2];
    return frame;
}

}  // namespace mugaika::test
