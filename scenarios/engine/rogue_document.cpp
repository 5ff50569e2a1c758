#include "scenarios/engine/rogue_document.h"

#include "gnc/v1/datamodel.pb.h"

namespace gnc::scenarios {

v1::CarriedDocument rogue_document(const std::string& reference) {
  v1::MetaData document;
  v1::Declaration& declaration = *document.mutable_declaration();
  declaration.mutable_function_code()->set_value("9");
  declaration.mutable_functional_reference_id()->set_value(reference);
  v1::CarriedDocument carried;
  carried.set_type("DEC");
  carried.set_structured(document.SerializeAsString());
  return carried;
}

}  // namespace gnc::scenarios
