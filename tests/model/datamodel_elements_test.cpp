#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/options.pb.h"
#include "tests/corpus.h"

namespace gnc::model::datamodel_elements_test {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Element {
  std::string id, name, format;
  unsigned min = 0, max = 0;  // max 0: unbounded

  bool operator==(const Element&) const = default;
};

void PrintTo(const Element& element, std::ostream* out) {
  *out << element.id << " \"" << element.name << "\" " << element.format << " " << element.min << ".."
       << element.max;
}

std::vector<std::string> split(const std::string& line, char by) {
  std::vector<std::string> parts(1);
  for (const char c : line) {
    if (c == by)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// path, min, max, id, name|format, type
std::map<std::string, Element> listed(const std::filesystem::path& file) {
  std::map<std::string, Element> elements;
  std::istringstream lines(test::read_file(file));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> columns = split(line, '\t');
    const std::vector<std::string> words = split(columns.at(4), '|');
    Element element{columns.at(3), words.at(0), words.size() > 1 ? words[1] : "",
                    static_cast<unsigned>(std::stoul(columns.at(1))),
                    columns.at(2) == "unbounded" ? 0 : static_cast<unsigned>(std::stoul(columns.at(2)))};
    elements[columns[0]] = element;
  }
  return elements;
}

bool is_leaf(const Descriptor& type) { return type.FindFieldByName("value") != nullptr; }

void collect(const Descriptor& type, const std::string& path, std::map<std::string, Element>& elements) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    ASSERT_TRUE(field->options().HasExtension(v1::wco)) << field->full_name();
    const v1::WcoElement& option = field->options().GetExtension(v1::wco);
    // The lodged declaration inside a response is DEC's, and listed there.
    if (option.xml_namespace() == v1::XML_NAMESPACE_DECLARATION) {
      elements[path + "/od:" + option.xml_name()] = {"", "", "", option.min_occurs(), option.max_occurs()};
      continue;
    }
    const std::string here = path + "/" + option.xml_name();
    ASSERT_FALSE(elements.contains(here)) << here;
    const bool leaf = is_leaf(*field->message_type());
    elements[here] = {option.id(), leaf ? option.name() : option.xml_name(), option.format(),
                      option.min_occurs(), option.max_occurs()};
    EXPECT_EQ(field->is_repeated(), option.max_occurs() != 1) << here;
    if (!leaf) collect(*field->message_type(), here, elements);
  }
}

void expect_listed(const std::filesystem::path& file, const Descriptor& type, const std::string& root) {
  const std::map<std::string, Element> wanted = listed(file);
  std::map<std::string, Element> ours;
  ASSERT_GT(wanted.size(), 70u);
  collect(type, root, ours);
  for (const auto& [path, element] : wanted) {
    if (path == root) continue;
    ASSERT_TRUE(ours.contains(path)) << path;
    EXPECT_EQ(ours[path], element) << path;
  }
  EXPECT_EQ(ours.size() + 1, wanted.size());
}

TEST(DataModelElements, TheContractHasEveryElementOfADeclaration) {
  GNC_REQUIRE_CORPUS(corpus);
  expect_listed(corpus / "wco_dec_elements.tsv", *v1::Declaration::descriptor(), "Declaration");
}

TEST(DataModelElements, TheContractHasEveryElementOfAResponse) {
  GNC_REQUIRE_CORPUS(corpus);
  expect_listed(corpus / "wco_res_elements.tsv", *v1::Response::descriptor(), "Response");
}

}  // namespace
}  // namespace gnc::model::datamodel_elements_test
