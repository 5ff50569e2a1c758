#include "scenarios/conformance/conformance.h"

#include <fmt/format.h>

#include <fstream>
#include <random>

#include <nlohmann/json.hpp>

#include "gnc/v1/errors.pb.h"

#include "proto/types/system_clock.h"
#include "scenarios/conformance/grpc_stage.h"
#include "trust/pki/pki.h"
#include "trust/tls/trust_folder.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view block = R"(# What a node under test exchanges with `gncsim conform`.
block: conformance
version: 1
title: Trials of a node
legal basis: None; this is for testing
pattern: event-push
roles: [asking, answering]
messages:
  - name: declaration
    from: asking
    to: answering
    document: DEC
    answer due: true
    answer within: 1h
  - name: response
    from: answering
    to: asking
    document: RES
    answers: declaration
  - name: notice
    from: asking
    to: answering
    document: DEC
)";

constexpr std::string_view agreement = R"(agreement: {0}
block: conformance
version: 1
parties: {{asking: {1}, answering: {2}}}
from: 2020-01-01
until: 2100-01-01
purpose: Trials of a node
retention: 1d
)";

PartyName named(std::string_view text) { return PartyName::from_text(text).value(); }

// Two administrations that are not the party's own.
std::pair<PartyName, PartyName> others_than(const PartyName& party) {
  std::vector<PartyName> others;
  for (const std::string_view name : {"CN", "AU", "SG"}) {
    if (party.administration() != name) others.push_back(named(name));
  }
  return {others[0], others[1]};
}

Result<fs::path> write(const fs::path& file, std::string_view content) {
  const fs::path beside = file.string() + ".new";
  std::error_code problem;
  std::ofstream stream(beside, std::ios::binary);
  stream << content;
  stream.close();
  if (stream) fs::rename(beside, file, problem);
  if (!stream || problem) return failure(v1::FILE_UNWRITABLE, "cannot be written", file.string());
  return file;
}

// The PKI of an earlier trial, or a new one with these parties.
Result<trust::Pki> pki_in(const fs::path& folder, const std::vector<PartyName>& parties,
                          const PartyName* revoked) {
  const Instant now = system_now();
  const Duration year = Duration::from_seconds(365 * 24 * 3600);
  const trust::Validity validity{now - Duration::from_seconds(3600), now + year};
  const bool is_new = !fs::exists(folder);
  auto pki = is_new ? trust::Pki::create(folder, validity) : trust::Pki::open(folder);
  if (!pki) return pki;
  for (const PartyName& party : parties) {
    if (fs::exists(pki->identity_folder(party) / "node.crt")) continue;
    if (auto issued = pki->issue({.party = party, .validity = validity}); !issued)
      return tl::unexpected(issued.error());
  }
  if (is_new && revoked != nullptr) {
    if (auto done = pki->revoke(*revoked, now); !done) return tl::unexpected(done.error());
  }
  if (auto done = pki->publish_lists(now, now + year); !done) return tl::unexpected(done.error());
  return pki;
}

Result<std::unique_ptr<trust::Signer>> signer_of(const trust::Pki& pki, const PartyName& party) {
  const auto identity = trust::load_identity(pki.identity_folder(party));
  if (!identity) return tl::unexpected(identity.error());
  return trust::make_signer(*identity);
}

Result<void> tell_place(const ConformancePlace& place, const fs::path& file) {
  const nlohmann::ordered_json told{{"address", place.address},
                                    {"party", place.party.text()},
                                    {"gateway", place.gateway.text()},
                                    {"sender", place.sender.text()},
                                    {"identity", place.identity.string()},
                                    {"trust", place.trust.string()},
                                    {"block", place.block.string()},
                                    {"agreement", place.agreement.string()}};
  const auto written = write(file, told.dump(2) + "\n");
  if (!written) return tl::unexpected(written.error());
  return {};
}

}  // namespace

Result<Findings> try_conformance(const ConformanceOptions& options) {
  const auto [sender, revoked] = others_than(options.party);
  const PartyName gateway = named("gateway/hub"), impostor = named("gateway/other");
  std::error_code problem;
  fs::create_directories(options.folder, problem);
  if (problem) return failure(v1::FILE_UNWRITABLE, problem.message(), options.folder.string());
  const auto pki =
      pki_in(options.folder / "pki", {options.party, sender, revoked, gateway, impostor}, &revoked);
  if (!pki) return tl::unexpected(pki.error());
  const auto strangers = pki_in(options.folder / "strangers", {sender}, nullptr);
  if (!strangers) return tl::unexpected(strangers.error());

  Cast cast{.party = options.party,
            .gateway = gateway,
            .sender = sender,
            .revoked = revoked,
            .gateway_signer = {},
            .sender_signer = {},
            .revoked_signer = {},
            .stranger_signer = {},
            .agreement = fmt::format("{}-{}/conformance", sender.text(), options.party.administration())};
  for (auto [signer, from, party] : {std::tuple{&cast.gateway_signer, &*pki, &gateway},
                                     {&cast.sender_signer, &*pki, &sender},
                                     {&cast.revoked_signer, &*pki, &revoked},
                                     {&cast.stranger_signer, &*strangers, &sender}}) {
    auto made = signer_of(*from, *party);
    if (!made) return tl::unexpected(made.error());
    *signer = std::move(*made);
  }
  const auto own = trust::load_identity(pki->identity_folder(gateway));
  const auto other = trust::load_identity(pki->identity_folder(impostor));
  auto trust = trust::TrustFolder::open(pki->trust_folder());
  const auto block_file = write(options.folder / "block.yaml", block);
  const auto agreement_file =
      write(options.folder / "agreement.yaml",
            fmt::format(agreement, cast.agreement, sender.text(), options.party.text()));
  if (!own) return tl::unexpected(own.error());
  if (!other) return tl::unexpected(other.error());
  if (!trust) return tl::unexpected(trust.error());
  if (!block_file) return tl::unexpected(block_file.error());
  if (!agreement_file) return tl::unexpected(agreement_file.error());

  GrpcStage stage(options.address, *trust->verifier());
  if (auto listening = stage.listen(*own); !listening) return tl::unexpected(listening.error());
  const ConformancePlace place{.address = stage.address(),
                               .party = options.party,
                               .gateway = gateway,
                               .sender = sender,
                               .identity = pki->identity_folder(options.party),
                               .trust = pki->trust_folder(),
                               .block = *block_file,
                               .agreement = *agreement_file};
  if (auto told = tell_place(place, options.folder / "conform.json"); !told)
    return tl::unexpected(told.error());
  if (options.listening) options.listening(place);

  // The ids of one run are not those of the last, which the node may still have on record.
  std::random_device chance;
  Counterpart counterpart(stage, cast, *trust->verifier(),
                          Random(static_cast<std::uint64_t>(chance()) << 32 | chance()));
  Findings findings;
  Trials(counterpart, findings, options.patience, *own, *other, options.begun).play();
  counterpart.end(v1::GATEWAY_STOPPING, "the trials are over");
  counterpart.settle(Duration::from_milliseconds(100));
  return findings;
}

}  // namespace gnc::scenarios
