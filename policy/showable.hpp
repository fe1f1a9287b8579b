// Which characters may stand in text that people read, wherever it came from.
#pragma once

namespace mugaika {

// May this character stand in shown text? Refused: C0 and C1 controls (TAB and LF are judged by the callers), DEL,
// U+00AD, U+034F, U+061C, U+115F, U+1160, U+17B4, U+17B5, U+180B-U+180F, U+200B-U+200F, U+2028-U+202E,
// U+2060-U+206F, U+3164, U+FEFF, U+FFA0, U+FFF0-U+FFFB, U+1D173-U+1D17A, U+E0000-U+E007F (tags), surrogates,
// noncharacters, and private use (carrier emoji must have been replaced before). Variation selectors stay:
// Japanese names need them.
bool is_showable(char32_t) noexcept;

}  // namespace mugaika
