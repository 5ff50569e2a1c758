#include "bench/window.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "bench/percentile.h"
#include "model/document/document.h"
#include "nodes/core/plain_business.h"
#include "nodes/window/profile_reader.h"
#include "nodes/window/window_business.h"

namespace gnc::bench {
namespace {

const std::filesystem::path scenarios = std::filesystem::path(GNC_SOURCE_DIR) / "scenarios";

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> import_declarations() {
  std::vector<std::string> documents;
  for (const auto& entry : std::filesystem::directory_iterator(scenarios / "documents/import")) {
    const auto parsed = model::parse(text_of(entry.path()), model::Form::xml, entry.path().string());
    if (parsed) documents.push_back(parsed->SerializeAsString());
  }
  if (documents.empty()) throw std::runtime_error("there are no documents in scenarios/documents/import");
  return documents;
}

// Each document once, each time under ids of its own.
double microseconds_each(nodes::Business& business, const std::vector<std::string>& documents,
                         std::uint64_t& ids) {
  const PartyName sender = *PartyName::from_text("NZ"), recipient = *PartyName::from_text("CN");
  const Instant now{1'700'000'000'000'000};
  constexpr int rounds = 20;
  const auto start = std::chrono::steady_clock::now();
  for (int round = 0; round < rounds; ++round) {
    for (const std::string& document : documents) {
      ++ids;
      const Uuid id = Uuid::from_parts(now, ids, ids * 0x9e3779b97f4a7c15ull);
      business.decide({.id = id,
                       .sender = sender,
                       .recipient = recipient,
                       .conversation = id,
                       .agreement = "NZ-CN/single-window",
                       .message = "import-declaration",
                       .document_type = "DEC",
                       .answer_due = true,
                       .answer_type = "RES",
                       .structured = document,
                       .answer_id = id},
                      now);
      // Every decision of a node is followed by this.
      static_cast<void>(business.notes());
    }
  }
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  return took.count() / static_cast<double>(rounds * documents.size());
}

}  // namespace

Measurement measure_window(double seconds) {
  const std::vector<std::string> documents = import_declarations();
  const auto profile =
      window::parse_profile(text_of(scenarios / "profiles/import-single-window.yaml"), "profile");
  if (!profile) throw std::runtime_error(describe(profile.error().front()));
  const auto shared = std::make_shared<const window::Profile>(*profile);

  // Turn about, so that what disturbs the machine disturbs both.
  std::vector<double> ours, plain;
  std::uint64_t ids = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end || ours.size() < 3) {
    window::WindowBusiness business(shared);
    nodes::PlainBusiness check;
    ours.push_back(microseconds_each(business, documents, ids));
    plain.push_back(microseconds_each(check, documents, ids));
  }
  const double our_us = percentile(ours, 0.5), plain_us = percentile(plain, 0.5);
  return {.marks = {{.name = "window",
                     .value = fmt::format("{:.0f} us a declaration", our_us),
                     .reference = fmt::format("data model alone {:.0f} us", plain_us),
                     .ratio = our_us / plain_us,
                     .direction = Mark::Goal::at_most,
                     .goal = 5.0}},
          .figures = {{"window_us_per_declaration", our_us},
                      {"window_over_plain", our_us / plain_us},
                      {"plain_us_per_declaration", plain_us},
                      {"window_documents", documents.size()}}};
}

}  // namespace gnc::bench
