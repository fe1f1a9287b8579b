// What a drawing may hold, by the URI of its a:graphicData, and which extensions (a:ext and its kin) carry content.
#pragma once

#include <string_view>

namespace mugaika::codec::ooxml {

bool is_known_graphic(std::string_view uri);   // Transitional or Strict
bool is_object_graphic(std::string_view uri);  // OLE, controls
std::string_view transitional_graphic(std::string_view uri);
// Everything else in an extension is ids and state of the author's screen, or of a kind that is not rebuilt.
bool is_known_extension(std::string_view uri);

}  // namespace mugaika::codec::ooxml
