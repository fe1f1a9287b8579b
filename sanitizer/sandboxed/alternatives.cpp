#include "sanitizer/sandboxed/alternatives.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "sanitizer/sandboxed/text/same_words.hpp"

namespace mugaika::sandboxed {
namespace {

// Everything shown below one child of a multipart/alternative: an HTML form may come in pieces around its pictures.
struct Branch {
    std::vector<std::size_t> forms;  // indices
    bool is_plain = true;
    std::string words;
};

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

std::vector<Branch> branches_of(const MailStructure& mail, std::int32_t alternative, const std::vector<Form>& forms,
                                const std::vector<FormVerdict>& verdicts) {
    std::map<std::int32_t, Branch> by_child;  // in order of appearance
    for (std::size_t i = 0; i < forms.size(); ++i) {
        const auto child = child_that_holds(mail, alternative, forms[i].entity);
        if (!child || !verdicts[i].is_shown) continue;
        Branch& branch = by_child[*child];
        branch.forms.push_back(i);
        branch.is_plain = branch.is_plain && forms[i].is_plain;
        if (branch.words.size() >= compared_bytes_max) continue;
        branch.words.append(forms[i].words.substr(0, compared_bytes_max)).push_back('\n');
    }
    std::vector<Branch> branches;
    for (auto& [child, branch] : by_child) branches.push_back(std::move(branch));
    return branches;
}

// RFC 2046 5.1.4 puts the richest form last; we want the plainest that says it all.
std::size_t choose(const std::vector<Branch>& branches, const std::vector<Words>& words) {
    const auto plain = std::find_if(branches.begin(), branches.end(), [](const Branch& b) { return b.is_plain; });
    const auto rich = std::find_if(branches.rbegin(), branches.rend(), [](const Branch& b) { return !b.is_plain; });
    if (plain == branches.end()) return branches.size() - 1;
    const auto plain_index = static_cast<std::size_t>(plain - branches.begin());
    if (rich == branches.rend()) return plain_index;
    const auto rich_index = static_cast<std::size_t>(rich.base() - branches.begin()) - 1;
    return is_stub(plain->words, words[plain_index], words[rich_index]) ? rich_index : plain_index;
}

// A stub is no form of its own: it only points to the one that is shown.
bool says_something_else(const Branch& hidden, const Words& words, const Words& shown) {
    const bool is_pointer = hidden.is_plain && is_stub(hidden.words, words, shown);
    return !is_pointer && differ(words, shown);
}

void judge(const std::vector<Branch>& branches, std::vector<FormVerdict>& verdicts) {
    if (branches.size() < 2) return;
    std::vector<Words> words;
    words.reserve(branches.size());
    for (const Branch& branch : branches) words.emplace_back(branch.words);
    const std::size_t chosen = choose(branches, words);
    for (std::size_t i = 0; i < branches.size(); ++i) {
        if (i == chosen) continue;
        const bool differs = says_something_else(branches[i], words[i], words[chosen]);
        for (const std::size_t form : branches[i].forms) verdicts[form] = {false, differs};
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
        judge(branches_of(mail, static_cast<std::int32_t>(i), forms, verdicts), verdicts);
    }
    return verdicts;
}

}  // namespace mugaika::sandboxed
