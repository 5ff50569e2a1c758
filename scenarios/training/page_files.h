#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/training/page_answers.h"

namespace gnc::scenarios {

// A file of the training page as it was built, compressed.
struct PageFile {
  std::string_view path;  // "/index.html"
  std::string_view type;  // "text/html; charset=utf-8"
  std::string_view gzip;
  std::size_t size = 0;  // uncompressed
};

namespace tables {
extern const std::span<const PageFile> page_files;
}  // namespace tables

// Null where the page has no such file.
const PageFile* find_page_file(std::string_view path);
std::string uncompressed(const PageFile&);

// The file at a path of the server; "/" is the page itself.
PageAnswer page_file(std::string_view path, bool takes_gzip);

}  // namespace gnc::scenarios
