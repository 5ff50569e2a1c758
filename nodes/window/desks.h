#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "gnc/v1/window.pb.h"
#include "nodes/core/agreement_index.h"
#include "nodes/core/business.h"
#include "nodes/window/desk_permits.h"
#include "nodes/window/profile.h"

namespace gnc::window {

// What an administration answers from its desks, and what it sends of its own accord. By documents, times and
// notes alone.
class Desks {
 public:
  // `sends`: what the administration may send to whom. `profile` must outlive it.
  Desks(const Profile& profile, std::vector<nodes::MessageTo> sends, double business_clock);

  bool has(std::string_view message) const;
  nodes::Decision decide(const nodes::ReceivedDocument& document, Instant now);

  Instant next_due() const;
  std::vector<nodes::FollowUp> time_passed(Instant now);
  std::vector<nodes::Push> pushes(Instant now);

  const Ledger& permits_used() const { return permits_.ledger(); }

  std::vector<nodes::NoteRecord> notes();
  // Whether the note is one of these.
  static bool is_own(const nodes::NoteRecord& note);
  Result<void> recall(const nodes::NoteRecord& note);

 private:
  struct Scheduled {
    const PushRule* rule = nullptr;
    nodes::MessageTo to;
    Instant due;
  };
  struct Change {
    Duration after;
    const Register* in = nullptr;
    RegisterEntry to;
  };
  using Pending = std::multimap<Instant, std::pair<std::string, v1::DeskAnswer>>;

  void begin(Instant now);
  void replace(const Desk& desk, const std::string& of);
  bool begins_by_itself() const { return !scheduled_.empty() || !changes_.empty(); }
  Duration passed(Instant now) const;
  Instant at(Duration after) const;
  const Register* find_register(std::string_view name) const;
  v1::MetaData document_of(const PushRule& rule, const std::vector<RegisterEntry>& entries,
                           const std::string& reference, Instant now) const;
  Uuid conversation_of(const nodes::MessageTo& to, std::string_view about) const;
  void push_schedule(Instant now, std::vector<nodes::Push>& said);
  void push_changes(Instant now, std::vector<nodes::Push>& said);

  const Profile& profile_;
  const std::vector<nodes::MessageTo> sends_;
  const double business_clock_;
  std::vector<Scheduled> scheduled_;
  std::vector<Change> changes_;  // of all registers, in the order of time
  Instant began_;                // zero: not yet
  std::size_t changes_told_ = 0;
  DeskPermits permits_;
  Pending pending_;  // answers that are still to be given, by when, with their notes' names
  std::vector<nodes::NoteRecord> changed_;
  bool clock_changed_ = false;
};

}  // namespace gnc::window
