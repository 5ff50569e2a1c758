#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "scenarios/engine/child_process.h"
#include "scenarios/engine/happening.h"
#include "scenarios/engine/report.h"

namespace gnc::scenarios {

// One process of a live world over all its starts: the gateway, or a host of nodes.
class WorldProcess {
 public:
  enum class Role { gateway, nodes };
  struct Start {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    std::filesystem::path log;
  };

  WorldProcess(Role role, std::string name, std::vector<PartyName> parties);

  Role role() const { return role_; }
  const std::string& name() const { return name_; }
  // Whose nodes it runs; none for the gateway.
  const std::vector<PartyName>& parties() const { return parties_; }
  bool speaks_for(const PartyName&) const;

  // Happenings go to the queue until the process has ended.
  Result<void> start(const Start&, HappeningQueue&);
  // Its end, as it came from the queue; false where it is that of an earlier start.
  bool note_end(const ProcessEnded&);
  // Gateway: has said where it listens. Nodes: takes commands.
  void note_ready();

  std::uint64_t starts() const { return starts_; }
  std::uint64_t starts_without_ready() const { return starts_without_ready_; }
  bool is_running() const { return running_; }
  bool is_ready() const { return ready_; }
  std::int64_t pid() const { return running_ ? child_->pid() : 0; }

  // While it does not run these do nothing.
  void send(const v1::Command&);
  std::size_t bytes_to_send() const;
  void signal(int number);
  void close_input();

  // It is to end, or is ended, on purpose: its end is no failure, and it is started again.
  void expect_end() { end_expected_ = true; }
  bool end_is_expected() const { return end_expected_; }
  // It is not to be started again as yet.
  void keep_away(bool away) { away_ = away; }
  bool is_kept_away() const { return away_; }

  void begin_cost() { baseline_ = cost_until_now(); }
  void end_cost() { total_ = cost_until_now(); }
  ProcessRow row() const;

 private:
  ProcessCost cost_until_now() const;

  const Role role_;
  const std::string name_;
  const std::vector<PartyName> parties_;
  std::unique_ptr<ChildProcess> child_;
  std::uint64_t starts_ = 0;
  std::uint64_t starts_without_ready_ = 0;
  bool running_ = false;
  bool ready_ = false;
  bool end_expected_ = false;
  bool away_ = false;
  ProcessCost ended_{};     // of its earlier selves
  ProcessCost baseline_{};  // at begin_cost
  ProcessCost total_{};     // at end_cost
};

}  // namespace gnc::scenarios
