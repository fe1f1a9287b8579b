#include "relay/stats/html_report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "policy/reason.hpp"
#include "relay/log/event_members.hpp"
#include "relay/stats/day_chart.hpp"
#include "relay/stats/figures_report.hpp"
#include "relay/stats/html_text.hpp"

namespace mugaika {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --line: #c8c8c8; --soft: #f2f4f7;
  --clean: #4c9f70; --sanitized: #3b7ddd; --quarantined: #e0a100; --refused: #c0392b; --other: #8a8a8a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #15181c; --line: #4a4f57; --soft: #20252b; } }
* { box-sizing: border-box; }
body { margin: 2rem auto; max-width: 50rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.6 "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", Meiryo, sans-serif; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 2px solid var(--line); }
h1 small, h2 small, th small { font-weight: normal; opacity: .75; font-size: .8em; }
p.note { opacity: .8; font-size: .9rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: var(--soft); } .w { white-space: nowrap; } code { font-size: .88em; } td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.boxes { display: grid; grid-template-columns: repeat(3, 1fr); gap: .6rem; margin: 1rem 0; }
.box { background: var(--soft); border-left: 4px solid var(--other); padding: .5rem .7rem; }
.box b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; line-height: 1.2; }
.box.clean { border-color: var(--clean); } .box.quarantined { border-color: var(--quarantined); } .box.refused { border-color: var(--refused); }
.ok { border-left: 4px solid var(--clean); padding: .4rem .8rem; background: var(--soft); }
.bad { border-left: 4px solid var(--refused); padding: .4rem .8rem; background: var(--soft); }
pre { background: var(--soft); padding: .5rem .8rem; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 10px; } svg .grid { stroke: var(--line); stroke-width: .5; }
rect.clean, span.clean { fill: var(--clean); background: var(--clean); } rect.sanitized, span.sanitized { fill: var(--sanitized); background: var(--sanitized); }
rect.quarantined, span.quarantined { fill: var(--quarantined); background: var(--quarantined); } rect.refused, span.refused { fill: var(--refused); background: var(--refused); }
rect.other, span.other { fill: var(--other); background: var(--other); }
.legend { font-size: .85rem; } .key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 .8em; }
@page { size: A4; margin: 15mm; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 10pt; color-scheme: light; } h2 { break-after: avoid; }
  tr, .box, svg { break-inside: avoid; } thead { display: table-header-group; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
)";

std::string percent(std::uint64_t some, std::uint64_t all) {
    if (all == 0) return "–";
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f %%", 100.0 * static_cast<double>(some) / static_cast<double>(all));
    return text.data();
}

// "1,234,567"
std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
    return text;
}

std::string milliseconds(TimeHistogram::Time time) {
    const double ms = static_cast<double>(time.count()) / 1000;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), ms < 10 ? "%.1f" : "%.0f", ms);
    return text.data();
}

enum class Cell { text, word, number };  // a word is not broken up

struct Heading {
    std::string_view japanese, english;
    Cell cell = Cell::text;

    std::string_view attribute() const noexcept {
        if (cell == Cell::text) return "";
        return cell == Cell::word ? " class=\"w\"" : " class=\"n\"";
    }
};

// Rows of cells under headings; cells are HTML already.
class Table {
public:
    Table(std::ostream& out, const std::vector<Heading>& headings) : out_(out), headings_(headings) {
        out_ << "<table><thead><tr>";
        for (const Heading& heading : headings_) {
            out_ << "<th" << heading.attribute() << ">" << heading.japanese << " <small>" << heading.english
                 << "</small></th>";
        }
        out_ << "</tr></thead><tbody>\n";
    }
    ~Table() { out_ << "</tbody></table>\n"; }
    Table(const Table&) = delete;
    void row(const std::vector<std::string>& html_cells) {
        out_ << "<tr>";
        for (std::size_t i = 0; i < html_cells.size(); ++i) {
            out_ << "<td" << headings_.at(i).attribute() << ">" << html_cells[i] << "</td>";
        }
        out_ << "</tr>\n";
    }

private:
    std::ostream& out_;
    std::vector<Heading> headings_;
};

void title(std::ostream& out, std::string_view japanese, std::string_view english) {
    out << "<h2>" << japanese << " <small>" << english << "</small></h2>\n";
}

void box(std::ostream& out, std::string_view kind, std::string_view japanese, std::string_view english,
         std::uint64_t number, std::uint64_t all) {
    out << "<div class=\"box " << kind << "\">" << japanese << " <small>" << english << "</small><b>" << grouped(number)
        << "</b>" << percent(number, all) << "</div>\n";
}

