#include "tests/processes/live_pair.h"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>

#include "gnc/v1/datamodel.pb.h"
#include "proto/types/system_clock.h"
#include "trust/pki/pki.h"

namespace gnc::processes {
namespace {

constexpr std::string_view block = R"(block: declaration-push
version: 1
title: Declarations for a neighbour
legal basis: None; this is for measuring and testing
pattern: event-push
roles: [exporting, importing]
messages:
  - name: declaration
    from: exporting
    to: importing
    document: DEC
)";

constexpr std::string_view answer = R"(    answer due: true
    answer within: 1h
  - name: response
    from: importing
    to: exporting
    document: RES
    answers: declaration
)";

constexpr std::string_view agreement = R"(agreement: {0}-{1}
block: declaration-push
version: 1
parties: {{exporting: {0}, importing: {1}}}
from: 2020-01-01
until: 2100-01-01
purpose: Measuring and testing
retention: 30d
)";

// What an envelope has around its document.
constexpr std::size_t envelope_overhead = 170;
constexpr std::size_t longest_statement = 512;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::filesystem::path write(const std::filesystem::path& file, std::string_view content) {
  std::ofstream(file) << content;
  return file;
}

void pad(v1::MetaData& document, std::size_t bytes) {
  document.mutable_declaration()->clear_additional_information();
  while (document.ByteSizeLong() + 8 < bytes) {
    const auto missing = bytes - document.ByteSizeLong() - 8;
    document.mutable_declaration()->add_additional_information()->mutable_statement_description()->set_value(
        std::string(std::min(missing, longest_statement), 'x'));
  }
}

}  // namespace

LivePair::LivePair(const std::filesystem::path& folder, const Options& options) {
  const auto& parties = options.parties;
  const trust::Validity validity{system_now() - Duration::from_seconds(3600),
                                 system_now() + Duration::from_seconds(7 * 24 * 3600)};
  auto pki = must(trust::Pki::create(folder / "pki", validity));
  const auto identity = [&](const std::string& name) {
    return must(pki.issue({.party = PartyName::from_text(name).value(), .validity = validity}));
  };
  Definitions definitions{.blocks = {write(folder / "block.yaml",
                                           std::string(block) + std::string(options.answered ? answer : ""))},
                          .agreements = {}};
  for (std::size_t index = 0; index < parties.size(); ++index) {
    const auto& from = parties[index];
    const auto& to = parties[(index + 1) % parties.size()];
    node_place_.parties.push_back({from, identity(from)});
    definitions.agreements.push_back(
        write(folder / fmt::format("{}-{}.yaml", from, to), fmt::format(agreement, from, to)));
  }
  gateway_place_ = {.identity = identity("gateway/hub"),
                    .trust = pki.trust_folder(),
                    .store = folder / "gateway",
                    .definitions = definitions};
  must(pki.publish_lists(system_now(), validity.until));
  node_place_.trust = pki.trust_folder();
  node_place_.store = folder / "nodes";
  node_place_.definitions = definitions;
  node_place_.events = options.events;
  if (options.profile.empty()) return;
  const auto profile = write(folder / "profile.yaml", options.profile);
  node_place_.profiles.push_back(parties.back() + "=" + profile.string());
}

void LivePair::start_gateway() {
  gateway_.reset();
  gateway_ = std::make_unique<GatewayProcess>(gateway_place_);
  gateway_place_.listen = gateway_->address();
  node_place_.gateway_address = gateway_->address();
}

void LivePair::start_node_host() {
  node_host_.reset();
  node_host_ = std::make_unique<NodeHostProcess>(node_place_);
}

void LivePair::stop() {
  node_host_->process().close_input();
  if (node_host_->process().wait() != 0) throw std::runtime_error(node_host_->process().log_words());
  if (gateway().end(SIGTERM) != 0) throw std::runtime_error(gateway().log_words());
}

v1::Command lodgement(const std::string& from, const std::string& to, std::size_t first, std::size_t count,
                      std::size_t envelope_bytes) {
  v1::MetaData document;
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  v1::Command command;
  auto& lodge = *command.mutable_lodge();
  lodge.set_at(from);
  lodge.set_to(to);
  lodge.set_agreement(from + "-" + to);
  lodge.set_message("declaration");
  // The longer the reference, the less it is padded; what measures shares the processor with what is
  // measured.
  std::size_t padded_for = 0;
  for (std::size_t number = first; number < first + count; ++number) {
    const auto reference = "declaration-" + std::to_string(number);
    document.mutable_declaration()->mutable_functional_reference_id()->set_value(reference);
    if (reference.size() != padded_for)
      pad(document, std::max(envelope_bytes, envelope_overhead) - envelope_overhead);
    padded_for = reference.size();
    auto& item = *lodge.add_items();
    item.set_reference(reference);
    document.SerializeToString(item.mutable_document());
    item.set_form_hint("pb");
  }
  return command;
}

}  // namespace gnc::processes
