#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace gnc::scenarios {

// Counts of values that keep their size to within 0.1 %, in bounded memory (at most 400 kB), whatever the
// number of values: a histogram of the HdrHistogram kind with 1,024 cells to each doubling. Its cells are
// those of the HdrHistogram libraries with three significant digits from the unit 1, so that theirs and ours
// exchange without loss.
class HdrHistogram {
 public:
  static constexpr std::int64_t largest = (std::int64_t{1} << 47) - 1;

  // Negative values count as 0, values beyond `largest` as `largest`.
  void record(std::int64_t value, std::uint64_t times = 1) {
    if (times == 0) return;
    value = std::clamp<std::int64_t>(value, 0, largest);
    const std::size_t cell = cell_of(value);
    // Less than the first is far beyond the last.
    if (cell - first_ >= cells_.size()) make_room_for(cell);
    cells_[cell - first_] += times;
    count_ += times;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }
  void merge(const HdrHistogram& other);
  // Forgets all, and keeps its memory.
  void clear();
  // The exact largest value, where a form that keeps only cells was read and it is known from elsewhere; one
  // that lies in another cell than the largest recorded is no such value, and is not believed.
  void know_largest(std::int64_t value);

  // The value at or below which the share `quantile` of all values lies (nearest rank), to within 0.1 %;
  // 0 where nothing was recorded. The smallest and the largest are exact.
  std::int64_t value_at(double quantile) const;
  std::int64_t min() const { return count_ == 0 ? 0 : min_; }
  std::int64_t max() const { return max_; }
  std::uint64_t count() const { return count_; }

  // Each cell that is not empty, smallest first: the value that stands for it, and its count.
  void each(const std::function<void(std::int64_t value, std::uint64_t count)>& visit) const;

  // The counts of the cells from first_cell() to the last that is not empty; all before it are empty.
  std::span<const std::uint64_t> cells() const { return cells_; }
  std::size_t first_cell() const { return first_; }

  // Equal where every cell is, and smallest and largest.
  bool operator==(const HdrHistogram&) const = default;

 private:
  // Values below 2,048 have a cell each; above, each doubling is cut in 1,024 cells.
  static constexpr int sub_bits = 10;
  static constexpr std::int64_t half = std::int64_t{1} << sub_bits;

  static std::size_t cell_of(std::int64_t value) {
    if (value < 2 * half) return static_cast<std::size_t>(value);
    const int shift = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value))) - (sub_bits + 1);
    return static_cast<std::size_t>(shift * half + (value >> shift));
  }
  // The middle of the cell, which is nearest to whatever fell in it.
  static std::int64_t value_of(std::size_t cell);

  void make_room_for(std::size_t cell);
  // Cells begin at this one or before it.
  void make_room_from(std::size_t cell);

  // Latencies lie close to each other, so that most of the cells before them would never be used.
  std::vector<std::uint64_t> cells_;  // never ends in an empty cell
  std::size_t first_ = 0;             // of cells_: a multiple of 64, at most 63 before the smallest
  std::uint64_t count_ = 0;
  std::int64_t min_ = largest;
  std::int64_t max_ = 0;
};

}  // namespace gnc::scenarios