Account total_of(const Accounts& accounts) {
    Account total;
    for (const auto& [key, row] : accounts.rows) total += row;
    return total;
}

void print_books(std::ostream& out, const ReportFacts& facts) {
    title(out, "受信と結末", "what came and what became of it");
    const Account total = total_of(facts.accounts);
    out << "<div class=\"boxes\">\n";
    box(out, "", "受信", "received", total.received, total.received);
    box(out, "clean", "配送", "delivered", total.delivered, total.received);
    box(out, "quarantined", "保留（通知のみ）", "held", total.held, total.received);
    box(out, "refused", "拒否", "refused", total.refused, total.received);
    box(out, "", "再送待ち", "deferred", total.deferred + total.cut_off, total.received);
    box(out, "", "処理中ほか", "owed, given up, under way", total.owed + total.given_up + total.under_way,
        total.received);
    out << "</div>\n<p class=\"note\">宛先の数 / numbers of recipients. 解放 / released: " << grouped(total.released)
        << "; 後続の配送 / followed: " << grouped(total.followed) << "</p>\n";
    if (facts.accounts.add_up()) {
        out << "<p class=\"ok\">受信した全ての宛先に、結末が一つずつ記録されています。<br><small>The books add up: "
               "every "
               "recipient who was received has one end in the log.</small></p>\n";
    } else {
        out << "<p class=\"bad\">合わない記録が " << facts.accounts.fault_count
            << " 件あります。<code>mugaika stats --verify</code> で確認してください。<br><small>The books do not add "
               "up; see "
               "mugaika stats --verify.</small></p>\n";
    }
}

// Verdicts, actions and kinds as they stand in the log, with what they mean to a clerk.
std::string with_japanese(const std::string& word) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 28> words{{
        {"clean", "そのまま配送"},
        {"sanitized", "無害化して配送"},
        {"quarantined", "保留"},
        {"refused", "拒否"},
        {"released", "解放"},
        {"followed", "後続の配送"},
        {"deferred", "再送待ち"},
        {"owed", "リレーが再送"},
        {"unfinished", "結末なし"},
        {"recipient_refused", "宛先を拒否"},
        {"recipient_deferred", "宛先を一時拒否"},
        {"text", "テキスト"},
        {"rebuilt", "作り直し"},
        {"removed", "除去"},
        {"html", "HTML"},
        {"pdf", "PDF"},
        {"office", "Office文書"},
        {"image", "画像"},
        {"archive", "圧縮ファイル"},
        {"executable", "実行ファイル"},
        {"mail", "添付メール"},
        {"report", "配送状況通知"},
        {"tnef", "winmail.dat"},
        {"partial", "分割メール"},
        {"calendar", "予定・連絡先"},
        {"encrypted", "暗号化"},
        {"signature", "電子署名"},
        {"other", "その他"},
    }};
    const auto known = std::find_if(words.begin(), words.end(), [&](const auto& pair) { return pair.first == word; });
    if (known == words.end()) return html_text(word);
    return std::string(known->second) + " <small>" + html_text(word) + "</small>";
}

void print_routes(std::ostream& out, const ReportFacts& facts) {
    title(out, "経路別", "by route");
    Table table(out, {{"経路", "route"},
                      {"判定", "verdict"},
                      {"通数", "mails", Cell::number},
                      {"宛先", "recipients", Cell::number},
                      {"容量 MB", "", Cell::number}});
    for (const auto& [key, counts] : facts.by_route) {
        table.row({key[0].empty() ? "–" : html_text(key[0]), with_japanese(key[1]), grouped(counts.mails),
                   grouped(counts.recipients), grouped(counts.bytes / 1'000'000)});
    }
}

struct MethodWords {
    std::string_view method, japanese, english;
};
constexpr std::array method_words{
    MethodWords{"ア", "メール本文のテキスト化", "as text of the body"},
    MethodWords{"ウ-1", "ファイルからテキストのみを抽出", "text taken from a file"},
    MethodWords{"ウ-2", "ファイルを画像PDFに変換", "pictures of the pages"},
    MethodWords{"ウ-3", "サニタイズ処理（作り直し）", "rebuilt without what is dangerous"},
    MethodWords{"ウ-4", "目視確認と検知ソフトによる確認", "the original, after a person looked and an engine checked"},
    MethodWords{"", "通過させていない", "did not cross"}};

