#include "scenarios/training/exported_page.h"

#include <fmt/format.h>

#include <set>

#include "gnc/v1/errors.pb.h"
#include "scenarios/training/json_text.h"
#include "scenarios/training/page_files.h"
#include "scenarios/training/page_json.h"
#include "trust/seal/merkle.h"

namespace gnc::scenarios {
namespace {

constexpr std::size_t most_exported_events = 500'000;
constexpr std::size_t most_exported_exchange_bytes = 64u << 20;

// Into a text of its own: a recording of many megabytes has what is replaced a hundred thousand times.
void replace_all(std::string& text, std::string_view what, std::string_view by) {
  std::string replaced;
  std::size_t done = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, done)) {
    replaced.append(text, done, at - done).append(by);
    done = at + what.size();
  }
  if (done == 0) return;
  text = replaced.append(text, done);
}

std::string hash_of(std::string_view text) {
  return fmt::format("'sha256-{}'", base64(trust::sha256(text).view()));
}

// The value of an attribute in a tag.
std::string attribute(std::string_view tag, std::string_view name) {
  const std::size_t at = tag.find(fmt::format(" {}=\"", name));
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + name.size() + 3;
  return std::string(tag.substr(begin, tag.find('"', begin) - begin));
}

struct Tag {
  std::size_t begin = 0, end = 0;  // of all that is to be replaced
  std::string target;              // "/assets/index-1a2b.js"
};

// The first tag `name` that names a file in `attribute_name` and has `mark` in it.
std::optional<Tag> find_tag(const std::string& page, std::string_view name, std::string_view attribute_name,
                            std::string_view mark, std::string_view close) {
  for (std::size_t at = page.find(name); at != std::string::npos; at = page.find(name, at + 1)) {
    const std::size_t end = page.find('>', at);
    if (end == std::string::npos) return std::nullopt;
    const std::string_view tag = std::string_view(page).substr(at, end - at);
    std::string target = attribute(tag, attribute_name);
    if (target.empty() || tag.find(mark) == std::string_view::npos) continue;
    if (target.starts_with("./")) target.erase(0, 1);
    std::size_t after = end + 1;
    if (!close.empty()) {
      after = page.find(close, end);
      if (after == std::string::npos) return std::nullopt;
      after += close.size();
    }
    return Tag{at, after, std::move(target)};
  }
  return std::nullopt;
}

tl::unexpected<Error> unknown_form(std::string_view what) {
  return failure(v1::FILE_UNREADABLE, fmt::format("the built page has no {}", what), "web/index.html",
                 "Build gncsim with its training page (web/).");
}

}  // namespace

std::string recording_json(const Recording& recording) {
  std::string json = "{\"run\":" + run_json(recording, {.number = 0, .exported = true}) + ",\"events\":[";
  std::set<Uuid> exchanges;
  v1::Event event;
  for (std::size_t i = 0; i < recording.events.size(); ++i) {
    if (i > 0) json += ',';
    json += event_json(recording, i);
    recording.events.read(i, event);
    if (const auto id = Uuid::from_bytes(event.exchange())) exchanges.insert(*id);
  }
  json += "],\"exchanges\":{";
  std::size_t bytes = 0;
  bool first = true;
  for (const Uuid& id : exchanges) {
    const auto exchange = exchange_json(recording, id);
    if (!exchange || bytes + exchange->size() > most_exported_exchange_bytes) continue;
    bytes += exchange->size();
    json += fmt::format("{}\"{}\":{}", first ? "" : ",", id.text(), *exchange);
    first = false;
  }
  return json + "}}";
}

Result<std::string> with_all_inlined(
    std::string page, const std::string& recording,
    const std::function<std::optional<std::string>(std::string_view)>& file) {
  std::string scripts, styles;
  // Last things first: places before them stay as they are.
  constexpr std::string_view place = "<script type=\"application/json\" id=\"recording\">";
  const std::size_t found = page.find(place);
  if (found == std::string::npos) return unknown_form("place for a recording");
  std::string data = recording;
  // Nothing in it can end the element that it stands in.
  replace_all(data, "<", "\\u003c");
  page.insert(found + place.size(), data);
  const auto script = find_tag(page, "<script", "src", "type=\"module\"", "</script>");
  if (!script) return unknown_form("script");
  auto code = file(script->target);
  if (!code) return unknown_form(script->target);
  replace_all(*code, "</script", "<\\/script");
  replace_all(*code, "<!--", "<\\!--");
  scripts = hash_of(*code);
  page.replace(script->begin, script->end - script->begin,
               fmt::format("<script type=\"module\">{}</script>", *code));
  while (const auto link = find_tag(page, "<link", "href", "rel=\"stylesheet\"", {})) {
    auto style = file(link->target);
    if (!style) return unknown_form(link->target);
    replace_all(*style, "</style", "<\\/style");
    styles += " " + hash_of(*style);
    page.replace(link->begin, link->end - link->begin, fmt::format("<style>{}</style>", *style));
  }
  const std::size_t head = page.find("<meta charset");
  const std::size_t after = head == std::string::npos ? head : page.find('>', head);
  if (after == std::string::npos) return unknown_form("<meta charset>");
  page.insert(after + 1,
              fmt::format("\n    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                          "script-src {}; style-src{}; img-src data: blob:; font-src data:; base-uri 'none'; "
                          "form-action 'none'\" />",
                          scripts, styles.empty() ? " 'none'" : styles));
  return page;
}

Result<std::string> exported_page(const Recording& recording) {
  const EmbeddedFile* index = find_page_file("/index.html");
  if (index == nullptr) return unknown_form("index.html");
  if (recording.events.size() > most_exported_events) {
    return failure(v1::USAGE,
                   fmt::format("the run has {} events, and an export holds {}", recording.events.size(),
                               most_exported_events),
                   {}, "Export a shorter run, or pass the run's folder on: gncsim replay plays it.");
  }
  return with_all_inlined(uncompressed(*index), recording_json(recording),
                          [](std::string_view path) -> std::optional<std::string> {
                            const EmbeddedFile* file = find_page_file(path);
                            if (file == nullptr) return std::nullopt;
                            return uncompressed(*file);
                          });
}

}  // namespace gnc::scenarios
