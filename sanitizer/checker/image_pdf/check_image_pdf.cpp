#include "sanitizer/checker/image_pdf/check_image_pdf.hpp"

#include <libdeflate.h>

#include <array>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "policy/c_handle.hpp"
#include "policy/page_limits.hpp"
#include "sanitizer/checker/pictures/check_jpeg.hpp"

namespace mugaika::checker {
namespace {

struct Refused {
    std::string words;
};

constexpr std::uint32_t pixels_of_side_max = 65'500;
constexpr std::uint64_t dpi_min = 36, dpi_max = 620;

struct Form {
    std::string_view words;
    unsigned bits;  // of a pixel; 0: a JPEG
};
constexpr std::array forms{
    Form{"/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/FlateDecode", 1},
    Form{"/ColorSpace/DeviceGray/BitsPerComponent 4/Filter/FlateDecode", 4},
    Form{"/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", 0},
};

struct Size {
    std::uint32_t width = 0, height = 0;
};

class ImagePdfReader {
public:
    explicit ImagePdfReader(std::string_view untrusted) : file_(untrusted) {}

    std::uint32_t read() {
        expect("%PDF-1.4\n%\xe7\x94\xbb\xe5\x83\x8f\n");
        expect_object("<</Type/Catalog/Pages 2 0 R>>");
        const std::uint32_t pages = read_tree();
        for (std::uint32_t page = 0; page < pages; ++page) read_page();
        read_table();
        if (at_ != file_.size()) refuse("the end of the file");
        return pages;
    }

private:
    [[noreturn]] void refuse(std::string_view expected) const {
        throw Refused{"image pdf: at offset " + std::to_string(at_) + ": expected " + std::string(expected)};
    }
    std::string_view rest() const noexcept { return file_.substr(at_); }
    void expect(std::string_view words) {
        if (!rest().starts_with(words)) refuse(words.substr(0, 60));
        at_ += words.size();
    }
    void begin_object() {
        offsets_.push_back(at_);
        expect(std::to_string(offsets_.size()) + " 0 obj\n");
    }
    void expect_object(std::string_view words) {
        begin_object();
        expect(words);
        expect("\nendobj\n");
    }
    std::string next_reference(std::size_t ahead) const { return std::to_string(offsets_.size() + ahead) + " 0 R"; }

    std::uint32_t take_number(std::uint32_t max);
    std::string_view take_stream(std::uint32_t length);
    std::uint32_t read_tree();
    std::string take_points(std::uint32_t& hundredths);
    void read_page();
    void read_picture(Size page);
    void judge_rows(std::string_view data, Size size, unsigned bits);
    void judge_jpeg(std::string_view data, Size size) const;
    void read_table();