// With the names of the ministry's guideline, so that an auditor can tick them off.
void print_methods(std::ostream& out, const ReportFacts& facts) {
    title(out, "無害化の方法", "by which method of the guideline parts crossed");
    Table table(out, {{"方法", "method"},
                      {"ガイドラインの区分", "what it is"},
                      {"部分の数", "parts", Cell::number},
                      {"通数", "mails", Cell::number}});
    for (const MethodWords& words : method_words) {
        const auto row = facts.by_method.find({std::string(words.method)});
        const Counts counts = row == facts.by_method.end() ? Counts() : row->second;
        table.row({words.method.empty() ? "–" : std::string(words.method),
                   std::string(words.japanese) + " <small>" + std::string(words.english) + "</small>",
                   grouped(counts.parts), grouped(counts.mails)});
    }
}

// "暗号化されており検査できない / encrypted …", or the word as it stands.
std::string reason_words(const std::string& name) {
    const auto reason = reason_from_name(name);
    if (!reason) return html_text(name);
    return html_text(japanese(*reason)) + " <small>" + html_text(english(*reason)) + "</small>";
}

// Something of the mail, or all of it, did not cross.
bool is_of_loss(const std::string& reason, const std::string& verdict) {
    const auto known = reason_from_name(reason);
    if (known && weight(*known) >= Weight::lossy) return true;
    return verdict == "quarantined" || verdict.ends_with("refused") || verdict.ends_with("deferred");
}

void print_reasons(std::ostream& out, const ReportFacts& facts) {
    title(out, "保留・拒否の理由", "what was held or refused, and why");
    std::vector<std::pair<std::vector<std::string>, Counts>> rows;
    for (const auto& row : facts.by_reason) {
        if (is_of_loss(row.first[0], row.first[1])) rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        const std::uint64_t many = a.second.mails + a.second.recipients, other = b.second.mails + b.second.recipients;
        return many != other ? many > other : a.first < b.first;
    });
    Table table(out, {{"理由", "reason"},
                      {"判定", "verdict"},
                      {"通数", "mails", Cell::number},
                      {"宛先", "recipients", Cell::number}});
    for (const auto& [key, counts] : rows) {
        table.row({reason_words(key[0]), with_japanese(key[1]), grouped(counts.mails), grouped(counts.recipients)});
    }
}

void print_kinds(std::ostream& out, const ReportFacts& facts) {
    title(out, "ファイルの種類", "kinds of files and what was done with them");
    Table table(
        out,
        {{"種類", "kind"}, {"処理", "action"}, {"部分の数", "parts", Cell::number}, {"容量 MB", "", Cell::number}});
    for (const auto& [key, counts] : facts.by_kind_and_action) {
        table.row(
            {with_japanese(key[0]), with_japanese(key[1]), grouped(counts.parts), grouped(counts.bytes / 1'000'000)});
    }
}

const EventName* event_named(std::string_view name) {
    for (const EventDescription& event : all_events()) {
        if (event.name.name == name) return &event.name;
    }
    return nullptr;
}

std::string event_words(const std::string& name) {
    const EventName* known = event_named(name);
    if (known == nullptr) return html_text(name);
    return html_text(known->japanese) + " <small>" + html_text(known->english) + "</small>";
}

void print_acts(std::ostream& out, const ReportFacts& facts) {
    title(out, "人が行った操作", "what people let through, took out or deleted, and why");
    if (facts.acts.empty()) {
        out << "<p>なし <small>none</small></p>\n";
        return;
    }
    {
        Table table(out, {{"日時", "when", Cell::word},
                          {"操作", "what"},
                          {"実施者", "who", Cell::word},
                          {"メール", "mail", Cell::word},
                          {"理由", "why"}});
        for (const PersonsAct& act : facts.acts) {
            const std::string mail =
                "<code>" + html_text(act.id) + "</code>" + (act.what.empty() ? "" : "<br>" + html_text(act.what));
            table.row({html_text(act.time), event_words(act.event), html_text(act.person), mail, html_text(act.why)});
        }
    }
    if (facts.act_count > facts.acts.size()) {
        out << "<p class=\"note\">ほか " << grouped(facts.act_count - facts.acts.size()) << " 件 / and more</p>\n";
    }
}

std::string stage_words(const std::string& stage) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words{{{"recipient", "宛先の確認"},
                                                                                  {"data", "本文の受信"},
                                                                                  {"worker", "読み取りと無害化"},
                                                                                  {"quarantine", "保管"},
                                                                                  {"compose", "組み立てと検査"},
                                                                                  {"deliver", "配送"},
                                                                                  {"total", "全体"}}};
    const auto known = std::find_if(words.begin(), words.end(), [&](const auto& pair) { return pair.first == stage; });
    return (known == words.end() ? "" : std::string(known->second) + " ") + "<small>" + html_text(stage) + "</small>";
}

