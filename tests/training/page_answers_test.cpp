#include "scenarios/training/page_answers.h"

#include <gmock/gmock.h>

#include <boost/asio/executor_work_guard.hpp>

#include "tests/training/played.h"

namespace gnc::scenarios::page_answers_test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;
using testing::SizeIs;

class Answers : public testing::Test {
 protected:
  // Also where it comes later.
  PageAnswer ask(const PageRequest& request) {
    std::optional<PageAnswer> answer;
    answers.answer(request, [&answer](PageAnswer given) { answer = std::move(given); });
    while (!answer) io.run_one();
    return std::move(*answer);
  }
  PageAnswer get(const std::string& target, const std::string& host = "127.0.0.1:8080") {
    return ask({"GET", target, host, {}, {}, {}, true});
  }
  PageAnswer post(const std::string& target, const std::string& token, const std::string& body) {
    return ask({"POST", target, "localhost:8080", {}, token, body, true});
  }
  unsigned follow(const std::string& origin, const std::string& protocols,
                  const std::string& target = "/api/live?fork=1") {
    const auto frames = answers.follow({"GET", target, "localhost:8080", origin, {}, {}, true, protocols});
    return frames ? 101 : frames.error().status;
  }
  // Number 1: a live run that is yet to be played.
  void make_live() {
    played.repertoire.shelve(shelf_of(std::filesystem::path(GNC_SOURCE_DIR) / "scenarios"));
    const PageAnswer made =
        post("/api/plays", right_token, R"({"scenario": "export-import", "seed": 3, "world": "live"})");
    ASSERT_EQ(Json::parse(made.body)["fork"], 1) << made.body;
  }

  const std::string right_token = "0123456789abcdef";
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open = make_work_guard(io);
  Played played{Played::library("export-import")};
  LiveShows shows{io, played.repertoire, {}};
  PlayQueue plays{io};
  PageAnswers answers{played.repertoire, shows, plays, {right_token, {"trainer.example"}, false}};
};

