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
                   misdirected = 421, unprocessable = 422, unavailable = 503;

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

// A run's number that a request names; empty where it does not.
std::optional<std::size_t> number_in(const PageJson& json, const char* key) {
  if (!json.is_object() || !json.contains(key) || !json[key].is_number_integer() || json[key] < 0) return {};
  return json[key].get<std::size_t>();
}

PageAnswer malformed(std::string_view right) {
  return refusal(bad_request, {v1::USAGE, "the request cannot be read", {}, fmt::format("Send {}.", right)});
}

PageAnswer made(std::size_t number) { return json_answer(text_of({{"fork", number}})); }

bool same_token(std::string_view given, std::string_view right) {
  return given.size() == right.size() && CRYPTO_memcmp(given.data(), right.data(), right.size()) == 0;
}

}  // namespace

std::string error_json(const Error& error) {
  const CatalogueEntry& entry = catalogue_entry(error.code);
  return text_of({{"code", entry.label},
                  {"what", error.detail.empty() ? std::string(entry.happened) : error.detail},
                  {"where", error.where},
                  {"remedy", error.remedy.empty() ? std::string(entry.remedy) : error.remedy}});
}

PageAnswer refusal(unsigned status, const Error& error) {
  return {status, "application/json", error_json(error), {{"Cache-Control", "no-store"}}};
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

namespace {

PageAnswer stranger(const PageRequest& request) {
  return refusal(misdirected, {v1::USAGE,
                               fmt::format("this server is not {}", printable(request.host)),
                               {},
                               "Open the address that gncsim printed."});
}

PageAnswer without_token() {
  return refusal(forbidden, {v1::USAGE,
                             "the token is missing or wrong",
                             {},
                             "Open the address that gncsim printed, with all that follows #."});
}

struct Target {
  std::string_view path, query;
};

Target target_of(const PageRequest& request) {
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  return {path, path.size() < target.size() ? target.substr(path.size() + 1) : ""};
}

// The token among the protocols that a browser offers: it has no other way to send one.
std::string_view token_in(std::string_view protocols) {
  constexpr std::string_view mark = "token.";
  while (!protocols.empty()) {
    std::string_view one = protocols.substr(0, protocols.find(','));
    protocols.remove_prefix(std::min(one.size() + 1, protocols.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.starts_with(mark)) return one.substr(mark.size());
  }
  return {};
}

}  // namespace

void PageAnswers::answer(const PageRequest& request, const Respond& respond) {
  if (!is_own_host(request.host, access_)) return respond(stranger(request));
  const auto [path, query] = target_of(request);
  if (path == "/api/forks" || path == "/api/plays" || path == "/api/live") {
    if (request.method == "POST") return change(request, path.substr(5), respond);
    return respond(refusal(not_allowed, {v1::USAGE, "what changes something is sent with POST", {}, {}}));
  }
  if (path.starts_with("/api/")) return respond(api(request, path.substr(5), query));
  if (request.method != "GET" && request.method != "HEAD") {
    return respond(refusal(not_allowed, {v1::USAGE, "files of the page can only be read", {}, {}}));
  }
  respond(page_file(path, request.takes_gzip));
}

tl::expected<PageFrames, PageAnswer> PageAnswers::follow(const PageRequest& request) {
  const auto refuse = [](PageAnswer answer) { return tl::unexpected(std::move(answer)); };
  if (!is_own_host(request.host, access_)) return refuse(stranger(request));
  // A page of another site may open WebSockets to here: browsers say which one it is.
  if (request.origin != "http://" + request.host && request.origin != "https://" + request.host) {
    return refuse(refusal(forbidden, {v1::USAGE, "only the page of this server may follow a run",
                                      printable(request.origin), "Open the address that gncsim printed."}));
  }
  if (!same_token(token_in(request.protocols), access_.token)) return refuse(without_token());
  const auto [path, query] = target_of(request);
  const auto of = number(query, "fork", 0);
  const auto show = of ? shows_.find(*of) : nullptr;
  if (path != "/api/live" || !show) return refuse(no_such_thing("there is no such live run"));
  return [show, follower = LiveShow::Follower()]() mutable {
    std::string text = show->next_frame(follower);
    return PageFrame{std::move(text), follower.had_last};
  };
}

PageAnswer PageAnswers::api(const PageRequest& request, std::string_view path, std::string_view query) {
  if (request.method != "GET") return refusal(not_allowed, {v1::USAGE, "this can only be read", {}, {}});
  if (path == "scenarios") return shelf();
  if (path == "work") return work();
  const auto of = number(query, "fork", 0);
  if (!of) return refusal(bad_request, {v1::USAGE, "fork is not a number", {}, "Reload the page."});
  if (!repertoire_.has(*of)) return no_such_thing(fmt::format("there is no recording {}", *of));
  const Recording& recording = repertoire_.recording(*of);
  if (path == "run") {
    const auto show = shows_.find(*of);
    return json_answer(run_json(recording, {.number = *of, .live = show ? &show->state() : nullptr}));
  }
  if (path == "faults") return json_answer(fault_choices_json(recording));
  if (path == "events") {
    const auto from = number(query, "from", 0), count = number(query, "count", most_events_at_once);
    if (!from || !count) {
      return refusal(bad_request, {v1::USAGE, "from and count are numbers", {}, "Reload the page."});
    }
    return json_answer(events_json(recording, *from, *count));
  }
  if (path == "export") {
    if (!recording.live) return export_page(recording);
    return refusal(unprocessable, {v1::USAGE, "the run is live", {}, "Save it when it is over."});
  }
  constexpr std::string_view exchanges = "exchanges/";
  if (path.starts_with(exchanges)) {
    const auto id = Uuid::from_text(path.substr(exchanges.size()));
    if (!id) return no_such_thing("that is no id of an exchange");
    auto json = exchange_json(recording, *id);
    return json ? json_answer(std::move(*json)) : refusal(not_found, json.error());
  }
  return no_such_thing("there is no such data");
}

void PageAnswers::change(const PageRequest& request, std::string_view path, const Respond& respond) {
  if (!same_token(request.token, access_.token)) return respond(without_token());
  const PageJson json = PageJson::parse(request.body, nullptr, false);
  if (path == "live") return respond(act(json));
  return path == "forks" ? fork(json, respond) : play(json, respond);
}

void PageAnswers::fork(const PageJson& json, const Respond& respond) {
  const auto of = number_in(json, "fork"), at = number_in(json, "at_us");
  if (!of || !at || !json.contains("fault") || !json["fault"].is_object()) {
    return respond(malformed(R"({"fork": 0, "at_us": 1000, "fault": {"cut": "NZ-gateway"}})"));
  }
  auto draft = repertoire_.draft_fork(*of, {static_cast<std::int64_t>(*at)}, text_of(json["fault"]));
  std::string what = draft && draft->fork ? words(draft->fork->fault) : std::string();
  play_later(std::move(what), std::move(draft), respond);
}

void PageAnswers::play(const PageJson& json, const Respond& respond) {
  const auto seed = number_in(json, "seed");
  const bool live = json.is_object() && json.contains("world") && json["world"] == "live";
  if (!json.is_object() || !json.contains("scenario") || !json["scenario"].is_string() ||
      (!seed && json.contains("seed") && !json["seed"].is_null()) ||
      (json.contains("world") && !live && json["world"] != "virtual")) {
    return respond(malformed(R"({"scenario": "lessons/single-window", "seed": 7, "world": "virtual"})"));
  }
  const auto id = json["scenario"].get<std::string>();
  if (live) return make_live(id, seed, respond);
  play_later(id, repertoire_.draft_shelved(id, seed), respond);
}

void PageAnswers::play_later(std::string what, tl::expected<Repertoire::Draft, std::vector<Error>> draft,
                             const Respond& respond) {
  if (!draft) return respond(refusal(unprocessable, draft.error().front()));
  if (auto room = repertoire_.room(); !room) return respond(refusal(unprocessable, room.error()));
  // Shared, for what is passed on from thread to thread has to be copyable.
  struct Play {
    Repertoire::Draft draft;
    tl::expected<Recording, std::vector<Error>> recorded;
  };
  const auto play = std::make_shared<Play>(Play{std::move(*draft), {}});
  const bool queued = plays_.add(std::move(what), [this, play, respond]() -> PlayQueue::Finish {
    play->recorded = Repertoire::perform(play->draft);
    return [this, play, respond] {
      if (!play->recorded) return respond(refusal(unprocessable, play->recorded.error().front()));
      const auto kept = repertoire_.keep(std::move(play->draft), std::move(*play->recorded));
      respond(kept ? made(*kept) : refusal(unprocessable, kept.error().front()));
    };
  });
  if (queued) return;
  respond(refusal(unavailable, {v1::USAGE,
                                fmt::format("{} plays wait, and no more can", PlayQueue::most_waiting),
                                {},
                                "Try again when they are done."}));
}

void PageAnswers::make_live(const std::string& id, std::optional<std::uint64_t> seed,
                            const Respond& respond) {
  const auto& shelf = repertoire_.shelf();
  const auto found = std::ranges::find(shelf, id, &ShelvedScenario::id);
  if (found == shelf.end() || !found->live) {
    return respond(refusal(unprocessable, {v1::REFERENCE_UNKNOWN,
                                           fmt::format("there is no live scenario {} here", printable(id)),
                                           {},
                                           "Choose one of those that are listed."}));
  }
  const auto planned = plan_for_page(found->file, seed, {}, PlayedIn::live_world);
  if (!planned) return respond(refusal(unprocessable, planned.error().front()));
  const auto number = shows_.add(*planned, id);
  respond(number ? made(*number) : refusal(unprocessable, number.error()));
}

PageAnswer PageAnswers::act(const PageJson& json) {
  const auto run = number_in(json, "run");
  const bool breaks = run && json.contains("fault") && json["fault"].is_object();
  if (!run || (!breaks && (!json.contains("do") || !json["do"].is_string()))) {
    return malformed(R"({"run": 0, "do": "pause"} or {"run": 0, "fault": {"cut": "NZ-gateway"}})");
  }
  if (breaks) {
    const auto broken = shows_.break_something(*run, text_of(json["fault"]));
    return broken ? made(*run) : refusal(unprocessable, broken.error().front());
  }
  const auto done = shows_.act(*run, json["do"].get<std::string>());
  return done ? made(*run) : refusal(unprocessable, done.error());
}

PageAnswer PageAnswers::work() const {
  PageJson list = PageJson::array();
  for (const PlayQueue::Entry& one : plays_.entries()) {
    list.push_back({{"what", one.what}, {"playing", one.playing}});
  }
  return json_answer(text_of({{"plays", std::move(list)}}));
}

PageAnswer PageAnswers::shelf() const {
  PageJson list = PageJson::array();
  for (const ShelvedScenario& one : repertoire_.shelf()) {
    list.push_back({{"id", one.id},
                    {"title", one.title},
                    {"lesson", one.lesson},
                    {"live", one.live},
                    {"about", one.about},
                    {"titles", wording_json(one.titles)},
                    {"abouts", wording_json(one.abouts)}});
  }
  return json_answer(text_of({{"scenarios", std::move(list)}}));
}

}  // namespace gnc::scenarios
