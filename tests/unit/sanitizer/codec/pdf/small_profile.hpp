// Small colour profiles (ICC.1) for tests, with words of an author in every place that has room for them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mugaika::test {

struct SmallProfile {
    char version = 2;
    std::string profile_class = "mntr";
    std::string space = "RGB ";
    std::string connection = "XYZ ";
    std::vector<std::pair<std::string, std::string>> tags;  // written in this order, with four bytes of "gap!" between

    SmallProfile& put(std::string_view name, std::string bytes);
    std::string write() const;
};

std::string icc_xyz(char value);
std::string icc_curve();                                             // of two points
std::string icc_parametric();                                        // a gamma
std::string icc_table(char inputs, bool is_wide, char seed = '\0');  // of two grid points

SmallProfile rgb_profile();
SmallProfile grey_profile();
SmallProfile cmyk_profile(bool is_wide);

}  // namespace mugaika::test
