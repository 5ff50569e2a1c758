#pragma once

#include <memory>

#include "proto/types/result.h"

namespace gnc::sqlite {

// SQLite's own way to the disk, and the means to have it fail: for rehearsing what a process does when its
// disk does. Databases that are opened while this exists, and not before, go through it; it must outlive
// them. One in a process.
class FailingDisk {
 public:
  static Result<std::unique_ptr<FailingDisk>> install();
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  // From now on every write and flush fails, as an I/O error. Any thread.
  void fail();

 private:
  struct State;
  explicit FailingDisk(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gnc::sqlite
