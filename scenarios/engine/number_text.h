#pragma once

#include <cstdint>
#include <string>

// Numbers as people read them: three digits of a measurement, thousands apart, always with their unit.
namespace gnc::scenarios {

// "0.412 ms", "41.5 ms", "412 ms", "4.12 s", "12 min 5 s".
std::string milliseconds_text(double);
// "12,345".
std::string count_text(std::uint64_t);
// "198/s", "1,980/s", "0.25/s".
std::string rate_text(double each_second);
// "312 B", "41.5 kB", "1.20 MB" (of 1,024 each).
std::string bytes_text(std::uint64_t);
// "99.9 %", never "100 %" of what is less.
std::string share_text(double share);
// A plain number: three digits, but whole numbers whole.
std::string number_text(double);

}  // namespace gnc::scenarios