    std::string_view file_;
    std::size_t at_ = 0;
    std::vector<std::size_t> offsets_;
    std::uint64_t pixels_ = 0;
    std::string rows_;  // room for one picture
};

// 1 to max, without zeros in front.
std::uint32_t ImagePdfReader::take_number(std::uint32_t max) {
    std::uint64_t value = 0;
    std::size_t digits = 0;
    for (; digits < rest().size() && digits < 10; ++digits) {
        const char c = rest()[digits];
        if (c < '0' || c > '9' || (c == '0' && digits == 0)) break;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (digits == 0 || value > max) refuse("a number from 1 to " + std::to_string(max));
    at_ += digits;
    return static_cast<std::uint32_t>(value);
}

std::string_view ImagePdfReader::take_stream(std::uint32_t length) {
    expect(">>\nstream\n");
    if (length > rest().size()) refuse("as many bytes as the length says");
    const std::string_view data = rest().substr(0, length);
    at_ += length;
    expect("\nendstream\nendobj\n");
    return data;
}

std::uint32_t ImagePdfReader::read_tree() {
    begin_object();
    expect("<</Type/Pages/Count ");
    const std::uint32_t pages = take_number(PageLimits().pages_max);
    std::string kids = "/Kids[";
    for (std::uint32_t page = 0; page < pages; ++page) {
        kids.append(page == 0 ? "" : " ").append(std::to_string(3 + 3 * page)).append(" 0 R");
    }
    expect(kids + "]>>\nendobj\n");
    return pages;
}

// "595.19": whole points and two digits.
std::string ImagePdfReader::take_points(std::uint32_t& hundredths) {
    const std::size_t from = at_;
    std::uint32_t whole = 0;
    if (rest().starts_with("0.")) {
        ++at_;
    } else {
        whole = take_number(PageLimits().side_points_max);
    }
    expect(".");
    for (int i = 0; i < 2; ++i) {
        if (rest().empty() || rest()[0] < '0' || rest()[0] > '9') refuse("two digits");
        whole = whole * 10 + static_cast<std::uint32_t>(rest()[0] - '0');
        ++at_;
    }
    hundredths = whole;
    return std::string(file_.substr(from, at_ - from));
}

void ImagePdfReader::read_page() {
    Size page;
    begin_object();
    expect("<</Type/Page/Parent 2 0 R/MediaBox[0 0 ");
    const std::string width = take_points(page.width);
    expect(" ");
    const std::string height = take_points(page.height);
    expect("]/Contents " + next_reference(1) + "/Resources<</XObject<</P " + next_reference(2) + ">>>>>>\nendobj\n");
    const std::string drawn = width + " 0 0 " + height + " 0 0 cm /P Do";
    expect_object("<</Length " + std::to_string(drawn.size()) + ">>\nstream\n" + drawn + "\nendstream");
    read_picture(page);
}

void ImagePdfReader::read_picture(Size page) {
    Size size;
    begin_object();
    expect("<</Type/XObject/Subtype/Image/Width ");
    size.width = take_number(pixels_of_side_max);
    expect("/Height ");
    size.height = take_number(pixels_of_side_max);
    const std::uint64_t pixels = std::uint64_t{size.width} * size.height;
    pixels_ += pixels;
    if (pixels > PageLimits().page_pixels_max || pixels_ > PageLimits().pixels_max) refuse("fewer pixels");
    const auto fits = [](std::uint64_t side, std::uint64_t hundredths) {
        return hundredths > 0 && side * 7200 / hundredths >= dpi_min && side * 7200 / hundredths <= dpi_max;
    };
    if (!fits(size.width, page.width) || !fits(size.height, page.height)) refuse("a picture of the page's size");
    const Form* form = nullptr;
    for (const Form& one : forms) {
        if (rest().starts_with(one.words)) form = &one;
    }
    if (form == nullptr) refuse("one of three forms of a picture");
    expect(form->words);
    expect("/Length ");
    const std::uint32_t length = take_number(UINT32_MAX);
    const std::string_view data = take_stream(length);
    return form->bits == 0 ? judge_jpeg(data, size) : judge_rows(data, size, form->bits);
}

void ImagePdfReader::judge_rows(std::string_view data, Size size, unsigned bits) {
    const std::size_t used_bits = std::size_t{size.width} * bits, stride = (used_bits + 7) / 8;
    rows_.resize(stride * size.height + 1);  // one more, so that one too many is seen
    const CHandle<libdeflate_decompressor, libdeflate_free_decompressor> inflate(libdeflate_alloc_decompressor());
    if (!inflate) throw std::bad_alloc();
    std::size_t read = 0, written = 0;
    const auto result = libdeflate_zlib_decompress_ex(inflate.get(), data.data(), data.size(), rows_.data(),
                                                      rows_.size(), &read, &written);
    if (result != LIBDEFLATE_SUCCESS || read != data.size()) refuse("deflate data that ends with its stream");
    if (written != stride * size.height) refuse("as many rows as the size says");
    if (read > written + written / 1024 + 64) refuse("deflate data that is no larger than what it holds");
    const unsigned unused = static_cast<unsigned>(stride * 8 - used_bits);
    const unsigned behind = (1u << unused) - 1;
    for (std::size_t last = stride - 1; last < written; last += stride) {
        if ((static_cast<unsigned char>(rows_[last]) & behind) != 0) refuse("nothing behind the pixels of a row");
    }
}

// Of a JPEG that passed its check: segments with lengths up to the frame.
void ImagePdfReader::judge_jpeg(std::string_view data, Size size) const {
    const auto judged = check_jpeg(data);
    if (!judged) refuse("a JPEG of ours; " + judged.error().words());
    const auto number = [data](std::size_t at) {
        return static_cast<unsigned>(static_cast<unsigned char>(data[at])) << 8 |
               static_cast<unsigned char>(data[at + 1]);
    };
    std::size_t at = 2;
    for (; data[at + 1] != '\xc0'; at += 2 + number(at + 2)) {
        if (data[at + 1] == '\xe1') refuse("a picture that is not turned");
        if (data[at + 1] == '\xee') refuse("a picture in the colours of a page");
    }
    if (number(at + 5) != size.height || number(at + 7) != size.width) refuse("a JPEG as large as it says");
    if (data[at + 9] != 3) refuse("a JPEG of three components");
}

void ImagePdfReader::read_table() {
    const std::string size = std::to_string(offsets_.size() + 1), table_at = std::to_string(at_);
    expect("xref\n0 " + size + "\n0000000000 65535 f \n");
    for (const std::size_t offset : offsets_) {
        std::string digits = std::to_string(offset);
        digits.insert(0, 10 - std::min<std::size_t>(10, digits.size()), '0');
        expect(digits + " 00000 n \n");
    }
    expect("trailer\n<</Size " + size + "/Root 1 0 R>>\nstartxref\n" + table_at + "\n%%EOF\n");
}

}  // namespace

Result<std::uint32_t> check_image_pdf(std::string_view untrusted) {
    try {
        return ImagePdfReader(untrusted).read();
    } catch (const Refused& refused) {
        return Error(Fault::protocol, refused.words);
    } catch (const std::bad_alloc&) {
        return Error(Fault::protocol, "image pdf: more than can be held");
    }
}

}  // namespace mugaika::checker
