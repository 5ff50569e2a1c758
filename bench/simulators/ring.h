#pragma once

#include <cstdint>

// What every simulator plays: each administration sends to the next in a ring, through one gateway in their
// middle. In C++17, which the headers of SimGrid and ns-3 want.
namespace gnc::bench::ring {

constexpr std::uint32_t parties = 20;
constexpr std::uint32_t messages_each = 1'000;
constexpr std::uint32_t messages = parties * messages_each;
constexpr std::int64_t every_us = 20'000;
// Between an administration and the gateway, each way.
constexpr std::int64_t latency_us = 40'000;
constexpr std::uint32_t message_bytes = 1024;

}  // namespace gnc::bench::ring
