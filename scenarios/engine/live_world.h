#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "proto/types/result.h"
#include "scenarios/engine/connected_peer.h"
#include "scenarios/engine/external_place.h"
#include "scenarios/engine/happening.h"
#include "scenarios/engine/link_proxy.h"
#include "scenarios/engine/report.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/engine/world_process.h"
#include "trust/pki/pki.h"

namespace gnc::scenarios {

// A gateway process, one host process for all nodes or one for each ("node-NZ"), and the links between them,
// with identities of their own. All methods on one thread, which must live as long as this: the processes end
// with it.
class LiveWorld {
 public:
  // `program` is the gncsim binary. Happenings go to the queue, which must outlive this.
  static Result<std::unique_ptr<LiveWorld>> create(const RunPlan&, RunFolder&, std::filesystem::path program,
                                                   HappeningQueue&);
  ~LiveWorld();

  // Starts the gateway; the hosts of nodes follow when the gateway is ready, and when they are ready too,
  // `is_ready` holds.
  Result<void> start();

  // Every happening of a process goes through here. What could not be helped is an error: a process that
  // ended and may not be, or cannot be, started again.
  Result<void> handle(const Happening&);
  bool is_ready() const;
  // Whether the system of an external party has connected.
  bool has_connected(const PartyName& party) const { return connected_.contains(party); }
  // Where an external party's system finds its gateway, and its things.
  ExternalPlace external_place(const PartyName&) const;
  // For bare administrations to get on. To be called whenever something happened, and often.
  void advance(Instant now);
  // What they submitted is at its end.
  bool bare_peers_are_quiet() const;
  // Whether the node of this party takes commands; a bare one takes questions for documents.
  bool is_ready(const PartyName&) const;
  // How often a host has become ready; a rise after the first of each means that one was started anew and
  // forgot commands.
  std::uint64_t times_ready() const { return times_ready_; }

  // To the host of that party's node.
  void send(const PartyName&, const v1::Command&);
  void send_to_all(const v1::Command&);
  // What that host has not taken from its pipe.
  std::size_t bytes_to_send(const PartyName&) const;

  // Asks every host to say when all that was lodged is at its end; `is_quiet` holds when all have.
  void ask_quiet();
  bool is_quiet() const { return quiet_; }

  // ---- For faults -------------------------------------------------------------------------------

  LinkProxies& links() { return links_; }
  trust::Pki& pki() { return *pki_; }
  // As long as the run may take.
  const trust::Validity& validity() const { return validity_; }
  // Null where the administration is not bare, or the gateway was not ready yet.
  BarePeer* bare_peer(const PartyName&);
  // "gateway", "nodes", "node-NZ"; null where there is none of that name.
  WorldProcess* process(std::string_view name);
  // Ends the process; it is started again at once, or, where it is kept away, by let_return().
  void kill(WorldProcess&, bool keep_away);
  Result<void> let_return(WorldProcess&);
  // Ends the process as Ctrl-C does, and starts it again.
  void restart(WorldProcess&);

  // ---- The account ------------------------------------------------------------------------------

  // Costs count from here; those of the start are not the exchanges'.
  void begin_costs();
  void end_costs();
  std::vector<ProcessRow> process_rows() const;
  std::vector<LinkRow> link_rows() const;

  // Ends all gracefully, the nodes first; kills what has not ended after `patience`. What still comes from
  // them goes to `on_happening`.
  using OnHappening = std::function<void(const Happening&)>;
  void stop(Duration patience, const OnHappening& on_happening);

  std::filesystem::path gateway_database() const;
  std::vector<std::filesystem::path> node_databases() const;
  std::filesystem::path trust_folder() const;
  // How often what was delivered to bare administrations has come.
  std::map<Uuid, std::uint32_t> received_by_bare_peers() const;
  // 0 until the gateway is ready.
  std::uint16_t gateway_port() const { return gateway_port_; }

 private:
  LiveWorld(const RunPlan&, RunFolder&, std::filesystem::path program, HappeningQueue&);
  void make_processes();
  Result<void> make_identities();
  Result<void> make_links();
  Result<void> launch(WorldProcess&);
  Result<void> meet_bare_peers();
  Result<void> gateway_said(WorldProcess&, const std::string& line);
  Result<void> gateway_ready(WorldProcess&, const std::string& line);
  void reported(WorldProcess&, const Reported&);
  void quiet_said(const WorldProcess&, std::uint64_t token);
  Result<void> ended(WorldProcess&, const ProcessEnded&);
  std::vector<std::string> gateway_arguments() const;
  std::vector<std::string> node_arguments(const WorldProcess&) const;
  void add_definitions(std::vector<std::string>&) const;
  WorldProcess* host_of(const PartyName&);
  const WorldProcess* host_of(const PartyName&) const;
  WorldProcess& gateway() { return processes_.front(); }
  void begin_quiet_round();
  void note_processes();
  void wait_for_end(WorldProcess&, Duration patience, const OnHappening&);

  const RunPlan& plan_;
  RunFolder& folder_;
  std::filesystem::path program_;
  HappeningQueue& queue_;
  trust::Validity validity_;
  std::optional<trust::Pki> pki_;
  LinkProxies links_;
  std::map<std::string, std::uint16_t> link_ports_;
  std::deque<WorldProcess> processes_;  // the gateway first
  std::map<PartyName, std::unique_ptr<ConnectedPeer>> bare_peers_;
  std::uint16_t gateway_port_ = 0;
  std::set<PartyName> connected_;  // ever, as the gateway has said
  bool stopping_ = false;
  std::uint64_t times_ready_ = 0;

  // One round of asking: whom it still waits for, and whether anything was lodged meanwhile.
  std::uint64_t quiet_token_ = 0;
  std::set<std::string> not_quiet_;
  bool lodged_in_round_ = false;
  std::uint64_t quiet_rounds_ = 0;
  bool quiet_ = false;
};

}  // namespace gnc::scenarios
