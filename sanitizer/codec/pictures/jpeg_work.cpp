#include "sanitizer/codec/pictures/jpeg_work.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <span>

#include "sanitizer/codec/pictures/big_endian.hpp"
#include "sanitizer/codec/pictures/exif_orientation.hpp"
#include "sanitizer/codec/pictures/jpeg_common_scan.hpp"

namespace mugaika::codec {
namespace {

constexpr int app1_marker = JPEG_APP0 + 1;
constexpr int blocks_in_mcu_max = 10;  // ITU-T T.81 B.2.3
constexpr int quantisation_max = 255;  // of a baseline table
constexpr std::string_view baseline_frame = "\xff\xc0", end_of_image = "\xff\xd9";
constexpr std::uint8_t start_of_scan = 0xda;

std::span<const jpeg_component_info> components_of(const jpeg_decompress_struct& in) noexcept {
    return {in.comp_info, static_cast<std::size_t>(in.num_components)};
}

bool is_plain_factor(int factor) noexcept { return factor == 1 || factor == 2 || factor == 4; }

bool is_baseline_table(const JQUANT_TBL* table) noexcept {
    return table && std::all_of(std::begin(table->quantval), std::end(table->quantval),
                                [](UINT16 value) { return value >= 1 && value <= quantisation_max; });
}

// Null for a number that names none: libjpeg looks at it only later.
const JQUANT_TBL* table_of(const jpeg_decompress_struct& in, const jpeg_component_info& component) noexcept {
    const int number = component.quant_tbl_no;
    return number >= 0 && number < NUM_QUANT_TBLS ? in.quant_tbl_ptrs[number] : nullptr;
}

bool is_same_table(const JHUFF_TBL* one, const JHUFF_TBL* other) noexcept {
    if (one == nullptr || other == nullptr) return false;
    const auto symbols = std::accumulate(std::begin(one->bits) + 1, std::end(one->bits), std::size_t{0});
    return std::equal(std::begin(one->bits) + 1, std::end(one->bits), std::begin(other->bits) + 1) &&
           symbols <= std::size(one->huffval) &&
           std::equal(std::begin(one->huffval), std::begin(one->huffval) + symbols, std::begin(other->huffval));
}

// Whether the picture came with the tables of ITU-T T.81 K.3, which `out` has before it is given others. Most programs
// and cameras write those; ours would save a tenth of the size, for a second pass that takes as long as the first. One
// that came with tables of its own gets the best again, so rebuilding what was made changes nothing.
bool has_common_tables(const jpeg_decompress_struct& in, const jpeg_compress_struct& out) noexcept {
    if (in.progressive_mode || in.arith_code) return false;
    for (int i = 0; i < in.num_components; ++i) {
        const jpeg_component_info& theirs = in.comp_info[i];
        const jpeg_component_info& ours = out.comp_info[i];
        if (theirs.dc_tbl_no < 0 || theirs.dc_tbl_no >= NUM_HUFF_TBLS) return false;
        if (theirs.ac_tbl_no < 0 || theirs.ac_tbl_no >= NUM_HUFF_TBLS) return false;
        if (!is_same_table(in.dc_huff_tbl_ptrs[theirs.dc_tbl_no], out.dc_huff_tbl_ptrs[ours.dc_tbl_no]) ||
            !is_same_table(in.ac_huff_tbl_ptrs[theirs.ac_tbl_no], out.ac_huff_tbl_ptrs[ours.ac_tbl_no]))
            return false;
    }
    return true;
}

bool is_full_size(const jpeg_component_info& component) noexcept {
    return component.h_samp_factor == 1 && component.v_samp_factor == 1;
}

// The names that libjpeg gives to components of its own; those of the file are only numbers to be kept.
std::string_view component_ids(J_COLOR_SPACE colours) noexcept {
    if (colours == JCS_RGB) return "RGB";
    return colours == JCS_CMYK ? "CMYK" : "\1\2\3\4";
}

// Resolution is the one thing of the old header that is kept: documents lay a picture out by it.
void copy_density(const jpeg_decompress_struct& in, jpeg_compress_struct& out) noexcept {
    out.JFIF_major_version = 1;
    out.JFIF_minor_version = 1;
    const bool is_meant = in.saw_JFIF_marker && in.density_unit <= 2 && in.X_density > 0 && in.Y_density > 0;
    out.density_unit = is_meant ? in.density_unit : UINT8{0};
    out.X_density = is_meant ? in.X_density : UINT16{1};
    out.Y_density = is_meant ? in.Y_density : UINT16{1};
}

// Up to the scan, of what libjpeg wrote; the size of the picture is put in.
std::string headers_with_size(std::string_view written, std::uint32_t width, std::uint32_t height) {
    std::size_t at = 2, frame = 0;
    for (bool is_scan = false; !is_scan; at += 2 + big_endian(written, at + 2, 2)) {
        is_scan = byte_at(written, at + 1) == start_of_scan;
        if (written.substr(at).starts_with(baseline_frame)) frame = at;
    }
    std::string headers(written.substr(0, at));
    for (const auto& [place, value] : {std::pair{frame + 5, height}, std::pair{frame + 7, width}}) {
        headers.at(place) = static_cast<char>(value >> 8);
        headers.at(place + 1) = static_cast<char>(value);
    }
    return headers;
}

}  // namespace

JpegWork::JpegWork(std::string_view untrusted, int orientation, const FilePurse& purse)
    : scan_limit(purse.limits().jpeg_scans_max),
      sink(purse.out_left()),
      untrusted_(untrusted),
      orientation_(orientation) {
    in.err = &errors;
    out.err = &errors;
}

// Both are fit for structures that were never created.
JpegWork::~JpegWork() {
    jpeg_destroy_compress(&out);
    jpeg_destroy_decompress(&in);
}

bool JpegWork::read_header() {
    const auto step = [](void* job) {
        auto& work = *static_cast<JpegWork*>(job);
        jpeg_create_decompress(&work.in);
        work.in.progress = &work.scan_limit;
        jpeg_mem_src(&work.in, reinterpret_cast<const unsigned char*>(work.untrusted_.data()), work.untrusted_.size());
        jpeg_read_header(&work.in, TRUE);
    };
    return jpeg_guarded(errors, step, this);
}

bool JpegWork::read_coefficients() {
    const auto step = [](void* job) {
        auto& work = *static_cast<JpegWork*>(job);
        work.coefficients_ = jpeg_read_coefficients(&work.in);
    };
    return jpeg_guarded(errors, step, this);
}

bool JpegWork::is_writable_as_it_is() const noexcept {
    int blocks = 0;
    for (const jpeg_component_info& component : components_of(in)) {
        if (!is_plain_factor(component.h_samp_factor) || !is_plain_factor(component.v_samp_factor)) return false;
        if (!is_baseline_table(table_of(in, component))) return false;
        blocks += component.h_samp_factor * component.v_samp_factor;
    }
    return in.num_components == 1 || blocks <= blocks_in_mcu_max;
}

// Common to both ways of writing, once the colour space is set.
void JpegWork::prepare_output() {
    copy_density(in, out);
    out.optimize_coding = TRUE;
    // Programs take the marker's presence for "the inks are inverted": it stays as it was.
    if (out.jpeg_color_space == JCS_CMYK) out.write_Adobe_marker = in.saw_Adobe_marker;
    const std::string_view ids = component_ids(out.jpeg_color_space);
    for (int i = 0; i < out.num_components; ++i) out.comp_info[i].component_id = ids[static_cast<std::size_t>(i)];
    // The factors of a single component mean nothing (ITU-T T.81 A.2.2).
    if (out.num_components == 1) out.comp_info[0].h_samp_factor = out.comp_info[0].v_samp_factor = 1;
}

void JpegWork::write_orientation() {
    if (orientation_ == 1) return;
    const auto content = orientation_app1(orientation_);
    jpeg_write_marker(&out, app1_marker, reinterpret_cast<const JOCTET*>(content.data()), content.size());
}

// All components together, from the first coefficient to the last (ITU-T T.81 F.1.2), as libjpeg writes them.
bool JpegWork::has_one_plain_scan() const noexcept {
    if (in.progressive_mode || in.arith_code || in.restart_interval != 0) return false;
    if (in.comps_in_scan != in.num_components || in.Ss != 0 || in.Se != DCTSIZE2 - 1 || in.Ah != 0 || in.Al != 0)
        return false;
    for (int i = 0; i < in.num_components; ++i) {
        if (in.cur_comp_info[i] != &in.comp_info[i]) return false;
    }
    return true;
}

// libjpeg counts the blocks when it starts to read them, so they are counted here.
std::optional<std::size_t> JpegWork::scan_bytes(std::string_view untrusted_scan) const {
    const bool is_alone = in.num_components == 1;
    const int max_h = is_alone ? 1 : in.max_h_samp_factor, max_v = is_alone ? 1 : in.max_v_samp_factor;
    const auto quotient = [](std::uint64_t side, int factor, int max) {
        const auto divisor = static_cast<std::uint64_t>(DCTSIZE * max);
        return (side * static_cast<std::uint64_t>(factor) + divisor - 1) / divisor;
    };
    JpegScanLayout layout;
    for (const jpeg_component_info& component : components_of(in)) {
        const int h = is_alone ? 1 : component.h_samp_factor, v = is_alone ? 1 : component.v_samp_factor;
        layout.components.at(layout.count++) = {in.dc_huff_tbl_ptrs[component.dc_tbl_no],
                                                in.ac_huff_tbl_ptrs[component.ac_tbl_no],
                                                static_cast<unsigned>(h),
                                                static_cast<unsigned>(v),
                                                quotient(in.image_width, h, max_h),
                                                quotient(in.image_height, v, max_v)};
    }
    layout.units_across = quotient(in.image_width, 1, max_h);
    layout.units_down = quotient(in.image_height, 1, max_v);
    return common_scan_bytes(untrusted_scan, layout);
}

// Those of a picture of one pixel, which differ in nothing but the size: libjpeg writes none without a scan.
void JpegWork::write_headers() {
    out.image_width = out.image_height = 1;
    auto* pool = reinterpret_cast<j_common_ptr>(&out);
    jvirt_barray_ptr blank[MAX_COMPONENTS];
    for (int i = 0; i < out.num_components; ++i) {
        const auto h = static_cast<JDIMENSION>(out.comp_info[i].h_samp_factor);
        const auto v = static_cast<JDIMENSION>(out.comp_info[i].v_samp_factor);
        blank[i] = out.mem->request_virt_barray(pool, JPOOL_IMAGE, TRUE, h, v, v);
    }
    jpeg_write_coefficients(&out, blank);
    write_orientation();
    jpeg_finish_compress(&out);
}

// False also where the tables are not the common ones.
bool JpegWork::make_headers() {
    bool has_common = false;
    struct Job {
        JpegWork& work;
        bool& has_common;
    } job{*this, has_common};
    const auto step = [](void* given) {
        const Job& wanted = *static_cast<Job*>(given);
        JpegWork& work = wanted.work;
        jpeg_create_compress(&work.out);
        work.out.dest = &work.sink;
        jpeg_copy_critical_parameters(&work.in, &work.out);
        work.prepare_output();
        work.out.optimize_coding = FALSE;
        wanted.has_common = has_common_tables(work.in, work.out);
        if (wanted.has_common) work.write_headers();
    };
    return jpeg_guarded(errors, step, &job) && has_common;
}

bool JpegWork::keep_scan() {
    if (errors.damage > 0 || !has_one_plain_scan()) return false;
    // The source is the whole file in memory, and stands behind the header of the scan.
    const std::string_view scan = untrusted_.substr(untrusted_.size() - in.src->bytes_in_buffer);
    const bool has_headers = make_headers();
    jpeg_destroy_compress(&out);
    const auto size = has_headers ? scan_bytes(scan) : std::nullopt;
    std::string bytes;
    if (size) bytes = headers_with_size(sink.bytes, in.image_width, in.image_height);
    sink.bytes.clear();
    if (!size || bytes.size() + *size + end_of_image.size() > sink.bytes_max) return false;
    sink.bytes.reserve(bytes.size() + *size + end_of_image.size());
    ((sink.bytes += bytes) += scan.substr(0, *size)) += end_of_image;
    return true;
}

namespace {

// libjpeg writes by given tables without asking whether they have a code: no difference of two such first coefficients
// has more bits than the common ones know (F.1.2.1). More comes of scans that were cut off, or sum up to no picture.
constexpr int first_coefficient_min = -1024, first_coefficient_max = 1023;

bool have_common_codes(jpeg_decompress_struct& in, jvirt_barray_ptr* coefficients) {
    auto* pool = reinterpret_cast<j_common_ptr>(&in);
    for (int i = 0; i < in.num_components; ++i) {
        const jpeg_component_info& component = in.comp_info[i];
        for (JDIMENSION y = 0; y < component.height_in_blocks; ++y) {
            const JBLOCKARRAY row = in.mem->access_virt_barray(pool, coefficients[i], y, 1, FALSE);
            for (JDIMENSION x = 0; x < component.width_in_blocks; ++x) {
                const int first = row[0][x][0];
                if (first < first_coefficient_min || first > first_coefficient_max) return false;
            }
        }
    }
    return true;
}

}  // namespace

bool JpegWork::write_coefficients() {
    const auto step = [](void* job) {
        auto& work = *static_cast<JpegWork*>(job);
        jpeg_create_compress(&work.out);
        work.out.dest = &work.sink;
        jpeg_copy_critical_parameters(&work.in, &work.out);
        work.prepare_output();
        const bool by_common_codes =
            has_common_tables(work.in, work.out) && have_common_codes(work.in, work.coefficients_);
        work.out.optimize_coding = by_common_codes ? FALSE : TRUE;
        jpeg_write_coefficients(&work.out, work.coefficients_);
        work.write_orientation();
        jpeg_finish_compress(&work.out);
    };
    return jpeg_guarded(errors, step, this);
}

void JpegWork::start_encoding(int quality) {
    in.out_color_space = in.jpeg_color_space;  // no colour is computed
    jpeg_start_decompress(&in);
    jpeg_create_compress(&out);
    out.dest = &sink;
    out.image_width = in.output_width;
    out.image_height = in.output_height;
    out.input_components = in.output_components;
    out.in_color_space = in.out_color_space;
    jpeg_set_defaults(&out);
    jpeg_set_quality(&out, quality, TRUE);
    const auto components = components_of(in);
    if (std::all_of(components.begin(), components.end(), is_full_size)) {
        out.comp_info[0].h_samp_factor = out.comp_info[0].v_samp_factor = 1;  // the others' are 1 by default
    }
    prepare_output();
    jpeg_start_compress(&out, TRUE);
    write_orientation();
}

void JpegWork::encode_rows() {
    const auto row_samples = in.output_width * static_cast<JDIMENSION>(in.output_components);
    JSAMPARRAY row = in.mem->alloc_sarray(reinterpret_cast<j_common_ptr>(&in), JPOOL_IMAGE, row_samples, 1);
    while (in.output_scanline < in.output_height) {
        jpeg_read_scanlines(&in, row, 1);
        jpeg_write_scanlines(&out, row, 1);
    }
    jpeg_finish_compress(&out);
}

bool JpegWork::encode_anew(int quality) {
    struct Job {
        JpegWork& work;
        int quality;
    } job{*this, quality};
    const auto step = [](void* given) {
        const Job& wanted = *static_cast<Job*>(given);
        wanted.work.start_encoding(wanted.quality);
        wanted.work.encode_rows();
    };
    return jpeg_guarded(errors, step, &job);
}

}  // namespace mugaika::codec
