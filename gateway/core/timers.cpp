#include "gateway/core/timers.h"

#include <algorithm>

namespace gnc::gateway {

void Timers::push(const Timer& timer) {
  heap_.push_back(timer);
  std::push_heap(heap_.begin(), heap_.end(), std::greater{});
}

void Timers::pop() {
  std::pop_heap(heap_.begin(), heap_.end(), std::greater{});
  heap_.pop_back();
}

void Timers::rebuild() { std::make_heap(heap_.begin(), heap_.end(), std::greater{}); }

}  // namespace gnc::gateway
