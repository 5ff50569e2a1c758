#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "gnc/v1/envelope.pb.h"
#include "proto/wire/once_reader.h"

namespace gnc::wire {

// What an envelope's fields hold, as views into its bytes: the document is not copied. Whether they are right
// is for the reader to judge.
struct EnvelopeFields {
  std::string_view id = {};
  std::string_view sender = {};
  std::string_view recipient = {};
  std::string_view conversation = {};
  std::string_view agreement = {};
  std::string_view message = {};
  std::uint64_t priority = 0;
  Instant created_at = {};
  Instant expires_at = {};
  std::string_view answers = {};
  std::string_view document = {};
  std::string_view traceparent = {};
  bool has_document = false;
  bool has_attachments = false;
};

struct DocumentFields {
  std::string_view type = {};
  std::string_view structured = {};
  std::string_view original = {};
  std::string_view original_media_type = {};
  std::string_view structured_digest = {};
  std::string_view original_digest = {};
};

// What is wrong with the bytes, in a sentence; empty where they are read.
inline std::string read_fields(std::string_view bytes, EnvelopeFields& into) {
  using v1::Envelope;
  const auto type_of = [](std::uint32_t number) {
    if (number == Envelope::kPriorityFieldNumber) return WireType::varint;
    const bool is_time =
        number == Envelope::kCreatedAtFieldNumber || number == Envelope::kExpiresAtFieldNumber;
    return is_time ? WireType::fixed64 : WireType::length_delimited;
  };
  OnceReader reader("envelope", bytes);
  while (reader.next(Envelope::kTraceparentFieldNumber, type_of)) {
    const WireField& field = reader.field();
    switch (field.number_in_message) {
      case Envelope::kIdFieldNumber:
        into.id = field.bytes;
        break;
      case Envelope::kSenderFieldNumber:
        into.sender = field.bytes;
        break;
      case Envelope::kRecipientFieldNumber:
        into.recipient = field.bytes;
        break;
      case Envelope::kConversationFieldNumber:
        into.conversation = field.bytes;
        break;
      case Envelope::kAgreementFieldNumber:
        into.agreement = field.bytes;
        break;
      case Envelope::kMessageFieldNumber:
        into.message = field.bytes;
        break;
      case Envelope::kPriorityFieldNumber:
        into.priority = field.number;
        break;
      case Envelope::kCreatedAtFieldNumber:
        into.created_at = instant_of(field.number);
        break;
      case Envelope::kExpiresAtFieldNumber:
        into.expires_at = instant_of(field.number);
        break;
      case Envelope::kAnswersFieldNumber:
        into.answers = field.bytes;
        break;
      case Envelope::kDocumentFieldNumber:
        into.document = field.bytes;
        break;
      default:
        into.traceparent = field.bytes;
        break;
    }
  }
  into.has_document = reader.seen(Envelope::kDocumentFieldNumber);
  into.has_attachments = reader.seen(Envelope::kAttachmentsFieldNumber);
  return reader.fault();
}

inline std::string read_fields(std::string_view bytes, DocumentFields& into) {
  const std::array places = {&into.type,
                             &into.structured,
                             &into.original,
                             &into.original_media_type,
                             &into.structured_digest,
                             &into.original_digest};
  OnceReader reader("carried document", bytes);
  while (reader.next(places.size(), [](std::uint32_t) { return WireType::length_delimited; })) {
    *places[reader.field().number_in_message - 1] = reader.field().bytes;
  }
  return reader.fault();
}

// Nearly all are: of one form and without attachments, and protobuf's parser would read the very same in
// them.
inline bool is_plain(const EnvelopeFields& envelope, const DocumentFields& document) {
  const std::array texts = {envelope.sender,  envelope.recipient,   envelope.agreement,
                            envelope.message, envelope.traceparent, document.type};
  return !document.structured.empty() && document.original.empty() && document.original_media_type.empty() &&
         document.structured_digest.empty() && document.original_digest.empty() &&
         !envelope.has_attachments && envelope.priority <= v1::Priority_MAX &&
         std::ranges::all_of(texts, is_ascii);
}

}  // namespace gnc::wire
