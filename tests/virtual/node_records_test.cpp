#include "scenarios/virtual/node_records.h"

#include <gmock/gmock.h>

namespace gnc::scenarios::node_records_test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::Optional;

TEST(NodeRecords, KeepOfEachNameTheLastNoteUntilItIsForgotten) {
  FactBook facts;
  NodeRecords records(facts);
  nodes::Transaction first;
  first.notes = {{"case 1", "held"}, {"case 2", "held"}, {"account", "10"}};
  records.apply(std::move(first));
  nodes::Transaction second;
  second.notes = {{"case 2", std::nullopt}, {"account", "7"}, {"account", "5"}, {"case 3", std::nullopt}};
  records.apply(std::move(second));

  using nodes::NoteRecord;
  const auto note = [](const char* name, const char* bytes) {
    return testing::AllOf(Field(&NoteRecord::name, name),
                          Field(&NoteRecord::bytes, Optional(std::string(bytes))));
  };
  EXPECT_THAT(records.restore().notes, ElementsAre(note("account", "5"), note("case 1", "held")));
}

}  // namespace
}  // namespace gnc::scenarios::node_records_test
