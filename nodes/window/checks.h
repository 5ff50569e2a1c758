#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodes/window/condition.h"

namespace gnc::window {

// A business rule: what an element must be, in declarations for which the conditions hold. The data model's
// own formats are checked elsewhere; these are an administration's.
struct Check {
  std::string code;  // "DMS10001": the answer's ValidationCode
  std::string says;  // for people; may be empty
  ElementPath path;
  // test.present true: it must be there. Else: where it is there, the test must hold.
  Test test;
  std::vector<Condition> when;
  // What the answer points to instead of the element; an empty pointer: to nothing.
  std::optional<Pointer> pointer;
};

struct Rejection {
  std::string code;
  std::string says;
  Pointer pointer;
};

// All that is wrong, in the order of the checks and then of the document.
std::vector<Rejection> run_checks(const std::vector<Check>& checks, const v1::MetaData& document,
                                  const PointerStyle& style);

}  // namespace gnc::window
