#pragma once

#include <map>
#include <string>

namespace gnc::scenarios {

// What a reader of the report must know of the machine: processor, cores, memory, kernel, operating system.
std::map<std::string, std::string> describe_environment();

// Now, as RFC 3339 has it, in UTC.
std::string time_text();

}  // namespace gnc::scenarios
