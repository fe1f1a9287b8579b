#include "relay/ctl/checkpoint_mail.hpp"

#include "relay/compose_for_route.hpp"
#include "relay/log/timestamp.hpp"
#include "sanitizer/compose/header_writer.hpp"
#include "sanitizer/compose/mail_date.hpp"

namespace mugaika::ctl {
namespace {

std::string text_in(Language language, const CheckpointMail& mail) {
    const std::string& name = mail.checkpoint.name;
    const std::string logs = std::to_string(mail.checkpoint.seals), made = local_time_text(mail.now);
    if (language == Language::en) {
        return "To the auditors of " + name +
               "\n\n"
               "This is a checkpoint of the event log of " +
               name +
               ", with its signature. With it anybody can see later\n"
               "whether the end of the log was cut off, or the log was put back to an earlier state.\n"
               "Please keep this mail somewhere else than on that machine. One comes every day; when none comes,\n"
               "please ask whoever runs the machine.\n\n"
               "How to compare, with this mail as you have saved it:\n\n"
               "    mugaika log verify --against FILE\n\n"
               "Sealed logs: " +
               logs + "\nMade: " + made +
               "\n\n"
               "What follows is what was signed. Changed, it is not valid any more.\n\n" +
               mail.note;
    }
    return "監査担当者 様\n\n" + name +
           " のイベントログのチェックポイント（署名付きの控え）をお送りします。\n"
           "ログの末尾が切り取られたり、古い状態に戻されたりしていないかを、後日この控えと照合して確認できます。\n"
           "このメールは削除せず、上記のサーバとは別の場所に保管してください。控えは毎日届きます。届かない日があるとき"
           "は、\n"
           "サーバの担当者にご確認ください。\n\n"
           "照合の方法（保存したこのメールを、そのまま指定します）\n\n"
           "    mugaika log verify --against 保存したファイル\n\n"
           "封印済みのログ： " +
           logs + " 本\n作成日時： " + made +
           "\n\n"
           "以下が署名されている内容です。書き換えると無効になります。\n\n" +
           mail.note;
}

PlainLine subject_in(Language language, const CheckpointMail& mail) {
    const std::string day = local_time_text(mail.now).substr(0, 10);
    const std::string words =
        language == Language::en ? "Checkpoint of the event log, " : "イベントログのチェックポイント ";
    return *PlainLine::from(words + day + (language == Language::en ? ", " : " ") + mail.checkpoint.name);
}

std::string with_crlf(std::string_view text) {
    std::string lines;
    for (const char c : text) {
        if (c == '\n') lines.push_back('\r');
        lines.push_back(c);
    }
    return lines;
}

void write_addresses(HeaderWriter& header, std::string_view field, const std::vector<MailAddress>& addresses) {
    header.begin(field);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        header.word("<" + addresses[i].text() + ">" + (i + 1 < addresses.size() ? "," : ""));
    }
    header.end();
}

void write_word(HeaderWriter& header, std::string_view field, std::string_view word) {
    header.begin(field);
    header.word(word);
    header.end();
}

}  // namespace

std::string checkpoint_mail(const CheckpointMail& mail, const Config& config, const Route& route) {
    ComposeFacts facts;
    facts.received_at = mail.now;
    fill_for_route(facts, config, &route);
    HeaderWriter header;
    header.begin("From");
    header.phrase(*PlainLine::from(mail.checkpoint.name));
    header.word("<" + config.postmaster->text() + ">");
    header.end();
    write_addresses(header, "To", mail.to);
    header.begin("Subject");
    header.text(subject_in(route.language, mail));
    header.end();
    header.begin("Date");
    header.text(*PlainLine::from(mail_date(received_date(facts))));
    header.end();
    write_word(header, "Message-ID", "<" + mail.message_id + ">");
    write_word(header, "Auto-Submitted", "auto-generated");
    return header.str() +
           "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
           with_crlf(text_in(route.language, mail));
}

}  // namespace mugaika::ctl
