#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace gnc::scenarios {

// A file that gncsim carries in itself, compressed.
struct EmbeddedFile {
  std::string_view path;  // "/index.html"
  std::string_view type;  // "text/html; charset=utf-8"
  std::string_view gzip;
  std::size_t size = 0;  // uncompressed
};

// Made when gncsim is built: the training page, and the scenarios of the library with all that they name.
namespace tables {
extern const std::span<const EmbeddedFile> page_files;
extern const std::span<const EmbeddedFile> library_files;
}  // namespace tables

std::string uncompressed(const EmbeddedFile&);

}  // namespace gnc::scenarios
