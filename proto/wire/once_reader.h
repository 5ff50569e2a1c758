#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "proto/types/instant.h"
#include "proto/wire/wire_reader.h"

namespace gnc::wire {

// Reads fields into places, each at most once: protobuf would take the last or merge them, and then one
// reader might judge by one and another act on another.
class OnceReader {
 public:
  // `message` is what faults call it.
  OnceReader(std::string_view message, std::string_view bytes) : message_(message), reader_(bytes) {}

  // The next field up to `last_known`; others are passed over, as protobuf does. `type_of` tells the
  // contract's type of a field's number. False at the end and after a fault.
  bool next(std::uint32_t last_known, auto type_of) {
    while (fault_.empty() && reader_.next(field_)) {
      const std::uint32_t number = field_.number_in_message;
      if (number > last_known) {
        if (number < 32) seen_ |= 1u << number;
        continue;
      }
      if (field_.type != type_of(number)) {
        fault_ = describe("has another type than the contract's");
      } else if (seen_ & (1u << number)) {
        fault_ = describe("occurs twice");
      }
      seen_ |= 1u << number;
      return fault_.empty();
    }
    if (fault_.empty() && reader_.malformed()) fault_ = "The " + std::string(message_) + " cannot be parsed.";
    return false;
  }

  const WireField& field() const { return field_; }
  bool seen(std::uint32_t number) const { return seen_ & (1u << number); }
  const std::string& fault() const { return fault_; }

 private:
  std::string describe(std::string_view what) const {
    return "Field " + std::to_string(field_.number_in_message) + " of the " + std::string(message_) + " " +
           std::string(what) + ".";
  }

  std::string_view message_;
  WireReader reader_;
  WireField field_;
  std::uint32_t seen_ = 0;
  std::string fault_;
};

// Microseconds since 1970, of an sfixed64.
inline Instant instant_of(std::uint64_t bits) { return {static_cast<std::int64_t>(bits)}; }

// Then it is the UTF-8 that protobuf wants of a string.
inline bool is_ascii(std::string_view text) {
  std::uint64_t any = 0;
  for (; text.size() >= sizeof any; text.remove_prefix(sizeof any)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    any |= word;
  }
  for (const char c : text) any |= static_cast<std::uint8_t>(c);
  return (any & 0x8080808080808080u) == 0;
}

}  // namespace gnc::wire
