#include "bench/codec.h"

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "bench/percentile.h"
#include "model/document/document.h"

namespace gnc::bench {
namespace {

// The documents below `folder` that the codec takes.
void add_documents(const std::filesystem::path& folder, std::vector<std::string>& documents) {
  if (!std::filesystem::is_directory(folder)) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".xml") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    if (model::parse(text.str(), model::Form::xml, entry.path().string())) documents.push_back(text.str());
  }
}

// Results are summed up here, so that no work is left out as unused.
std::size_t written_bytes = 0;

void through_protobuf(const std::string& document) {
  const auto parsed = model::parse(document, model::Form::xml, "");
  const auto read = model::parse(parsed->SerializeAsString(), model::Form::protobuf, "");
  written_bytes += model::write(*read, model::Form::xml).size();
}

void through_libxml2(const std::string& document) {
  const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> tree(
      xmlReadMemory(document.data(), static_cast<int>(document.size()), "", nullptr, XML_PARSE_NONET),
      xmlFreeDoc);
  xmlChar* text = nullptr;
  int length = 0;
  xmlDocDumpMemory(tree.get(), &text, &length);
  written_bytes += static_cast<std::size_t>(length);
  xmlFree(text);
}

double microseconds_of(const std::vector<std::string>& documents,
                       const std::function<void(const std::string&)>& work) {
  const auto start = std::chrono::steady_clock::now();
  for (const auto& document : documents) work(document);
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Measurement measure_codec(double seconds) {
  std::vector<std::string> documents;
  add_documents(std::filesystem::path(GNC_SOURCE_DIR) / "scenarios/documents", documents);
  if (const char* corpus = std::getenv("GNC_CORPUS")) add_documents(corpus, documents);
  if (documents.empty()) throw std::runtime_error("there are no documents in scenarios/documents");
  std::size_t bytes = 0;
  for (const auto& document : documents) bytes += document.size();

  // Turn about, so that what disturbs the machine disturbs both.
  std::vector<double> ours;
  std::vector<double> theirs;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end || ours.size() < 3) {
    ours.push_back(microseconds_of(documents, through_protobuf));
    theirs.push_back(microseconds_of(documents, through_libxml2));
  }
  const auto count = static_cast<double>(documents.size());
  const double our_us = percentile(ours, 0.5) / count;
  const double their_us = percentile(theirs, 0.5) / count;
  return {.marks = {{.name = "codec",
                     .value = fmt::format("{:.0f} us a document", our_us),
                     .reference = fmt::format("libxml2 {:.0f} us", their_us),
                     .ratio = our_us / their_us,
                     .direction = Mark::Goal::at_most,
                     .goal = 2.0}},
          .figures = {{"codec_over_libxml2", our_us / their_us},
                      {"codec_us_per_document", our_us},
                      {"libxml2_us_per_document", their_us},
                      {"codec_documents", documents.size()},
                      {"codec_bytes", bytes}}};
}

}  // namespace gnc::bench
