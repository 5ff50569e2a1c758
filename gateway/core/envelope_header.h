#pragma once

#include <string_view>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "proto/payload/attachments.h"
#include "proto/types/instant.h"
#include "proto/types/result.h"
#include "proto/types/uuid.h"

namespace gnc::gateway {

// The fields of an envelope that the gateway decides by, as views into its bytes: the document is not copied.
struct EnvelopeHeader {
  Uuid id;
  std::string_view sender;
  std::string_view recipient;
  Uuid conversation;
  std::string_view agreement;
  std::string_view message;
  v1::Priority priority = v1::PRIORITY_NORMAL;
  Instant created_at;
  Instant expires_at;
  std::string_view answers;  // empty, or 16 bytes
  std::string_view document_type;
  std::string_view structured;
  std::string_view original;
  std::string_view structured_digest;
  std::string_view original_digest;
  std::vector<payload::AttachmentView> attachments;
};

// ENVELOPE_MALFORMED where the bytes are no envelope, lack what every envelope has, or could be read in two
// ways: a field that occurs twice, or that has another type than the contract's.
Result<EnvelopeHeader> read_envelope_header(std::string_view bytes);

// The id as it stands there, for the receipt of an envelope that cannot be read; empty where there is none.
std::string_view read_envelope_id(std::string_view bytes);

}  // namespace gnc::gateway
