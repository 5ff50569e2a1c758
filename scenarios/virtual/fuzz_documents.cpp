#include "scenarios/virtual/fuzz_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/errors.pb.h"
#include "model/yaml/instant_text.h"
#include "proto/types/overloaded.h"
#include "trust/seal/merkle.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr Duration ten_years = Duration::from_seconds(10LL * 365 * 24 * 3600);

std::string block_id(bool answered) { return answered ? "fuzz-answered" : "fuzz-notice"; }

// "1500ms": what parse_duration reads, to the microsecond.
std::string written(Duration duration) {
  if (duration.microseconds % 1000 == 0) return fmt::format("{}ms", duration.microseconds / 1000);
  return fmt::format("{}us", duration.microseconds);
}

std::string written(const LinkSettings& link) {
  std::string text = fmt::format("latency: {}, jitter: {}, loss: {}%", written(link.latency),
                                 written(link.jitter), std::lround(link.loss * 100));
  if (link.bandwidth) text += fmt::format(", bandwidth: {}kbit", *link.bandwidth / 1000);
  return text;
}

std::string written(const TimedFault& timed) {
  const Fault& fault = timed.fault;
  std::string text = fmt::format("at: {}, ", written(timed.at));
  text += std::visit(
      Overloaded{
          [](const CutLink& cut) { return fmt::format("cut: {}", cut.link); },
          [](const DegradeLink& degrade) {
            return fmt::format("degrade: {}, {}", degrade.link, written(degrade.settings));
          },
          [](const FlapLink& flap) {
            return fmt::format("flap: {}, up: {}, down: {}", flap.link, written(flap.up), written(flap.down));
          },
          [](const BlackHoleLink& hole) {
            std::string one = fmt::format("black-hole: {}", hole.link);
            if (hole.direction == LinkDirection::up) one += ", direction: up";
            if (hole.direction == LinkDirection::down) one += ", direction: down";
            return one;
          },
          [](const ResetLink& reset) { return fmt::format("reset: {}", reset.link); },
          [](const KillProcess& kill) { return fmt::format("kill: {}", kill.process); },
          [](const FreezeProcess& freeze) { return fmt::format("freeze: {}", freeze.process); },
          [](const RestartProcess& restart) { return fmt::format("restart: {}", restart.process); },
          [](const SlowConsumer& slow) {
            return fmt::format("slow: {}, delay: {}", slow.party.text(), written(slow.delay));
          },
          [](const DiskError& error) { return fmt::format("disk-error: {}", error.process); },
          [](const CertificateFault& certificate) {
            static constexpr const char* names[] = {"revoke", "expire", "rotate"};
            return fmt::format("{}: {}", names[static_cast<int>(certificate.kind)], certificate.party.text());
          },
          [](const SkewClock& skew) {
            return fmt::format("skew: {}, by: {}{}", skew.process, skew.by < Duration{} ? "-" : "",
                               written(skew.by < Duration{} ? skew.by * -1 : skew.by));
          },
          [](const RoguePeer& rogue) { return fmt::format("rogue: tamper, as: {}", rogue.party.text()); },
          [&fault](const Deed&) { return words(fault); },
      },
      fault.what);
  if (fault.length) text += fmt::format(", for: {}", written(*fault.length));
  return text;
}

std::string block_text(bool answered) {
  std::string text = fmt::format(
      "block: {}\nversion: 1\ntitle: A notice\nlegal basis: \"None: made up\"\npattern: event-push\n"
      "roles: [giving, taking]\nmessages:\n  - name: {}\n    from: giving\n    to: taking\n    document: "
      "DEC\n    attachments up to: 100MB\n",
      block_id(answered), fuzz_message);
  if (answered) {
    text +=
        "    answer due: true\n    answer within: 2s\n  - name: response\n    from: taking\n    to: giving\n"
        "    document: RES\n    answers: notice\n";
  }
  return text;
}

std::string agreement_text(const FuzzCase& made, std::size_t pact) {
  const v1::Agreement agreement = fuzz_agreement(made, pact);
  return fmt::format(
      "agreement: {}\nblock: {}\nversion: 1\nparties: {{giving: {}, taking: {}}}\nfrom: {}\nuntil: {}\n"
      "purpose: Made up\nretention: 1d\n",
      agreement.id(), agreement.block(), agreement.parties(0).party(), agreement.parties(1).party(),
      model::instant_text(Instant{agreement.from()}), model::instant_text(Instant{agreement.until()}));
}

