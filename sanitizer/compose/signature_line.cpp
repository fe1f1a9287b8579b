#include "sanitizer/compose/signature_line.hpp"

#include <algorithm>
#include <array>

namespace mugaika {
namespace {

struct Words {
    std::string_view label, of_part, of_mail_before, of_mail_after, colon;
    std::string_view valid, unknown, broken;
    std::string_view open, signer, issuer, signed_at, comma, close;
    std::string_view no_address;
};

constexpr Words japanese{
    .label = "電子署名を検証した結果",
    .of_part = "（このメールの一部だけの署名）",
    .of_mail_before = "（添付メール",
    .of_mail_after = "の署名）",
    .colon = "：",
    .valid = "有効",
    .unknown = "確認できません",
    .broken = "署名した後に内容が変わっています",
    .open = "（",
    .signer = "署名者",
    .issuer = "発行者",
    .signed_at = "署名日時 ",
    .comma = "、",
    .close = "）",
    .no_address = "証明書にメールアドレスがないため、差出人と同じ人かどうかは確認していません。",
};

constexpr Words english{
    .label = "Result of checking the electronic signature",
    .of_part = " (of a part of this mail only)",
    .of_mail_before = " (of the attached mail ",
    .of_mail_after = ")",
    .colon = ": ",
    .valid = "valid",
    .unknown = "could not be confirmed",
    .broken = "the content was changed after it was signed",
    .open = " (",
    .signer = "signer ",
    .issuer = "issuer ",
    .signed_at = "signed at ",
    .comma = ", ",
    .close = ")",
    .no_address = "The certificate names no mail address, so it was not compared with the sender's.",
};

const Words& words_in(Language language) noexcept { return language == Language::ja ? japanese : english; }

struct Sentence {
    SignatureFault fault;
    std::string_view japanese, english;
};

constexpr auto sentences = std::to_array<Sentence>({
    {SignatureFault::unreadable, "署名の形式が正しくないか、対応していない方式です。",
     "The signature is not well formed, or of a method that is not supported."},
    {SignatureFault::no_certificate, "署名者の証明書が付いていません。", "The signer's certificate is missing."},
    {SignatureFault::content_changed,
     "途中のシステムで変わることもありますが、書き換えられたおそれもありますので、差出人に電話などで確認してください。",
     "A system on the way may have done so, or somebody else: confirm with the sender by telephone."},
    {SignatureFault::weak, "安全性の低い古い方式（SHA-1 など）が使われています。",
     "It uses an old method that is not safe any more, such as SHA-1."},
    {SignatureFault::issuer_unknown, "証明書の発行者が、信頼する認証局として登録されていません。",
     "The issuer of the certificate is none that is trusted here."},
    {SignatureFault::not_for_mail, "メール用に発行された証明書ではありません。",
     "The certificate was not issued for mail."},
    {SignatureFault::not_valid_then, "証明書の有効期間を過ぎているか、まだ始まっていません。",
     "The certificate has expired or is not valid yet."},
    {SignatureFault::revoked,
     "証明書は発行者によって失効しています（紛失や異動など）。差出人に電話などで確認してください。",
     "The issuer has revoked the certificate, as when a key was lost. Confirm with the sender by telephone."},
    {SignatureFault::list_outdated, "失効リストが古いため、証明書が失効していないかどうかを確認できませんでした。",
     "The list of revoked certificates is out of date, so that nobody knows whether this one was revoked."},
    {SignatureFault::other_address, "証明書のメールアドレスが差出人と異なります。差出人に電話などで確認してください。",
     "The mail address in the certificate is not the sender's. Confirm with the sender by telephone."},
});

std::string_view sentence_of(SignatureFault fault, Language language) noexcept {
    const auto* const found =
        std::find_if(sentences.begin(), sentences.end(), [fault](const Sentence& row) { return row.fault == fault; });
    if (found == sentences.end()) return {};
    return language == Language::ja ? found->japanese : found->english;
}

std::string_view state_of(SignatureFault fault, const Words& words) noexcept {
    const Reason reason = reason_of(fault);
    if (reason == Reason::signature_valid) return words.valid;
    return reason == Reason::signature_broken ? words.broken : words.unknown;
}

std::string who(const SignatureWords& of, const Words& words) {
    std::string text;
    const auto add = [&](std::string_view label, const std::string& value) {
        if (value.empty()) return;
        text.append(text.empty() ? words.open : words.comma).append(label).append(value);
    };
    add(words.signer, of.signer);
    add(words.issuer, of.issuer);
    add(words.signed_at, of.signed_at);
    return text.empty() ? text : text.append(words.close);
}

// "" for the mail itself, else what stands before the last '/' of a part in an attached one.
std::string_view mail_of(std::string_view path) noexcept {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? std::string_view() : path.substr(0, slash + 1);
}

bool is_at_or_below(std::string_view path, std::string_view above) noexcept {
    if (!path.starts_with(above)) return false;
    return path.size() == above.size() || path[above.size()] == '.' || path[above.size()] == '/';
}

}  // namespace

std::string_view signature_label(Language language) noexcept { return words_in(language).label; }

std::string signature_line(const SignatureFact& fact, const SignatureWords& of, Language language) {
    const Words& words = words_in(language);
    std::string line(words.label);
    if (!of.mail.empty()) line.append(words.of_mail_before).append(of.mail).append(words.of_mail_after);
    if (of.is_of_part) line.append(words.of_part);
    line.append(words.colon).append(state_of(fact.fault, words)).append(who(of, words));
    const bool is_valid = fact.fault == SignatureFault::none;
    const std::string_view more =
        is_valid ? (fact.names_author ? std::string_view() : words.no_address) : sentence_of(fact.fault, language);
    if (more.empty()) return line;
    return line.append(language == Language::ja ? "。" : ". ").append(more);
}

bool is_warning(const SignatureFact& fact, const HeaderFacts& header) noexcept {
    if (fact.fault == SignatureFault::content_changed) return header.list_id.empty();
    return fact.fault == SignatureFault::other_address || fact.fault == SignatureFault::revoked;
}

const PartRow* attached_mail_of(const SignatureFact& fact, const Extract& extract) noexcept {
    const PartRow* found = nullptr;
    for (const PartRow& row : extract.parts) {
        if (row.facts.kind == PartKind::mail && is_at_or_below(fact.path, row.facts.path)) found = &row;
    }
    return found;
}

bool is_of_part(const SignatureFact& fact, const Extract& extract) noexcept {
    const auto row = std::find_if(extract.parts.begin(), extract.parts.end(),
                                  [&](const PartRow& part) { return part.facts.path == fact.path; });
    if (row == extract.parts.end() || row->facts.kind != PartKind::signature) return false;  // signed data as a whole
    const std::string_view mail = mail_of(fact.path);
    const std::size_t dot = fact.path.rfind('.');
    const std::string_view multipart =
        dot == std::string::npos || dot < mail.size() ? mail : std::string_view(fact.path).substr(0, dot + 1);
    const std::string content = std::string(multipart) + "1";
    return std::any_of(extract.parts.begin(), extract.parts.end(), [&](const PartRow& part) {
        const std::string& path = part.facts.path;
        return path.starts_with(mail) && path != fact.path && !is_at_or_below(path, content);
    });
}

}  // namespace mugaika
