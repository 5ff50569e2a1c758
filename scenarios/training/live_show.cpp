#include "scenarios/training/live_show.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

#include <boost/asio/post.hpp>

#include "model/yaml/instant_text.h"
#include "scenarios/engine/live_run.h"
#include "scenarios/training/folder_recording.h"
#include "scenarios/training/page_json.h"

namespace gnc::scenarios {
namespace {

constexpr std::chrono::milliseconds looked_every{100};

std::string_view administration_of(std::string_view party) { return party.substr(0, party.find('/')); }

// The block of what goes between two parties, where all their agreements are of one: the stores, which know
// the agreement, are the run's own while it is played.
std::string_view block_between(const RunCast& cast, std::string_view a, std::string_view b) {
  std::string_view block;
  for (const RunCast::Agreement& agreement : cast.agreements) {
    const auto takes_part = [&agreement](std::string_view party) {
      return std::ranges::find(agreement.parties, administration_of(party)) != agreement.parties.end();
    };
    if (!takes_part(a) || !takes_part(b)) continue;
    if (!block.empty() && block != agreement.block) return {};
    block = agreement.block;
  }
  return block;
}

}  // namespace

const char* phase_name(LiveShow::Phase phase) {
  switch (phase) {
    case LiveShow::Phase::ready:
      return "ready";
    case LiveShow::Phase::running:
      return "running";
    case LiveShow::Phase::over:
      return "over";
    case LiveShow::Phase::failed:
      break;
  }
  return "failed";
}

LiveShow::LiveShow(boost::asio::io_context& home, std::shared_ptr<const RunPlan> plan, LiveMaking making)
    : home_(home), plan_(std::move(plan)), making_(std::move(making)), shown_(preview({})), timer_(home) {}

LiveShow::~LiveShow() {
  if (!thread_.joinable()) return;
  wish({.end = true});
  thread_.join();
}

Recording LiveShow::preview(std::string id) const {
  Recording recording;
  recording.id = std::move(id);
  recording.scenario = plan_->scenario;
  // Told when the run is over, for only then is it known when.
  recording.scenario.story.clear();
  recording.cast = cast_of(*plan_);
  recording.report.scenario = plan_->scenario.name;
  recording.report.world = "live";
  recording.report.seed = plan_->scenario.seed;
  recording.report.version = making_.version;
  recording.evidence = std::make_unique<NoEvidence>("The run is live: its documents open when it is over.");
  recording.live = true;
  return recording;
}

void LiveShow::start(std::function<void(Recording)> over) {
  if (state_.phase != Phase::ready) return;
  state_.phase = Phase::running;
  over_ = std::move(over);
  ++changes_;
  thread_ = std::thread([this] { play(); });
  look_again();
}

void LiveShow::play() {
  ::pthread_setname_np(::pthread_self(), "gnc-live");
  Result<Recording> recorded = [this]() -> Result<Recording> {
    auto folder = RunFolder::create(making_.folder, plan_->scenario.file);
    if (!folder) return tl::unexpected(folder.error());
    boost::asio::post(home_, [weak = weak_from_this(), path = folder->path().string()] {
      if (const auto self = weak.lock()) self->state_.folder = path, ++self->changes_;
    });
    LiveOptions options;
    options.program = making_.program;
    options.version = making_.version;
    options.progress = false;
    options.keep_going = true;
    options.audience = &feed_;
    const auto report = play_live(*plan_, *folder, options);
    if (!report) return tl::unexpected(report.error());
    return read_recording(folder->path());
  }();
  boost::asio::post(home_, [weak = weak_from_this(), recorded = std::move(recorded)]() mutable {
    if (const auto self = weak.lock()) self->ended(std::move(recorded));
  });
}

void LiveShow::ended(Result<Recording> recorded) {
  timer_.cancel();
  take_news();
  thread_.join();
  ++changes_;
  if (!recorded) {
    state_.phase = Phase::failed;
    state_.error = std::move(recorded.error());
    return;
  }
  over_(std::move(*recorded));
  state_.phase = Phase::over;
}

void LiveShow::look_again() {
  timer_.expires_after(looked_every);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code failed) {
    const auto self = weak.lock();
    if (failed || !self || self->state_.phase != Phase::running) return;
    self->take_news();
    self->look_again();
  });
}

void LiveShow::take_news() {
  LiveFeed::News news = feed_.take();
  if (news.started_at) {
    if (const auto at = model::parse_instant(*news.started_at)) shown_.begin = *at;
    ++changes_;
  }
  // Each process has a clock of its own, and tells of what happened in parts.
  std::ranges::stable_sort(news.events, {}, [](const v1::Event& event) { return event.at(); });
  for (const v1::Event& event : news.events) trail_.add(row(event));
  trail_.skip(news.skipped);
  if (news.standing) standing_ = std::move(news.standing);
  if (!news.events.empty() || news.skipped > 0 || news.standing) ++changes_;
}

std::string LiveShow::row(const v1::Event& event) const {
  const bool begins = event.kind() == v1::EVENT_KIND_LODGED || event.kind() == v1::EVENT_KIND_DELIVERED;
  return event_json(shown_, event,
                    begins ? block_between(shown_.cast, event.party(), event.peer()) : std::string_view{});
}

std::string LiveShow::next_frame(Follower& follower) {
  const bool last = state_.phase == Phase::over || state_.phase == Phase::failed;
  if (follower.had_last) return {};
  if (follower.seen == changes_ && !trail_.has_more(follower.trail)) return {};
  follower.seen = changes_;
  const std::string rows = trail_.next(follower.trail, most_bytes_in_frame);
  follower.had_last = last && !trail_.has_more(follower.trail);
  return live_frame_json({++follower.frames, follower.trail.dropped, follower.had_last, state_, shown_,
                          standing_ ? &*standing_ : nullptr, rows});
}

}  // namespace gnc::scenarios
