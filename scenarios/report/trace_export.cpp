#include "scenarios/report/trace_export.h"

#include <fmt/format.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/event.pb.h"
#include "proto/sqlite/database.h"
#include "proto/types/error.h"
#include "proto/types/trace_context.h"
#include "scenarios/engine/sequence_recorder.h"
#include "trust/seal/merkle.h"

namespace gnc::scenarios {
namespace {

using Json = nlohmann::ordered_json;
using Chosen = std::unordered_set<Uuid, UuidHash>;
namespace fs = std::filesystem;

// Of the protocol's enumerations.
enum SpanKind : std::uint8_t { server = 2, producer = 4, consumer = 5 };
constexpr int status_error = 2;

template <class Take>
Result<void> each_event(const fs::path& file, Take take) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return failure(v1::FILE_UNREADABLE, fmt::format("{} cannot be read", file.string()), {},
                   "Name the folder of a run that has ended.");
  }
  google::protobuf::io::IstreamInputStream input(&stream);
  v1::Event event;
  for (bool clean_end = false;; event.Clear()) {
    if (google::protobuf::util::ParseDelimitedFromZeroCopyStream(&event, &input, &clean_end)) {
      take(event);
    } else if (clean_end) {
      return {};
    } else {
      return failure(v1::FILE_UNREADABLE,
                     fmt::format("{} has no whole event where one should be", file.string()), {},
                     "The run may have been ended while it wrote. Run it again.");
    }
  }
}

Result<Chosen> choose(const fs::path& file, const TraceChoice& choice) {
  Chosen chosen;
  std::size_t first_messages = 0;
  auto read = each_event(file, [&](const v1::Event& event) {
    if (event.kind() != v1::EVENT_KIND_LODGED) return;
    const auto id = Uuid::from_bytes(event.exchange());
    if (!id || chosen.contains(*id)) return;
    const auto answered = Uuid::from_bytes(event.answers());
    const bool wanted = choice.exchange == id || (answered && chosen.contains(*answered)) ||
                        (!answered && !choice.exchange && first_messages < choice.most);
    if (!wanted) return;
    first_messages += answered ? 0 : 1;
    chosen.insert(*id);
  });
  if (!read) return tl::unexpected(read.error());
  return chosen;
}

// What is known of one envelope.
struct Envelope {
  std::optional<TraceContext> carried, received;
  std::string parent;  // of the sender's span
  std::string sender, recipient, reference;
  bool is_answer = false;
  std::uint32_t size = 0;
  std::vector<v1::Event> at_sender, at_recipient;
};

void take_trace(const v1::Event& event, Envelope& envelope) {
  const std::string& bytes = event.trace();
  TraceContext context;
  if (bytes.size() < context.trace.size() + context.span.size()) return;
  std::memcpy(context.trace.data(), bytes.data(), context.trace.size());
  std::memcpy(context.span.data(), bytes.data() + context.trace.size(), context.span.size());
  if (event.kind() == v1::EVENT_KIND_DELIVERED) {
    envelope.received = context;
    return;
  }
  envelope.carried = context;
  if (bytes.size() == 32) {
    TraceContext cause;
    std::memcpy(cause.span.data(), bytes.data() + 24, cause.span.size());
    envelope.parent = cause.span_text();
  }
}

void take_event(const v1::Event& event, Envelope& envelope) {
  take_trace(event, envelope);
  if (event.kind() == v1::EVENT_KIND_LODGED) {
    envelope.sender = event.party();
    envelope.recipient = event.peer();
    envelope.reference = event.reference();
    envelope.is_answer = !event.answers().empty();
    envelope.size = event.size();
  }
  switch (event.kind()) {
    case v1::EVENT_KIND_DELIVERED:
    case v1::EVENT_KIND_BUSINESS_DECIDED:
    case v1::EVENT_KIND_BUSINESS_FOLLOWED_UP:
    case v1::EVENT_KIND_DUPLICATE_SUPPRESSED:
      envelope.at_recipient.push_back(event);
      break;
    default:
      envelope.at_sender.push_back(event);
  }
}

