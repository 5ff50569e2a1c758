#include <fmt/format.h>

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "model/document/form.h"
#include "scenarios/training/json_text.h"
#include "scenarios/training/page_json.h"
#include "trust/seal/seal_statement.h"
#include "trust/seal/sealed_batch.h"

namespace gnc::scenarios {
namespace {

std::string uuid_text(std::string_view bytes) {
  const auto id = Uuid::from_bytes(bytes);
  return id ? id->text() : std::string();
}

const char* stage_name(v1::ReceiptKind kind) {
  switch (kind) {
    case v1::RECEIPT_KIND_ADMITTED:
      return "admitted";
    case v1::RECEIPT_KIND_DELIVERED:
      return "delivered";
    case v1::RECEIPT_KIND_PROCESSED:
      return "processed";
    case v1::RECEIPT_KIND_REFUSED:
      return "refused";
    case v1::RECEIPT_KIND_EXPIRED:
      return "expired";
    case v1::RECEIPT_KIND_DEAD_LETTERED:
      return "dead_lettered";
    default:
      return "unknown";
  }
}

const char* priority_name(v1::Priority priority) {
  switch (priority) {
    case v1::PRIORITY_URGENT:
      return "urgent";
    case v1::PRIORITY_BULK:
      return "bulk";
    default:
      return "normal";
  }
}

PageJson receipt_json(const Recording& recording, const v1::Receipt& receipt) {
  PageJson json{{"stage", stage_name(receipt.kind())},
                {"by", cast_name(receipt.issuer())},
                {"at_us", receipt.at() - recording.begin.microseconds},
                {"code", ""},
                {"detail", receipt.detail()}};
  if (receipt.reason() != v1::ERROR_CODE_UNSPECIFIED) {
    const CatalogueEntry& entry = catalogue_entry(receipt.reason());
    json["code"] = entry.label;
    json["name"] = entry.name;
    json["remedy"] = entry.remedy;
  }
  if (receipt.pointer_size() > 0) {
    json["pointer"] = model::pointer_text({receipt.pointer().begin(), receipt.pointer().end()});
  }
  return json;
}

PageJson line_json(const model::FormLine& line) {
  PageJson json{{"path", line.pointer}, {"class", line.in_class}, {"id", line.id},      {"name", line.name},
                {"tag", line.xml_name}, {"value", nullptr},       {"depth", line.depth}};
  if (!line.is_class) json["value"] = line.value;
  if (!line.attributes.empty()) {
    PageJson attributes = PageJson::object();
    for (const auto& [name, value] : line.attributes) attributes[name] = value;
    json["attributes"] = std::move(attributes);
  }
  return json;
}

PageJson document_json(const v1::CarriedDocument& document) {
  PageJson json{{"kind", document.type()}, {"xml", nullptr}, {"form", PageJson::array()}};
  tl::expected<v1::MetaData, std::vector<Error>> read = v1::MetaData();
  const bool as_xml = !document.original().empty() && document.original_media_type() == "application/xml";
  if (!document.structured().empty()) {
    read = model::parse(document.structured(), model::Form::protobuf, "document");
  } else if (as_xml) {
    read = model::parse(document.original(), model::Form::xml, "document");
  }
  if (as_xml) {
    json["xml"] = document.original();
  } else if (read) {
    json["xml"] = model::write(*read, model::Form::xml);
  }
  if (read) {
    for (const model::FormLine& line : model::form_of(*read)) json["form"].push_back(line_json(line));
  }
  return json;
}

PageJson list_of(const auto& texts) {
  PageJson list = PageJson::array();
  for (const auto& text : texts) list.push_back(base64(text));
  return list;
}

// All that shows that the leaf is what its sender sealed.
Result<PageJson> seal_json(const Recording& recording, const SealedLeaf& leaf, v1::Envelope& envelope) {
  const std::uint64_t indexes[] = {leaf.leaf};
  const auto broken = [] { return failure(v1::SEAL_MALFORMED, "the batch on record cannot be read"); };
  v1::SealedBatch batch;
  v1::SealedItem item;
  if (!batch.ParseFromArray(leaf.batch->data(), static_cast<int>(leaf.batch->size()))) return broken();
  if (batch.items_size() == 1) {
    item = batch.items(0);
  } else {
    const auto part = trust::extract(*leaf.batch, indexes);
    if (!part) return tl::unexpected(part.error());
    v1::SealedBatch extracted;
    if (!extracted.ParseFromString(*part) || extracted.items_size() != 1) return broken();
    item = extracted.items(0);
  }
  const auto statement = trust::read_statement(batch.seal().statement());
  if (!statement || !envelope.ParseFromString(item.content())) return broken();
  PageJson chain = PageJson::array();
  for (int i = 1; i < batch.seal().chain_size(); ++i) chain.push_back(base64(batch.seal().chain(i)));
  return PageJson{
      {"signer", statement->signer.text()},
      {"sealed_at_us", (statement->sealed_at - recording.begin).microseconds},
      {"envelope", base64(item.content())},
      {"index", item.leaf_index()},
      {"size", statement->tree_size},
      {"proof", list_of(item.path())},
      {"root", base64(statement->root.view())},
      {"signed", base64(trust::signing_bytes(batch.seal().statement()))},
      {"signature", base64(batch.seal().signature())},
      {"signature_form", "DER"},
      {"certificate", base64(batch.seal().chain_size() > 0 ? batch.seal().chain(0) : std::string())},
      {"chain", std::move(chain)},
      {"anchor", base64(recording.anchor)}};
}

}  // namespace

Result<std::string> exchange_json(const Recording& recording, const Uuid& id) {
  auto receipts = recording.evidence->receipts(id);
  if (!receipts) return tl::unexpected(receipts.error());
  const auto leaf = recording.evidence->envelope(id);
  if (!leaf) return tl::unexpected(leaf.error());
  PageJson list = PageJson::array();
  for (const v1::Receipt& receipt : *receipts) list.push_back(receipt_json(recording, receipt));
  PageJson json{{"id", id.text()}};
  if (!*leaf) {
    json["document"] = nullptr;
    json["seal"] = nullptr;
    json["receipts"] = std::move(list);
    json["unavailable"] = recording.evidence->gap();
    return text_of(json);
  }
  v1::Envelope envelope;
  auto seal = seal_json(recording, **leaf, envelope);
  if (!seal) return tl::unexpected(seal.error());
  json["sender"] = cast_name(envelope.sender());
  json["recipient"] = cast_name(envelope.recipient());
  json["block"] = recording.cast.block_of(envelope.agreement());
  json["agreement"] = envelope.agreement();
  json["message"] = envelope.message();
  json["conversation"] = uuid_text(envelope.conversation());
  json["answers"] = uuid_text(envelope.answers());
  json["priority"] = priority_name(envelope.priority());
  json["created_us"] = envelope.created_at() - recording.begin.microseconds;
  json["expires_us"] = envelope.expires_at() - recording.begin.microseconds;
  json["expires_at"] = envelope.expires_at();
  json["document"] = document_json(envelope.document());
  json["seal"] = std::move(*seal);
  json["receipts"] = std::move(list);
  json["unavailable"] = nullptr;
  return text_of(json);
}

}  // namespace gnc::scenarios
