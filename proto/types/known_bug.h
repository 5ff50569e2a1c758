#pragma once

// Mistakes that the tests put into a build of their own, to show that the simulation finds each
// (docs/testing.md). In every other build the condition is the constant false, and nothing is left of it.
#ifdef GNC_WITH_KNOWN_BUGS

namespace gnc {

enum class KnownBug {
  none,
  receipt_before_sync,
  duplicates_forgotten_at_restart,
  order_inverted_on_reconnect,
  credit_leak,
  retry_forgets_expiry,
  agreement_checked_at_connect_only,
  stale_revocation_list,
  double_terminal_receipt,
};

// Whether this run has it; the tests define it.
bool has_known_bug(KnownBug);

}  // namespace gnc

#define GNC_KNOWN_BUG(name) ::gnc::has_known_bug(::gnc::KnownBug::name)

#else

#define GNC_KNOWN_BUG(name) false

#endif
