#include "scenarios/calibration/service_marks.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "proto/sqlite/store_folder.h"
#include "proto/types/system_clock.h"
#include "scenarios/virtual/virtual_trust.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int seal_rounds = 400;
constexpr int commit_rounds = 600;
constexpr int wake_rounds = 800;
constexpr std::size_t points = 101;
// As far apart as the events of a machine at rest, so that processor and disk are found as they are then.
constexpr std::chrono::microseconds rest{1500};
constexpr std::size_t row_bytes = 2048;
constexpr std::size_t large_row_bytes = 32u << 10;
constexpr std::size_t checkpoints = 5;

std::uint64_t nanoseconds(Clock::duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

std::uint64_t thread_time() {
  timespec spent{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<std::uint64_t>(spent.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(spent.tv_nsec);
}

std::uint64_t median(std::vector<std::uint64_t> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return *middle;
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
  return median(std::move(times));
}

Quantiles quantiles_of(std::vector<std::uint64_t> times) {
  std::ranges::sort(times);
  Quantiles quantiles;
  for (std::size_t i = 0; i < points; ++i) quantiles.push_back(times[i * (times.size() - 1) / (points - 1)]);
  return quantiles;
}

// A database with the settings of a store, whose every row is a transaction.
class MeasuredStore {
 public:
  static Result<MeasuredStore> open(const fs::path& file, std::size_t bytes) {
    auto database = sqlite::open_store(
        file, {1, 1, "a store to measure", "CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB);"});
    if (!database) return tl::unexpected(database.error());
    auto insert = database->prepare("INSERT INTO row (bytes) VALUES (?1)");
    if (!insert) return tl::unexpected(insert.error());
    return MeasuredStore(std::move(*database), std::move(*insert), bytes);
  }

  // How long it waited for the disk.
  Result<std::uint64_t> commit() {
    const auto began = Clock::now();
    const std::uint64_t used = thread_time();
    insert_.bind_blob(1, bytes_);
    if (auto done = insert_.run(); !done) return tl::unexpected(done.error());
    const std::uint64_t took = nanoseconds(Clock::now() - began);
    return took - std::min(took, thread_time() - used);
  }

 private:
  MeasuredStore(sqlite::Database database, sqlite::Statement insert, std::size_t bytes)
      : database_(std::move(database)), insert_(std::move(insert)), bytes_(bytes, 'x') {}

  sqlite::Database database_;
  sqlite::Statement insert_;
  std::string bytes_;
};

}  // namespace

Result<SealMarks> measure_seals(const fs::path& folder) {
  const PartyName party = *PartyName::from_text("NZ");
  const auto trusted = make_real_trust(folder, {party}, system_now());
  if (!trusted) return tl::unexpected(trusted.error());
  VirtualTrust& trust = **trusted;
  trust::Signer& signer = trust.signer(party);
  const std::vector<std::string> contents{std::string(row_bytes, 'x')};
  const auto sealed = std::make_shared<const std::string>(
      trust::seal_bytes(contents, {v1::SealStatement::PURPOSE_ENVELOPES, "", system_now()}, signer).bytes);
  SealMarks marks;
  marks.seal = median_cost(seal_rounds, [&] { signer.sign(*sealed); });
  Result<void> opened;
  marks.batch = median_cost(seal_rounds, [&] {
    if (auto batch = trust.open(sealed, system_now()); !batch) opened = tl::unexpected(batch.error());
  });
  if (!opened) return tl::unexpected(opened.error());
  return marks;
}

Result<Quantiles> measure_commit_waits(const fs::path& folder) {
  auto store = MeasuredStore::open(folder / "commits.db", row_bytes);
  if (!store) return tl::unexpected(store.error());
  std::vector<std::uint64_t> waits;
  for (int round = 0; round < commit_rounds; ++round) {
    std::this_thread::sleep_for(rest);
    const auto wait = store->commit();
    if (!wait) return tl::unexpected(wait.error());
    waits.push_back(*wait);
  }
  return quantiles_of(std::move(waits));
}

Result<std::uint64_t> measure_checkpoint(const fs::path& folder) {
  auto store = MeasuredStore::open(folder / "checkpoints.db", large_row_bytes);
  if (!store) return tl::unexpected(store.error());
  // In each of these the log is full once.
  std::vector<std::uint64_t> waits, longest(checkpoints, 0);
  for (std::uint64_t& most : longest) {
    for (std::size_t bytes = 0; bytes < sqlite::longest_log; bytes += large_row_bytes) {
      const auto wait = store->commit();
      if (!wait) return tl::unexpected(wait.error());
      waits.push_back(*wait);
      most = std::max(most, *wait);
    }
  }
  const std::uint64_t usual = median(std::move(waits)), full = median(std::move(longest));
  return full - std::min(full, usual);
}

Quantiles measure_wakes() {
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
  return quantiles_of(std::move(times));
}

}  // namespace gnc::scenarios
