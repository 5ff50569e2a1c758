#include "nodes/store/document_lookup.h"

#include <optional>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::nodes {
namespace {

// The leaf of a sealed batch that bears the exchange's id.
Result<v1::CarriedDocument> document_in(std::string_view batch, std::uint64_t leaf) {
  v1::SealedBatch sealed;
  if (!sealed.ParseFromArray(batch.data(), static_cast<int>(batch.size()))) {
    return failure(v1::STORE_FAILED, "the store holds a batch that cannot be read");
  }
  for (const v1::SealedItem& item : sealed.items()) {
    v1::Envelope envelope;
    if (item.leaf_index() != leaf || !envelope.ParseFromString(item.content())) continue;
    return std::move(*envelope.mutable_document());
  }
  return failure(v1::STORE_FAILED, fmt::format("the store holds a batch without its leaf {}", leaf));
}

// Empty where there is no such row.
Result<std::optional<v1::CarriedDocument>> read(sqlite::Statement& statement, const PartyName& party,
                                                const Uuid& exchange) {
  const Result<bool> row = statement.bind_blob(1, exchange.view()).bind(2, party.text()).step();
  Result<std::optional<v1::CarriedDocument>> found;
  if (!row) {
    found = tl::unexpected(row.error());
  } else if (*row) {
    auto document = document_in(statement.blob(0), static_cast<std::uint64_t>(statement.integer(1)));
    if (document) {
      found = std::move(*document);
    } else {
      found = tl::unexpected(document.error());
    }
  }
  statement.reset();
  return found;
}

}  // namespace

Result<DocumentLookup> DocumentLookup::open(const std::filesystem::path& folder) {
  auto database = sqlite::Database::open(folder / "node-host.db", sqlite::Database::Access::read_only);
  if (!database) return tl::unexpected(database.error());
  auto received = database->prepare(
      "SELECT received_batch.bytes, inbox.leaf FROM inbox JOIN received_batch ON received_batch.party = "
      "inbox.party AND received_batch.number = inbox.batch WHERE inbox.id = ? AND inbox.party = ?");
  if (!received) return tl::unexpected(received.error());
  auto sent = database->prepare(
      "SELECT outbox_batch.bytes, outgoing.leaf FROM outgoing JOIN outbox_batch ON outbox_batch.party = "
      "outgoing.party AND outbox_batch.number = outgoing.batch WHERE outgoing.id = ? AND outgoing.party = ?");
  if (!sent) return tl::unexpected(sent.error());
  return DocumentLookup(std::move(*database), {std::move(*received), std::move(*sent)});
}

Result<v1::CarriedDocument> DocumentLookup::find(const PartyName& party, const Uuid& exchange) {
  for (sqlite::Statement* statement : {&statements_.received, &statements_.sent}) {
    auto found = read(*statement, party, exchange);
    if (!found) return tl::unexpected(found.error());
    if (*found) return std::move(**found);
  }
  return failure(v1::EXCHANGE_UNKNOWN,
                 fmt::format("{} has no exchange {} on record", party.text(), exchange.text()));
}

}  // namespace gnc::nodes
