#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gnc::scenarios {

struct RunReport;

// Which part of a run a measure is of: "[workload=morning peak, to=CN]". Empty: the whole run.
class Selection {
 public:
  // Every key that there is, in the order in which text() has them.
  static const std::vector<std::string_view>& known_keys();

  bool empty() const { return parts_.empty(); }
  // False where the key is there already.
  bool add(std::string_view key, std::string_view value);
  // Empty where it is not there.
  std::string_view value(std::string_view key) const;
  const std::vector<std::pair<std::string, std::string>>& parts() const { return parts_; }
  // "workload=morning peak, to=CN", the same for the same selection however it was written. What a
  // SliceRow of several keys is named, with the kind "selection".
  std::string text() const;

  auto operator<=>(const Selection&) const = default;

 private:
  std::vector<std::pair<std::string, std::string>> parts_;
};

enum class Better { lower, higher, neither };

// A measure of a run that expectations can name.
struct Measure {
  enum class Unit { count, milliseconds, share, rate, bytes, number };
  // What may be selected: nothing; exchanges by workload, sender, recipient and phase; one process; one link;
  // one party of a checklist (an administration by to, a trader by workload); conversations by agreement and
  // state; the code of refusals, and
  // nothing else with it.
  enum class Scope { run, exchanges, process, link, refusals, parties, conversations };
  std::string name;
  std::string meaning;
  Unit unit;
  Scope scope;
  // False where it is known only when the run is over: an expectation of it cannot abort the run.
  bool while_running;
  // Empty where the run measured nothing of the kind.
  std::function<std::optional<double>(const RunReport&, const Selection&)> of;

  // The keys that may select.
  std::vector<std::string_view> keys() const;
};

// Every measure there is, with the short forms ("lost" for "exchange.lost").
const std::vector<Measure>& measures();

}  // namespace gnc::scenarios
