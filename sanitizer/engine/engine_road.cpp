#include "sanitizer/engine/engine_road.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sanitizer/engine/office.hpp"
#include "sanitizer/engine/pages.hpp"
#include "sanitizer/engine/picture_road.hpp"

namespace mugaika {
namespace {

OfficeFormat format_of(const FileErrand& errand) {
    const auto format = office_format_of(errand.rows.at(0).facts.detected_type);
    if (!format) throw std::logic_error("an errand for an engine that converts nothing");
    return *format;
}

SafeKind to_be_made(const FileErrand& errand) {
    if (errand.command) return errand.command->makes;
    return errand.job.want == FileWant::words ? SafeKind::text : becomes(format_of(errand));
}

}  // namespace

EnginePlace engine_place(bool office, std::string socket) {
    auto program = find_program("mugaika-engine");
    return {program ? *std::move(program) : std::string(), std::move(socket), office};
}

OfficeFormats formats_at(const EnginePlace& place) {
    OfficeFormats formats;
    if (!place.has_office) return formats;
    if (!place.socket.empty()) return formats.set();
    for (std::size_t i = 0; i < formats.size() && !place.program.empty(); ++i) {
        formats.set(i, !missing_for(static_cast<OfficeFormat>(i)));
    }
    return formats;
}

PagesDrawn pages_drawn_at(const EnginePlace& place) {
    PagesDrawn drawn;
    const bool is_unit = !place.socket.empty();
    drawn.of_pdf = is_unit || (!place.program.empty() && !missing_for_pages());
    for (std::size_t i = 0; i < drawn.of_office.size() && drawn.of_pdf && place.has_office; ++i) {
        drawn.of_office.set(i, is_unit || !missing_for(static_cast<OfficeFormat>(i)));
    }
    return drawn;
}

Convertible convertible_at(const EnginePlace& place, std::shared_ptr<const FileCommands> commands) {
    Convertible convertible(formats_at(place));
    convertible.commands = std::move(commands);
    return convertible;
}

EngineJob engine_job(const FileErrand& errand, const EngineLimits& limits) {
    EngineJob job;
    job.limits = limits;
    if (!errand.command) {
        const auto format = office_format_of(errand.rows.at(0).facts.detected_type);
        job.task = format ? EngineTask::to_package : EngineTask::page_text;
        job.from = format.value_or(OfficeFormat::doc);
        return job;
    }
    job.task = EngineTask::command;
    job.limits = errand.command->limits;
    job.command = {errand.command->program, errand.command->arguments, errand.command->readable,
                   errand.command->processes};
    return job;
}

FileResult converted(FileResult of_bare, const std::vector<Loss>& lost_before, const FileErrand& errand) {
    if (auto* why = std::get_if<FileNotMade>(&of_bare)) {
        return by_engine(std::move(*why));
    }
    auto* file = std::get_if<FileRebuilt>(&of_bare);
    if (file == nullptr || file->file.kind() != to_be_made(errand)) {
        return FileNotMade{Reason::engine_failed, "the converter made a file of another kind"};
    }
    // Of a text nobody misses what no text has.
    if (file->file.kind() == SafeKind::text) return of_bare;
    // Some of it reaches the codec, which counts it too.
    for (const Loss& loss : lost_before) {
        const auto known = std::find_if(file->losses.begin(), file->losses.end(),
                                        [&](const Loss& one) { return one.what == loss.what; });
        const std::uint32_t counted = known == file->losses.end() ? 0 : known->count;
        add_loss(file->losses, loss.what, loss.count - std::min(counted, loss.count));
    }
    return of_bare;
}

namespace {

FileResult picture_file(FileWorkers& workers, const EnginePlace& place, const EngineLimits& engine_limits,
                        const FileErrand& errand, const RawMail& mail, const WorkerLimits& limits) {
    PictureRoad road(errand, engine_limits);
    while (const PictureStep* const step = road.next()) {
        if (const auto* taking = std::get_if<TakeOutStep>(step)) {
            const JobBytes bytes = taking->bare == nullptr ? JobBytes(mail) : JobBytes(*taking->bare);
            road.take(take_out_file(workers, taking->errand, bytes, limits));
        } else if (const auto* asking = std::get_if<AskEngineStep>(step)) {
            road.take(ask_engine(place, asking->job, *asking->file));
        } else {
            const auto& rebuilding = std::get<RebuildStep>(*step);
            road.take(std::move(rebuild_files(workers, rebuilding.errand, *rebuilding.bare, limits).at(0)));
        }
    }
    return std::move(road).result();
}

}  // namespace

FileResult convert_file(FileWorkers& workers, const EnginePlace& place, const EngineLimits& engine_limits,
                        const FileErrand& errand, const RawMail& mail, const WorkerLimits& limits) {
    if (errand.as_pictures) return picture_file(workers, place, engine_limits, errand, mail, limits);
    OutResult out = take_out_file(workers, errand, mail, limits);
    if (auto* why = std::get_if<FileNotMade>(&out)) return std::move(*why);
    const auto& [file, losses, about] = std::get<FileOut>(out);
    const auto made = ask_engine(place, engine_job(errand, engine_limits), file);
    if (!made) return not_converted_by(made.error());
    auto results = rebuild_files(workers, about_bare(errand, *made), *made, limits);
    return converted(std::move(results.at(0)), losses, errand);
}

}  // namespace mugaika
