#include "proto/payload/attachments.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "proto/types/error.h"
#include "proto/wire/wire_reader.h"

namespace gnc::payload {
namespace {

using wire::WireField;
using wire::WireReader;
using wire::WireType;

constexpr std::size_t longest_name = 128;

bool is_media_type(std::string_view text) {
  return text.size() <= longest_name &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

// Each field at most once, since protobuf would take the last.
std::optional<AttachmentView> read_one(std::string_view bytes) {
  using A = v1::Attachment;
  AttachmentView read;
  WireReader reader(bytes);
  std::uint32_t seen = 0;
  bool has_digest = false;
  for (WireField field; reader.next(field);) {
    if (field.number_in_message > A::kDigestFieldNumber) continue;
    const bool number = field.number_in_message == A::kSizeFieldNumber;
    if (field.type != (number ? WireType::varint : WireType::length_delimited)) return std::nullopt;
    if (seen & (1u << field.number_in_message)) return std::nullopt;
    seen |= 1u << field.number_in_message;
    switch (field.number_in_message) {
      case A::kNameFieldNumber:
        read.name = field.bytes;
        break;
      case A::kMediaTypeFieldNumber:
        read.media_type = field.bytes;
        break;
      case A::kSizeFieldNumber:
        read.size = field.number;
        break;
      default:
        const auto digest = Digest::from_bytes(field.bytes);
        if (!digest) return std::nullopt;
        read.digest = *digest;
        has_digest = true;
    }
  }
  if (reader.malformed() || !has_digest || read.size == 0) return std::nullopt;
  if (!is_attachment_name(read.name) || !is_media_type(read.media_type)) return std::nullopt;
  return read;
}

}  // namespace

bool is_attachment_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && name.front() != '.' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                  c == '-' || c == '_';
         });
}

Result<std::vector<AttachmentView>> read_attachments(std::string_view envelope) {
  std::vector<AttachmentView> all;
  WireReader reader(envelope);
  for (WireField field; reader.next(field);) {
    if (field.number_in_message != v1::Envelope::kAttachmentsFieldNumber) continue;
    if (all.size() == most_attachments) {
      return failure(v1::ENVELOPE_MALFORMED,
                     fmt::format("It has more than {} attachments.", most_attachments));
    }
    const auto read =
        field.type == WireType::length_delimited ? read_one(field.bytes) : std::optional<AttachmentView>();
    if (!read) {
      return failure(
          v1::ENVELOPE_MALFORMED,
          fmt::format("Attachment {} lacks name, size or digest, or cannot be read.", all.size() + 1));
    }
    all.push_back(*read);
  }
  return all;
}

}  // namespace gnc::payload
