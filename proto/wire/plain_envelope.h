#pragma once

#include <optional>
#include <string_view>

#include "gnc/v1/envelope.pb.h"
#include "proto/wire/plain_reader.h"

namespace gnc::wire {

// An envelope whose document has the structured form only and that has no attachments, as nearly all are:
// views into its bytes. When it was made and when it ends is the gateway's to judge and not here.
struct PlainEnvelope {
  std::string_view id = {};
  std::string_view sender = {};
  std::string_view recipient = {};
  std::string_view conversation = {};
  std::string_view agreement = {};
  std::string_view message = {};
  v1::Priority priority = v1::PRIORITY_NORMAL;
  std::string_view answers = {};
  std::string_view document_type = {};
  std::string_view structured = {};
  std::string_view traceparent = {};
};

// Empty where it is another, or may be read in two ways, or cannot be read: Protobuf's parser tells.
inline std::optional<PlainEnvelope> read_plain_envelope(std::string_view bytes) {
  using v1::CarriedDocument;
  using v1::Envelope;
  PlainEnvelope envelope;
  std::string_view document;
  PlainReader reader(bytes);
  for (WireField field; reader.next(field);) {
    switch (field.number_in_message) {
      case Envelope::kIdFieldNumber:
        envelope.id = reader.bytes(field);
        break;
      case Envelope::kSenderFieldNumber:
        envelope.sender = reader.text(field);
        break;
      case Envelope::kRecipientFieldNumber:
        envelope.recipient = reader.text(field);
        break;
      case Envelope::kConversationFieldNumber:
        envelope.conversation = reader.bytes(field);
        break;
      case Envelope::kAgreementFieldNumber:
        envelope.agreement = reader.text(field);
        break;
      case Envelope::kMessageFieldNumber:
        envelope.message = reader.text(field);
        break;
      case Envelope::kPriorityFieldNumber:
        envelope.priority = static_cast<v1::Priority>(reader.number(field));
        break;
      case Envelope::kCreatedAtFieldNumber:
      case Envelope::kExpiresAtFieldNumber:
        reader.time(field);
        break;
      case Envelope::kAnswersFieldNumber:
        envelope.answers = reader.bytes(field);
        break;
      case Envelope::kDocumentFieldNumber:
        document = reader.bytes(field);
        break;
      case Envelope::kTraceparentFieldNumber:
        envelope.traceparent = reader.text(field);
        break;
      default:
        reader.give_up();
    }
  }
  if (!reader.plain()) return std::nullopt;
  PlainReader inner(document);
  for (WireField field; inner.next(field);) {
    if (field.number_in_message == CarriedDocument::kTypeFieldNumber) {
      envelope.document_type = inner.text(field);
    } else if (field.number_in_message == CarriedDocument::kStructuredFieldNumber) {
      envelope.structured = inner.bytes(field);
    } else {
      inner.give_up();
    }
  }
  if (!inner.plain() || envelope.structured.empty()) return std::nullopt;
  return envelope;
}

}  // namespace gnc::wire
