#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/core/records.h"
#include "nodes/window/matching.h"
#include "proto/types/result.h"
#include "proto/types/uuid.h"

namespace gnc::window {

// What partners have sent of consignments, and the declarations that nothing has come for yet.
class MatchBook {
 public:
  // `matching` must outlive it.
  explicit MatchBook(const Matching& matching) : matching_(matching) {}

  const Matching& rules() const { return matching_; }
  // Whether the declaration is one that is matched.
  bool concerns(const v1::MetaData& declaration) const;

  // A declaration, by its number. Where nothing is found for it, it is remembered as waiting.
  MatchResult match(const v1::MetaData& declaration, const std::string& number, Instant now);
  // It is cancelled, and waits no more.
  void withdraw(const std::string& number);

  // A declaration that a partner's data has come for late.
  struct Late {
    std::string number;
    MatchResult result;
  };
  // A partner's declaration. A later one of the same sender takes the place of the earlier, and a
  // cancellation takes it away; of several senders' the first counts.
  std::vector<Late> take(const v1::MetaData& sent, const Uuid& id, std::string_view sender, Instant now);

  std::size_t held() const { return partners_.by_id.size(); }
  std::size_t waiting() const { return waiting_.by_id.size(); }

  // What must outlive the process, as far as it has changed since this was last asked.
  std::vector<nodes::NoteRecord> notes() { return std::exchange(changed_, {}); }
  static bool is_own(const nodes::NoteRecord& note);
  Result<void> recall(const nodes::NoteRecord& note);

 private:
  // What one declaration says of its consignment.
  struct Statement {
    std::string id;      // of the envelope, or the declaration's number
    std::string sender;  // of a partner's
    Instant at;
    std::vector<std::string> keys;
    std::map<std::string, MatchValues> values;  // by field
  };
  struct Shelf {
    std::map<std::string, Statement> by_id;
    std::multimap<std::string, std::string> by_key;
    std::multimap<Instant, std::string> by_age;

    const Statement* find(const std::vector<std::string>& keys) const;
    void put(Statement);
    void drop(const std::string& id);
  };

  Statement statement_of(const v1::MetaData&, Instant now) const;
  MatchResult compared(const Statement& declared, const Statement& partner) const;
  void put(Shelf&, Statement);
  void drop(Shelf&, std::string id);
  void forget_old(Instant now);
  std::string note_name(const Shelf&, const std::string& id) const;

  const Matching& matching_;
  Shelf partners_;
  Shelf waiting_;
  std::vector<nodes::NoteRecord> changed_;
};

}  // namespace gnc::window
