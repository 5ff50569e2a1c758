#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "model/document/plan.h"
#include "proto/types/result.h"

namespace gnc::model {

// Names elements of a document by their XML names from its root on:
// "Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/Commodity/Description". [n] is the n-th of that
// name under its parent, from 1, as faults and pointers count; without it, every one is meant. A last step
// "@currencyID" names an attribute. Where the contract has a name in two namespaces, both are meant.
class WcoPath {
 public:
  // REFERENCE_UNKNOWN where the contract has no such element, with the nearest right spelling as the remedy;
  // KEY_VALUE where the text is no path.
  static Result<WcoPath> parse(std::string_view text);

  const std::string& text() const { return text_; }
  // A leaf or an attribute; else a class.
  bool names_value() const;
  // "DEC" below Declaration, "RES" below Response, empty beside them.
  std::string_view document_type() const;

  // What the document says there, in its order. A class has no value.
  std::vector<std::string> values(const v1::MetaData&) const;
  // Whether the document has any such element or attribute.
  bool is_in(const v1::MetaData&) const;
  // Gives every element that is meant this value; where there is none, makes one with the classes that hold
  // it. KEY_VALUE where the path names a class, or an [n] that leaves a gap.
  Result<void> set(v1::MetaData&, std::string_view value) const;
  // The WCO pointer of each element that is meant and there.
  std::vector<std::vector<v1::PointerStep>> pointers(const v1::MetaData&) const;

 private:
  struct Step {
    const FieldPlan* field = nullptr;
    std::uint32_t occurrence = 0;  // 0: every one
  };
  using Chain = std::vector<Step>;

  template <class Visit>
  static void walk(const google::protobuf::Message&, const Chain&, std::size_t at, std::vector<int>& indexes,
                   const Visit& visit);
  template <class Visit>
  void for_each(const v1::MetaData&, const Visit& visit) const;
  std::size_t set_existing(google::protobuf::Message&, const Chain&, std::size_t at,
                           std::string_view value) const;
  Result<void> make(v1::MetaData&, const Chain&, std::string_view value) const;
  void assign(google::protobuf::Message& leaf, const FieldPlan&, std::string_view value) const;

  std::string text_;
  std::string attribute_;  // without the @
  std::vector<Chain> chains_;
};

}  // namespace gnc::model
