#include "nodes/store/document_lookup.h"

#include <string>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "nodes/store/rows.h"

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

}  // namespace

Result<DocumentLookup> DocumentLookup::open(const std::filesystem::path& folder) {
  auto database = sqlite::Database::open(folder / "node-host.db", sqlite::Database::Access::read_only);
  if (!database) return tl::unexpected(database.error());
  constexpr std::string_view of_party = "(SELECT number FROM party WHERE name = ?)";
  auto received = database->prepare(fmt::format(
      "SELECT leaf, {} FROM received JOIN delivered ON delivered.key = received.party << {} | received.batch "
      "WHERE received.id = ? AND received.party = {}",
      sqlite::content_columns, party_shift, of_party));
  if (!received) return tl::unexpected(received.error());
  auto sent = database->prepare(fmt::format(
      "SELECT leaf, {0} FROM lodged JOIN sealed ON sealed.key = lodged.key >> {1} << {1} | lodged.batch "
      "WHERE lodged.id = ? AND lodged.key >> {1} = {2}",
      sqlite::content_columns, party_shift, of_party));
  if (!sent) return tl::unexpected(sent.error());
  return DocumentLookup(std::move(*database), {std::move(*received), std::move(*sent)},
                        sqlite::ContentReader(folder));
}

Result<std::optional<v1::CarriedDocument>> DocumentLookup::read(sqlite::Statement& statement,
                                                                const PartyName& party,
                                                                const Uuid& exchange) {
  const Result<bool> row = statement.bind_blob(1, exchange.view()).bind(2, party.text()).step();
  Result<std::optional<v1::CarriedDocument>> found;
  if (!row) {
    found = tl::unexpected(row.error());
  } else if (*row) {
    std::string buffer;
    const auto batch = content_.view(statement, 1, buffer);
    auto document = batch ? document_in(*batch, static_cast<std::uint64_t>(statement.integer(0)))
                          : tl::unexpected(batch.error());
    if (document) {
      found = std::move(*document);
    } else {
      found = tl::unexpected(document.error());
    }
  }
  statement.reset();
  return found;
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
