#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "gateway/serve/gateway.h"
#include "nodes/serve/node_host.h"
#include "nodes/serve/report_bytes.h"
#include "tests/trust/trust_world.h"

// A gateway and node hosts in this process, over mTLS on loopback.
namespace gnc::nodes {

// Keeps what a host tells, and lets a test wait for it.
class Witness final : public HostListener {
 public:
  void events(const PartyName& party, std::span<const NodeEvent> events, Instant at) override;
  void ready(const std::vector<PartyName>& connected) override;
  void quiet(std::uint64_t token) override;
  void status(const v1::HostStatus& status) override;
  void document(const v1::Document& document) override;
  void fault(const Error& error, bool fatal) override;

  // False where the deadline came first.
  bool wait(const std::function<bool(const Witness&)>& until);

  // What has been told; for use inside wait(), or when the host is gone.
  std::vector<v1::Event> told;
  std::set<std::uint64_t> quiet_tokens;
  std::vector<Error> faults;
  bool is_ready = false;
  std::vector<PartyName> connected;
  v1::HostStatus last_status;
  std::map<std::uint64_t, v1::Document> documents;  // by token

  std::size_t count(v1::EventKind kind) const;
  std::vector<v1::Event> of(v1::EventKind kind) const;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

struct LiveWorld {
  trust::TemporaryFolder folder;
  trust::Pki pki;
  std::shared_ptr<const model::AgreementBook> agreements;

  LiveWorld();

  Result<std::unique_ptr<gateway::Gateway>> start_gateway(const std::string& listen = "127.0.0.1:0");
  NodeHostConfig host_config(const std::vector<std::string>& parties, const std::string& gateway,
                             const std::string& store);
};

// A text file of the project.
std::string project_file(const std::string& path);

}  // namespace gnc::nodes
