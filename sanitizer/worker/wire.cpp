#include "sanitizer/worker/wire.hpp"

#include "sanitizer/worker/wire_io.hpp"

// The descriptions take structs apart by structured bindings: a field added to a struct and forgotten here does not
// compile.

namespace mugaika {
namespace {

using namespace wire;

// Bounds on memory before check_extract compares with the job's own budget, far above what any budget allows.
constexpr std::size_t rows_max = 20000;
constexpr std::size_t summary_fields_max = 16;

// ---- what a job is made of

constexpr auto describe_path = [](auto& io, auto& path) { io.string(path, is_part_path); };

constexpr auto describe_value = [](auto& io, auto& value) { io.string(value, is_rule_value); };

constexpr auto describe_rule = [](auto& io, auto& rule) {
    auto& [line, kinds, types, names, bytes_min, bytes_max, action] = rule;
    io.number(line);
    io.number(kinds);
    io.list(types, PartRule::values_max, describe_value);
    io.list(names, PartRule::values_max, describe_value);
    io.number(bytes_min);
    io.number(bytes_max);
    io.choice(action, PartAction::refuse);
};

constexpr auto describe_profile = [](auto& io, auto& profile) {
    auto& [name, actions, keep_original, ambiguous, links, release_originals, text_files, image_pdf_dpi, files_line,
           rules, pictured_parts] = profile;
    io.line(name);
    for (auto& action : actions) io.choice(action, PartAction::refuse);
    io.choice(keep_original, KeepOriginal::always);
    io.choice(ambiguous, OnAmbiguous::deliver);
    io.choice(links, LinkStyle::drop);
    io.flag(release_originals);
    io.choice(text_files, TextFiles::body);
    io.number(image_pdf_dpi);
    io.flag(files_line);
    io.list(rules, PartRule::rules_max, describe_rule);
    io.list(pictured_parts, rows_max, describe_path);
};

constexpr auto describe_trust = [](auto& io, auto& trust) {
    auto& [certificates, any_purpose, revocations] = trust;
    io.list(certificates, trusted_certificates_max, [](auto& inner, auto& certificate) {
        inner.string(certificate, [](std::string_view der) noexcept {
            return !der.empty() && der.size() <= trusted_certificate_bytes_max;
        });
    });
    io.flag(any_purpose);
    io.list(revocations, revocation_lists_max, [](auto& inner, auto& list) {
        inner.string(list,
                     [](std::string_view der) noexcept { return !der.empty() && der.size() <= revocation_bytes_max; });
    });
};

constexpr auto describe_job = [](auto& io, auto& job) {
    auto& [profile, budget, mail_bytes, believed_ids, released_parts, time_zone, signatures, arrived_at] = job;
    describe_profile(io, profile);
    describe_budget(io, budget);
    io.number(mail_bytes);
    io.list(believed_ids, rows_max, [](auto& inner, auto& id) { inner.string(id, is_dot_atom_or_empty); });
    io.list(released_parts, rows_max, describe_path);
    io.string(time_zone, is_label_or_empty);
    describe_trust(io, signatures);
    io.number(arrived_at);
};

// ---- what an extract is made of

constexpr auto describe_message_id = [](auto& io, auto& id) { io.string(id, is_message_id); };

constexpr auto describe_header = [](auto& io, auto& header) {
    auto& [from, sender, reply_to, to, cc, from_text, subject, date, message_id, in_reply_to, references,
           auto_submitted, importance, list_id, list_name, received_count, authentication, first_hop] = header;
    io.mailboxes(from);
    io.mailboxes(sender);
    io.mailboxes(reply_to);
    io.mailboxes(to);
    io.mailboxes(cc);
    io.line(from_text);
    io.line(subject);
    io.date(date);
    io.string(message_id, is_message_id_or_empty);
    io.list(in_reply_to, header_items_max, describe_message_id);
    io.list(references, header_items_max, describe_message_id);
    io.choice(auto_submitted, AutoSubmitted::auto_notified);
    io.choice(importance, Importance::high);
    io.string(list_id, is_dot_atom_or_empty);
    io.line(list_name);
    io.number(received_count);
    io.string(authentication.by, is_dot_atom_or_empty);
    for (auto& result : authentication.results) io.choice(result, AuthResult::permerror);
    io.line(first_hop);
};

constexpr auto describe_summary_field = [](auto& io, auto& field) {
    auto& [name, value] = field;
    io.string(name, is_field_name);
    io.line(value);
};

constexpr auto describe_text = [](auto& io, auto& block) {
    auto& [path, role, title, summary, quote_depth, text] = block;
    io.string(path, is_part_path);
    io.choice(role, TextRole::quoted);
    io.line(title);
    io.list(summary, summary_fields_max, describe_summary_field);
    io.number(quote_depth);
    io.text(text);
};

constexpr auto describe_facts = [](auto& io, auto& facts) {
    auto& [path, declared_type, detected_type, kind, name, is_attachment, bytes] = facts;
    io.string(path, is_part_path);
    io.string(declared_type, is_lower_media_type_or_empty);
    io.string(detected_type, is_media_type_or_empty);
    io.choice(kind, static_cast<PartKind>(part_kind_count - 1));
    io.line(name);
    io.flag(is_attachment);
    io.number(bytes);
};

constexpr auto describe_row = [](auto& io, auto& row) {
    auto& [facts, sha256, charset, undecodable, verdict, method, reason, handler, out_name, out_sha256, notes, out_kind,
           out_bytes, pages, losses] = row;  // the last four are the relay's own
    describe_facts(io, facts);
    io.string(sha256, is_sha256_or_empty);
    io.string(charset, is_label_or_empty);
    io.number(undecodable);
    io.choice(verdict, PartVerdict::quarantined);
    io.choice(method, methods.back());
    io.reason(reason);
    io.string(handler, is_label_or_empty);
    io.line(out_name);
    io.string(out_sha256, is_sha256_or_empty);
    io.reasons(notes);
};

constexpr auto describe_file = [](auto& io, auto& file) {
    auto& [path, name, type, bytes] = file;
    io.string(path, is_part_path);
    io.line(name);
    io.string(type, is_media_type);
    io.string(bytes, [](std::string_view) noexcept { return true; });
};

constexpr auto describe_signature = [](auto& io, auto& signature) {
    auto& [path, fault, names_author, signer, issuer, signed_at] = signature;
    io.string(path, [](std::string_view text) noexcept { return text.empty() || is_part_path(text); });
    io.choice(fault, last_signature_fault);
    io.flag(names_author);
    io.line(signer);
    io.line(issuer);
    io.date(signed_at);
};

constexpr auto describe_extract = [](auto& io, auto& extract) {
    auto& [header, texts, parts, files, rebuilt, packed, findings, signatures] = extract;  // two are the relay's own
    describe_header(io, header);
    io.list(texts, rows_max, describe_text);
    io.list(parts, rows_max, describe_row);
    io.list(files, rows_max, describe_file);
    io.list(signatures, signatures_max, describe_signature);
    io.reasons(findings);
};

}  // namespace

std::string encode_job(const Job& job) { return encode(FrameKind::job, job, describe_job); }

Result<Job> decode_job(std::string_view payload) { return decode<Job>(payload, describe_job); }

std::string encode_extract(const Extract& extract) { return encode(FrameKind::extract, extract, describe_extract); }

Result<Extract> decode_extract(std::string_view payload) { return decode<Extract>(payload, describe_extract); }

}  // namespace mugaika
