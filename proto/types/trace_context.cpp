#include "proto/types/trace_context.h"

#include <algorithm>
#include <cstring>

namespace gnc {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

constexpr std::uint8_t no_digit = 0xff;

constexpr std::uint8_t value_of(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  return no_digit;
}

template <std::size_t size>
void append_hex(std::string& out, const std::array<std::uint8_t, size>& bytes) {
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

// Lower case only, as the recommendation has it; false also where all is zero.
template <std::size_t size>
bool read_hex(std::string_view text, std::array<std::uint8_t, size>& bytes) {
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t high = value_of(text[2 * i]);
    const std::uint8_t low = value_of(text[2 * i + 1]);
    if (high == no_digit || low == no_digit) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; });
}

}  // namespace

TraceContext TraceContext::of_conversation(const Uuid& conversation, const Uuid& envelope) {
  TraceContext context;
  std::memcpy(context.trace.data(), conversation.view().data(), context.trace.size());
  return context.continued_by(envelope);
}

TraceContext TraceContext::continued_by(const Uuid& envelope) const {
  TraceContext context{trace, {}};
  std::memcpy(context.span.data(), envelope.view().data() + 8, context.span.size());
  return context;
}

std::optional<TraceContext> TraceContext::parse(std::string_view text) {
  constexpr std::size_t whole = 55;
  if (text.size() < whole || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  std::array<std::uint8_t, 1> version{};
  const bool is_first = !read_hex(text.substr(0, 2), version) && text.starts_with("00");
  // Later versions may add to the end, behind another dash; "ff" is none.
  if (!is_first && (version[0] == 0 || version[0] == 0xff)) return std::nullopt;
  if (text.size() > whole && (is_first || text[whole] != '-')) return std::nullopt;
  std::array<std::uint8_t, 1> flags{};
  if (!read_hex(text.substr(53, 2), flags) && text.substr(53, 2) != "00") return std::nullopt;
  TraceContext context;
  if (!read_hex(text.substr(3, 32), context.trace) || !read_hex(text.substr(36, 16), context.span)) {
    return std::nullopt;
  }
  return context;
}

std::string TraceContext::traceparent() const {
  std::string text;
  text.reserve(55);
  text += "00-";
  append_hex(text, trace);
  text += '-';
  append_hex(text, span);
  text += "-01";
  return text;
}

std::string TraceContext::trace_text() const {
  std::string text;
  append_hex(text, trace);
  return text;
}

std::string TraceContext::span_text() const {
  std::string text;
  append_hex(text, span);
  return text;
}

}  // namespace gnc
