#include "nodes/core/handed_in_files.h"

namespace gnc::nodes {

bool HandedInFiles::recall(v1::Lodge::Item::File& file) const {
  const auto found = by_path_.find(file.path());
  if (found == by_path_.end()) return false;
  file.set_size(found->second.size());
  file.set_digest(found->second.digest());
  file.set_fault(found->second.fault());
  file.set_detail(found->second.detail());
  return true;
}

void HandedInFiles::note(const v1::Lodge::Item::File& file) { by_path_.emplace(file.path(), file); }

}  // namespace gnc::nodes
