#include "scenarios/training/page_answers.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include <boost/asio/ip/address.hpp>

#include "gnc/v1/errors.pb.h"
#include "scenarios/training/exported_page.h"
#include "scenarios/training/fault_choices.h"
#include "scenarios/training/json_text.h"
#include "scenarios/training/page_files.h"
#include "scenarios/training/page_json.h"

namespace gnc::scenarios {
namespace {

constexpr unsigned ok = 200, bad_request = 400, forbidden = 403, not_found = 404, not_allowed = 405,
                   misdirected = 421, unprocessable = 422;

// The value of a parameter of the query; empty where it is not there.
std::string_view parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    const std::size_t equals = part.find('=');
    if (part.substr(0, equals) == name && equals != std::string_view::npos) return part.substr(equals + 1);
  }
  return {};
}

// `otherwise` where it is left out; empty where it is no number.
std::optional<std::size_t> number(std::string_view query, std::string_view name, std::size_t otherwise) {
  const std::string_view text = parameter(query, name);
  if (text.empty()) return otherwise;
  std::size_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

PageAnswer json_answer(std::string body) {
  return {ok, "application/json", std::move(body), {{"Cache-Control", "no-store"}}};
}

PageAnswer no_such_thing(std::string what) {
  return refusal(not_found, {v1::REFERENCE_UNKNOWN, std::move(what), {}, "Reload the page."});
}

// A name that every file system and every header takes.
std::string file_name(std::string_view id) {
  std::string name(id.substr(id.rfind('/') + 1));
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.') c = '_';
  }
  return (name.empty() ? "run" : name) + ".html";
}

PageAnswer export_page(const Recording& recording) {
  auto page = exported_page(recording);
  if (!page) return refusal(unprocessable, page.error());
  return {ok,
          "text/html; charset=utf-8",
          std::move(*page),
          {{"Cache-Control", "no-store"},
           {"Content-Security-Policy", "default-src 'none'; sandbox"},
           {"Content-Disposition", fmt::format("attachment; filename=\"{}\"", file_name(recording.id))}}};
}

bool same_token(std::string_view given, std::string_view right) {
  return given.size() == right.size() && CRYPTO_memcmp(given.data(), right.data(), right.size()) == 0;
}

}  // namespace

PageAnswer refusal(unsigned status, const Error& error) {
  const CatalogueEntry& entry = catalogue_entry(error.code);
  return {status,
          "application/json",
          text_of({{"code", entry.label},
                   {"what", error.detail.empty() ? std::string(entry.happened) : error.detail},
                   {"where", error.where},
                   {"remedy", error.remedy.empty() ? std::string(entry.remedy) : error.remedy}}),
          {{"Cache-Control", "no-store"}}};
}

std::string make_token() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("OpenSSL gives no random bytes");
  }
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

bool is_own_host(std::string_view host, const PageAccess& access) {
  // Without the port: "[::1]:8080", "localhost:8080".
  if (host.starts_with('[')) {
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos) return false;
    host = host.substr(1, close - 1);
  } else if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    host = host.substr(0, colon);
  }
  std::string name(host);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name == "localhost" || std::ranges::find(access.hosts, name) != access.hosts.end()) return true;
  // An address cannot be made to resolve to another.
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(name, failed);
  return !failed && (access.beyond_loopback || address.is_loopback());
}

PageAnswer PageAnswers::answer(const PageRequest& request) {
  if (!is_own_host(request.host, access_)) {
    return refusal(misdirected, {v1::USAGE,
                                 fmt::format("this server is not {}", printable(request.host)),
                                 {},
                                 "Open the address that gncsim printed."});
  }
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view query = path.size() < target.size() ? target.substr(path.size() + 1) : "";
  if (path.starts_with("/api/")) return api(request, path.substr(5), query);
  if (request.method != "GET" && request.method != "HEAD") {
    return refusal(not_allowed, {v1::USAGE, "files of the page can only be read", {}, {}});
  }
  return page_file(path, request.takes_gzip);
}

