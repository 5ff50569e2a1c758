#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gnc::nodes {

// Records of steps that are not durable yet, which the store therefore cannot be asked for. Adding one is
// cheap, since hardly any is ever looked for: the first look makes an index.
template <class Record, class Key, class Hash, Key Record::*key>
class Uncommitted {
 public:
  void add(Record record) { this_step_.records.push_back(std::move(record)); }

  // The latest of that key; null where there is none. Valid until the next call.
  const Record* find(const Key& wanted) const {
    if (const Record* found = this_step_.find(wanted)) return found;
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
      if (const Record* found = step->find(wanted)) return found;
    }
    return nullptr;
  }

  // What was added since the last one is that step's.
  void step_ended(std::uint64_t step) {
    if (this_step_.records.empty()) return;
    this_step_.number = step;
    steps_.push_back(std::exchange(this_step_, {}));
  }

  void committed(std::uint64_t step) {
    while (!steps_.empty() && steps_.front().number <= step) steps_.pop_front();
  }

 private:
  struct Step {
    std::uint64_t number = 0;
    std::vector<Record> records;
    mutable std::unordered_multimap<std::size_t, std::size_t> places;  // of the first of them, by hash
    mutable std::size_t indexed = 0;

    const Record* find(const Key& wanted) const {
      for (; indexed < records.size(); ++indexed) places.emplace(Hash{}(records[indexed].*key), indexed);
      const auto [first, last] = places.equal_range(Hash{}(wanted));
      for (auto place = first; place != last; ++place) {
        if (records[place->second].*key == wanted) return &records[place->second];
      }
      return nullptr;
    }
  };

  Step this_step_;
  std::deque<Step> steps_;
};

}  // namespace gnc::nodes
