#pragma once

#include <filesystem>
#include <optional>

#include "gnc/v1/envelope.pb.h"
#include "proto/sqlite/database.h"
#include "proto/sqlite/segments.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "proto/types/uuid.h"

namespace gnc::nodes {

// Reads the documents of exchanges out of a host's store while the host writes to it: on a connection of its
// own. One thread.
class DocumentLookup {
 public:
  // The store must be there.
  static Result<DocumentLookup> open(const std::filesystem::path& folder);

  // The document as the party received it, or, where it was the sender, as it was sealed. EXCHANGE_UNKNOWN
  // where the party has no such exchange on record.
  Result<v1::CarriedDocument> find(const PartyName&, const Uuid& exchange);

 private:
  struct Statements {
    sqlite::Statement received, sent;
  };
  DocumentLookup(sqlite::Database database, Statements statements, sqlite::ContentReader content)
      : database_(std::move(database)), statements_(std::move(statements)), content_(std::move(content)) {}
  // Empty where there is no such row.
  Result<std::optional<v1::CarriedDocument>> read(sqlite::Statement&, const PartyName&, const Uuid& exchange);

  sqlite::Database database_;
  Statements statements_;  // after their database
  sqlite::ContentReader content_;
};

}  // namespace gnc::nodes
