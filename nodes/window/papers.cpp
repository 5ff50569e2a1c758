#include "nodes/window/papers.h"

#include <algorithm>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "proto/types/error.h"

namespace gnc::window {
namespace {

constexpr std::string_view paper_notes = "paper/document/";
constexpr std::string_view count_notes = "paper/count/";

std::string note_name(const v1::WindowPaper& paper) {
  return fmt::format("{}{}", paper_notes, Uuid::from_bytes(paper.id())->text());
}

}  // namespace

const Decimal& PaperProfile::share_at(Duration passed) const {
  const Decimal* share = &per_cent;
  for (const PaperShare& change : changes) {
    if (passed < change.after) break;
    share = &change.per_cent;
  }
  return *share;
}

std::string KeyedPaper::text() const {
  std::string text = fmt::format("of {} fields keyed off paper, {} wrong", keyed.fields, keyed.wrong.size());
  if (!keyed.wrong.empty()) text += fmt::format(": {}", fmt::join(keyed.wrong, ", "));
  return text;
}

// By how many came before it, and not by its id, which another run, or the other world, gives otherwise.
std::uint64_t Papers::draw_for(const nodes::ReceivedDocument& document) {
  const std::string name = fmt::format("{} {}", document.sender.text(), document.message);
  v1::WindowCount count;
  count.set_count(++came_[name]);
  changed_.push_back({fmt::format("{}{}", count_notes, name), count.SerializeAsString()});
  return Random(profile_->seed).child(fmt::format("{} {}", name, count.count())).next();
}

bool Papers::take(const nodes::ReceivedDocument& document, Instant now) {
  if (!profile_ || document.document_type != "DEC") return false;
  const auto& messages = profile_->messages;
  if (!messages.empty() && std::ranges::find(messages, document.message) == messages.end()) return false;
  const std::uint64_t draw = draw_for(document);
  if (!is_sampled(profile_->share_at(office_.passed(now)), draw)) return false;
  v1::WindowPaper paper;
  // What cannot be read, nobody has written.
  if (!paper.mutable_document()->ParseFromArray(document.structured.data(),
                                                static_cast<int>(document.structured.size()))) {
    return false;
  }
  paper.set_id(std::string(document.id.view()));
  paper.set_sender(document.sender.text());
  paper.set_recipient(document.recipient.text());
  paper.set_conversation(std::string(document.conversation.view()));
  paper.set_agreement(std::string(document.agreement));
  paper.set_message(std::string(document.message));
  paper.set_document_type(std::string(document.document_type));
  paper.set_answer_due(document.answer_due);
  paper.set_answer_type(std::string(document.answer_type));
  paper.set_answer_id(std::string(document.answer_id.view()));
  paper.set_draw(draw);
  const Duration in_the_post = profile_->post.drawn(Random(draw).child("post"));
  wait(std::move(paper), now + office_.scaled(in_the_post));
  return true;
}

void Papers::wait(v1::WindowPaper paper, Instant due) {
  paper.set_due(due.microseconds);
  changed_.push_back({note_name(paper), paper.SerializeAsString()});
  waiting_.emplace(due, std::move(paper));
}

std::optional<KeyedPaper> Papers::next() {
  if (waiting_.empty()) return std::nullopt;
  const Instant at = waiting_.begin()->first;
  v1::WindowPaper paper = std::move(waiting_.begin()->second);
  waiting_.erase(waiting_.begin());
  const Random chance(paper.draw());
  // The profile may have changed since it was posted, and have no paper any more.
  const PaperProfile profile = profile_.value_or(PaperProfile{});
  if (!paper.is_being_keyed()) {
    paper.set_is_being_keyed(true);
    wait(std::move(paper), office_.done(at, profile.keying.drawn(chance.child("keying"))));
    return std::nullopt;
  }
  changed_.push_back({note_name(paper), std::nullopt});
  Keyed made = keyed(paper.document(), profile.errors, chance.child("errors"));
  return KeyedPaper{std::move(paper), std::move(made), at};
}

bool Papers::is_own(const nodes::NoteRecord& note) {
  return note.name.starts_with(paper_notes) || note.name.starts_with(count_notes);
}

Result<void> Papers::recall(const nodes::NoteRecord& note) {
  const auto unreadable = [&note] {
    return failure(v1::STORE_FAILED, fmt::format("the note {} cannot be read", note.name));
  };
  if (note.name.starts_with(count_notes)) {
    v1::WindowCount count;
    if (!note.bytes || !count.ParseFromString(*note.bytes)) return unreadable();
    came_[note.name.substr(count_notes.size())] = count.count();
    return {};
  }
  v1::WindowPaper paper;
  if (!note.bytes || !paper.ParseFromString(*note.bytes)) return unreadable();
  const bool whole = Uuid::from_bytes(paper.id()) && Uuid::from_bytes(paper.conversation()) &&
                     Uuid::from_bytes(paper.answer_id()) && PartyName::from_text(paper.sender()) &&
                     PartyName::from_text(paper.recipient()) && note_name(paper) == note.name;
  if (!whole) return unreadable();
  const Instant due{paper.due()};
  waiting_.emplace(due, std::move(paper));
  return {};
}

}  // namespace gnc::window
