#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/window.pb.h"
#include "nodes/core/business.h"
#include "nodes/window/keying.h"
#include "nodes/window/office.h"
#include "nodes/window/paper.h"

namespace gnc::window {

// A document that is no longer on paper alone.
struct KeyedPaper {
  v1::WindowPaper paper;
  Keyed keyed;
  Instant at;

  // "of 84 fields keyed off paper, 1 wrong: GoodsShipment/…".
  std::string text() const;
};

// The documents that come to an administration on paper: in the post, then waiting for an officer to key
// them. Which these are, and how long each takes, follows from the profile's seed and from how many came
// before.
class Papers {
 public:
  // Both must outlive it; without a profile nothing is on paper.
  Papers(const std::optional<PaperProfile>& profile, Office& office) : profile_(profile), office_(office) {}

  // Takes the document where it is on paper: until it is keyed nobody here knows what is in it.
  bool take(const nodes::ReceivedDocument&, Instant now);

  // When next() has something to do at the soonest; zero: never.
  Instant next_due() const { return waiting_.empty() ? Instant{} : waiting_.begin()->first; }
  // Does what is due first: a paper comes out of the post, or is keyed, and then is given back.
  std::optional<KeyedPaper> next();

  std::vector<nodes::NoteRecord> notes() { return std::exchange(changed_, {}); }
  static bool is_own(const nodes::NoteRecord&);
  Result<void> recall(const nodes::NoteRecord&);

 private:
  void wait(v1::WindowPaper, Instant due);
  std::uint64_t draw_for(const nodes::ReceivedDocument&);

  const std::optional<PaperProfile>& profile_;
  Office& office_;
  std::map<std::string, std::uint64_t> came_;  // documents by sender and message
  std::multimap<Instant, v1::WindowPaper> waiting_;
  std::vector<nodes::NoteRecord> changed_;
};

}  // namespace gnc::window
