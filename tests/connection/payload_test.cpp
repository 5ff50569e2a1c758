#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "gnc/v1/datamodel.pb.h"
#include "proto/payload/payload_folder.h"
#include "proto/types/system_clock.h"
#include "scenarios/engine/link_proxy.h"
#include "tests/connection/border.h"
#include "tests/processes/await.h"
#include "tests/processes/node_host_process.h"

// A payload of 200 MB from one node host through a gateway to another: processes of their own, links that are
// cut.
namespace gnc::connection::payload_test {
namespace {

namespace fs = std::filesystem;
using processes::NodeHostProcess;
using scenarios::LinkProxies;

constexpr std::uint64_t megabyte = 1'000'000;
constexpr std::uint64_t whole = 200 * megabyte;
// What a process may need more while the payload passes: what gRPC lets be under way, which a payload of
// twice the size does not change.
constexpr std::uint64_t most_growth = whole / 2;
// A sanitizer keeps what is freed, and more of what is not: memory says nothing then.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr bool under_sanitizer = true;
#else
constexpr bool under_sanitizer = false;
#endif
constexpr std::chrono::seconds enough{120};

void wait_until(const std::function<bool()>& holds, const char* what) {
  processes::await(holds, what, enough);
}

// Bytes of all files below, whole or in part.
std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t sum = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    if (at->is_regular_file(gone)) sum += at->file_size(gone);
  }
  return sum;
}

class Payload : public Border {
 protected:
  void SetUp() override {
    folder_.write("images.yaml", R"(block: images
version: 1
title: Images of inspections, for the tests
legal basis: None, this is a test
pattern: event-push
roles: [inspecting, asking]
messages:
  - name: images
    from: inspecting
    to: asking
    document: DEC
    attachments up to: 250MB
)");
    folder_.write("nz-cn-images.yaml", R"(agreement: images
block: images
version: 1
parties: {inspecting: NZ, asking: CN}
from: 2020-01-01
until: 2100-01-01
purpose: Tests
retention: 30d
)");
    definitions_ = {.blocks = {folder_.path() / "images.yaml"},
                    .agreements = {folder_.path() / "nz-cn-images.yaml"}};
    gateway_ = std::make_unique<processes::GatewayProcess>(
        processes::GatewayPlace{.identity = identity("gateway/hub"),
                                .trust = pki().trust_folder(),
                                .store = folder_.path() / "hub",
                                .definitions = definitions_});
    const std::string address = gateway_->address();
    const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    for (const char* name : {"NZ", "CN"}) {
      // So fast that a test does not last, so slow that a cut meets the payload on its way.
      ports_[name] =
          links_.add(name, {.latency = Duration::from_milliseconds(1), .bandwidth = 600'000'000}, 7).value();
      links_.aim(name, port);
      hosts_[name] = std::make_unique<NodeHostProcess>(host_place(name));
    }
  }

  processes::NodeHostPlace host_place(const std::string& name) {
    processes::NodeHostPlace place;
    place.parties = {{name, identity(name)}};
    place.gateway_address = fmt::format("127.0.0.1:{}", ports_[name]);
    place.trust = pki().trust_folder();
    place.store = folder_.path() / name;
    place.definitions = definitions_;
    return place;
  }

  // Bytes that nothing compresses and no two pieces of which are the same.
  fs::path write_payload(std::uint64_t size) const {
    const fs::path file = folder_.path() / "scan.raw";
    std::ofstream out(file, std::ios::binary);
    std::uint64_t state = 0x9e3779b97f4a7c15ull;
    std::vector<std::uint64_t> piece(1u << 15);
    for (std::uint64_t written = 0; written < size;) {
      for (std::uint64_t& word : piece) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        word = state;
      }
      const std::uint64_t bytes =
          std::min<std::uint64_t>(piece.size() * sizeof(std::uint64_t), size - written);
      out.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(bytes));
      written += bytes;
    }
    return file;
  }

  static v1::Command lodgement(const fs::path& file) {
    v1::MetaData document;
    document.mutable_declaration()->mutable_function_code()->set_value("9");
    document.mutable_declaration()->mutable_functional_reference_id()->set_value("INSPECTION-1");
    v1::Command command;
    v1::Lodge& lodge = *command.mutable_lodge();
    lodge.set_at("NZ");
    lodge.set_to("CN");
    v1::Lodge::Item& item = *lodge.add_items();
    item.set_reference("inspection");
    item.set_document(document.SerializeAsString());
    item.set_form_hint("pb");
    item.add_files()->set_path(file.string());
    return command;
  }

  fs::path at_gateway() const { return folder_.path() / "hub" / "payloads"; }
  fs::path at(const std::string& party) const { return folder_.path() / party / "payloads"; }

  // Follows a host until it tells an event of that kind; what it says.
  v1::Event follow_until(const std::string& host, v1::EventKind kind) {
    v1::Event found;
    hosts_[host]->follow(
        [&](const v1::Event& event) {
          if (event.kind() == kind && !event.party().empty()) found = event;
        },
        [&](const v1::Report&) { return found.kind() == kind; }, enough);
    return found;
  }

  scenarios::TemporaryFolder folder_;
  processes::Definitions definitions_;
  std::unique_ptr<processes::GatewayProcess> gateway_;
  LinkProxies links_;
  std::map<std::string, std::uint16_t> ports_;
  std::map<std::string, std::unique_ptr<NodeHostProcess>> hosts_;
};

