#include <gmock/gmock.h>

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/agreement_book.h"
#include "model/agreement/contract_shape.h"
#include "model/yaml/yaml_node.h"

// What may be in the messages of the library's blocks, agreement by agreement: each element that must not
// cross, and each that must.
namespace gnc::model::block_refusals_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path library = fs::path(GNC_SOURCE_DIR) / "scenarios";

std::vector<std::string> agreement_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(library / "agreements"))
    names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

// A serialised MetaData with that element and nothing in it. Two of them, one after the other, have both.
std::string with_element(const std::string& path) {
  const auto elements = resolve_path(path);
  EXPECT_TRUE(elements) << path;
  std::string bytes;
  for (auto field = elements->front().rbegin(); field != elements->front().rend(); ++field)
    bytes.insert(0, varint(static_cast<std::uint64_t>(*field) << 3 | 2).append(varint(bytes.size())));
  return bytes;
}

class EveryAgreement : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const fs::path file = library / "agreements" / (GetParam() + ".yaml");
    YamlMistakes mistakes(file.string());
    const auto root = read_yaml_file(file, mistakes);
    ASSERT_TRUE(root);
    const std::array<fs::path, 1> blocks{library / "blocks" / (root->find("block")->text + ".yaml")},
        agreements{file};
    auto book = AgreementBook::load(blocks, agreements);
    ASSERT_TRUE(book) << describe(book.error().front());
    book_ = *book;
    agreement_ = book_->agreements().front();
  }

  const v1::UtilityBlock& block() const { return book_->blocks().front(); }

  // A party in the role; another than `but`.
  std::string in_role(const std::string& role, const std::string& but = {}) const {
    for (const v1::AgreementParty& member : agreement_.parties()) {
      if (member.role() == role && member.party() != but) return member.party();
    }
    return {};
  }

  // That stand in documents of the message's type.
  std::vector<std::string> paths(const v1::BlockMessage& message, v1::DataCluster::Use use) const {
    const std::string root = message.document() == "DEC" ? "Declaration/" : "Response/";
    std::vector<std::string> all;
    for (const v1::DataCluster& cluster : block().clusters()) {
      if (cluster.use() != use) continue;
      for (const std::string& path : cluster.paths()) {
        if (path.starts_with(root)) all.push_back(path);
      }
    }
    if (use == v1::DataCluster::USE_FORBIDDEN) {
      for (const std::string& path : agreement_.left_out()) {
        if (path.starts_with(root)) all.push_back(path);
      }
    }
    return all;
  }

  Result<CrossingTerms> cross(const v1::BlockMessage& message, const std::string& document) const {
    const std::string from = in_role(message.from());
    return book_->allow(
        {agreement_.id(), message.name(), from, in_role(message.to(), from), message.document(), document},
        Instant{agreement_.from()});
  }

  std::shared_ptr<const AgreementBook> book_;
  v1::Agreement agreement_;
};

std::string with_elements(const std::vector<std::string>& paths, const std::string& but = {}) {
  std::string document;
  for (const std::string& path : paths) {
    if (path != but) document += with_element(path);
  }
  return document;
}

TEST_P(EveryAgreement, RefusesEachElementThatMustNotCrossAndEachThatIsLacking) {
  for (const v1::BlockMessage& message : block().messages()) {
    SCOPED_TRACE(message.name());
    const auto required = paths(message, v1::DataCluster::USE_REQUIRED);
    const std::string right = with_elements(required);
    if (!right.empty()) {
      const auto crossed = cross(message, right);
      EXPECT_TRUE(crossed) << describe(crossed.error());
    }
    for (const std::string& path : paths(message, v1::DataCluster::USE_FORBIDDEN)) {
      const auto refused = cross(message, right + with_element(path));
      ASSERT_FALSE(refused) << path;
      EXPECT_EQ(refused.error().code, v1::CLUSTER_FORBIDDEN) << path;
      EXPECT_THAT(refused.error().detail, HasSubstr(path));
    }
    for (const std::string& path : required) {
      const bool in_another = std::ranges::any_of(
          required, [&](const std::string& other) { return other.starts_with(path + "/"); });
      const std::string lacking = with_elements(required, path);
      if (in_another || lacking.empty()) continue;
      const auto refused = cross(message, lacking);
      ASSERT_FALSE(refused) << path;
      EXPECT_EQ(refused.error().code, v1::CLUSTER_MISSING) << path;
      EXPECT_THAT(refused.error().detail, HasSubstr(path));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Library, EveryAgreement, testing::ValuesIn(agreement_names()), [](const auto& one) {
  std::string name = one.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace gnc::model::block_refusals_test
