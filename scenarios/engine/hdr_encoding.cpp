#include "scenarios/engine/hdr_encoding.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <new>
#include <optional>

#include "gnc/v1/errors.pb.h"

namespace gnc::scenarios {
namespace {

// The low byte of the cookies says how counts are written: 0x10, as ZigZag LEB128.
constexpr std::uint32_t counts_cookie = 0x1c849313;
constexpr std::uint32_t compressed_cookie = 0x1c849314;
constexpr std::size_t header_size = 40;
constexpr std::size_t compressed_header_size = 8;
// Five digits over the whole range of 64 bits take less.
constexpr std::size_t most_inflated = 32u << 20;
constexpr std::uint64_t most_counted = std::uint64_t{1} << 62;

void put_big_endian(std::string& bytes, std::uint64_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
}

std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (const char byte : bytes.substr(at, size)) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

// LEB128 of at most nine bytes, the ninth with all its bits.
void put_zigzag(std::string& bytes, std::int64_t value) {
  auto left = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (int n = 0; n < 8; ++n) {
    if (left < 0x80) {
      bytes += static_cast<char>(left);
      return;
    }
    bytes += static_cast<char>(left | 0x80);
    left >>= 7;
  }
  bytes += static_cast<char>(left);
}

// Moves `bytes` past it; false where they end before it does.
bool take_zigzag(std::string_view& bytes, std::int64_t& value) {
  std::uint64_t whole = 0;
  for (std::size_t n = 0; n < 9; ++n) {
    if (n == bytes.size()) return false;
    const auto byte = static_cast<std::uint8_t>(bytes[n]);
    const bool last = n == 8 || byte < 0x80;
    whole |= static_cast<std::uint64_t>(n == 8 ? byte : byte & 0x7f) << (7 * n);
    if (!last) continue;
    bytes.remove_prefix(n + 1);
    value = static_cast<std::int64_t>(whole >> 1) ^ -static_cast<std::int64_t>(whole & 1);
    return true;
  }
  return false;
}

std::string base64_of(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// Empty where it is no base64, or has anything beside it: OpenSSL skips white space.
std::string bytes_of_base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0 || text.empty() || text.size() > most_inflated) return {};
  const std::size_t end = text.find_first_not_of(digits);
  const std::string_view rest = text.substr(std::min(end, text.size()));
  if (!rest.empty() && rest != "=" && rest != "==") return {};
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return {};
  // The padding counts as bytes there.
  bytes.resize(static_cast<std::size_t>(size) - rest.size());
  return bytes;
}

// Empty where it is no zlib stream, or one of more than `most_inflated` bytes.
std::string inflated(std::string_view bytes) {
  for (std::size_t room = 16u << 10; room <= most_inflated; room *= 4) {
    std::string text(room, '\0');
    uLongf size = room;
    const int outcome =
        uncompress(reinterpret_cast<Bytef*>(text.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
                   static_cast<uLong>(bytes.size()));
    if (outcome == Z_OK) {
      text.resize(size);
      return text;
    }
    if (outcome != Z_BUF_ERROR) return {};
  }
  return {};
}

Error no_histogram(std::string_view what) {
  return Error{v1::KEY_VALUE,
               fmt::format("no encoded histogram: {}", what),
               {},
               "Give a log as gncsim or an HdrHistogram library (V2) wrote it."};
}

// How an encoded histogram cuts its range: the value in the middle of each of its cells.
struct Geometry {
  int half_bits;
  int unit_bits;

  static Geometry of(std::int64_t digits, std::int64_t lowest) {
    std::uint64_t resolution = 2;
    for (std::int64_t n = 0; n < digits; ++n) resolution *= 10;
    return {static_cast<int>(std::bit_width(resolution - 1)) - 1,
            static_cast<int>(std::bit_width(static_cast<std::uint64_t>(lowest))) - 1};
  }

  // Empty where it is beyond 63 bits.
  std::optional<std::int64_t> middle(std::uint64_t cell) const {
    const std::uint64_t half = std::uint64_t{1} << half_bits;
    std::uint64_t bucket = cell >> half_bits;
    std::uint64_t within = (cell & (half - 1)) + half;
    if (bucket == 0) {
      within -= half;
    } else {
      --bucket;
    }
    const std::uint64_t shift = bucket + static_cast<std::uint64_t>(unit_bits);
    if (shift + static_cast<std::uint64_t>(std::bit_width(within)) > 62) return std::nullopt;
    return static_cast<std::int64_t>((within << shift) + ((std::uint64_t{1} << shift) >> 1));
  }
};

}  // namespace

std::string encode_hdr(const HdrHistogram& histogram, std::int64_t range) {
  std::string counts;
  std::uint64_t empty = histogram.first_cell();
  for (const std::uint64_t count : histogram.cells()) {
    if (count == 0) {
      ++empty;
      continue;
    }
    if (empty > 0) put_zigzag(counts, -static_cast<std::int64_t>(empty));
    empty = 0;
    put_zigzag(counts, static_cast<std::int64_t>(count));
  }
  std::string plain;
  plain.reserve(header_size + counts.size());
  put_big_endian(plain, counts_cookie, 4);
  put_big_endian(plain, counts.size(), 4);
  put_big_endian(plain, 0, 4);  // the offset of a histogram that was shifted
  put_big_endian(plain, 3, 4);  // significant digits
  put_big_endian(plain, 1, 8);  // the lowest value that is told apart
  put_big_endian(plain, static_cast<std::uint64_t>(histogram.max() <= range ? range : HdrHistogram::largest),
                 8);
  put_big_endian(plain, std::bit_cast<std::uint64_t>(1.0), 8);  // integer to double
  plain += counts;

  std::string packed(compressBound(static_cast<uLong>(plain.size())), '\0');
  uLongf size = packed.size();
  // It has the room that compressBound asks for, and so cannot fail but for memory.
  if (compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
               static_cast<uLong>(plain.size())) != Z_OK) {
    throw std::bad_alloc();
  }
  packed.resize(size);
  std::string framed;
  framed.reserve(compressed_header_size + packed.size());
  put_big_endian(framed, compressed_cookie, 4);
  put_big_endian(framed, packed.size(), 4);
  framed += packed;
  return base64_of(framed);
}

