#pragma once

#include <map>
#include <string>

#include "gnc/v1/control.pb.h"

namespace gnc::nodes {

// What came of the files of a lodgement that were handed in. Its documents often have the same ones, and each
// is offered to the gateway once.
class HandedInFiles {
 public:
  // Fills in size, digest and fault as they were found. False where the file is still to be handed in.
  bool recall(v1::Lodge::Item::File& file) const;
  // That was handed in, or cannot be.
  void note(const v1::Lodge::Item::File& file);

 private:
  std::map<std::string, v1::Lodge::Item::File> by_path_;
};

}  // namespace gnc::nodes
