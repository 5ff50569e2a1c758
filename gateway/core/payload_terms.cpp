#include "gateway/core/payload_terms.h"

#include <fmt/format.h>

#include "gateway/core/envelope_header.h"
#include "gnc/v1/errors.pb.h"

namespace gnc::gateway {

Result<void> may_hand_in(const model::AgreementBook& book, std::string_view sender,
                         std::string_view recipient, std::uint64_t size, Instant now) {
  const std::uint64_t largest = book.largest_attachments(sender, recipient, now);
  if (largest == 0) {
    return failure(v1::ATTACHMENT_NOT_ALLOWED,
                   fmt::format("no agreement in force lets {} attach anything for {}", sender, recipient));
  }
  if (size > largest) {
    return failure(v1::ATTACHMENT_NOT_ALLOWED, fmt::format("{} bytes from {} for {}, where {} are allowed",
                                                           size, sender, recipient, largest));
  }
  return {};
}

Result<void> may_attach(std::span<const payload::AttachmentView> attachments, std::string_view message,
                        std::uint64_t largest) {
  std::uint64_t bytes = 0;
  for (const payload::AttachmentView& each : attachments) {
    bytes += each.size;
    // Sizes that add up to more than 64 bits are too many as well.
    if (each.size > largest || bytes > largest) {
      return failure(v1::ATTACHMENT_NOT_ALLOWED,
                     fmt::format("Attachments of {} bytes and more; message {} may have {} bytes.", bytes,
                                 message, largest));
    }
  }
  return {};
}

// Most envelopes have no attachments, and cost a look at their fields.
std::vector<Digest> missing_payloads(const trust::OpenedBatch& batch,
                                     const std::function<bool(const PartyName&, const Digest&)>& is_here) {
  std::vector<Digest> missing;
  if (batch.purpose != v1::SealStatement::PURPOSE_ENVELOPES) return missing;
  for (const trust::OpenedItem& item : batch.items) {
    if (item.fault != v1::ERROR_CODE_UNSPECIFIED) continue;
    const auto attachments = payload::read_attachments(item.content);
    if (!attachments || attachments->empty()) continue;
    const auto header = read_envelope_header(item.content);
    const auto recipient = header ? PartyName::from_text(header->recipient) : std::nullopt;
    if (!recipient) continue;
    for (const payload::AttachmentView& each : *attachments) {
      if (!is_here(*recipient, each.digest)) missing.push_back(each.digest);
    }
  }
  return missing;
}

}  // namespace gnc::gateway
