#include "model/document/form.h"

#include <gmock/gmock.h>

#include <fstream>

#include "model/document/document.h"

namespace gnc::model::document_form_test {
namespace {

v1::MetaData document_at(const std::string& path) {
  std::ifstream stream(std::string(GNC_SOURCE_DIR) + path);
  const std::string bytes(std::istreambuf_iterator<char>(stream), {});
  return *parse(bytes, Form::xml, path);
}

const FormLine* line_of(const std::vector<FormLine>& form, std::string_view pointer) {
  const auto found =
      std::find_if(form.begin(), form.end(), [&](const FormLine& l) { return l.pointer == pointer; });
  return found == form.end() ? nullptr : &*found;
}

TEST(DocumentForm, HasEachElementByItsPointerWithNameAndValue) {
  const auto form = form_of(document_at("/scenarios/documents/export/air-medical-devices.xml"));
  const FormLine* type = line_of(form, "42A/D013");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(type->value, "EX");
  EXPECT_EQ(type->in_class, "Declaration");
  EXPECT_EQ(type->xml_name, "TypeCode");
  EXPECT_FALSE(type->name.empty());
  EXPECT_EQ(type->depth, 1u);
  const FormLine* declaration = line_of(form, "42A");
  ASSERT_NE(declaration, nullptr);
  EXPECT_TRUE(declaration->is_class);
  const auto amount =
      std::find_if(form.begin(), form.end(), [](const FormLine& l) { return l.xml_name == "InvoiceAmount"; });
  ASSERT_NE(amount, form.end());
  EXPECT_THAT(amount->attributes, testing::ElementsAre(testing::Pair("currencyID", "NZD")));
}

// A refusal's pointer finds its line.
TEST(DocumentForm, PointsAsFaultsDo) {
  v1::MetaData document = document_at("/scenarios/documents/export/air-medical-devices.xml");
  auto* declaration = document.mutable_declaration();
  declaration->mutable_type_code()->set_value("much too long for a type of declaration");
  const auto form = form_of(document);
  const auto faults = check(document);
  ASSERT_FALSE(faults.empty());
  for (const Fault& fault : faults) {
    EXPECT_NE(line_of(form, pointer_text(fault.pointer)), nullptr) << pointer_text(fault.pointer);
  }
}

}  // namespace
}  // namespace gnc::model::document_form_test
