#include "nodes/core/drafts.h"

namespace gnc::nodes {

Draft make_draft(const PartyName& sender, OutgoingRecord record, v1::Priority priority,
                 v1::CarriedDocument& document, std::string_view traceparent) {
  const auto cause = TraceContext::parse(traceparent);
  const TraceContext trace =
      cause ? cause->continued_by(record.id) : TraceContext::of_conversation(record.conversation, record.id);
  v1::Envelope envelope;
  envelope.set_id(std::string(record.id.view()));
  envelope.set_sender(sender.text());
  envelope.set_recipient(record.recipient.text());
  envelope.set_conversation(std::string(record.conversation.view()));
  envelope.set_agreement(record.agreement);
  envelope.set_message(record.message);
  envelope.set_priority(priority);
  envelope.set_created_at(record.created_at.microseconds);
  envelope.set_expires_at(record.expires_at.microseconds);
  if (record.answers) envelope.set_answers(std::string(record.answers->view()));
  envelope.mutable_document()->Swap(&document);
  envelope.set_traceparent(trace.traceparent());
  Draft draft{envelope.SerializeAsString(), std::move(record), trace, cause};
  draft.record.size = static_cast<std::uint32_t>(draft.envelope.size());
  return draft;
}

std::vector<OutboxBatchRecord> seal_drafts(std::vector<Draft>& drafts, const NodeConfig& config, Instant now,
                                           trust::Signer& signer, std::uint64_t& next_batch) {
  std::vector<OutboxBatchRecord> sealed;
  std::vector<std::string> contents;
  for (std::size_t first = 0; first < drafts.size();) {
    contents.clear();
    std::size_t bytes = 0;
    std::size_t last = first;
    while (last < drafts.size() && contents.size() < config.batch_envelopes &&
           (contents.empty() || bytes + drafts[last].envelope.size() <= config.batch_bytes)) {
      bytes += drafts[last].envelope.size();
      contents.push_back(std::move(drafts[last].envelope));
      ++last;
    }
    const trust::SealRequest request{v1::SealStatement::PURPOSE_ENVELOPES, {}, now};
    trust::SealedBytes batch = trust::seal_bytes(contents, request, signer);
    for (std::size_t i = first; i < last; ++i) {
      OutgoingRecord& record = drafts[i].record;
      record.batch = next_batch;
      record.index = static_cast<std::uint32_t>(i - first);
      record.digest = batch.leaves[i - first];
    }
    sealed.push_back({next_batch++, now, std::make_shared<const std::string>(std::move(batch.bytes))});
    first = last;
  }
  return sealed;
}

}  // namespace gnc::nodes
