#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/instant.h"

namespace gnc::window {

// One entry of a register: its values by their columns.
using RegisterEntry = std::map<std::string, std::string>;

// What a register's entry says from some time on; it has the key's column.
struct RegisterChange {
  Duration after;  // from when the node first began, by business time
  RegisterEntry to;
};

// A list that an administration keeps and is asked about: operators, rights holders' products, seizures.
struct Register {
  std::string name;
  std::string key;  // the column that tells entries apart
  std::vector<RegisterEntry> entries;
  std::vector<RegisterChange> changes;  // in the order of time

  // As it stands when `passed` of business time has gone by.
  std::vector<RegisterEntry> at(Duration passed) const;
  std::optional<RegisterEntry> find(std::string_view value, Duration passed) const;
};

// Whether the entry has one of the values in each of the columns.
using EntryTest = std::map<std::string, std::vector<std::string>>;
bool fits(const RegisterEntry& entry, const EntryTest& test);

}  // namespace gnc::window
