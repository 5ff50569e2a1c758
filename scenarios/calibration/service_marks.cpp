#include "scenarios/calibration/service_marks.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <string>
#include <thread>

#include "proto/sqlite/database.h"
#include "proto/types/system_clock.h"
#include "scenarios/virtual/virtual_trust.h"

namespace gnc::scenarios {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int seal_rounds = 400;
constexpr int commit_rounds = 600;
constexpr int wake_rounds = 300;
constexpr std::size_t quantiles = 101;
// As far apart as the events of a machine at rest, so that processor and disk are found as they are then.
constexpr std::chrono::microseconds rest{1500};
constexpr std::size_t row_bytes = 2048;

std::uint64_t nanoseconds(Clock::duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

std::uint64_t thread_time() {
  timespec spent{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<std::uint64_t>(spent.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(spent.tv_nsec);
}

// What `work` takes of this thread's processor time; the median.
template <class Work>
std::uint64_t median_cost(int rounds, Work work) {
  std::vector<std::uint64_t> times;
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t before = thread_time();
    work();
    times.push_back(thread_time() - before);
  }
  std::ranges::nth_element(times, times.begin() + rounds / 2);
  return times[times.size() / 2];
}

}  // namespace

Result<SealMarks> measure_seals(const std::filesystem::path& folder) {
  const PartyName party = *PartyName::from_text("NZ");
  const auto trusted = make_real_trust(folder, {party}, system_now());
  if (!trusted) return tl::unexpected(trusted.error());
  VirtualTrust& trust = **trusted;
  trust::Signer& signer = trust.signer(party);
  const std::vector<std::string> contents{std::string(row_bytes, 'x')};
  const std::string sealed =
      trust::seal_bytes(contents, {v1::SealStatement::PURPOSE_ENVELOPES, "", system_now()}, signer).bytes;
  SealMarks marks;
  marks.seal = median_cost(seal_rounds, [&] { signer.sign(sealed); });
  Result<void> opened;
  marks.batch = median_cost(seal_rounds, [&] {
    if (auto batch = trust.open(sealed, system_now()); !batch) opened = tl::unexpected(batch.error());
  });
  if (!opened) return tl::unexpected(opened.error());
  return marks;
}

Result<std::vector<std::uint64_t>> measure_commit_waits(const std::filesystem::path& folder) {
  auto database = sqlite::Database::open(folder / "commits.db", sqlite::Database::Access::read_write);
  if (!database) return tl::unexpected(database.error());
  if (auto made = database->execute("CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB)"); !made) {
    return tl::unexpected(made.error());
  }
  auto insert = database->prepare("INSERT INTO row (bytes) VALUES (?1)");
  if (!insert) return tl::unexpected(insert.error());
  const std::string bytes(row_bytes, 'x');
  std::vector<std::uint64_t> waits;
  for (int round = 0; round < commit_rounds; ++round) {
    std::this_thread::sleep_for(rest);
    const auto began = Clock::now();
    const std::uint64_t used = thread_time();
    insert->bind_blob(1, bytes);
    // By itself it is a transaction.
    if (auto done = insert->run(); !done) return tl::unexpected(done.error());
    const std::uint64_t took = nanoseconds(Clock::now() - began);
    waits.push_back(took - std::min(took, thread_time() - used));
  }
  std::ranges::sort(waits);
  std::vector<std::uint64_t> points;
  for (std::size_t i = 0; i < quantiles; ++i)
    points.push_back(waits[i * (waits.size() - 1) / (quantiles - 1)]);
  return points;
}

std::uint64_t measure_wake() {
  std::mutex mutex;
  std::condition_variable changed;
  int asked = 0, answered = 0;
  Clock::time_point ran;
  std::thread sleeper([&] {
    std::unique_lock lock(mutex);
    while (asked >= 0) {
      changed.wait(lock, [&] { return asked != answered; });
      ran = Clock::now();
      answered = asked;
      changed.notify_all();
    }
  });
  std::vector<std::uint64_t> times;
  for (int round = 1; round <= wake_rounds; ++round) {
    std::this_thread::sleep_for(rest);
    std::unique_lock lock(mutex);
    asked = round;
    const auto woken = Clock::now();
    changed.notify_all();
    changed.wait(lock, [&] { return answered == asked; });
    times.push_back(nanoseconds(ran - woken));
  }
  {
    const std::lock_guard lock(mutex);
    asked = -1;
  }
  changed.notify_all();
  sleeper.join();
  std::ranges::nth_element(times, times.begin() + wake_rounds / 2);
  return times[times.size() / 2];
}

}  // namespace gnc::scenarios