// A span of the same trace that has no id of its own in what is carried.
std::string derived_span(const TraceContext& context, std::string_view role) {
  const Digest digest = trust::sha256(context.traceparent() + std::string(role));
  TraceContext derived;
  std::memcpy(derived.span.data(), digest.bytes.data(), derived.span.size());
  return derived.span_text();
}

std::string nanoseconds(Instant at) { return fmt::format("{}000", at.microseconds); }

// Text from outside: JSON takes UTF-8 only, and viewers show what they get.
Json attribute(std::string_view key, std::string_view text) {
  return {{"key", key}, {"value", {{"stringValue", printable(text.substr(0, 4000))}}}};
}
Json attribute(std::string_view key, std::int64_t number) {
  return {{"key", key}, {"value", {{"intValue", fmt::format("{}", number)}}}};
}

Json span_of(const TraceContext& context, std::string span, std::string parent, std::string name,
             SpanKind kind, Instant start, Instant end) {
  Json json = {{"traceId", context.trace_text()}, {"spanId", std::move(span)}};
  if (!parent.empty()) json["parentSpanId"] = std::move(parent);
  json["name"] = std::move(name);
  json["kind"] = static_cast<int>(kind);
  json["startTimeUnixNano"] = nanoseconds(start);
  json["endTimeUnixNano"] = nanoseconds(std::max(start, end));
  return json;
}

// The events after the first, which is the span's beginning, and how it ended.
void add_events(Json& span, const std::vector<v1::Event>& events) {
  Json list = Json::array();
  for (std::size_t i = 1; i < events.size(); ++i) {
    list.push_back(
        {{"timeUnixNano", nanoseconds(Instant{events[i].at()})}, {"name", event_words(events[i].kind())}});
  }
  span["events"] = std::move(list);
  for (const v1::Event& event : events) {
    if (event.kind() != v1::EVENT_KIND_REFUSED && event.kind() != v1::EVENT_KIND_EXPIRED &&
        event.kind() != v1::EVENT_KIND_DEAD_LETTERED) {
      continue;
    }
    const std::string reason =
        event.reason() == v1::ERROR_CODE_UNSPECIFIED ? std::string() : label(event.reason()) + " ";
    span["status"] = {
        {"code", status_error},
        {"message", printable(fmt::format("{}: {}{}", event_words(event.kind()), reason, event.detail()))}};
  }
}

Instant last_of(const std::vector<v1::Event>& events) {
  Instant last;
  for (const v1::Event& event : events) last = std::max(last, Instant{event.at()});
  return last;
}

struct AtGateway {
  Instant admitted, changed;
};

Result<std::unordered_map<Uuid, AtGateway, UuidHash>> read_gateway(const fs::path& file,
                                                                   const Chosen& chosen) {
  std::unordered_map<Uuid, AtGateway, UuidHash> read;
  if (!fs::exists(file)) return read;
  auto database = sqlite::Database::open(file, sqlite::Database::Access::read_only);
  if (!database) return tl::unexpected(database.error());
  auto statement = database->prepare("SELECT admitted_at, changed_at FROM exchange WHERE id = ?");
  if (!statement) return tl::unexpected(statement.error());
  for (const Uuid& id : chosen) {
    statement->bind_blob(1, id.view());
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (*row) read[id] = {Instant{statement->integer(0)}, Instant{statement->integer(1)}};
    statement->reset();
  }
  return read;
}

// Spans by the process that they were in.
using Spans = std::map<std::string, Json>;