void print_service(std::ostream& out, const ReportFacts& facts) {
    title(out, "処理時間", "how long it took, in milliseconds");
    {
        Table table(out, {{"段階", "stage"},
                          {"通数", "mails", Cell::number},
                          {"50 %", "", Cell::number},
                          {"90 %", "", Cell::number},
                          {"99 %", "", Cell::number}});
        for (const auto& [key, counts] : facts.by_stage) {
            const TimeHistogram& times = counts.times;
            table.row({stage_words(key[0]), grouped(times.count()), milliseconds(times.percentile(0.5)),
                       milliseconds(times.percentile(0.9)), milliseconds(times.percentile(0.99))});
        }
    }
    out << "<p class=\"note\">誤差 3 % 以内 / at most 3 % off.</p>\n";
}

void print_figures(std::ostream& out, const ReportFacts& facts) {
    title(out, "運用の指標", "how the service went");
    Table table(out, {{"指標", "figure"},
                      {"内訳", "of which"},
                      {"件数", "count", Cell::number},
                      {"50 %", "", Cell::number},
                      {"90 %", "", Cell::number},
                      {"99 %", "", Cell::number}});
    for (const Figure& figure : facts.figures) {
        std::vector<std::string> cells{
            std::string(figure.name.japanese) + " <small>" + std::string(figure.name.english) + "</small>",
            html_text(figure.untrusted_detail), grouped(figure.count)};
        for (const double share : {0.5, 0.9, 0.99}) {
            cells.push_back(figure.times.count() == 0 ? "" : duration_words(figure.times.percentile(share)));
        }
        table.row(cells);
    }
}

void print_troubles(std::ostream& out, const ReportFacts& facts) {
    title(out, "異常と警告", "alarms and warnings");
    if (facts.troubles.empty()) {
        out << "<p>なし <small>none</small></p>\n";
        return;
    }
    Table table(out, {{"事象", "event"}, {"内容", "what it says"}, {"回数", "times", Cell::number}});
    for (const auto& [name, times] : facts.troubles) table.row({html_text(name), event_words(name), grouped(times)});
}

// As `mugaika log verify --against` takes it from the saved page.
void print_last_checkpoint(std::ostream& out, const LastCheckpoint& last) {
    title(out, "ログのチェックポイント", "checkpoint of the log");
    if (last.count == 0) {
        out << "<p>監査担当者に送ったものはありません。 <small>none went to auditors</small></p>\n";
        return;
    }
    out << "<p>" << html_text(last.time);
    for (const std::string& auditor : last.to) out << ", " << html_text(auditor);
    out << "（" << grouped(last.count)
        << " 件のうち最後）。この報告書を保存しておくと、ログの末尾が切り取られていないことを後日確認できます。"
           "<br><small>The last that went to auditors. Whoever keeps this report can see later whether the end of the "
           "log "
           "was cut off: mugaika log verify --against FILE</small></p>\n<pre>\n\n";
    for (const std::string& line : last.note) out << html_text(line) << "\n";
    out << "</pre>\n";
}

std::string range_of(const ReportFacts& facts) {
    constexpr std::size_t day = 10;
    const std::string from = facts.since ? local_time_text(*facts.since).substr(0, day) : facts.first.substr(0, day);
    const std::string to = facts.until ? local_time_text(*facts.until - std::chrono::seconds(1)).substr(0, day)
                                       : facts.last.substr(0, day);
    return from + " – " + to;
}

std::string hosts_of(const ReportFacts& facts) {
    std::string hosts;
    for (const std::string& host : facts.hosts) hosts += (hosts.empty() ? "" : ", ") + html_text(host);
    return hosts;
}

}  // namespace

void print_html_report(std::ostream& out, const ReportFacts& facts) {
    const std::string range = html_text(range_of(facts));
    out << "<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
           "<title>メール無害化 報告書 "
        << range << "</title>\n<style>" << style
        << "</style>\n</head>\n<body>\n<h1>メール無害化 報告書 <small>mail sanitizing "
        << "report</small></h1>\n<p>" << range << "　" << hosts_of(facts) << "</p>\n";
    print_books(out, facts);
    title(out, "日別の通数", "mails by day");
    print_day_chart(out, facts.by_day_and_verdict);
    print_methods(out, facts);
    print_reasons(out, facts);
    print_kinds(out, facts);
    print_routes(out, facts);
    print_acts(out, facts);
    print_service(out, facts);
    print_figures(out, facts);
    print_troubles(out, facts);
    print_last_checkpoint(out, facts.checkpoint);
    out << "<p class=\"note\">記録された最初と最後の事象 / first and last event: " << html_text(facts.first) << " – "
        << html_text(facts.last) << "。イベントログのみから作成 / from the event log alone. mugaika " MUGAIKA_VERSION
        << "</p>\n</body>\n</html>\n";
}

}  // namespace mugaika
