#include "gateway/core/payload_terms.h"

#include <fmt/format.h>

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

}  // namespace gnc::gateway
