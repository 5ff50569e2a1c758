#include "scenarios/training/exported_page.h"

#include <gmock/gmock.h>

#include "scenarios/training/json_text.h"
#include "tests/training/played.h"
#include "trust/seal/merkle.h"

namespace gnc::scenarios::exported_page_test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* page =
    "<!doctype html><html><head><meta charset=\"utf-8\" />"
    "<script type=\"module\" crossorigin src=\"./assets/a.js\"></script>"
    "<link rel=\"stylesheet\" crossorigin href=\"./assets/a.css\"></head>"
    "<body><script type=\"application/json\" id=\"recording\"></script></body></html>";

std::optional<std::string> file(std::string_view path) {
  if (path == "/assets/a.js") return "const close = '</script><!--'";
  if (path == "/assets/a.css") return "body { color: red }";
  return std::nullopt;
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t at = text.find(begin) + begin.size();
  return text.substr(at, text.find(end, at) - at);
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(ExportedPage, NamesItsScriptAndStyleByTheirHashes) {
  const auto made = with_all_inlined(page, "{}", file);
  ASSERT_TRUE(made) << describe(made.error());
  const std::string script = between(*made, "<script type=\"module\">", "</script>");
  EXPECT_EQ(script, "const close = '<\\/script><\\!--'");
  EXPECT_THAT(*made, HasSubstr("script-src 'sha256-" + base64(trust::sha256(script).view()) + "'"));
  EXPECT_THAT(*made,
              HasSubstr("style-src 'sha256-" + base64(trust::sha256("body { color: red }").view()) + "'"));
  EXPECT_THAT(*made, HasSubstr("default-src 'none'"));
  EXPECT_THAT(*made, Not(HasSubstr("src=\"./")));
}

TEST(ExportedPage, KeepsWhatWasRecordedFromBeingAnythingButData) {
  const std::string hostile = R"({"name": "</script><script>alert(1)</script><!-- \u202e"})";
  const auto made = with_all_inlined(page, hostile, file);
  ASSERT_TRUE(made);
  const std::string data = between(*made, "id=\"recording\">", "</script>");
  EXPECT_THAT(data, Not(HasSubstr("<")));
  EXPECT_EQ(Json::parse(data), Json::parse(hostile));
  EXPECT_EQ(count(*made, "</script>"), 2u);
}

TEST(ExportedPage, IsNoneOfAPageThatIsBuiltOtherwise) {
  EXPECT_FALSE(with_all_inlined("<html></html>", "{}", file));
  EXPECT_FALSE(with_all_inlined(page, "{}", [](std::string_view) { return std::optional<std::string>(); }));
}

// A trader who would like to be a script.
TEST(ExportedPage, HoldsAllThatThePageReads) {
  TemporaryFolder folder;
  std::ifstream stream(GNC_SOURCE_DIR "/scenarios/documents/export/sea-wool-bales.xml");
  std::string document(std::istreambuf_iterator<char>(stream), {});
  const std::size_t name = document.find("<Name>", document.find("<Declarant>"));
  ASSERT_NE(name, std::string::npos);
  document.replace(name, document.find("</Name>", name) - name,
                   "<Name>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; \xe2\x80\xae olleh");
  folder.write("wool.xml", document);
  const auto scenario =
      folder.write("hostile.yaml",
                   "scenario: </script><b>hostile</b>\ntopology: {administrations: [NZ, CN]}\n"
                   "agreements: [" GNC_SOURCE_DIR
                   "/scenarios/agreements/nz-cn-export.yaml]\n"
                   "steps:\n  - lodge: {at: NZ, to: CN, documents: wool.xml, as: wool}\n  - await: {at: CN, "
                   "receives: wool}\n");
  const Played played(scenario);
  ASSERT_TRUE(played.repertoire.has(0));
  const std::string json = recording_json(played.recording());
  const Json recording = Json::parse(json);
  EXPECT_EQ(recording["run"]["scenario"], "</script><b>hostile</b>");
  EXPECT_EQ(recording["run"]["can"],
            Json({{"fork", false}, {"break", false}, {"inspect", true}, {"export", false}}));
  EXPECT_EQ(recording["events"].size(), recording["run"]["events"].get<std::size_t>());
  bool seen = false;
  for (const auto& [id, exchange] : recording["exchanges"].items()) {
    for (const Json& line : exchange["document"]["form"]) {
      seen = seen || (line["value"].is_string() &&
                      line["value"].get<std::string>().find("</script><script>alert(1)") == 0);
    }
  }
  EXPECT_TRUE(seen);
  const auto made = with_all_inlined(page, json, file);
  ASSERT_TRUE(made);
  EXPECT_EQ(count(*made, "<script"), 2u);
}

}  // namespace
}  // namespace gnc::scenarios::exported_page_test
