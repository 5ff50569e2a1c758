#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"
#include "model/yaml/yaml_node.h"
#include "model/yaml/yaml_table.h"

namespace gnc::model::yaml_test {

struct Link {
  Duration latency;
  std::optional<double> loss;
  std::vector<std::string> between;
  bool urgent = false;
  Placed<std::string> title;
  Instant from;
  std::map<std::string, int> counts;
  std::string mode;
};

static bool read_yaml(const YamlNode& node, Link& link, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<Link>("a link")
          .required("latency", &Link::latency)
          .optional("loss", &Link::loss)
          .optional("between", &Link::between)
          .optional("urgent", &Link::urgent)
          .optional("title", &Link::title)
          .optional("from", &Link::from)
          .optional("counts", &Link::counts)
          .optional("mode", [](Link& target, const YamlNode& value, YamlMistakes& wrong) {
            read_word<std::string>(value, {{"fast", "F"}, {"slow", "S"}}, target.mode, wrong);
          });
  return table.read(node, link, mistakes);
}

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  Link link;
  std::vector<Error> mistakes;
};

Read read(std::string_view text) {
  YamlMistakes mistakes("link.yaml");
  Read result;
  if (const auto tree = parse_yaml(text, mistakes)) read_yaml(*tree, result.link, mistakes);
  result.mistakes = mistakes.take();
  return result;
}

std::vector<std::string> places(const std::vector<Error>& errors) {
  std::vector<std::string> out;
  out.reserve(errors.size());
  for (const Error& error : errors)
    out.push_back(error.where + " " + std::string(catalogue_entry(error.code).name));
  return out;
}

