#include "scenarios/engine/hdr_histogram.h"

#include <algorithm>
#include <cmath>

namespace gnc::scenarios {

std::int64_t HdrHistogram::value_of(std::size_t cell) {
  const auto index = static_cast<std::int64_t>(cell);
  if (index < 2 * half) return index;
  const std::int64_t shift = index / half - 1;
  const std::int64_t lowest = (index - shift * half) << shift;
  return lowest + ((std::int64_t{1} << shift) >> 1);
}

void HdrHistogram::make_room_for(std::size_t cell) {
  make_room_from(cell);
  if (cell - first_ >= cells_.size()) cells_.resize(cell - first_ + 1);
}

void HdrHistogram::make_room_from(std::size_t cell) {
  const std::size_t first = cell / 64 * 64;
  if (cells_.empty()) first_ = first;
  if (first >= first_) return;
  cells_.insert(cells_.begin(), first_ - first, 0);
  first_ = first;
}

void HdrHistogram::merge(const HdrHistogram& other) {
  if (other.count_ == 0) return;
  make_room_from(other.first_);
  const std::size_t offset = other.first_ - first_;
  if (offset + other.cells_.size() > cells_.size()) cells_.resize(offset + other.cells_.size());
  for (std::size_t i = 0; i < other.cells_.size(); ++i) cells_[offset + i] += other.cells_[i];
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void HdrHistogram::clear() {
  cells_.clear();
  first_ = 0;
  count_ = 0;
  min_ = largest;
  max_ = 0;
}

void HdrHistogram::know_largest(std::int64_t value) {
  if (count_ == 0 || value < 0 || value > largest || cell_of(value) != first_ + cells_.size() - 1) return;
  max_ = value;
  min_ = std::min(min_, max_);
}

std::int64_t HdrHistogram::value_at(double quantile) const {
  if (count_ == 0) return 0;
  const double rank = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_));
  const auto wanted = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    seen += cells_[cell];
    if (seen >= wanted) return std::clamp(value_of(first_ + cell), min_, max_);
  }
  return max_;
}

void HdrHistogram::each(const std::function<void(std::int64_t, std::uint64_t)>& visit) const {
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    if (cells_[cell] != 0) visit(value_of(first_ + cell), cells_[cell]);
  }
}

}  // namespace gnc::scenarios
