#include "bench/conformance.h"

#include <fmt/format.h>
#include <time.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bench/percentile.h"
#include "gnc/v1/datamodel.pb.h"
#include "model/agreement/agreement_book.h"
#include "model/document/document.h"

namespace gnc::bench {
namespace {

const std::filesystem::path scenarios = std::filesystem::path(GNC_SOURCE_DIR) / "scenarios";

std::vector<std::string> export_declarations() {
  std::vector<std::string> documents;
  for (const auto& entry : std::filesystem::directory_iterator(scenarios / "documents/export")) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const auto parsed = model::parse(text.str(), model::Form::xml, entry.path().string());
    if (parsed) documents.push_back(parsed->SerializeAsString());
  }
  if (documents.empty()) throw std::runtime_error("there are no documents in scenarios/documents/export");
  return documents;
}

// Of this thread alone: what others do on the machine is not counted.
double processor_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// `does` (a document's bytes) gives false where it fails.
template <class Does>
double microseconds_each(const std::vector<std::string>& documents, Does&& does) {
  constexpr int rounds = 200;
  const double start = processor_microseconds();
  for (int round = 0; round < rounds; ++round) {
    for (const std::string& document : documents) {
      if (!does(document)) throw std::runtime_error("a document that is to cross does not");
    }
  }
  return (processor_microseconds() - start) / static_cast<double>(rounds * documents.size());
}

}  // namespace

Measurement measure_conformance(double seconds) {
  const std::vector<std::string> documents = export_declarations();
  std::size_t bytes = 0;
  for (const std::string& document : documents) bytes += document.size();
  const std::filesystem::path block = scenarios / "blocks/export-declaration.yaml",
                              agreement = scenarios / "agreements/nz-cn-export.yaml";
  const auto book = model::AgreementBook::load({&block, 1}, {&agreement, 1});
  if (!book) throw std::runtime_error(describe(book.error().front()));
  const auto crosses = [&](const std::string& document) {
    return (*book)
        ->allow({.agreement = "NZ-CN/export-declaration",
                 .message = "export-declaration",
                 .sender = "NZ",
                 .recipient = "CN",
                 .document_type = "DEC",
                 .structured = document},
                Instant{1'790'000'000'000'000})
        .has_value();
  };
  const auto is_read = [](const std::string& document) {
    v1::MetaData read;
    return read.ParseFromArray(document.data(), static_cast<int>(document.size()));
  };

  // Turn about, so that what disturbs the machine disturbs both.
  std::vector<double> ours, parse;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end || ours.size() < 3) {
    ours.push_back(microseconds_each(documents, crosses));
    parse.push_back(microseconds_each(documents, is_read));
  }
  const double our_us = percentile(ours, 0.5), parse_us = percentile(parse, 0.5);
  const double kilobytes = static_cast<double>(bytes) / 1000 / static_cast<double>(documents.size());
  return {.marks = {{.name = "conformance",
                     .value = fmt::format("{:.2f} us a kB", our_us / kilobytes),
                     .reference = fmt::format("protobuf's parse {:.2f} us", parse_us / kilobytes),
                     .ratio = our_us / parse_us}},
          .figures = {{"conformance_us_per_kilobyte", our_us / kilobytes},
                      {"conformance_over_parse", our_us / parse_us},
                      {"parse_us_per_kilobyte", parse_us / kilobytes},
                      {"conformance_documents", documents.size()},
                      {"conformance_kilobytes_each", kilobytes}}};
}

}  // namespace gnc::bench
