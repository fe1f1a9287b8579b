#include "sanitizer/sandboxed/alternatives.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/text/same_words.hpp"

namespace mugaika::sandboxed {
namespace {

// Of a form so much must be new that it is rather shown whole than in pieces.
constexpr double mostly_new = 0.75;

// Everything shown below one child of a multipart/alternative: an HTML form may come in pieces around its pictures.
struct Branch {
    std::vector<std::size_t> forms;  // indices
    bool is_plain = true;
    bool is_extra = true;  // a form for programs of one kind only
    std::string words;
};

using Additions = std::vector<std::string>;

bool is_extra_type(std::string_view type) { return type == "text/x-amp-html" || type == "text/watch-html"; }

// The child of `alternative` that holds `entity`; nothing when it lies elsewhere.
std::optional<std::int32_t> child_that_holds(const MailStructure& mail, std::int32_t alternative, std::size_t entity) {
    auto at = static_cast<std::int32_t>(entity);
    while (at > alternative) {
        const std::int32_t parent = mail.entities[static_cast<std::size_t>(at)].parent;
        if (parent == alternative) return at;
        at = parent;
    }
    return std::nullopt;
}

class Alternative {
public:
    Alternative(const std::vector<Form>& forms, std::vector<FormVerdict>& verdicts)
        : forms_(forms), verdicts_(verdicts) {}

    void add(std::int32_t child, std::size_t form, std::string_view type);
    void judge();

private:
    std::size_t preferred() const;
    Additions own_words(std::size_t branch, std::size_t whole, const Said&) const;
    void show(std::size_t branch, Additions&&, Said&);
    Said nothing_said() const;
    void drop_extras();

    const std::vector<Form>& forms_;
    std::vector<FormVerdict>& verdicts_;
    std::map<std::int32_t, Branch> by_child_;  // in order of appearance
    std::vector<Branch> branches_;
    std::vector<Words> words_;
};

void Alternative::add(std::int32_t child, std::size_t form, std::string_view type) {
    Branch& branch = by_child_[child];
    branch.forms.push_back(form);
    branch.is_plain = branch.is_plain && forms_[form].is_plain;
    branch.is_extra = branch.is_extra && is_extra_type(type);
    branch.words.append(forms_[form].words).push_back('\n');
}

// RFC 2046 5.1.4 puts the richest form last; we want the plainest that says it all.
std::size_t Alternative::preferred() const {
    const auto plain = std::find_if(branches_.begin(), branches_.end(), [](const Branch& b) { return b.is_plain; });
    const auto rich = std::find_if(branches_.rbegin(), branches_.rend(), [](const Branch& b) { return !b.is_plain; });
    if (plain == branches_.end()) return branches_.size() - 1;
    const auto plain_index = static_cast<std::size_t>(plain - branches_.begin());
    if (rich == branches_.rend()) return plain_index;
    const auto rich_index = static_cast<std::size_t>(rich.base() - branches_.begin()) - 1;
    const Words& words = words_[plain_index];
    if (words.characters() == 0) return rich_index;
    Said html = nothing_said();
    html.add(words_[rich_index]);
    return is_stub(plain->words, words, words_[rich_index].characters(), html) ? rich_index : plain_index;
}

Said Alternative::nothing_said() const {
    return Said(std::accumulate(words_.begin(), words_.end(), std::size_t{0},
                                [](std::size_t sum, const Words& words) { return sum + words.characters(); }));
}

// What a form says beyond `said`, which is all that the whole form says: one text for each of its forms, none where it
// says nothing more or only points to the whole one.
Additions Alternative::own_words(std::size_t branch, std::size_t whole, const Said& said) const {
    const Branch& form = branches_[branch];
    const Words& words = words_[branch];
    if (words.characters() == 0 || said.says_all(words)) return {};
    if (form.is_plain && is_stub(form.words, words, words_[whole].characters(), said)) return {};
    Said own(words.characters());
    own.add(words);
    Additions list;
    for (const std::size_t index : form.forms) list.push_back(additions(forms_[index].text, said, own));
    const bool has_any = std::any_of(list.begin(), list.end(), [](const std::string& text) { return !text.empty(); });
    return has_any ? list : Additions();
}

// What it adds, or all of it where that is nearly all; what it says is said from now on.
void Alternative::show(std::size_t branch, Additions&& added, Said& said) {
    std::size_t characters = 0;
    for (const std::string& text : added) characters += Words(text).characters();
    const bool is_whole =
        static_cast<double>(characters) >= mostly_new * static_cast<double>(words_[branch].characters());
    for (std::size_t i = 0; i < added.size(); ++i) {
        FormVerdict& verdict = verdicts_[branches_[branch].forms[i]];
        const FormShown in_pieces = added[i].empty() ? FormShown::no : FormShown::additions;
        verdict.shown = is_whole ? FormShown::whole : in_pieces;
        if (!is_whole) verdict.additions = std::move(added[i]);
    }
    said.add(words_[branch]);
}

void Alternative::drop_extras() {
    const bool has_other = std::any_of(branches_.begin(), branches_.end(), [](const Branch& branch) {
        return !branch.is_extra && !ascii::trim(branch.words).empty();
    });
    if (!has_other) return;
    for (const Branch& branch : branches_) {
        if (!branch.is_extra) continue;
        for (const std::size_t form : branch.forms) verdicts_[form].shown = FormShown::no;
    }
    std::erase_if(branches_, [](const Branch& branch) { return branch.is_extra; });
}

void Alternative::judge() {
    for (auto& [child, branch] : by_child_) branches_.push_back(std::move(branch));
    drop_extras();
    if (branches_.size() < 2) return;
    for (const Branch& branch : branches_) words_.emplace_back(branch.words);
    std::size_t whole = preferred();
    Said said = nothing_said();
    said.add(words_[whole]);
    // Texts are shown in their order: one that stands before the preferred one and has words of its own is shown first.
    for (std::size_t i = 0; i < whole; ++i) {
        if (own_words(i, whole, said).empty()) continue;
        whole = i;
        said = nothing_said();
        said.add(words_[whole]);
    }
    for (std::size_t i = 0; i < branches_.size(); ++i) {
        if (i == whole) continue;
        Additions added = own_words(i, whole, said);
        if (!added.empty()) {
            show(i, std::move(added), said);
        } else {
            for (const std::size_t form : branches_[i].forms) verdicts_[form].shown = FormShown::no;
        }
    }
}

}  // namespace

std::vector<FormVerdict> choose_forms(const MailStructure& mail, const std::vector<Form>& forms) {
    std::vector<FormVerdict> verdicts(forms.size());
    // Children stand behind their parents, so this is from the inside out: an inner choice is made before the outer
    // one.
    for (std::size_t i = mail.entities.size(); i-- > 0;) {
        const Entity& entity = mail.entities[i];
        if (!entity.is_multipart || entity.type != "multipart/alternative") continue;
        const auto index = static_cast<std::int32_t>(i);
        Alternative alternative(forms, verdicts);
        for (std::size_t form = 0; form < forms.size(); ++form) {
            const auto child = child_that_holds(mail, index, forms[form].entity);
            if (!child || verdicts[form].shown == FormShown::no) continue;
            alternative.add(*child, form, mail.entities[forms[form].entity].type);
        }
        alternative.judge();
    }
    return verdicts;
}

}  // namespace mugaika::sandboxed