void add_spans(const Uuid& id, Envelope& envelope, const AtGateway* gateway, Spans& spans) {
  if (!envelope.carried && !envelope.received) return;
  const TraceContext sent = envelope.carried ? *envelope.carried : *envelope.received;
  const auto by_time = [](const v1::Event& one, const v1::Event& other) { return one.at() < other.at(); };
  std::stable_sort(envelope.at_sender.begin(), envelope.at_sender.end(), by_time);
  std::stable_sort(envelope.at_recipient.begin(), envelope.at_recipient.end(), by_time);
  const auto attributes = [&](Json& span) {
    span["attributes"] = {attribute("gnc.exchange", id.text()), attribute("gnc.sender", envelope.sender),
                          attribute("gnc.recipient", envelope.recipient)};
    if (!envelope.reference.empty())
      span["attributes"].push_back(attribute("gnc.reference", envelope.reference));
  };
  const auto add = [&](const std::string& process, Json span) {
    spans.try_emplace(process, Json::array()).first->second.push_back(std::move(span));
  };
  if (!envelope.at_sender.empty() && envelope.carried) {
    Json span = span_of(sent, sent.span_text(), envelope.parent,
                        printable(fmt::format("{} {} to {}", envelope.is_answer ? "answer" : "exchange",
                                              envelope.sender, envelope.recipient)),
                        producer, Instant{envelope.at_sender.front().at()}, last_of(envelope.at_sender));
    attributes(span);
    span["attributes"].push_back(attribute("gnc.envelope.bytes", static_cast<std::int64_t>(envelope.size)));
    add_events(span, envelope.at_sender);
    add("node " + envelope.sender, std::move(span));
  }
  if (gateway != nullptr) {
    Json span = span_of(sent, derived_span(sent, "gateway"), sent.span_text(), "admit and deliver", server,
                        gateway->admitted, gateway->changed);
    attributes(span);
    add("gateway", std::move(span));
  }
  if (!envelope.at_recipient.empty()) {
    // As it came: what the sender's words would not show is that the context came across.
    const TraceContext& came = envelope.received ? *envelope.received : sent;
    Json span =
        span_of(came, derived_span(came, "recipient"), came.span_text(), "receive and decide", consumer,
                Instant{envelope.at_recipient.front().at()}, last_of(envelope.at_recipient));
    attributes(span);
    add_events(span, envelope.at_recipient);
    add("node " + envelope.at_recipient.front().party(), std::move(span));
  }
}

}  // namespace

Result<std::string> otlp_traces(const fs::path& run_folder, const TraceChoice& choice) {
  const fs::path events = run_folder / "events";
  auto chosen = choose(events, choice);
  if (!chosen) return tl::unexpected(chosen.error());
  if (choice.exchange && chosen->empty()) {
    return failure(v1::REFERENCE_UNKNOWN, fmt::format("the run has no exchange {}", choice.exchange->text()),
                   {}, "report.json names exchanges in its sequences; the gateway's store has all.");
  }
  // Sorted by id, which is by time.
  std::map<Uuid, Envelope> envelopes;
  auto read = each_event(events, [&](const v1::Event& event) {
    const auto id = Uuid::from_bytes(event.exchange());
    if (id && chosen->contains(*id)) take_event(event, envelopes[*id]);
  });
  if (!read) return tl::unexpected(read.error());
  const auto gateway = read_gateway(run_folder / "gateway" / "gateway.db", *chosen);
  if (!gateway) return tl::unexpected(gateway.error());
  Spans spans;
  for (auto& [id, envelope] : envelopes) {
    const auto at = gateway->find(id);
    add_spans(id, envelope, at == gateway->end() ? nullptr : &at->second, spans);
  }
  Json resources = Json::array();
  for (auto& [process, list] : spans) {
    resources.push_back(
        {{"resource",
          {{"attributes", {attribute("service.name", process), attribute("service.namespace", "gncsim")}}}},
         {"scopeSpans", {{{"scope", {{"name", "gncsim"}}}, {"spans", std::move(list)}}}}});
  }
  return Json{{"resourceSpans", std::move(resources)}}.dump() + "\n";
}

}  // namespace gnc::scenarios
