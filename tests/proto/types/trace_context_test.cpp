#include "proto/types/trace_context.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace gnc::trace_context_test {
namespace {

// The recommendation's own example.
constexpr const char* example = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceContext, IsReadAndWrittenAsTheRecommendationHasIt) {
  const auto read = TraceContext::parse(example);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->trace_text(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(read->span_text(), "b7ad6b7169203331");
  EXPECT_EQ(read->traceparent(), example);
  EXPECT_TRUE(TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"));
  EXPECT_TRUE(TraceContext::parse("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes"))
      << "a later version";
}

TEST(TraceContext, IsNoneWhereTheTextIsNone) {
  for (const char* text : {"", "00", "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                           "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                           "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                           "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
                           "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
                           "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
                           "00-0af7651916cd43dd8448eb211c80319\x1b-b7ad6b7169203331-01"}) {
    EXPECT_FALSE(TraceContext::parse(text)) << text;
  }
}

TEST(TraceContext, OfAConversationIsTheSameForAllItsEnvelopes) {
  EXPECT_TRUE(rc::check([](std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    const Uuid conversation = Uuid::from_parts(Instant{1}, a, b);
    const Uuid one = Uuid::from_parts(Instant{2}, b, c);
    const auto first = TraceContext::of_conversation(conversation, one);
    RC_ASSERT(TraceContext::parse(first.traceparent()) == first);
    const Uuid answer = Uuid::from_parts(Instant{3}, c, a);
    RC_ASSERT(first.continued_by(answer) == TraceContext::of_conversation(conversation, answer));
  }));
}

}  // namespace
}  // namespace gnc::trace_context_test
