#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/training/json_text.h"
#include "scenarios/training/live_shows.h"
#include "scenarios/training/play_queue.h"
#include "scenarios/training/repertoire.h"

namespace gnc::scenarios {

// A request to the training page's server, and what it is answered: without a socket.
struct PageRequest {
  std::string method, target;  // "GET", "/api/events?from=0&count=10"
  std::string host, origin, token;
  std::string body;
  bool takes_gzip = false;
  std::string protocols = {};  // that a WebSocket is to speak
};

struct PageAnswer {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// What goes out over a WebSocket, each time that the browser has taken what went before; empty where there is
// nothing new.
struct PageFrame {
  std::string text;
  bool last = false;
};
using PageFrames = std::function<PageFrame()>;

struct PageAccess {
  // Whoever changes something must have it.
  std::string token;
  // Names by which the server may be called, beside addresses and localhost.
  std::vector<std::string> hosts;
  // Addresses of other machines are names of this one too.
  bool beyond_loopback = false;
};

// Answers each request; one thread.
class PageAnswers {
 public:
  // The answer to what is played on another thread comes later, on this one.
  using Respond = std::function<void(PageAnswer)>;

  PageAnswers(Repertoire& repertoire, LiveShows& shows, PlayQueue& plays, PageAccess access)
      : repertoire_(repertoire), shows_(shows), plays_(plays), access_(std::move(access)) {}

  void answer(const PageRequest&, const Respond&);
  // Of a WebSocket: what it is to carry, or why there is none. It must come from the page of this server, and
  // with the token, as the protocol "token.…" beside "gncsim".
  tl::expected<PageFrames, PageAnswer> follow(const PageRequest&);

 private:
  PageAnswer api(const PageRequest&, std::string_view path, std::string_view query);
  // What changes something: only for who has the token.
  void change(const PageRequest&, std::string_view path, const Respond&);
  void fork(const PageJson&, const Respond&);
  void play(const PageJson&, const Respond&);
  void play_later(std::string what, tl::expected<Repertoire::Draft, std::vector<Error>>, const Respond&);
  void make_live(const std::string& id, std::optional<std::uint64_t> seed, const Respond&);
  PageAnswer act(const PageJson&);
  PageAnswer shelf() const;
  PageAnswer work() const;

  Repertoire& repertoire_;
  LiveShows& shows_;
  PlayQueue& plays_;
  const PageAccess access_;
};

// Whether a Host header names this machine: what a page of another site that resolves to here does not.
bool is_own_host(std::string_view host, const PageAccess&);

// The answer to a request that could not be read.
PageAnswer refusal(unsigned status, const Error&);

// 128 bits of chance as hexadecimal digits.
std::string make_token();

}  // namespace gnc::scenarios
