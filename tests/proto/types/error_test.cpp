#include "proto/types/error.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/common.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

#include "gnc/v1/errors.pb.h"

namespace gnc::error_test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Printable, LeavesOrdinaryTextOfAnyScriptAsItIs) {
  for (const std::string text : {"", "Tauranga 3110", "Whangārei", "上海浦东", "Здравствуйте", "🥝 50 %"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, ShowsWhatWouldActOnATerminal) {
  EXPECT_EQ(printable("a\nb\r\tc"), "a\\u{a}b\\u{d}\\u{9}c");
  EXPECT_EQ(printable("\x1b[31mred"), "\\u{1b}[31mred");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "a\\u{0}b");
  EXPECT_EQ(printable("\x7f"), "\\u{7f}");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\u{9b}31m");  // one-byte CSI
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "gnp.exe"),
            "\\u{202e}gnp.exe");  // right-to-left override
  EXPECT_EQ(printable("a\xe2\x80\x8b"
                      "b"),
            "a\\u{200b}b");  // zero-width space
  EXPECT_EQ(printable("\xef\xbb\xbf"
                      "x"),
            "\\u{feff}x");
}

TEST(Printable, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("\xff"), "\\x{ff}");
  EXPECT_EQ(printable("\xc3"), "\\x{c3}");
  EXPECT_EQ(printable("a\xe2\x82"), "a\\x{e2}\\x{82}");
  EXPECT_EQ(printable("\xc0\x80"), "\\x{c0}\\x{80}");
}

TEST(Printable, AlwaysGivesUtf8WithoutControlCharacters) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& picks) {
    // Beginnings and continuations that make overlong forms, surrogates and what lies beyond the last code
    // point.
    static constexpr std::string_view bytes =
        "a\xc0\xc1\xc2\xe0\xed\xef\xf0\xf4\xf5\xff\x80\x8f\x90\x9f\xa0\xbf\x1b";
    std::string text;
    for (const auto pick : picks) text += pick < 128 ? bytes[pick % bytes.size()] : static_cast<char>(pick);
    const std::string shown = printable(text);
    for (const char c : shown) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    RC_ASSERT(
        google::protobuf::internal::IsStructurallyValidUTF8(shown.data(), static_cast<int>(shown.size())));
  }));
}

TEST(Describe, SaysWhereWhatAndWhatToDoInOneLine) {
  const Error error{v1::KEY_UNKNOWN, "unknown key \"a\nb\"", "scenario.yaml:3:7", ""};
  EXPECT_EQ(describe(error),
            "scenario.yaml:3:7: GNC-803 KEY_UNKNOWN: unknown key \"a\\u{a}b\" - Use one of the keys that "
            "there are.");
  EXPECT_EQ(
      describe({v1::PEER_SILENT, "", "", "Call them."}),
      "GNC-608 PEER_SILENT: The peer stalled: a frame was not finished, or receipts did not come, in time. - "
      "Call them.");
}

TEST(Describe, HoldsForCodesThatTheCatalogueDoesNotHave) {
  EXPECT_THAT(describe({static_cast<v1::ErrorCode>(4242), "from a newer peer", "CN", ""}),
              HasSubstr("CN: GNC-4242"));
}

TEST(Catalogue, HasEveryCodeWithCauseRemedyAndActor) {
  const auto* codes = v1::ErrorCode_descriptor();
  std::set<std::string_view> names;
  for (int i = 0; i < codes->value_count(); ++i) {
    const auto code = static_cast<v1::ErrorCode>(codes->value(i)->number());
    if (code == v1::ERROR_CODE_UNSPECIFIED) continue;
    const CatalogueEntry& entry = catalogue_entry(code);
    EXPECT_EQ(entry.code, code);
    EXPECT_EQ(entry.label, label(code));
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_THAT(std::string(entry.happened), testing::EndsWith(".")) << entry.name;
    EXPECT_THAT(std::string(entry.remedy), testing::EndsWith(".")) << entry.name;
    EXPECT_NE(entry.actor, v1::ACTOR_UNSPECIFIED) << entry.name;
    EXPECT_THAT(std::string(entry.happened), Not(HasSubstr("|"))) << "it stands in a table of docs/errors.md";
  }
  EXPECT_GE(names.size(), 60u);
}

}  // namespace
}  // namespace gnc::error_test
