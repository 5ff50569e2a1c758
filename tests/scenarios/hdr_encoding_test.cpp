#include "scenarios/engine/hdr_encoding.h"

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <zlib.h>

namespace gnc::scenarios::hdr_encoding_test {
namespace {

// What stands in an encoded histogram under base64 and zlib, whose bytes depend on its version.
std::string inflated(const std::string& base64) {
  std::string framed(base64.size(), '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(framed.data()),
                  reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
  std::string plain(1u << 20, '\0');
  uLongf size = plain.size();
  uncompress(reinterpret_cast<Bytef*>(plain.data()), &size, reinterpret_cast<const Bytef*>(framed.data()) + 8,
             static_cast<uLong>(framed.size() - 8));
  plain.resize(size);
  return plain;
}

std::vector<std::uint64_t> cells_of(const HdrHistogram& histogram) {
  std::vector<std::uint64_t> cells(histogram.first_cell(), 0);
  cells.insert(cells.end(), histogram.cells().begin(), histogram.cells().end());
  return cells;
}

// Written by HdrHistogram_c, as HdrHistogram_py's test of the two (test_hdr_interop) has it: 10,000 values of
// 1,000 and one of 100,000,000, from 1 to one hour in microseconds, with three digits. Its length of the
// counts includes the header, where the other libraries' does not.
constexpr const char* written_in_c = "HISTFAAAACl4nJNpmSzMwMBgyAABzFCaEURcm7yEwf4DROA8/4I5jNM7mJgAlWkH9g==";

TEST(HdrEncoding, CountsAsTheLibraryInCDoes) {
  HdrHistogram histogram;
  histogram.record(1000, 10'000);
  histogram.record(100'000'000);
  std::string ours = inflated(encode_hdr(histogram));
  std::string theirs = inflated(written_in_c);
  ASSERT_EQ(ours.size(), theirs.size());
  EXPECT_EQ(static_cast<std::size_t>(theirs[7]), theirs.size());
  theirs[7] = static_cast<char>(theirs.size() - 40);
  EXPECT_EQ(ours, theirs);
}

// HdrHistogram (Java), range 1 to 2,048, three digits, with the value 2,048.
constexpr const char* written_in_java = "HISTFAAAACB4nJNpmSzMwMDAzAABMJoRQnEw2H+AsP7LMwEARZgDpQ==";

TEST(HdrEncoding, WritesWhatTheLibraryInJavaWrites) {
  HdrHistogram histogram;
  histogram.record(2048);
  const std::string encoded = encode_hdr(histogram, 2048);
  EXPECT_TRUE(encoded.starts_with("HISTFAAAA")) << encoded;
  EXPECT_EQ(inflated(encoded), inflated(written_in_java));
}

TEST(HdrEncoding, ReadsWhatTheirLibrariesWrote) {
  const auto in_c = decode_hdr(written_in_c);
  ASSERT_TRUE(in_c) << describe(in_c.error());
  EXPECT_EQ(in_c->count(), 10'001u);
  EXPECT_EQ(in_c->value_at(0.5), 1000);
  EXPECT_NEAR(static_cast<double>(in_c->max()), 1e8, 1e5);

  const auto in_java = decode_hdr(written_in_java);
  ASSERT_TRUE(in_java) << describe(in_java.error());
  EXPECT_EQ(in_java->count(), 1u);
  EXPECT_NEAR(static_cast<double>(in_java->max()), 2048, 1);

  // The same, range 1 to 300, with 100, 200 and 250.
  const auto small = decode_hdr("HISTFAAAACV4nJNpmSzMwMDAwQABzFCaEUrp2H+AsI4zMh1lZEpkAgBdIQSk");
  ASSERT_TRUE(small) << describe(small.error());
  EXPECT_EQ(small->value_at(0.0), 100);
  EXPECT_EQ(small->value_at(0.5), 200);
  EXPECT_EQ(small->value_at(1.0), 250);

  // Without any significant digit: 100 lies in the cell from 64 to 127.
  const auto coarse = decode_hdr("HISTFAAAAB14nJNpmSzMwMDAxIAKGCEU8wv7DxAWLxMASToDcw==");
  ASSERT_TRUE(coarse) << describe(coarse.error());
  EXPECT_EQ(coarse->count(), 1u);
  EXPECT_EQ(coarse->max(), 96);
}

RC_GTEST_PROP(HdrEncoding, BringsBackEveryCell, ()) {
  const auto values = *rc::gen::container<std::vector<std::pair<std::uint64_t, std::uint32_t>>>(
      rc::gen::pair(rc::gen::arbitrary<std::uint64_t>(), rc::gen::arbitrary<std::uint32_t>()));
  HdrHistogram histogram;
  for (const auto& [value, times] : values) {
    histogram.record(static_cast<std::int64_t>(value >> (17 + value % 47)), times);
  }
  const auto read = decode_hdr(encode_hdr(histogram));
  RC_ASSERT(read.has_value());
  RC_ASSERT(cells_of(*read) == cells_of(histogram));
  RC_ASSERT(read->count() == histogram.count());
}

RC_GTEST_PROP(HdrEncoding, MergesWithoutLossAfterItWasRead,
              (const std::vector<std::uint32_t>& one, const std::vector<std::uint32_t>& other)) {
  HdrHistogram first, second, together;
  for (const auto value : one) first.record(value), together.record(value);
  for (const auto value : other) second.record(value), together.record(value);
  auto merged = *decode_hdr(encode_hdr(first));
  merged.merge(*decode_hdr(encode_hdr(second)));
  RC_ASSERT(cells_of(merged) == cells_of(together));
}

RC_GTEST_PROP(HdrEncoding, TakesNoBytesForAHistogramThatAreNone, (const std::string& bytes)) {
  RC_ASSERT_FALSE(decode_hdr(bytes).has_value());
  RC_ASSERT_FALSE(decode_hdr("HISTFAAAA" + bytes).has_value());
}

RC_GTEST_PROP(HdrEncoding, ReadsNoDamagedHistogramAsAnother, (std::size_t at, char byte)) {
  HdrHistogram histogram;
  histogram.record(12'345, 7);
  std::string damaged = encode_hdr(histogram);
  damaged[at % damaged.size()] = byte;
  const auto read = decode_hdr(damaged);
  // What zlib's checksum lets pass is what it was.
  if (read) RC_ASSERT(cells_of(*read) == cells_of(histogram));
}

TEST(HdrEncoding, RefusesWhatIsNoHistogram) {
  for (const char* text : {"", "HIST", "not base64!", "SElTVEZBQUFB", "HISTFAAAACB4nJNpmSzM"}) {
    EXPECT_FALSE(decode_hdr(text)) << text;
  }
}

}  // namespace
}  // namespace gnc::scenarios::hdr_encoding_test
