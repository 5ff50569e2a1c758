#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "proto/types/digest.h"
#include "proto/types/result.h"

namespace gnc::payload {

inline constexpr std::size_t most_attachments = 16;

// What an envelope says of one attachment, as views into its bytes.
struct AttachmentView {
  std::string_view name;
  std::string_view media_type;
  std::uint64_t size = 0;
  Digest digest;
};

// Those of a serialised Envelope. ENVELOPE_MALFORMED where one cannot be read, could be read in two ways, or
// is not as proto/gnc/v1/envelope.proto has it.
Result<std::vector<AttachmentView>> read_attachments(std::string_view envelope);

// Whether a file may go by that name: it is one on every system, and leads out of no folder.
bool is_attachment_name(std::string_view name);

}  // namespace gnc::payload
