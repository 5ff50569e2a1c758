#pragma once

#include <string>
#include <string_view>

// Small documents that tests alter.
namespace gnc::test {

inline std::string declaration_xml(std::string_view body) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2" xmlns="urn:wco:datamodel:WCO:DEC-DMS:2" xmlns:ds="urn:wco:datamodel:WCO:Declaration_DS:DMS:2">
<md:WCOTypeName>DEC</md:WCOTypeName>
<Declaration>
)" + std::string(body) +
         "\n</Declaration>\n</md:MetaData>\n";
}

inline std::string plain_declaration_xml() { return declaration_xml("<FunctionCode>9</FunctionCode>"); }

}  // namespace gnc::test
