#include "scenarios/training/embedded_file.h"

#include <zlib.h>

#include <stdexcept>

namespace gnc::scenarios {

std::string uncompressed(const EmbeddedFile& file) {
  std::string text(file.size, '\0');
  z_stream stream{};
  // 16: gzip and nothing else.
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::runtime_error("zlib does not start");
  std::string gzip(file.gzip);
  stream.next_in = reinterpret_cast<Bytef*>(gzip.data());
  stream.avail_in = static_cast<uInt>(gzip.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int done = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (done != Z_STREAM_END || stream.total_out != file.size) {
    throw std::runtime_error("a file that gncsim carries is not whole");
  }
  return text;
}

}  // namespace gnc::scenarios
