#include "nodes/core/drafts.h"

#include <fmt/format.h>

#include "proto/payload/attachments.h"
#include "proto/wire/wire_writer.h"

namespace gnc::nodes {
namespace {

// What a v1::Envelope with these fields is serialised to, in one buffer: there are thousands in a step.
std::string envelope_bytes(const PartyName& sender, const OutgoingRecord& record, v1::Priority priority,
                           const v1::CarriedDocument& document, const TraceContext& trace,
                           const std::vector<v1::Attachment>& attachments) {
  using v1::Envelope;
  constexpr std::size_t bytes_around = 256;
  const std::size_t document_size = document.ByteSizeLong();
  std::string out;
  out.reserve(document_size + record.agreement.size() + record.message.size() + bytes_around);
  const wire::FieldWriter fields(out);
  fields.text(Envelope::kIdFieldNumber, record.id.view());
  fields.text(Envelope::kSenderFieldNumber, sender.text());
  fields.text(Envelope::kRecipientFieldNumber, record.recipient.text());
  fields.text(Envelope::kConversationFieldNumber, record.conversation.view());
  fields.text(Envelope::kAgreementFieldNumber, record.agreement);
  fields.text(Envelope::kMessageFieldNumber, record.message);
  static_assert(v1::PRIORITY_NORMAL == 0);
  fields.number(Envelope::kPriorityFieldNumber, static_cast<std::uint64_t>(priority));
  fields.time(Envelope::kCreatedAtFieldNumber, record.created_at);
  fields.time(Envelope::kExpiresAtFieldNumber, record.expires_at);
  if (record.answers) fields.text(Envelope::kAnswersFieldNumber, record.answers->view());
  wire::append_varint(out, static_cast<std::uint64_t>(Envelope::kDocumentFieldNumber) << 3 | 2);
  wire::append_varint(out, document_size);
  document.AppendToString(&out);
  fields.text(Envelope::kTraceparentFieldNumber, trace.traceparent());
  for (const v1::Attachment& each : attachments)
    fields.text(Envelope::kAttachmentsFieldNumber, each.SerializeAsString());
  return out;
}

}  // namespace

Draft make_draft(const PartyName& sender, OutgoingRecord record, v1::Priority priority,
                 const v1::CarriedDocument& document, std::string_view traceparent,
                 const std::vector<v1::Attachment>& attachments) {
  const auto cause = TraceContext::parse(traceparent);
  const TraceContext trace =
      cause ? cause->continued_by(record.id) : TraceContext::of_conversation(record.conversation, record.id);
  std::string envelope = envelope_bytes(sender, record, priority, document, trace, attachments);
  Draft draft{std::move(envelope), std::move(record), trace, cause};
  draft.record.size = static_cast<std::uint32_t>(draft.envelope.size());
  return draft;
}

Result<std::vector<v1::Attachment>> attachments_of(const v1::Lodge::Item& item) {
  std::vector<v1::Attachment> attachments;
  for (const v1::Lodge::Item::File& file : item.files()) {
    if (file.fault() != v1::ERROR_CODE_UNSPECIFIED) return failure(file.fault(), file.detail());
    const std::string name = file.path().substr(file.path().rfind('/') + 1);
    if (!payload::is_attachment_name(name))
      return failure(v1::USAGE, fmt::format("\"{}\" is no name for an attachment", name));
    if (attachments.size() == payload::most_attachments) {
      return failure(v1::USAGE, fmt::format("there are {} attachments, where {} may be", item.files_size(),
                                            payload::most_attachments));
    }
    v1::Attachment& attachment = attachments.emplace_back();
    attachment.set_name(name);
    attachment.set_media_type(file.media_type().empty() ? "application/octet-stream" : file.media_type());
    attachment.set_size(file.size());
    attachment.set_digest(file.digest());
  }
  return attachments;
}

Result<void> check_size(const Draft& draft, const NodeConfig& config) {
  if (draft.envelope.size() <= config.largest_envelope) return {};
  return failure(v1::DOCUMENT_TOO_LARGE, fmt::format("the envelope would have {} bytes, more than {}",
                                                     draft.envelope.size(), config.largest_envelope));
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