std::string scenario_text(const FuzzCase& made) {
  std::string text = fmt::format(
      "# Made up by gncsim fuzz. Play it again with: gncsim run scenario.yaml --world virtual\n"
      "scenario: Seed {}\nseed: {}\nsettle: {}\ntopology:\n  design: hub\n  administrations: [",
      made.seed, made.chance, written(made.settle()));
  for (std::size_t i = 0; i < made.parties.size(); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", made.parties[i].name.text());
  }
  text += "]\n  links:\n";
  for (const FuzzCase::Party& party : made.parties) {
    text += fmt::format("    {}: {{{}}}\n", link_name(party.name), written(party.link));
  }
  if (made.node_each) text += "processes: {nodes: each}\n";
  text += "agreements: [";
  for (std::size_t i = 0; i < made.pacts.size(); ++i) {
    text += fmt::format("{}agreements/pact-{}.yaml", i == 0 ? "" : ", ", i + 1);
  }
  text += "]\nvirtual:\n";
  const VirtualSettings& settings = made.settings;
  const auto add = [&text](const char* key, const auto& value) {
    if (value) text += fmt::format("  {}: {}\n", key, *value);
  };
  add("submission-credit", settings.submission_credit);
  add("delivery-credit", settings.delivery_credit);
  add("batch-envelopes", settings.batch_envelopes);
  add("frame-envelopes", settings.frame_envelopes);
  add("attempts", settings.attempts);
  add("queue-limit", settings.queue_limit);
  if (settings.commit_time) text += fmt::format("  commit-time: {}\n", written(*settings.commit_time));
  if (settings.receipt_timeout)
    text += fmt::format("  receipt-timeout: {}\n", written(*settings.receipt_timeout));
  if (settings.default_life) text += fmt::format("  default-life: {}\n", written(*settings.default_life));
  const auto add_files = [&text](const std::vector<std::uint64_t>& sizes) {
    if (!sizes.empty()) text += "    files:\n";
    for (const std::uint64_t size : sizes) text += fmt::format("      - {}\n", fuzz_file(size));
  };
  text += "workload:\n";
  for (std::size_t i = 0; i < made.traffic.size(); ++i) {
    const FuzzCase::Traffic& stream = made.traffic[i];
    const FuzzCase::Pact& pact = made.pacts[stream.pact];
    text += fmt::format(
        "  - name: traffic {}\n    from: {}\n    to: {}\n    agreement: {}\n    documents: "
        "documents/declaration.pb\n    count: {}\n    life: {}\n",
        i + 1, made.parties[pact.from].name.text(), made.parties[pact.to].name.text(),
        fuzz_agreement(made, stream.pact).id(), stream.count, written(stream.life));
    add_files(stream.attachments);
    if (!stream.priority.empty()) text += fmt::format("    priority: {}\n", stream.priority);
    if (stream.conversations != 0) text += fmt::format("    conversations: {}\n", stream.conversations);
    if (stream.over != Duration{}) {
      text += fmt::format("    arrivals: {{rate: {}/s}}\n", fuzz_rate(stream).each_second);
    }
  }
  for (std::size_t i = 0; i < made.pacts.size(); ++i) {
    if (!made.lasts(i)) continue;
    const FuzzCase::Pact& pact = made.pacts[i];
    text += fmt::format(
        "  - name: {}\n    from: {}\n    to: {}\n    agreement: {}\n    documents: documents/declaration.pb\n"
        "    start: {}\n    count: {}\n    life: {}\n",
        FuzzCase::afterwards(i), made.parties[pact.from].name.text(), made.parties[pact.to].name.text(),
        fuzz_agreement(made, i).id(), written(made.quiet_from()), FuzzCase::afterwards_count,
        written(FuzzCase::afterwards_life));
    add_files(made.afterwards_attachments(i));
  }
  if (!made.faults.empty()) text += "faults:\n";
  for (const TimedFault& fault : made.faults) text += fmt::format("  - {{{}}}\n", written(fault));
  text += "expect:\n  - exchange.open == 0\n";
  for (std::size_t i = 0; i < made.pacts.size(); ++i) {
    if (made.lasts(i))
      text += fmt::format("  - exchange.expired[workload={}] == 0\n", FuzzCase::afterwards(i));
  }
  return text;
}