TEST_F(Answers, GiveTheRunWithAllThatThePageNeeds) {
  const PageAnswer answer = get("/api/run");
  ASSERT_EQ(answer.status, 200u);
  EXPECT_THAT(answer.headers, Contains(Pair("Cache-Control", "no-store")));
  const Json run = Json::parse(answer.body);
  EXPECT_EQ(run["scenario"], "Export data arrives before the ship");
  EXPECT_THAT(run["header"].get<std::string>(), HasSubstr("Look for:"));
  EXPECT_EQ(run["parties"][0]["title"], "New Zealand");
  EXPECT_EQ(run["links"][0],
            Json({{"name", "NZ-gateway"}, {"a", "NZ"}, {"b", "gateway"}, {"latency_us", 20'000}}));
  EXPECT_EQ(run["report"]["exchange"]["submitted"], 13);
  EXPECT_THAT(run["expectations"], SizeIs(4));
  EXPECT_GT(run["end_us"], 0);
  EXPECT_EQ(run["fork"], Json());
}

TEST_F(Answers, GiveTheEventsInOrderAndInParts) {
  const Json all = Json::parse(get("/api/events").body)["events"];
  EXPECT_EQ(all.size(), Json::parse(get("/api/run").body)["events"].get<std::size_t>());
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i - 1][0], all[i][0]);
  const Json part = Json::parse(get("/api/events?from=5&count=3").body);
  EXPECT_EQ(part["from"], 5);
  ASSERT_THAT(part["events"], SizeIs(3));
  EXPECT_EQ(part["events"][0], all[5]);
  EXPECT_THAT(Json::parse(get("/api/events?from=99999999&count=3").body)["events"], SizeIs(0));
  EXPECT_EQ(get("/api/events?from=-1").status, 400u);
  EXPECT_EQ(get("/api/events?count=many").status, 400u);
}

TEST_F(Answers, NameNoFolderOfTheMachine) {
  EXPECT_EQ(get("/api/events").body.find(GNC_SOURCE_DIR), std::string::npos);
  EXPECT_THAT(get("/api/events").body, HasSubstr("\"documents/export/sea-milk-powder.xml\""));
}

TEST_F(Answers, OnlyToThoseWhoCallTheServerByItsName) {
  for (const char* host : {"127.0.0.1", "127.0.0.1:1", "localhost:80", "[::1]:80", "LOCALHOST", "127.7.7.7",
                           "trainer.example:80"}) {
    EXPECT_EQ(get("/api/run", host).status, 200u) << host;
  }
  for (const char* host : {"", "example.com", "127.0.0.1.example.com", "192.0.2.1", "localhost.example.com",
                           "[::1", "[2001:db8::1]", "0"}) {
    EXPECT_EQ(get("/api/run", host).status, 421u) << host;
  }
}

TEST_F(Answers, ChangeNothingWithoutTheToken) {
  const std::string fork = R"({"fork": 0, "at_us": 1000, "fault": {"cut": "NZ-gateway", "for": "1s"}})";
  for (const char* token : {"", "0123456789abcdee", "0123456789abcde", "0123456789abcdef0"}) {
    EXPECT_EQ(post("/api/forks", token, fork).status, 403u) << token;
    EXPECT_EQ(post("/api/plays", token, R"({"scenario": "x"})").status, 403u) << token;
  }
  EXPECT_FALSE(played.repertoire.has(1));
  const PageAnswer made = post("/api/forks", "0123456789abcdef", fork);
  EXPECT_EQ(made.status, 200u) << made.body;
  EXPECT_EQ(Json::parse(made.body)["fork"], 1);
  EXPECT_EQ(Json::parse(get("/api/run?fork=1").body)["fork"]["fault"], "cut NZ-gateway for 1 s");
}

TEST_F(Answers, RefuseWhatTheyCannotUseInWords) {
  for (const char* body :
       {"", "{", "[]", "{}", R"({"fork": -1, "at_us": 0, "fault": {}})",
        R"({"fork": 0, "at_us": 0, "fault": "cut"})", R"({"fork": 0, "at_us": 1e9, "fault": {}})",
        R"({"fork": 99, "at_us": 0, "fault": {"kill": "gateway"}})",
        R"({"fork": 0, "at_us": 0, "fault": {"kill": "everything"}})",
        R"({"fork": 0, "at_us": 0, "fault": {"tamper": "AU"}})",
        R"({"fork": 0, "at_us": 0, "fault": {"replay": ["NZ"]}})",
        R"({"fork": 0, "at_us": 0, "fault": {"tamper": "NZ", "for": "2s"}})",
        R"({"fork": 0, "at_us": 0, "fault": {"tamper": "NZ", "replay": "NZ"}})",
        R"({"fork": 0, "at_us": 0, "fault": {"lapse": "NZ-CN/export-declarations"}})"}) {
    const PageAnswer answer = post("/api/forks", "0123456789abcdef", body);
    EXPECT_GE(answer.status, 400u) << body;
    EXPECT_LT(answer.status, 500u) << body;
    EXPECT_FALSE(Json::parse(answer.body)["what"].get<std::string>().empty());
    EXPECT_FALSE(Json::parse(answer.body)["remedy"].get<std::string>().empty());
  }
  EXPECT_EQ(ask({"PUT", "/api/run", "localhost", {}, {}, {}, true}).status, 405u);
  EXPECT_EQ(ask({"GET", "/api/forks", "localhost", {}, {}, {}, true}).status, 405u);
  EXPECT_EQ(get("/api/run?fork=9").status, 404u);
  EXPECT_EQ(get("/api/run?fork=x").status, 400u);
  EXPECT_EQ(get("/api/exchanges/../../etc/passwd").status, 404u);
  EXPECT_EQ(get("/api/nothing").status, 404u);
  EXPECT_EQ(get("/../etc/passwd").status, 404u);
}

TEST_F(Answers, OfferFaultsThatCanAllBeMade) {
  const Json faults = Json::parse(get("/api/faults").body);
  EXPECT_GT(faults.size(), 10u);
  for (const Json& one : faults) {
    const auto fault = read_fault(one["fault"].dump(), played.recording());
    EXPECT_TRUE(fault) << one.dump();
  }
}

TEST_F(Answers, OfferTheDeedsOfAHandInWordsAndMakeThem) {
  const Json faults = Json::parse(get("/api/faults").body);
  const auto titles = [&faults](const char* group) {
    std::vector<std::string> found;
    for (const Json& one : faults) {
      if (one["group"] == group) found.push_back(one["title"]);
    }
    return found;
  };
  EXPECT_THAT(titles("envelopes"), testing::ElementsAre("Alter one byte of the next envelope from NZ",
                                                        "Send NZ's next envelope a second time",
                                                        "Alter one byte of the next envelope from CN",
                                                        "Send CN's next envelope a second time"));
  EXPECT_THAT(titles("agreements"), testing::ElementsAre("Let the agreement NZ-CN/export-declaration lapse"));
  const PageAnswer made =
      post("/api/forks", "0123456789abcdef",
           R"({"fork": 0, "at_us": 1000, "fault": {"lapse": "NZ-CN/export-declaration"}})");
  ASSERT_EQ(made.status, 200u) << made.body;
  const Json run = Json::parse(get("/api/run?fork=1").body);
  EXPECT_EQ(run["fork"]["fault"], "the agreement NZ-CN/export-declaration lapses");
  EXPECT_EQ(run["faults"][0]["kind"], "lapse");
  EXPECT_EQ(run["faults"][0]["target"], "NZ-CN/export-declaration");
  EXPECT_EQ(run["faults"][0]["from_us"], 1000);
  EXPECT_EQ(run["faults"][0]["to_us"], Json());
}

TEST_F(Answers, PlayWhatIsOnTheShelfAndNothingElse) {
  played.repertoire.shelve(shelf_of(std::filesystem::path(GNC_SOURCE_DIR) / "scenarios"));
  const Json shelf = Json::parse(get("/api/scenarios").body)["scenarios"];
  std::vector<std::string> ids;
  for (const Json& one : shelf) ids.push_back(one["id"]);
  EXPECT_THAT(ids, Contains("single-window"));
  const auto lesson = std::find_if(shelf.begin(), shelf.end(),
                                   [](const Json& one) { return one["id"] == "lessons/single-window"; });
  ASSERT_NE(lesson, shelf.end());
  EXPECT_EQ((*lesson)["titles"]["fr"], "Le guichet unique");
  EXPECT_THAT((*lesson)["abouts"]["fr"].get<std::string>(), HasSubstr("sept déclarations"));
  EXPECT_EQ((*lesson)["live"], true);
  EXPECT_THAT(ids, Contains("inspection-images"));
  // Too long.
  EXPECT_THAT(ids, testing::Not(Contains("world-day")));
  const PageAnswer played_now =
      post("/api/plays", "0123456789abcdef", R"({"scenario": "single-window", "seed": 9})");
  ASSERT_EQ(played_now.status, 200u) << played_now.body;
  const Json run = Json::parse(get("/api/run?fork=1").body);
  EXPECT_EQ(run["seed"], 9);
  EXPECT_EQ(run["id"], "single-window");
  EXPECT_EQ(run["fork"], Json());
  const Json lesson_run = Json::parse(
      get("/api/run?fork=" +
          Json::parse(
              post("/api/plays", right_token, R"({"scenario": "lessons/single-window"})").body)["fork"]
              .dump())
          .body);
  EXPECT_EQ(lesson_run["titles"], Json({{"fr", "Le guichet unique"}}));
  EXPECT_EQ(post("/api/plays", "0123456789abcdef", R"({"scenario": "/etc/passwd"})").status, 422u);
}

TEST_F(Answers, AnswerOthersWhileSomethingIsPlayed) {
  std::vector<std::string> order;
  const std::string fork = R"({"fork": 0, "at_us": 1000, "fault": {"cut": "NZ-gateway", "for": "1s"}})";
  for (int n = 0; n < 2; ++n) {
    answers.answer(
        {"POST", "/api/forks", "localhost", {}, right_token, fork, true},
        [&order](const PageAnswer& made) { order.push_back(Json::parse(made.body)["fork"].dump()); });
  }
  // Nothing of it is heard before the server's thread comes to it.
  const Json waiting = Json::parse(get("/api/work").body)["plays"];
  if (waiting.size() == 2) {
    EXPECT_EQ(waiting[0], Json({{"what", "cut NZ-gateway for 1 s"}, {"playing", true}}));
    EXPECT_EQ(waiting[1]["playing"], false);
  }
  EXPECT_EQ(get("/api/run").status, 200u);
  EXPECT_THAT(order, SizeIs(0));
  while (order.size() < 2) io.run_one();
  EXPECT_THAT(order, testing::ElementsAre("1", "2"));
  EXPECT_EQ(Json::parse(get("/api/work").body)["plays"], Json::array());
}

TEST_F(Answers, LetNoMoreWaitThanThereIsRoomFor) {
  const std::string fork = R"({"fork": 0, "at_us": 1000, "fault": {"cut": "NZ-gateway", "for": "1s"}})";
  std::atomic<bool> goes_on = false;
  plays.add("something long", [&goes_on]() -> PlayQueue::Finish {
    while (!goes_on) std::this_thread::yield();
    return [] {};
  });
  std::vector<unsigned> statuses;
  for (std::size_t n = 0; n < PlayQueue::most_waiting + 1; ++n) {
    answers.answer({"POST", "/api/forks", "localhost", {}, right_token, fork, true},
                   [&statuses](const PageAnswer& made) { statuses.push_back(made.status); });
  }
  EXPECT_THAT(statuses, testing::ElementsAre(503u));
  goes_on = true;
  while (statuses.size() < PlayQueue::most_waiting + 1) io.run_one();
  EXPECT_EQ(std::ranges::count(statuses, 200u), std::ptrdiff_t{PlayQueue::most_waiting});
}

TEST_F(Answers, LetOnlyTheirOwnPageWithTheTokenFollowALiveRun) {
  make_live();
  const std::string right = "gncsim, token." + right_token;
  EXPECT_EQ(follow("http://localhost:8080", right), 101u);
  EXPECT_EQ(follow("https://localhost:8080", right), 101u);
  for (const char* origin : {"", "null", "http://localhost", "http://localhost:8081", "http://example.com",
                             "http://localhost:8080.example.com"}) {
    EXPECT_EQ(follow(origin, right), 403u) << origin;
  }
  for (const char* protocols :
       {"", "gncsim", "gncsim, token.", "token.0123456789abcdee", "0123456789abcdef"}) {
    EXPECT_EQ(follow("http://localhost:8080", protocols), 403u) << protocols;
  }
  EXPECT_EQ(follow("http://localhost:8080", right, "/api/live?fork=0"), 404u);
  EXPECT_EQ(follow("http://localhost:8080", right, "/api/live?fork=x"), 404u);
  EXPECT_EQ(follow("http://localhost:8080", right, "/api/run?fork=1"), 404u);
  EXPECT_FALSE(answers.follow(
      {"GET", "/api/live?fork=1", "evil.example", "http://evil.example", {}, {}, true, right}));
}

TEST_F(Answers, SayWhatALiveRunWillBeBeforeItIsPlayed) {
  make_live();
  const Json run = Json::parse(get("/api/run?fork=1").body);
  EXPECT_EQ(run["world"], "live");
  EXPECT_EQ(run["live"]["phase"], "ready");
  EXPECT_EQ(run["seed"], 3);
  EXPECT_EQ(run["can"]["break"], true);
  EXPECT_EQ(run["can"]["fork"], false);
  EXPECT_THAT(run["parties"], SizeIs(3));
  EXPECT_EQ(Json::parse(get("/api/run").body)["live"], Json());
  EXPECT_EQ(get("/api/export?fork=1").status, 422u);
  // What needs the wire of the virtual world is listed, and said to.
  for (const Json& one : Json::parse(get("/api/faults?fork=1").body)) {
    const bool of_a_hand = one["group"] == "envelopes" || one["group"] == "agreements";
    EXPECT_EQ(one.contains("only"), of_a_hand) << one.dump();
  }
}

TEST_F(Answers, RefuseWhatALiveRunCannotDoNow) {
  make_live();
  for (const char* body :
       {"", "[]", R"({"run": 1})", R"({"run": -1, "do": "start"})", R"({"run": 1, "do": 7})"}) {
    EXPECT_EQ(post("/api/live", right_token, body).status, 400u) << body;
  }
  for (const char* body :
       {R"({"run": 0, "do": "start"})", R"({"run": 1, "do": "pause"})", R"({"run": 1, "do": "end"})",
        R"({"run": 1, "do": "explode"})", R"({"run": 1, "fault": {"kill": "gateway"}})"}) {
    EXPECT_EQ(post("/api/live", right_token, body).status, 422u) << body;
  }
  EXPECT_EQ(post("/api/live", "", R"({"run": 1, "do": "start"})").status, 403u);
  EXPECT_EQ(get("/api/live").status, 405u);
  EXPECT_EQ(post("/api/plays", right_token, R"({"scenario": "world-day", "world": "live"})").status, 422u);
  EXPECT_EQ(post("/api/plays", right_token, R"({"scenario": "single-window", "world": "other"})").status,
            400u);
}

TEST(Token, IsAnotherEachTime) {
  EXPECT_THAT(make_token(), SizeIs(32));
  EXPECT_NE(make_token(), make_token());
}

}  // namespace
}  // namespace gnc::scenarios::page_answers_test
