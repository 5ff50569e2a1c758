#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/training/repertoire.h"

namespace gnc::scenarios {

// A request to the training page's server, and what it is answered: without a socket.
struct PageRequest {
  std::string method, target;  // "GET", "/api/events?from=0&count=10"
  std::string host, origin, token;
  std::string body;
  bool takes_gzip = false;
};

struct PageAnswer {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

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
  PageAnswers(Repertoire& repertoire, PageAccess access)
      : repertoire_(repertoire), access_(std::move(access)) {}

  PageAnswer answer(const PageRequest&);

 private:
  PageAnswer api(const PageRequest&, std::string_view path, std::string_view query);
  // What changes something: only for who has the token.
  PageAnswer change(const PageRequest&, std::string_view path);
  PageAnswer shelf() const;

  Repertoire& repertoire_;
  const PageAccess access_;
};

// Whether a Host header names this machine: what a page of another site that resolves to here does not.
bool is_own_host(std::string_view host, const PageAccess&);

// The answer to a request that could not be read.
PageAnswer refusal(unsigned status, const Error&);

// 128 bits of chance as hexadecimal digits.
std::string make_token();

}  // namespace gnc::scenarios