PageAnswer PageAnswers::api(const PageRequest& request, std::string_view path, std::string_view query) {
  if (path == "forks" || path == "plays") {
    if (request.method != "POST") {
      return refusal(not_allowed, {v1::USAGE, "what changes something is sent with POST", {}, {}});
    }
    return change(request, path);
  }
  if (request.method != "GET") return refusal(not_allowed, {v1::USAGE, "this can only be read", {}, {}});
  if (path == "scenarios") return shelf();
  const auto of = number(query, "fork", 0);
  if (!of) return refusal(bad_request, {v1::USAGE, "fork is not a number", {}, "Reload the page."});
  if (!repertoire_.has(*of)) return no_such_thing(fmt::format("there is no recording {}", *of));
  const Recording& recording = repertoire_.recording(*of);
  if (path == "run") return json_answer(run_json(recording, {.number = *of}));
  if (path == "faults") return json_answer(fault_choices_json(recording));
  if (path == "events") {
    const auto from = number(query, "from", 0), count = number(query, "count", most_events_at_once);
    if (!from || !count) {
      return refusal(bad_request, {v1::USAGE, "from and count are numbers", {}, "Reload the page."});
    }
    return json_answer(events_json(recording, *from, *count));
  }
  if (path == "export") return export_page(recording);
  constexpr std::string_view exchanges = "exchanges/";
  if (path.starts_with(exchanges)) {
    const auto id = Uuid::from_text(path.substr(exchanges.size()));
    if (!id) return no_such_thing("that is no id of an exchange");
    auto json = exchange_json(recording, *id);
    return json ? json_answer(std::move(*json)) : refusal(not_found, json.error());
  }
  return no_such_thing("there is no such data");
}

PageAnswer PageAnswers::change(const PageRequest& request, std::string_view path) {
  if (!same_token(request.token, access_.token)) {
    return refusal(forbidden, {v1::USAGE,
                               "the token is missing or wrong",
                               {},
                               "Open the address that gncsim printed, with all that follows #."});
  }
  const PageJson json = PageJson::parse(request.body, nullptr, false);
  const auto is_number = [&json](const char* key) {
    return json.contains(key) && json[key].is_number_integer() && json[key] >= 0;
  };
  const auto malformed = [](std::string_view right) {
    return refusal(bad_request,
                   {v1::USAGE, "the request cannot be read", {}, fmt::format("Send {}.", right)});
  };
  tl::expected<std::size_t, std::vector<Error>> made;
  if (path == "forks") {
    if (!json.is_object() || !is_number("fork") || !is_number("at_us") || !json.contains("fault") ||
        !json["fault"].is_object()) {
      return malformed(R"({"fork": 0, "at_us": 1000, "fault": {"cut": "NZ-gateway"}})");
    }
    made = repertoire_.fork(json["fork"].get<std::size_t>(), {json["at_us"].get<std::int64_t>()},
                            text_of(json["fault"]));
  } else {
    const bool has_seed = json.is_object() && is_number("seed");
    if (!json.is_object() || !json.contains("scenario") || !json["scenario"].is_string() ||
        (!has_seed && json.contains("seed") && !json["seed"].is_null())) {
      return malformed(R"({"scenario": "lessons/single-window", "seed": 7})");
    }
    made =
        repertoire_.play_shelved(json["scenario"].get<std::string>(),
                                 has_seed ? std::optional(json["seed"].get<std::uint64_t>()) : std::nullopt);
  }
  if (!made) return refusal(unprocessable, made.error().front());
  return json_answer(text_of({{"fork", *made}}));
}

PageAnswer PageAnswers::shelf() const {
  PageJson list = PageJson::array();
  for (const ShelvedScenario& one : repertoire_.shelf()) {
    list.push_back({{"id", one.id}, {"title", one.title}, {"lesson", one.lesson}, {"about", one.about}});
  }
  return json_answer(text_of({{"scenarios", std::move(list)}}));
}

}  // namespace gnc::scenarios
