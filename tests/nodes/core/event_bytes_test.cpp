#include "nodes/core/event_bytes.h"

#include <gtest/gtest.h>

#include "tests/trust/trust_world.h"

namespace gnc::nodes::event_bytes_test {
namespace {

TEST(EventBytes, AreThoseThatProtobufWrites) {
  NodeEvent event;
  event.kind = v1::EVENT_KIND_REFUSED;
  event.at = Instant{-5};
  event.exchange = Uuid::from_parts(trust::now, 1, 2);
  event.answers = Uuid::from_parts(trust::now, 3, 4);
  event.peer = trust::party("CN");
  event.reference = std::string(300, 'r');
  event.size = 70000;
  event.intended_at = trust::now;
  event.words = std::make_unique<NodeEventWords>();
  event.words->reason = v1::CLUSTER_FORBIDDEN;
  event.words->detail = "Payer";
  event.words->pointer.emplace_back().set_document_section("42A");
  event.words->pointer.emplace_back().set_sequence(2);
  event.words->function_code = "03";
  event.words->where = "a.xml:1:2";
  event.words->findings.emplace().set_agencies(3);
  event.trace.emplace();

  v1::Event expected;
  expected.set_kind(v1::EVENT_KIND_REFUSED);
  expected.set_at(-5);
  expected.set_party("NZ");
  expected.set_exchange(std::string(event.exchange->view()));
  expected.set_peer("CN");
  expected.set_reference(std::string(300, 'r'));
  expected.set_reason(v1::CLUSTER_FORBIDDEN);
  expected.set_detail("Payer");
  expected.add_pointer()->set_document_section("42A");
  expected.add_pointer()->set_sequence(2);
  expected.set_size(70000);
  expected.set_answers(std::string(event.answers->view()));
  expected.set_intended_at(trust::now.microseconds);
  expected.set_function_code("03");
  expected.set_where("a.xml:1:2");
  expected.mutable_findings()->set_agencies(3);

  std::string bytes = "before";
  append_event(bytes, trust::party("NZ"), event, Instant{42});
  EXPECT_EQ(bytes, "before" + expected.SerializeAsString());
}

TEST(EventBytes, LeaveOutWhatAnEventLacks) {
  NodeEvent event;
  event.kind = v1::EVENT_KIND_CONNECTED;
  v1::Event expected;
  expected.set_kind(v1::EVENT_KIND_CONNECTED);
  expected.set_at(42);
  expected.set_party("NZ");
  std::string bytes;
  append_event(bytes, trust::party("NZ"), event, Instant{42});
  EXPECT_EQ(bytes, expected.SerializeAsString());
}

}  // namespace
}  // namespace gnc::nodes::event_bytes_test
