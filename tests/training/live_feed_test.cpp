#include "scenarios/training/live_feed.h"

#include <gtest/gtest.h>

namespace gnc::scenarios::live_feed_test {
namespace {

TEST(LiveFeed, KeepsWhatIsFetchedOftenAndCountsTheRest) {
  LiveFeed feed;
  v1::Event event;
  event.set_party("NZ");
  for (std::size_t i = 0; i < LiveFeed::most_at_once + 5; ++i) feed.happened(event);
  LiveFeed::News news = feed.take();
  EXPECT_EQ(news.events.size(), LiveFeed::most_at_once);
  EXPECT_EQ(news.skipped, 5u);
  news = feed.take();
  EXPECT_TRUE(news.events.empty());
  EXPECT_EQ(news.skipped, 0u);
  feed.happened(event);
  EXPECT_EQ(feed.take().events.size(), 1u);
}

TEST(LiveFeed, TellsTheLatestStanding) {
  LiveFeed feed;
  LiveFigures figures;
  figures.sent = 1;
  feed.stands({figures, {}, {}, Instant{1}, false});
  figures.sent = 2;
  feed.stands({figures, {}, {}, Instant{2}, true});
  const LiveFeed::News news = feed.take();
  ASSERT_TRUE(news.standing);
  EXPECT_EQ(news.standing->figures.sent, 2u);
  EXPECT_TRUE(news.standing->paused);
  EXPECT_FALSE(feed.take().standing);
}

}  // namespace
}  // namespace gnc::scenarios::live_feed_test
