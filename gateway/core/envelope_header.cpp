#include "gateway/core/envelope_header.h"

#include <algorithm>
#include <string>

#include "proto/wire/wire_reader.h"

namespace gnc::gateway {
namespace {

using wire::WireField;
using wire::WireReader;
using wire::WireType;

constexpr std::size_t longest_text = 256;  // of a name, a media type, a trace context
constexpr std::size_t longest_id = 64;     // that is shown in a receipt

tl::unexpected<Error> malformed(std::string detail) {
  return failure(v1::ENVELOPE_MALFORMED, std::move(detail));
}

// Printable ASCII: names, media types and trace contexts are nothing else, and a reader that checks UTF-8
// must not stumble over them.
bool is_text(std::string_view text) {
  return text.size() <= longest_text &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// Reads fields into places, each at most once: protobuf would take the last or merge them, and then the
// gateway might judge by one and the recipient act on another.
class OnceReader {
 public:
  OnceReader(std::string_view message, std::string_view bytes) : message_(message), reader_(bytes) {}

  // The next known field; false at the end and after a fault.
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

std::string read_document(std::string_view bytes, EnvelopeHeader& header) {
  OnceReader reader("carried document", bytes);
  while (reader.next(6, [](std::uint32_t) { return WireType::length_delimited; })) {
    const std::string_view value = reader.field().bytes;
    switch (reader.field().number_in_message) {
      case 1:
        header.document_type = value;
        break;
      case 2:
        header.structured = value;
        break;
      case 3:
        header.original = value;
        break;
      case 4:
        if (!is_text(value)) return "The original's media type is no plain text.";
        break;
      case 5:
        header.structured_digest = value;
        break;
      default:
        header.original_digest = value;
        break;
    }
  }
  if (!reader.fault().empty()) return reader.fault();
  if (!is_text(header.document_type)) return "The document type is no plain text.";
  if (header.structured.empty() && header.original.empty()) return "The document has neither form.";
  return {};
}

WireType type_in_envelope(std::uint32_t number) {
  if (number == 7) return WireType::varint;
  return number == 8 || number == 9 ? WireType::fixed64 : WireType::length_delimited;
}

Instant instant_of(std::uint64_t bits) { return {static_cast<std::int64_t>(bits)}; }

}  // namespace

Result<EnvelopeHeader> read_envelope_header(std::string_view bytes) {
  EnvelopeHeader header;
  std::string_view id, conversation, traceparent, document;
  std::uint64_t priority = 0;
  OnceReader reader("envelope", bytes);
  while (reader.next(12, type_in_envelope)) {
    const WireField& field = reader.field();
    switch (field.number_in_message) {
      case 1:
        id = field.bytes;
        break;
      case 2:
        header.sender = field.bytes;
        break;
      case 3:
        header.recipient = field.bytes;
        break;
      case 4:
        conversation = field.bytes;
        break;
      case 5:
        header.agreement = field.bytes;
        break;
      case 6:
        header.message = field.bytes;
        break;
      case 7:
        priority = field.number;
        break;
      case 8:
        header.created_at = instant_of(field.number);
        break;
      case 9:
        header.expires_at = instant_of(field.number);
        break;
      case 10:
        header.answers = field.bytes;
        break;
      case 11:
        document = field.bytes;
        break;
      default:
        traceparent = field.bytes;
        break;
    }
  }
  if (!reader.fault().empty()) return malformed(reader.fault());

  const auto own_id = Uuid::from_bytes(id);
  if (!own_id) return malformed("The id is not a UUID of version 7.");
  header.id = *own_id;
  const auto conversation_id = Uuid::from_bytes(conversation);
  if (!conversation_id) return malformed("The conversation is not a UUID of version 7.");
  header.conversation = *conversation_id;
  if (!header.answers.empty() && !Uuid::from_bytes(header.answers)) {
    return malformed("What it answers is not a UUID of version 7.");
  }
  for (const auto& [name, text] : {std::pair{"sender", header.sender},
                                   {"recipient", header.recipient},
                                   {"agreement", header.agreement},
                                   {"message", header.message}}) {
    if (text.empty()) return malformed(std::string("It has no ") + name + ".");
    if (!is_text(text)) return malformed(std::string("Its ") + name + " is no plain text.");
  }
  if (!is_text(traceparent)) return malformed("Its trace context is no plain text.");
  if (priority > v1::Priority_MAX)
    return malformed("Its priority " + std::to_string(priority) + " is unknown.");
  header.priority = static_cast<v1::Priority>(priority);
  if (header.created_at.microseconds <= 0 || header.expires_at.microseconds <= 0) {
    return malformed("It does not say when it was created and when it expires.");
  }
  if (!reader.seen(11)) return malformed("It carries no document.");
  if (std::string fault = read_document(document, header); !fault.empty()) return malformed(std::move(fault));
  if (reader.seen(v1::Envelope::kAttachmentsFieldNumber)) {
    auto attachments = payload::read_attachments(bytes);
    if (!attachments) return tl::unexpected(std::move(attachments.error()));
    header.attachments = std::move(*attachments);
  }
  return header;
}

std::string_view read_envelope_id(std::string_view bytes) {
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    if (field.number_in_message != 1 || field.type != WireType::length_delimited) continue;
    return field.bytes.size() <= longest_id ? field.bytes : std::string_view{};
  }
  return {};
}

}  // namespace gnc::gateway
