#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/document/document.h"
#include "scenarios/training/json_text.h"
#include "scenarios/training/page_json.h"

namespace gnc::scenarios {
namespace {

const char* channel_name(v1::RiskChannel channel) {
  switch (channel) {
    case v1::RISK_CHANNEL_GREEN:
      return "green";
    case v1::RISK_CHANNEL_YELLOW:
      return "yellow";
    case v1::RISK_CHANNEL_RED:
      return "red";
    default:
      return nullptr;
  }
}

void put(PageJson& json, const char* key, std::string_view text) {
  if (!text.empty()) json[key] = text;
}

// A file as it lies by the scenario's folder or in one beside that; one that lies elsewhere by its name and
// its folder's. Where all of it lies is nobody's business.
std::string short_reference(const Recording& recording, std::string_view reference) {
  if (!reference.starts_with('/')) return std::string(reference);
  const std::filesystem::path file = std::filesystem::path(reference).lexically_normal();
  const std::filesystem::path folder = std::filesystem::absolute(recording.scenario.file).parent_path();
  const auto near = file.lexically_relative(folder.lexically_normal());
  const auto ups = std::count(near.begin(), near.end(), "..");
  if (ups > 1) return (file.parent_path().filename() / file.filename()).string();
  std::filesystem::path shown;
  for (const auto& part : near) {
    if (part != "..") shown /= part;
  }
  return shown.string();
}

void put_reason(PageJson& rest, const v1::Event& event) {
  if (event.reason() == v1::ERROR_CODE_UNSPECIFIED) return;
  const CatalogueEntry& entry = catalogue_entry(event.reason());
  rest["code"] = entry.label;
  put(rest, "name", entry.name);
  put(rest, "remedy", entry.remedy);
}

PageJson rest_of(const Recording& recording, const v1::Event& event, std::string_view block) {
  PageJson rest = PageJson::object();
  put(rest, "block", block);
  put(rest, "reference", short_reference(recording, event.reference()));
  put_reason(rest, event);
  put(rest, "detail", event.detail());
  if (event.pointer_size() > 0) {
    put(rest, "pointer", model::pointer_text({event.pointer().begin(), event.pointer().end()}));
  }
  if (event.size() != 0) rest["size"] = event.size();
  if (const auto answers = Uuid::from_bytes(event.answers())) rest["answers"] = answers->text();
  put(rest, "function", event.function_code());
  put(rest, "where", short_reference(recording, event.where()));
  if (event.intended_at() != 0) rest["intended_us"] = event.intended_at() - recording.begin.microseconds;
  if (event.has_findings()) {
    const v1::WindowFindings& findings = event.findings();
    if (const char* channel = channel_name(findings.channel())) rest["channel"] = channel;
    rest["agencies"] = findings.agencies();
    rest["document_wanted"] = findings.document_wanted();
    rest["released"] = findings.released();
  }
  return rest;
}

}  // namespace

std::string event_json(const Recording& recording, std::size_t index) {
  v1::Event event;
  recording.events.read(index, event);
  const auto exchange = Uuid::from_bytes(event.exchange());
  return event_json(
      recording, event,
      exchange ? recording.cast.block_of(recording.evidence->agreement(*exchange)) : std::string_view{});
}

std::string event_json(const Recording& recording, const v1::Event& event, std::string_view block) {
  const auto exchange = Uuid::from_bytes(event.exchange());
  return text_of(
      PageJson::array({event.at() - recording.begin.microseconds, event_kind_name(event.kind()),
                       cast_name(event.party()), cast_name(event.peer()),
                       exchange ? exchange->text() : std::string(), rest_of(recording, event, block)}));
}

std::string events_json(const Recording& recording, std::size_t from, std::size_t count) {
  from = std::min(from, recording.events.size());
  const std::size_t to = from + std::min({count, most_events_at_once, recording.events.size() - from});
  std::string json = fmt::format("{{\"from\":{},\"events\":[", from);
  for (std::size_t i = from; i < to; ++i) {
    if (i > from) json += ',';
    json += event_json(recording, i);
  }
  return json + "]}";
}

}  // namespace gnc::scenarios