TEST_F(Payload, Of200MBArrivesThroughCutLinksInConstantMemory) {
  const fs::path file = write_payload(whole);
  std::map<std::string, std::uint64_t> before;
  for (const auto& [name, host] : hosts_) before[name] = host->process().cost().peak_memory_bytes;
  before["gateway"] = gateway_->process().cost().peak_memory_bytes;

  hosts_["NZ"]->command(lodgement(file));
  wait_until([&] { return bytes_below(at_gateway()) > 60 * megabyte; },
             "the payload on its way to the gateway");
  EXPECT_GT(links_.cut("NZ"), 0u);
  const std::uint64_t kept = bytes_below(at_gateway());
  EXPECT_LT(kept, whole);
  links_.mend("NZ");
  wait_until([&] { return bytes_below(at("CN")) > 60 * megabyte; },
             "the payload on its way from the gateway");
  EXPECT_GT(links_.cut("CN"), 0u);
  EXPECT_LT(bytes_below(at("CN")), whole);
  links_.mend("CN");

  // Seen by the recipient's business, and so verified.
  follow_until("CN", v1::EVENT_KIND_DELIVERED);
  const auto sent = payload::digest_of_file(file);
  ASSERT_EQ(bytes_below(at("CN")), whole);
  for (const auto& entry : fs::recursive_directory_iterator(at("CN"))) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(entry.path().filename(), sent->digest.hex());
    EXPECT_EQ(payload::digest_of_file(entry.path())->digest, sent->digest);
  }
  // Each way went on from where it was: begun anew, it would have carried sixty megabytes more.
  EXPECT_LT(links_.traffic("NZ").bytes_up, whole + 40 * megabyte);
  EXPECT_LT(links_.traffic("CN").bytes_down, whole + 40 * megabyte);
  if (under_sanitizer) return;
  for (const auto& [name, host] : hosts_) {
    EXPECT_LT(host->process().cost().peak_memory_bytes, before[name] + most_growth) << name;
  }
  EXPECT_LT(gateway_->process().cost().peak_memory_bytes, before["gateway"] + most_growth);
}

TEST_F(Payload, GoesOnWhenTheGatewayAndTheSenderAreKilled) {
  const fs::path file = write_payload(100 * megabyte);
  hosts_["NZ"]->command(lodgement(file));
  wait_until([&] { return bytes_below(at_gateway()) > 40 * megabyte; },
             "the payload on its way to the gateway");
  const std::string address = gateway_->address();
  gateway_->process().end(SIGKILL);
  hosts_["NZ"]->process().end(SIGKILL);
  EXPECT_LT(bytes_below(at_gateway()), 100 * megabyte);
  gateway_ =
      std::make_unique<processes::GatewayProcess>(processes::GatewayPlace{.identity = identity("gateway/hub"),
                                                                          .trust = pki().trust_folder(),
                                                                          .store = folder_.path() / "hub",
                                                                          .definitions = definitions_,
                                                                          .listen = address});
  hosts_["NZ"] = std::make_unique<NodeHostProcess>(host_place("NZ"));
  // It had not taken the document in yet, so whoever lodged it does so again.
  hosts_["NZ"]->command(lodgement(file));
  follow_until("CN", v1::EVENT_KIND_DELIVERED);
  EXPECT_EQ(bytes_below(at("CN")), 100 * megabyte);
  EXPECT_LT(links_.traffic("NZ").bytes_up, 140 * megabyte);
}

TEST_F(Payload, WhatNoAgreementAllowsIsNotTakenIn) {
  const fs::path file = write_payload(251 * megabyte);
  hosts_["NZ"]->command(lodgement(file));
  v1::Event refused = follow_until("NZ", v1::EVENT_KIND_LODGEMENT_REFUSED);
  EXPECT_EQ(refused.reason(), v1::ATTACHMENT_NOT_ALLOWED);
  EXPECT_EQ(bytes_below(at_gateway()), 0u);
}

}  // namespace
}  // namespace gnc::connection::payload_test
