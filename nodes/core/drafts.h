#pragma once

#include <string>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "nodes/core/node_core.h"
#include "nodes/core/step_work.h"

// Making envelopes and sealing them.
namespace gnc::nodes {

// Fills in what the record and the carried document say. `traceparent` is what the envelope continues; where
// it is none, its conversation is the trace.
Draft make_draft(const PartyName& sender, OutgoingRecord record, v1::Priority priority,
                 const v1::CarriedDocument& document, std::string_view traceparent,
                 const std::vector<v1::Attachment>& attachments = {});

// What its files become in the envelope. The fault of the first that cannot go along; USAGE where a name is
// none for an attachment, or there are too many.
Result<std::vector<v1::Attachment>> attachments_of(const v1::Lodge::Item& item);

// DOCUMENT_TOO_LARGE where the envelope is larger than a node lets be sent.
Result<void> check_size(const Draft& draft, const NodeConfig& config);

// Seals the drafts in order, in as few batches as the configuration allows, numbered from `next_batch` on,
// which is moved. The drafts' records get batch, index and digest.
std::vector<OutboxBatchRecord> seal_drafts(std::vector<Draft>& drafts, const NodeConfig& config, Instant now,
                                           trust::Signer& signer, std::uint64_t& next_batch);

}  // namespace gnc::nodes
