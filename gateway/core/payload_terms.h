#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "model/agreement/agreement_book.h"
#include "proto/payload/attachments.h"
#include "proto/types/digest.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::gateway {

// Whether the party may hand in a payload of that size for the recipient: no more than an agreement in force
// between them lets it attach. The envelope that announces it is judged for itself when it comes.
Result<void> may_hand_in(const model::AgreementBook& book, std::string_view sender,
                         std::string_view recipient, std::uint64_t size, Instant now);

// Whether an envelope of the message may announce these: together no more than `largest` bytes. Whether their
// payloads are here is another question.
Result<void> may_attach(std::span<const payload::AttachmentView> attachments, std::string_view message,
                        std::uint64_t largest);

// The payloads that a batch of envelopes announces for their recipients and that are not here. What cannot be
// read is not missed: admission refuses it.
std::vector<Digest> missing_payloads(const trust::OpenedBatch& batch,
                                     const std::function<bool(const PartyName&, const Digest&)>& is_here);

}  // namespace gnc::gateway
