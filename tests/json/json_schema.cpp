#include "tests/json/json_schema.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace gnc::json {

std::vector<std::string> schema_breaches(std::string_view schema_text, std::string_view document_text) {
  using valijson::adapters::NlohmannJsonAdapter;
  const auto schema_json = nlohmann::json::parse(schema_text);
  const auto document = nlohmann::json::parse(document_text);
  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(NlohmannJsonAdapter(schema_json), schema);
  valijson::ValidationResults results;
  valijson::Validator().validate(schema, NlohmannJsonAdapter(document), &results);
  std::vector<std::string> breaches;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    std::string place;
    for (const std::string& part : error.context) place += part;
    breaches.push_back(place + ": " + error.description);
  }
  return breaches;
}

}  // namespace gnc::json
