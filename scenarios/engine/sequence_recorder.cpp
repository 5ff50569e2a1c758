#include "scenarios/engine/sequence_recorder.h"

#include <fmt/format.h>

#include <algorithm>

#include "proto/types/error.h"

namespace gnc::scenarios {

std::string_view event_words(v1::EventKind kind) {
  switch (kind) {
    case v1::EVENT_KIND_LODGED:
      return "lodged";
    case v1::EVENT_KIND_LODGEMENT_REFUSED:
      return "refused at the window";
    case v1::EVENT_KIND_SEALED:
      return "sealed";
    case v1::EVENT_KIND_SENT:
      return "sent";
    case v1::EVENT_KIND_ADMITTED:
      return "admitted";
    case v1::EVENT_KIND_DELIVERED:
      return "delivered";
    case v1::EVENT_KIND_DELIVERED_RECEIPT:
      return "delivered receipt";
    case v1::EVENT_KIND_BUSINESS_DECIDED:
      return "decided";
    case v1::EVENT_KIND_BUSINESS_FOLLOWED_UP:
      return "followed up";
    case v1::EVENT_KIND_PROCESSED:
      return "processed";
    case v1::EVENT_KIND_REFUSED:
      return "refused";
    case v1::EVENT_KIND_EXPIRED:
      return "expired";
    case v1::EVENT_KIND_DEAD_LETTERED:
      return "dead-lettered";
    case v1::EVENT_KIND_DUPLICATE_SUPPRESSED:
      return "duplicate suppressed";
    default:
      return "noted";
  }
}

SequenceRow::Moment moment_of(const v1::Event& event, Instant lodged) {
  std::string detail;
  if (event.reason() != v1::ERROR_CODE_UNSPECIFIED) detail = label(event.reason());
  if (!event.detail().empty()) detail += (detail.empty() ? "" : " ") + event.detail();
  if (!event.function_code().empty()) {
    detail += fmt::format("{}function {}", detail.empty() ? "" : ", ", event.function_code());
  }
  return {(Instant{event.at()} - lodged).milliseconds(), event.party(), event.peer(),
          std::string(event_words(event.kind())), std::move(detail)};
}

bool SequenceRecorder::follow(const Uuid& exchange, std::string of, std::string document, Instant lodged) {
  if (followed_.size() >= most_sequences) return false;
  by_exchange_[exchange] = {followed_.size(), false};
  followed_.push_back({{std::move(of), std::move(document), exchange.text(), {}}, lodged});
  return true;
}

bool SequenceRecorder::follows(std::string_view of) const {
  return std::ranges::any_of(followed_, [of](const Followed& each) { return each.row.of == of; });
}

bool SequenceRecorder::follow_answer(const Uuid& answer, const Uuid& exchange) {
  const auto found = by_exchange_.find(exchange);
  if (found == by_exchange_.end()) return false;
  by_exchange_[answer] = {found->second.number, true};
  return true;
}

void SequenceRecorder::note(const Uuid& exchange, const v1::Event& event) {
  const auto found = by_exchange_.find(exchange);
  if (found == by_exchange_.end()) return;
  const auto [number, is_answer] = found->second;
  Followed& followed = followed_[number];
  if (followed.row.moments.size() >= most_moments) return;
  SequenceRow::Moment moment = moment_of(event, followed.lodged);
  if (is_answer) moment.what = "answer " + moment.what;
  followed.row.moments.push_back(std::move(moment));
}

bool SequenceRecorder::wants_bad_end(const std::string& code) const {
  return bad_ends_.size() < most_sequences && !bad_ends_.contains(code);
}

void SequenceRecorder::add_bad_end(const std::string& code, SequenceRow row) {
  row.of = code;
  bad_ends_.emplace(code, std::move(row));
}

const SequenceRow* SequenceRecorder::followed(const Uuid& exchange) const {
  const auto found = by_exchange_.find(exchange);
  return found == by_exchange_.end() ? nullptr : &followed_[found->second.number].row;
}

std::vector<SequenceRow> SequenceRecorder::rows() const {
  std::vector<SequenceRow> rows;
  for (const Followed& followed : followed_) rows.push_back(followed.row);
  for (const auto& [code, row] : bad_ends_) rows.push_back(row);
  for (SequenceRow& row : rows) {
    // Several processes report, each in its own order.
    std::stable_sort(row.moments.begin(), row.moments.end(),
                     [](const auto& one, const auto& other) { return one.at_ms < other.at_ms; });
  }
  return rows;
}

}  // namespace gnc::scenarios
