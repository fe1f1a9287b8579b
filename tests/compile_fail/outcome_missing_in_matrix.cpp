// A pair of stage and failure without a row in policy/matrix.hpp does not compile: no failure is answered by habit.
#include "policy/matrix.hpp"

#ifdef CONTROL
constexpr auto failure = mugaika::Failure::unavailable;
#else
constexpr auto failure = mugaika::Failure::loop;
#endif

mugaika::Ending ending() { return mugaika::outcome<mugaika::Stage::recipient, failure>().ending; }
