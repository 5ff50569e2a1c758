#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "proto/types/result.h"
#include "scenarios/engine/happening.h"
#include "scenarios/engine/link_proxy.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// A gateway process, a node-host process, and the links between them, with identities of their own. All
// methods on one thread, which must live as long as this: the processes end with it.
class LiveWorld {
 public:
  // `program` is the gncsim binary. Happenings go to the queue, which must outlive this.
  static Result<std::unique_ptr<LiveWorld>> create(const RunPlan&, RunFolder&, std::filesystem::path program,
                                                   HappeningQueue&);
  ~LiveWorld();

  // Starts the gateway; the node host follows when the gateway is ready, and when it is ready too,
  // `is_ready` holds.
  Result<void> start();

  // Every happening of a process goes through here. What could not be helped is an error: a process that
  // ended and may not be, or cannot be, started again.
  Result<void> handle(const Happening&);
  bool is_ready() const { return ready_; }
  // How often the node host has become ready; a rise means that it was started anew and forgot commands.
  std::uint64_t times_ready() const { return times_ready_; }
  bool is_current(std::uint64_t node_start) const { return node_start == nodes_.starts; }

  void send(const v1::Command&);
  // What the node host has not taken from its pipe.
  std::size_t bytes_to_send() const;

  // Costs count from here; those of the start are not the exchanges'.
  void begin_costs();
  void end_costs();
  std::vector<ProcessRow> process_rows() const;
  std::vector<LinkRow> link_rows() const;

  // Ends both gracefully, the nodes first; kills what has not ended after `patience`. What still comes from
  // them goes to `on_happening`.
  using OnHappening = std::function<void(const Happening&)>;
  void stop(Duration patience, const OnHappening& on_happening);

  std::filesystem::path gateway_database() const;
  std::filesystem::path node_database() const;
  std::filesystem::path trust_folder() const;

 private:
  struct Process {
    ProcessRole role;
    std::string name;
    std::unique_ptr<ChildProcess> child;
    std::uint64_t starts = 0;
    std::uint64_t restarts_before_ready = 0;
    bool running = false;
    ProcessCost ended{};     // of its earlier selves
    ProcessCost baseline{};  // at begin_costs
    ProcessCost total{};     // at end_costs
  };

  LiveWorld(const RunPlan&, RunFolder&, std::filesystem::path program, HappeningQueue&);
  Result<void> make_identities();
  Result<void> make_links();
  Result<void> launch(Process&);
  Result<void> gateway_said(const std::string& line);
  Result<void> ended(Process&, const ProcessEnded&);
  std::vector<std::string> gateway_arguments() const;
  std::vector<std::string> node_arguments() const;
  void add_definitions(std::vector<std::string>&) const;
  ProcessCost cost_until_now(const Process&) const;
  void note_processes();
  void wait_for_end(Process&, Duration patience, const OnHappening&);
  Process& process(ProcessRole role) { return role == ProcessRole::gateway ? gateway_ : nodes_; }

  const RunPlan& plan_;
  RunFolder& folder_;
  std::filesystem::path program_;
  HappeningQueue& queue_;
  LinkProxies links_;
  std::map<std::string, std::uint16_t> link_ports_;
  Process gateway_{ProcessRole::gateway, "gateway", {}, 0, 0, false, {}, {}, {}};
  Process nodes_{ProcessRole::nodes, "nodes", {}, 0, 0, false, {}, {}, {}};
  bool ready_ = false;
  bool stopping_ = false;
  std::uint64_t times_ready_ = 0;
};

}  // namespace gnc::scenarios