Result<HdrHistogram> decode_hdr(std::string_view base64) {
  const std::string framed = bytes_of_base64(base64);
  if (framed.size() <= compressed_header_size) return tl::unexpected(no_histogram("it is no base64"));
  if (big_endian(framed, 0, 4) != compressed_cookie) {
    return tl::unexpected(no_histogram("it is not of the compressed V2 form"));
  }
  const std::uint64_t packed = big_endian(framed, 4, 4);
  if (packed > framed.size() - compressed_header_size)
    return tl::unexpected(no_histogram("it ends too soon"));
  const std::string plain = inflated(std::string_view(framed).substr(compressed_header_size, packed));
  if (plain.size() < header_size) return tl::unexpected(no_histogram("it does not inflate"));
  if (big_endian(plain, 0, 4) != counts_cookie)
    return tl::unexpected(no_histogram("its counts are of another form"));
  const std::uint64_t size = big_endian(plain, 4, 4);
  const auto digits = static_cast<std::int64_t>(big_endian(plain, 12, 4));
  const auto lowest = static_cast<std::int64_t>(big_endian(plain, 16, 8));
  // The library in C counts the header as well.
  if (size > plain.size() || big_endian(plain, 8, 4) != 0 || digits > 5 || lowest < 1) {
    return tl::unexpected(no_histogram("its header is not right"));
  }
  const Geometry geometry = Geometry::of(digits, lowest);
  std::string_view counts = std::string_view(plain).substr(header_size, size);
  HdrHistogram histogram;
  std::uint64_t cell = 0;
  while (!counts.empty()) {
    std::int64_t count = 0;
    if (!take_zigzag(counts, count)) return tl::unexpected(no_histogram("a count ends too soon"));
    if (count < 0) {
      cell += static_cast<std::uint64_t>(-(count + 1)) + 1;
      if (cell > most_inflated) return tl::unexpected(no_histogram("a count lies beyond every value"));
      continue;
    }
    const auto value = geometry.middle(cell++);
    if (!value) return tl::unexpected(no_histogram("a count lies beyond every value"));
    if (static_cast<std::uint64_t>(count) > most_counted - histogram.count()) {
      return tl::unexpected(no_histogram("it counts more than can be"));
    }
    histogram.record(*value, static_cast<std::uint64_t>(count));
  }
  return histogram;
}

}  // namespace gnc::scenarios