TEST(Yaml, ReadsAStructThroughItsTable) {
  const auto [link, mistakes] = read(
      "latency: 80ms\n"
      "loss: 0.5\n"
      "between: [NZ, NO]\n"
      "urgent: true\n"
      "title: 'two: words'\n"
      "from: 2020-01-01\n"
      "counts: {a: 1, b: -2}\n"
      "mode: slow\n");
  EXPECT_THAT(places(mistakes), ElementsAre());
  EXPECT_EQ(link.latency, Duration::from_milliseconds(80));
  EXPECT_EQ(link.loss, 0.5);
  EXPECT_THAT(link.between, ElementsAre("NZ", "NO"));
  EXPECT_TRUE(link.urgent);
  EXPECT_EQ(link.title.value, "two: words");
  EXPECT_EQ(link.title.place.line, 5);
  EXPECT_EQ(link.title.place.column, 8);
  EXPECT_EQ(link.from.microseconds, 1'577'836'800'000'000);
  EXPECT_THAT(link.counts, testing::UnorderedElementsAre(testing::Pair("a", 1), testing::Pair("b", -2)));
  EXPECT_EQ(link.mode, "S");
}

TEST(Yaml, ReportsEveryMistakeWhereItStands) {
  const auto [link, mistakes] = read(
      "latecny: 80ms\n"
      "loss: much\n"
      "between: NZ\n"
      "urgent: yes\n"
      "from: 2020-02-30\n"
      "counts: {a: 1.5}\n"
      "mode: fats\n"
      "zebra: 1\n");
  EXPECT_THAT(
      places(mistakes),
      ElementsAre("link.yaml:1:1 KEY_UNKNOWN", "link.yaml:8:1 KEY_UNKNOWN", "link.yaml:1:1 KEY_MISSING",
                  "link.yaml:2:7 KEY_VALUE", "link.yaml:3:10 KEY_VALUE", "link.yaml:4:9 KEY_VALUE",
                  "link.yaml:5:7 KEY_VALUE", "link.yaml:6:13 KEY_VALUE", "link.yaml:7:7 REFERENCE_UNKNOWN"));
  EXPECT_EQ(mistakes[0].remedy, "Did you mean \"latency\"?");
  EXPECT_THAT(mistakes[1].remedy, HasSubstr("There are: latency, loss, between"));
  EXPECT_THAT(mistakes[2].detail, HasSubstr("a link lacks the key \"latency\""));
  EXPECT_THAT(mistakes[3].detail, HasSubstr("\"much\" where a number is wanted"));
  EXPECT_EQ(mistakes[8].remedy, "Did you mean \"fast\"?");
}

TEST(Yaml, NamesThePlaceWhereTheTextIsNotYaml) {
  const auto mistakes = read("latency: 80ms\nbetween: [NZ, CN\ntitle: x\n").mistakes;
  ASSERT_EQ(mistakes.size(), 1u);
  EXPECT_EQ(mistakes[0].code, v1::YAML_MALFORMED);
  EXPECT_THAT(mistakes[0].where, testing::StartsWith("link.yaml:"));
  EXPECT_THAT(mistakes[0].where, testing::Not(HasSubstr(":0")));
}

TEST(Yaml, RefusesAnchorsAliasesTagsAndSecondDocuments) {
  for (const std::string_view text :
       {"latency: &a 80ms\n", "a: &a [x]\nb: [*a, *a]\n", "latency: !!str 80ms\n",
        "latency: 80ms\n---\nmore: 1\n", "? [a, b]\n: c\n", ""}) {
    const auto mistakes = read(text).mistakes;
    ASSERT_EQ(mistakes.size(), 1u) << text;
    EXPECT_EQ(mistakes[0].code, v1::YAML_MALFORMED) << text;
  }
}

TEST(Yaml, RefusesAKeyWrittenTwice) {
  const auto mistakes = read("latency: 80ms\nmode: fast\nlatency: 90ms\n").mistakes;
  ASSERT_EQ(mistakes.size(), 1u);
  EXPECT_EQ(mistakes[0].where, "link.yaml:3:1");
  EXPECT_THAT(mistakes[0].detail, HasSubstr("first in line 1"));
}

TEST(Yaml, BoundsSizeDepthAndNumberOfValues) {
  const auto refused = [](const std::string& text, const YamlLimits& limits) {
    YamlMistakes mistakes("f");
    EXPECT_FALSE(parse_yaml(text, mistakes, limits));
    EXPECT_EQ(mistakes.errors().size(), 1u);
    return mistakes.errors().empty() ? std::string() : mistakes.errors()[0].detail;
  };
  EXPECT_THAT(refused(std::string(101, 'x'), {.max_bytes = 100}), HasSubstr("101 bytes"));
  EXPECT_THAT(refused(std::string(33, '[') + std::string(33, ']'), {}), HasSubstr("32 levels"));
  EXPECT_NE(refused(std::string(100'000, '['), {}), "");
  EXPECT_NE(refused(std::string(100'000, '{'), {}), "");
  EXPECT_THAT(refused("[1, 2, 3, 4]", {.max_nodes = 4}), HasSubstr("more than 4 values"));
}

TEST(Yaml, SurvivesAnyText) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& picks) {
    static constexpr std::string_view alphabet = "a1:-[]{},&*!|>'\"\n\n  #%@?~\t\\";
    std::string text;
    for (const auto pick : picks) text += alphabet[pick % alphabet.size()];
    const auto result = read(text);
    for (const Error& error : result.mistakes) RC_ASSERT(error.where.starts_with("link.yaml:"));
  }));
}

TEST(Yaml, SaysWhichFileCannotBeRead) {
  YamlMistakes mistakes("no/such.yaml");
  EXPECT_FALSE(read_yaml_file("no/such.yaml", mistakes));
  ASSERT_EQ(mistakes.errors().size(), 1u);
  EXPECT_EQ(mistakes.errors()[0].code, v1::FILE_UNREADABLE);
  YamlMistakes folder("tests");
  EXPECT_FALSE(read_yaml_file(GNC_SOURCE_DIR "/tests", folder));
  ASSERT_EQ(folder.errors().size(), 1u);
  EXPECT_EQ(folder.errors()[0].code, v1::FILE_UNREADABLE);
}

TEST(Duration, IsReadInEveryUnit) {
  EXPECT_EQ(parse_duration("7us")->microseconds, 7);
  EXPECT_EQ(parse_duration("80ms")->microseconds, 80'000);
  EXPECT_EQ(parse_duration("1.5s")->microseconds, 1'500'000);
  EXPECT_EQ(parse_duration("2m"), parse_duration("2min"));
  EXPECT_EQ(parse_duration("3h")->microseconds, 3 * 3'600'000'000LL);
  EXPECT_EQ(parse_duration("3650d")->microseconds, 3650 * 86'400'000'000LL);
  EXPECT_EQ(parse_duration("0s")->microseconds, 0);
  for (const auto* text :
       {"", "s", "5", "-1s", "-0s", "1e3s", "nans", "infs", "5 s", "5sec", "1s2", "99999999999999999d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Instant, IsReadFromDatesAndDateTimes) {
  EXPECT_EQ(parse_instant("1970-01-01")->microseconds, 0);
  EXPECT_EQ(parse_instant("2024-02-29T00:00:01Z")->microseconds, 1'709'164'801'000'000);
  EXPECT_EQ(parse_instant("2024-02-29T12:00:01+12:00"), parse_instant("2024-02-29T00:00:01Z"));
  EXPECT_EQ(parse_instant("2024-02-28T23:00:01.25-01:00")->microseconds, 1'709'164'801'250'000);
  EXPECT_EQ(parse_instant("2024-02-29T08:30Z"), parse_instant("2024-02-29T08:30:00Z"));
  for (const auto* text :
       {"", "2023-02-29", "2023-13-01", "2023-1-1", "2023-01-01T", "2023-01-01T08:00", "2023-01-01T24:00:00Z",
        "2023-01-01T08:00:60Z", "2023-01-01T08:00:00.Z", "2023-01-01T08:00:00.1234567Z",
        "2023-01-01 08:00:00Z", "2023-01-01T08:00:00+15:00", "2023-01-01x"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(Spelling, FindsTheNearestAndNothingFar) {
  const std::vector<std::string_view> known = {"messages", "roles", "legal basis", "from"};
  EXPECT_EQ(nearest_spelling("mesages", known), "messages");
  EXPECT_EQ(nearest_spelling("massegse", known), std::nullopt);
  EXPECT_EQ(nearest_spelling("legal_basis", known), "legal basis");
  EXPECT_EQ(nearest_spelling("Legal-Basis", known), "legal basis");
  EXPECT_EQ(nearest_spelling("form", known), "from");
  EXPECT_EQ(nearest_spelling("colour", known), std::nullopt);
  EXPECT_EQ(nearest_spelling(std::string(100'000, 'x'), known), std::nullopt);
}

}  // namespace
}  // namespace gnc::model::yaml_test
