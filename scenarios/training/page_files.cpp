#include "scenarios/training/page_files.h"

#include <algorithm>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' "
    "data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

const EmbeddedFile* find_page_file(std::string_view path) {
  const auto found = std::ranges::find(tables::page_files, path, &EmbeddedFile::path);
  return found == tables::page_files.end() ? nullptr : &*found;
}

PageAnswer page_file(std::string_view path, bool takes_gzip) {
  const EmbeddedFile* file = find_page_file(path == "/" ? "/index.html" : path);
  if (file == nullptr) {
    if (tables::page_files.empty()) {
      return {
          503, "text/plain; charset=utf-8", "gncsim was built without web/, and has no page to show.\n", {}};
    }
    return refusal(404, {v1::REFERENCE_UNKNOWN, "the page has no such file", {}, "Open the address /."});
  }
  PageAnswer answer;
  answer.type = file->type;
  answer.headers.emplace_back("Content-Security-Policy", policy);
  answer.headers.emplace_back("Vary", "Accept-Encoding");
  // What has its hash in its name never changes.
  answer.headers.emplace_back(
      "Cache-Control", path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  if (takes_gzip) {
    answer.headers.emplace_back("Content-Encoding", "gzip");
    answer.body = file->gzip;
  } else {
    answer.body = uncompressed(*file);
  }
  return answer;
}

}  // namespace gnc::scenarios
