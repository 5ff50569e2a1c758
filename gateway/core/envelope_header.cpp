#include "gateway/core/envelope_header.h"

#include <algorithm>
#include <string>

#include "proto/wire/envelope_fields.h"

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

// What is wrong with the document; empty where nothing is.
std::string read_document(std::string_view bytes, wire::DocumentFields& document) {
  if (std::string fault = wire::read_fields(bytes, document); !fault.empty()) return fault;
  if (!is_text(document.original_media_type)) return "The original's media type is no plain text.";
  if (!is_text(document.type)) return "The document type is no plain text.";
  if (document.structured.empty() && document.original.empty()) return "The document has neither form.";
  return {};
}

}  // namespace

Result<EnvelopeHeader> read_envelope_header(std::string_view bytes) {
  wire::EnvelopeFields fields;
  if (std::string fault = wire::read_fields(bytes, fields); !fault.empty())
    return malformed(std::move(fault));

  const auto own_id = Uuid::from_bytes(fields.id);
  if (!own_id) return malformed("The id is not a UUID of version 7.");
  const auto conversation_id = Uuid::from_bytes(fields.conversation);
  if (!conversation_id) return malformed("The conversation is not a UUID of version 7.");
  if (!fields.answers.empty() && !Uuid::from_bytes(fields.answers)) {
    return malformed("What it answers is not a UUID of version 7.");
  }
  for (const auto& [name, text] : {std::pair{"sender", fields.sender},
                                   {"recipient", fields.recipient},
                                   {"agreement", fields.agreement},
                                   {"message", fields.message}}) {
    if (text.empty()) return malformed(std::string("It has no ") + name + ".");
    if (!is_text(text)) return malformed(std::string("Its ") + name + " is no plain text.");
  }
  if (!is_text(fields.traceparent)) return malformed("Its trace context is no plain text.");
  if (fields.priority > v1::Priority_MAX)
    return malformed("Its priority " + std::to_string(fields.priority) + " is unknown.");
  if (fields.created_at.microseconds <= 0 || fields.expires_at.microseconds <= 0) {
    return malformed("It does not say when it was created and when it expires.");
  }
  if (!fields.has_document) return malformed("It carries no document.");
  wire::DocumentFields document;
  if (std::string fault = read_document(fields.document, document); !fault.empty()) {
    return malformed(std::move(fault));
  }
  std::vector<payload::AttachmentView> attachments;
  if (fields.has_attachments) {
    auto read = payload::read_attachments(bytes);
    if (!read) return tl::unexpected(std::move(read.error()));
    attachments = std::move(*read);
  }
  return EnvelopeHeader{.id = *own_id,
                        .sender = fields.sender,
                        .recipient = fields.recipient,
                        .conversation = *conversation_id,
                        .agreement = fields.agreement,
                        .message = fields.message,
                        .priority = static_cast<v1::Priority>(fields.priority),
                        .created_at = fields.created_at,
                        .expires_at = fields.expires_at,
                        .answers = fields.answers,
                        .document_type = document.type,
                        .structured = document.structured,
                        .original = document.original,
                        .structured_digest = document.structured_digest,
                        .original_digest = document.original_digest,
                        .attachments = std::move(attachments)};
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
