#pragma once

#include <map>
#include <string>

#include "proto/types/instant.h"

namespace gnc::scenarios {

// What a reader of the report must know of the machine: processor, cores, memory, kernel, operating system.
std::map<std::string, std::string> describe_environment();

// Processor time that this process has used so far, by all its threads.
Duration own_cpu_time();

// Now, as RFC 3339 has it, in UTC.
std::string time_text();

}  // namespace gnc::scenarios
