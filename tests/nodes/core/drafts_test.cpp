#include "nodes/core/drafts.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace gnc::nodes::drafts_test {
namespace {

TEST(Draft, IsWhatProtobufMakesOfTheEnvelope) {
  EXPECT_TRUE(rc::check([](std::uint64_t a, std::uint64_t b, bool answers, bool original) {
    const auto time = [](std::int64_t most) { return Instant{*rc::gen::inRange<std::int64_t>(0, most)}; };
    const auto text = [] { return *rc::gen::container<std::string>(rc::gen::inRange('a', 'z')); };
    OutgoingRecord record{.id = Uuid::from_parts(Instant{1'000'000}, a, b),
                          .recipient = PartyName::from_text("CN").value(),
                          .conversation = Uuid::from_parts(Instant{2'000'000}, b, a),
                          .agreement = text(),
                          .message = text(),
                          .reference = text(),
                          .answers = std::nullopt,
                          .digest = {},
                          .created_at = time(1'800'000'000'000'000),
                          .expires_at = time(1'800'000'000'000'000),
                          .intended_at = {},
                          .changed_at = {},
                          .reason = {},
                          .detail = {}};
    if (answers) record.answers = Uuid::from_parts(Instant{3'000'000}, a, a);
    v1::CarriedDocument document;
    document.set_type("DEC");
    document.set_structured(std::string(*rc::gen::inRange<std::size_t>(0, 40'000), 'x'));
    if (original) document.set_original(text());
    const auto priority = *rc::gen::element(v1::PRIORITY_NORMAL, v1::PRIORITY_URGENT, v1::PRIORITY_BULK);

    v1::Envelope expected;
    expected.set_id(std::string(record.id.view()));
    expected.set_sender("NZ");
    expected.set_recipient("CN");
    expected.set_conversation(std::string(record.conversation.view()));
    expected.set_agreement(record.agreement);
    expected.set_message(record.message);
    expected.set_priority(priority);
    expected.set_created_at(record.created_at.microseconds);
    expected.set_expires_at(record.expires_at.microseconds);
    if (answers) expected.set_answers(std::string(record.answers->view()));
    *expected.mutable_document() = document;
    expected.set_traceparent(TraceContext::of_conversation(record.conversation, record.id).traceparent());

    const Draft draft = make_draft(PartyName::from_text("NZ").value(), record, priority, document, {});
    RC_ASSERT(draft.envelope == expected.SerializeAsString());
    RC_ASSERT(draft.record.size == draft.envelope.size());
  }));
}

}  // namespace
}  // namespace gnc::nodes::drafts_test
