#include "sanitizer/codec/words/document_words.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "sanitizer/codec/words/presentation_words.hpp"
#include "sanitizer/codec/words/story_reader.hpp"

namespace mugaika::codec::words {
namespace {

using Items = std::map<std::string, std::string>;

Items items_of(const Package& package, std::string_view word, Document& document) {
    Items items;
    for (const std::string& name : related(package, package.main_name(), word)) {
        Page none(0);
        StoryReader reader(document, none);
        read_part(package, name, reader);
        items.insert(reader.items().begin(), reader.items().end());
    }
    return items;
}

void add_items(const Items& items, const std::vector<std::string>& in_order, std::string_view word, Page& page) {
    page.gap();
    for (std::size_t i = 0; i < in_order.size(); ++i) {
        const auto item = items.find(in_order[i]);
        if (item == items.end() || item->second.empty()) continue;
        page.add("［" + std::string(word) + std::to_string(i + 1) + "］ " + item->second);
    }
}

// Of each section and kind of page; most say the same.
void add_edges(const Package& package, std::string_view word, std::string_view shown, Document& document, Page& page) {
    std::vector<std::string> said;
    for (const std::string& name : related(package, package.main_name(), word)) {
        Page edge(package.purse().limits().out_bytes_max);
        StoryReader reader(document, edge);
        read_part(package, name, reader);
        std::string text = in_one_line(std::move(edge).take());
        if (!text.empty() && std::find(said.begin(), said.end(), text) == said.end()) said.push_back(std::move(text));
    }
    for (const std::string& text : said) page.add("［" + std::string(shown) + "］ " + text);
}

}  // namespace

std::uint32_t add_document(const Package& package, Page& page) {
    Document document(package.purse().limits().out_bytes_max);
    const std::string& main = package.main_name();
    for (const std::string& name : related(package, main, "styles")) read_part(package, name, document.styles);
    for (const std::string& name : related(package, main, "numbering")) read_part(package, name, document.lists);
    StoryReader body(document, page);
    read_part(package, main, body);
    page.gap();
    add_graphics(package, main, page);
    Items notes = items_of(package, "footnotes", document);
    notes.merge(items_of(package, "endnotes", document));
    add_items(notes, document.notes, "注", page);
    add_items(items_of(package, "comments", document), document.comments, "コメント", page);
    page.gap();
    add_edges(package, "header", "ヘッダー", document, page);
    add_edges(package, "footer", "フッター", document, page);
    return document.hidden_runs;
}

}  // namespace mugaika::codec::words
