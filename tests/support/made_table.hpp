// A dBASE table as older programs write it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mugaika::test {

struct Column {
    std::string name;
    char type;
    std::uint8_t width;
};

// Each row's first value begins with a blank, or with "*" when the row is deleted. Values are cut and filled up.
inline std::string made_dbf(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
    const auto number = [](std::size_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
        return text;
    };
    std::size_t width = 1;
    for (const Column& column : columns) width += column.width;
    std::string table = "\x03\x7e\x0b\x1e" + number(rows.size(), 4) + number(32 * columns.size() + 33, 2) +
                        number(width, 2) + std::string(20, '\0');
    for (const Column& column : columns) {
        std::string field = column.name + std::string(11 - column.name.size(), '\0') + column.type;
        table += field + std::string(4, '\0') + static_cast<char>(column.width) + std::string(15, '\0');
    }
    table += '\r';
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            std::string value = row[i];
            value.resize(columns[i].width + (i == 0 ? 1u : 0u), ' ');
            table += value;
        }
    }
    return table + '\x1a';
}

}  // namespace mugaika::test
