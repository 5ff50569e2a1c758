#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/types/instant.h"

namespace gnc::model {

// "80ms", "1.5s": a number and one of us, ms, s, m, min, h, d. Not negative.
std::optional<Duration> parse_duration(std::string_view text);

// "2026-01-31" (midnight UTC), "2026-01-31T08:30:00Z", "2026-01-31T08:30:00.5+12:00".
std::optional<Instant> parse_instant(std::string_view text);

// "2026-01-31T08:30:00Z", with a fraction only where there is one.
std::string instant_text(Instant instant);

}  // namespace gnc::model