Result<void> write_file(const fs::path& file, const std::string& content) {
  std::error_code failed;
  fs::create_directories(file.parent_path(), failed);
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << content;
  if (!stream.flush())
    return failure(v1::FILE_UNWRITABLE, fmt::format("{} cannot be written", file.string()));
  return {};
}

}  // namespace

v1::UtilityBlock fuzz_block(bool answered) {
  v1::UtilityBlock block;
  block.set_id(block_id(answered));
  block.set_version(1);
  block.set_title("A notice");
  block.set_legal_basis("None: made up");
  block.set_pattern(v1::PATTERN_EVENT_PUSH);
  block.add_roles("giving");
  block.add_roles("taking");
  v1::BlockMessage& notice = *block.add_messages();
  notice.set_name(fuzz_message);
  notice.set_from("giving");
  notice.set_to("taking");
  notice.set_document("DEC");
  notice.set_largest_attachments(100'000'000);
  if (!answered) return block;
  notice.set_answer_due(true);
  notice.mutable_answer_within()->set_seconds(2);
  v1::BlockMessage& response = *block.add_messages();
  response.set_name("response");
  response.set_from("taking");
  response.set_to("giving");
  response.set_document("RES");
  response.set_answers(fuzz_message);
  return block;
}

v1::Agreement fuzz_agreement(const FuzzCase& made, std::size_t index) {
  const FuzzCase::Pact& pact = made.pacts[index];
  const Instant start = made.settings.start;
  v1::Agreement agreement;
  agreement.set_id(fmt::format("pact-{}", index + 1));
  agreement.set_block(block_id(pact.answered));
  agreement.set_block_version(1);
  for (const auto& [role, party] : {std::pair{"giving", pact.from}, {"taking", pact.to}}) {
    v1::AgreementParty& member = *agreement.add_parties();
    member.set_role(role);
    member.set_party(made.parties[party].name.text());
  }
  agreement.set_from((pact.begins ? start + *pact.begins : start - ten_years).microseconds);
  agreement.set_until((pact.ends ? start + *pact.ends : start + ten_years).microseconds);
  agreement.set_purpose("Made up");
  agreement.mutable_retention()->set_seconds(86'400);
  return agreement;
}

std::string fuzz_document() {
  v1::MetaData document;
  document.mutable_wco_data_model_version_code()->set_value("3.6");
  document.mutable_wco_type_name()->set_value("DEC");
  document.mutable_declaration()->mutable_function_code()->set_value("9");
  document.mutable_declaration()->mutable_functional_reference_id()->set_value("FUZZ");
  return document.SerializeAsString();
}

std::string fuzz_file(std::uint64_t size) { return fmt::format("files/{}.bin", size); }

Result<payload::FileDigest> fuzz_attachment(const fs::path& file) {
  const std::uint64_t size = std::stoull(file.stem().string());
  return payload::FileDigest{trust::sha256(std::string(size, '\0')), size};
}

Rate fuzz_rate(const FuzzCase::Traffic& stream) {
  // In hundredths, so that the written form says the same.
  const std::int64_t hundredths = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(stream.count) * 100'000'000 / stream.over.microseconds);
  return Rate{static_cast<double>(hundredths) / 100};
}

Result<void> FuzzCase::write(const fs::path& folder) const {
  auto done = write_file(folder / "scenario.yaml", scenario_text(*this));
  if (done) done = write_file(folder / "documents" / "declaration.pb", fuzz_document());
  for (const bool answered : {false, true}) {
    if (done) done = write_file(folder / "blocks" / (block_id(answered) + ".yaml"), block_text(answered));
  }
  std::set<std::uint64_t> sizes;
  for (const Traffic& stream : traffic) sizes.insert(stream.attachments.begin(), stream.attachments.end());
  for (std::size_t i = 0; i < pacts.size(); ++i) {
    const auto more = afterwards_attachments(i);
    sizes.insert(more.begin(), more.end());
  }
  for (const std::uint64_t size : sizes) {
    if (done) done = write_file(folder / fuzz_file(size), std::string(size, '\0'));
  }
  for (std::size_t i = 0; done && i < pacts.size(); ++i) {
    done = write_file(folder / "agreements" / fmt::format("pact-{}.yaml", i + 1), agreement_text(*this, i));
  }
  return done;
}

}  // namespace gnc::scenarios
