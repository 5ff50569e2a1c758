#include "tests/nodes/exchange/live_world.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "proto/types/system_clock.h"
#include "proto/wire/wire_reader.h"

namespace gnc::nodes {
namespace {

constexpr std::chrono::seconds patience{30};

}  // namespace

void Witness::events(const PartyName& party, std::span<const NodeEvent> events, Instant at) {
  std::string bytes;
  append_events(bytes, party, events, at);
  wire::WireReader reader(bytes);
  // Past the length, as a reader of the control stream does.
  std::size_t length_bytes = 1;
  while (static_cast<unsigned char>(bytes[length_bytes - 1]) >= 0x80) ++length_bytes;
  v1::Report report;
  ASSERT_TRUE(report.ParseFromString(bytes.substr(length_bytes)));
  const std::lock_guard guard(mutex_);
  for (v1::Event& event : *report.mutable_events()) told.push_back(std::move(event));
  changed_.notify_all();
}

void Witness::ready(const std::vector<PartyName>& parties) {
  const std::lock_guard guard(mutex_);
  is_ready = true;
  connected = parties;
  changed_.notify_all();
}

void Witness::quiet(std::uint64_t token) {
  const std::lock_guard guard(mutex_);
  quiet_tokens.insert(token);
  changed_.notify_all();
}

void Witness::status(const v1::HostStatus& status) {
  const std::lock_guard guard(mutex_);
  last_status = status;
  changed_.notify_all();
}

void Witness::document(const v1::Document& document) {
  const std::lock_guard guard(mutex_);
  documents[document.token()] = document;
  changed_.notify_all();
}

void Witness::fault(const Error& error, bool) {
  const std::lock_guard guard(mutex_);
  faults.push_back(error);
  changed_.notify_all();
}

bool Witness::wait(const std::function<bool(const Witness&)>& until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return until(*this); });
}

std::size_t Witness::count(v1::EventKind kind) const { return of(kind).size(); }

std::vector<v1::Event> Witness::of(v1::EventKind kind) const {
  std::vector<v1::Event> found;
  for (const v1::Event& event : told) {
    if (event.kind() == kind) found.push_back(event);
  }
  return found;
}

LiveWorld::LiveWorld()
    : pki(trust::must(trust::Pki::create(folder.path() / "pki",
                                         {system_now() - trust::day, system_now() + trust::day * 30}))) {
  const trust::Validity validity{system_now() - trust::day, system_now() + trust::day * 7};
  for (const char* name : {"NZ", "CN", "gateway/hub"}) trust::must(pki.issue({trust::party(name), validity}));
  trust::must(pki.publish_lists(system_now(), system_now() + trust::day));
  const std::filesystem::path root(GNC_SOURCE_DIR);
  const std::filesystem::path block = root / "scenarios" / "blocks" / "export-declaration.yaml";
  const std::filesystem::path agreement = root / "scenarios" / "agreements" / "nz-cn-export.yaml";
  auto book = model::AgreementBook::load({&block, 1}, {&agreement, 1});
  if (!book) throw std::runtime_error(describe(book.error().front()));
  agreements = std::move(*book);
}

Result<std::unique_ptr<gateway::Gateway>> LiveWorld::start_gateway(const std::string& listen) {
  gateway::GatewayConfig core{.name = trust::party("gateway/hub"), .parties = {}};
  gateway::GatewayOptions options{.core = std::move(core),
                                  .agreements = agreements,
                                  .identity = pki.identity_folder(trust::party("gateway/hub")),
                                  .trust = pki.trust_folder(),
                                  .store = folder.path() / "gateway",
                                  .listen = listen,
                                  .metrics = {},
                                  .limits = {},
                                  .clock = {},
                                  .on_failure = {}};
  return gateway::Gateway::start(std::move(options));
}

NodeHostConfig LiveWorld::host_config(const std::vector<std::string>& parties, const std::string& gateway,
                                      const std::string& store) {
  NodeHostConfig config{.parties = {}, .gateway = trust::party("gateway/hub"), .agreements = agreements};
  for (const std::string& name : parties) {
    const PartyName party = trust::party(name.c_str());
    config.parties.push_back({party, pki.identity_folder(party), gateway});
  }
  config.trust = pki.trust_folder();
  config.store = folder.path() / store;
  return config;
}

std::string project_file(const std::string& path) {
  std::ifstream file(std::filesystem::path(GNC_SOURCE_DIR) / path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace gnc::nodes
