#include "trust/tls/chain_rules.h"

#include <openssl/x509v3.h>

#include "gnc/v1/errors.pb.h"
#include "trust/seal/merkle.h"

namespace gnc::trust {
namespace {

// gRPC reads the same thread's queue of errors: nothing of ours may stay in it.
struct ErrorsForgotten {
  ErrorsForgotten() = default;
  ErrorsForgotten(const ErrorsForgotten&) = delete;
  ErrorsForgotten& operator=(const ErrorsForgotten&) = delete;
  ~ErrorsForgotten() { openssl_complaint(); }
};

// What the dates of certificates and lists leave of time.
struct Period {
  Instant holds_from{INT64_MIN};
  Instant holds_until{INT64_MAX};
  Instant not_after{INT64_MAX};
};

// OpenSSL's functions take certificates non-const though they only read them (and cache what they read,
// under a lock of their own).
X509* open_handle(const X509& certificate) { return const_cast<X509*>(&certificate); }

// "certificate CN=NZ,O=gncsim, serial 4F…".
std::string naming(const X509& certificate) {
  return fmt::format("certificate {}, serial {}", subject_of(certificate), serial_of(certificate));
}

bool has_issued(const X509& issuer, const X509& certificate) {
  return X509_NAME_cmp(X509_get_subject_name(&issuer), X509_get_issuer_name(&certificate)) == 0 &&
         X509_verify(open_handle(certificate), X509_get0_pubkey(&issuer)) == 1;
}

const X509* issuer_among(std::span<const CertificatePtr> candidates, const X509& certificate) {
  for (const CertificatePtr& candidate : candidates) {
    if (has_issued(*candidate, certificate)) return candidate.get();
  }
  return nullptr;
}

tl::unexpected<Error> refuse(v1::ErrorCode code, const X509& certificate, const std::string& what) {
  return failure(code, naming(certificate) + " " + what);
}

// ---- Validity ----

Result<void> check_dates(const X509& certificate, Instant now, Period& period) {
  const auto from = instant_of(X509_get0_notBefore(&certificate));
  const auto until = instant_of(X509_get0_notAfter(&certificate));
  if (!from || !until) return refuse(v1::CERTIFICATE_UNFIT, certificate, "has no readable validity");
  // notAfter is the last second in which it is valid.
  const Instant end = *until + Duration::from_seconds(1);
  if (now < *from) {
    return refuse(v1::CERTIFICATE_NOT_YET_VALID, certificate,
                  fmt::format("is valid from {} only; it is {} now", date_text(*from), date_text(now)));
  }
  if (now >= end) {
    return refuse(v1::CERTIFICATE_EXPIRED, certificate,
                  fmt::format("expired on {}; it is {} now", date_text(*until), date_text(now)));
  }
  period.holds_from = std::max(period.holds_from, *from);
  period.holds_until = std::min(period.holds_until, end);
  period.not_after = std::min(period.not_after, *until);
  return {};
}

// ---- Revocation ----

// `revoked` is the code for a certificate that is in the list.
Result<void> check_revocation(const X509& certificate, const X509& issuer, const TrustAnchors::State& anchors,
                              Instant now, v1::ErrorCode revoked, Period& period) {
  const X509_NAME* authority = X509_get_subject_name(&issuer);
  const ListOnFile* newest = nullptr;
  const ListOnFile* forged = nullptr;
  for (const ListOnFile& one : anchors.lists) {
    if (X509_NAME_cmp(X509_CRL_get_issuer(one.list.get()), authority) != 0) continue;
    if (one.unusable || X509_CRL_verify(one.list.get(), X509_get0_pubkey(&issuer)) != 1) {
      forged = &one;
    } else if (newest == nullptr || newest->this_update < one.this_update) {
      newest = &one;
    }
  }
  if (newest == nullptr && forged != nullptr) {
    return failure(
        v1::REVOCATION_LIST_STALE,
        fmt::format("the revocation list that says it is of {} is not signed with its key, or is partial",
                    text_of(*authority)),
        forged->file);
  }
  if (newest == nullptr) {
    return failure(v1::REVOCATION_LIST_MISSING,
                   fmt::format("there is no revocation list of {}, which issued {}", text_of(*authority),
                               naming(certificate)));
  }
  X509_REVOKED* entry = nullptr;
  const int found = X509_CRL_get0_by_cert(newest->list.get(), &entry, open_handle(certificate));
  if (found != 0 && entry != nullptr) {
    // A list may be newer than the instant that is asked about: what was revoked later held then.
    const Instant at = instant_of(X509_REVOKED_get0_revocationDate(entry)).value_or(Instant{INT64_MIN});
    if (at <= now) {
      return refuse(revoked, certificate,
                    fmt::format("was revoked by {} on {}", text_of(*authority), date_text(at)));
    }
    period.holds_until = std::min(period.holds_until, at);
  }
  if (now >= newest->next_update) {
    return failure(v1::REVOCATION_LIST_STALE,
                   fmt::format("the revocation list of {} was to be updated by {}; it is {} now",
                               text_of(*authority), date_text(newest->next_update), date_text(now)),
                   newest->file);
  }
  period.holds_until = std::min(period.holds_until, newest->next_update);
  return {};
}

// ---- Names ----

// The administrations whose parties the authority may name, from its name constraints: "NZ", "gateway".
std::vector<std::string> areas_of(const X509& authority) {
  std::vector<std::string> areas;
  const std::unique_ptr<NAME_CONSTRAINTS, Freed<NAME_CONSTRAINTS_free>> constraints(
      static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(&authority, NID_name_constraints, nullptr, nullptr)));
  if (!constraints) return areas;
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees); ++i) {
    const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(constraints->permittedSubtrees, i)->base;
    if (base->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = base->d.uniformResourceIdentifier;
    areas.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                       static_cast<std::size_t>(ASN1_STRING_length(uri)));
  }
  return areas;
}

Result<PartyName> party_of(const X509& leaf, const X509& authority) {
  const auto names = uri_names_of(leaf);
  if (names.empty()) return refuse(v1::URI_NAME_MISSING, leaf, "has no URI name");
  if (names.size() > 1) {
    return refuse(v1::URI_NAME_AMBIGUOUS, leaf,
                  fmt::format("has {} URI names: {}", names.size(), fmt::join(names, ", ")));
  }
  auto party = PartyName::from_uri(names.front());
  if (!party) {
    return refuse(v1::URI_NAME_INVALID, leaf, fmt::format("names \"{}\", which is no party", names.front()));
  }
  const std::string_view area = party->is_gateway() ? "gateway" : party->administration();
  const auto permitted = areas_of(authority);
  if (std::ranges::find(permitted, area) == permitted.end()) {
    return refuse(
        v1::CERTIFICATE_UNFIT, leaf,
        fmt::format("names {}, but its {} may name parties of {} only", names.front(), naming(authority),
                    permitted.empty() ? "nobody" : fmt::format("{}", fmt::join(permitted, ", "))));
  }
  return *std::move(party);
}

// ---- Fitness ----

Result<void> check_authority(const X509& certificate) {
  if (X509_check_ca(open_handle(certificate)) != 1) {
    return refuse(v1::CERTIFICATE_UNFIT, certificate, "has issued a certificate but is not an authority's");
  }
  if ((X509_get_key_usage(open_handle(certificate)) & KU_KEY_CERT_SIGN) == 0) {
    return refuse(v1::CERTIFICATE_UNFIT, certificate,
                  "has issued a certificate, which its key usage forbids");
  }
  return {};
}

Result<void> check_leaf(const X509& leaf) {
  if (!has_p256_key(leaf)) return refuse(v1::CERTIFICATE_UNFIT, leaf, "has no P-256 key");
  if (X509_check_ca(open_handle(leaf)) != 0) {
    return refuse(v1::CERTIFICATE_UNFIT, leaf, "is an authority's; a party shows its own");
  }
  if ((X509_get_key_usage(open_handle(leaf)) & KU_DIGITAL_SIGNATURE) == 0) {
    return refuse(v1::CERTIFICATE_UNFIT, leaf, "may not sign: its key usage forbids it");
  }
  const std::uint32_t both = XKU_SSL_CLIENT | XKU_SSL_SERVER;
  if ((X509_get_extended_key_usage(open_handle(leaf)) & both) != both) {
    return refuse(v1::CERTIFICATE_UNFIT, leaf, "is not for both TLS client and TLS server");
  }
  return {};
}

// Everything else that RFC 5280 asks of a path and OpenSSL knows: constraints, path lengths, unknown
// critical extensions, algorithms. Our own rules came first, so that each cause has its own code.
Result<void> check_path(const X509& leaf, const X509& authority, const X509& root) {
  const std::unique_ptr<X509_STORE, Freed<X509_STORE_free>> store(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  struct StackFree {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
  };
  const std::unique_ptr<STACK_OF(X509), StackFree> between(sk_X509_new_null());
  if (!store || !context || !between || sk_X509_push(between.get(), open_handle(authority)) == 0 ||
      X509_STORE_add_cert(store.get(), open_handle(root)) != 1 ||
      X509_STORE_CTX_init(context.get(), store.get(), open_handle(leaf), between.get()) != 1) {
    return failure(v1::CERTIFICATE_UNFIT, "cannot check the chain: " + openssl_complaint());
  }
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT | X509_V_FLAG_NO_CHECK_TIME);
  if (X509_verify_cert(context.get()) == 1) return {};
  const int why = X509_STORE_CTX_get_error(context.get());
  const X509* where = X509_STORE_CTX_get_current_cert(context.get());
  return refuse(v1::CERTIFICATE_UNFIT, where != nullptr ? *where : leaf,
                fmt::format("does not hold in its chain: {}", X509_verify_cert_error_string(why)));
}

// What depends on the time.
Result<void> check_at(Instant now, const X509& leaf, const X509& authority, const X509& root,
                      const TrustAnchors::State& anchors, Period& period) {
  return check_dates(leaf, now, period)
      .and_then([&] { return check_dates(authority, now, period); })
      .and_then([&] { return check_dates(root, now, period); })
      .and_then([&] { return check_revocation(authority, root, anchors, now, v1::ISSUER_REVOKED, period); })
      .and_then(
          [&] { return check_revocation(leaf, authority, anchors, now, v1::CERTIFICATE_REVOKED, period); });
}

}  // namespace

Result<CheckedChain> check_chain(const X509& leaf, std::span<const CertificatePtr> others,
                                 const TrustAnchors::State& anchors, std::optional<Instant> now) {
  const ErrorsForgotten forgotten;
  if (issuer_among(anchors.roots, leaf) != nullptr) {
    return refuse(v1::CERTIFICATE_UNFIT, leaf,
                  "is issued by a root itself, not by a party's issuing authority");
  }
  const X509* authority = issuer_among(others.empty() ? anchors.issuers : others.first(1), leaf);
  if (authority == nullptr) {
    return refuse(
        v1::AUTHORITY_UNKNOWN, leaf,
        fmt::format("is issued by {}, whose certificate is not {}", text_of(*X509_get_issuer_name(&leaf)),
                    others.empty() ? "known here" : "the next of its chain"));
  }
  if (auto fit = check_authority(*authority); !fit) return tl::unexpected(fit.error());
  const X509* root = issuer_among(anchors.roots, *authority);
  if (root == nullptr) {
    return refuse(v1::AUTHORITY_UNKNOWN, *authority,
                  fmt::format("is issued by {}, which is no root that is trusted here",
                              text_of(*X509_get_issuer_name(authority))));
  }
  if (others.size() > 2 || (others.size() == 2 && X509_cmp(others[1].get(), root) != 0)) {
    return refuse(v1::AUTHORITY_UNKNOWN, *others.back(), "is in the chain but has no place there");
  }
  Period period;
  if (!now) {
    period.holds_until = period.holds_from;
  } else {
    if (auto holds = check_at(*now, leaf, *authority, *root, anchors, period); !holds) {
      return tl::unexpected(holds.error());
    }
  }
  if (auto fit = check_leaf(leaf); !fit) return tl::unexpected(fit.error());
  auto party = party_of(leaf, *authority);
  if (!party) return tl::unexpected(party.error());
  if (auto path = check_path(leaf, *authority, *root); !path) return tl::unexpected(path.error());
  return CheckedChain{{*std::move(party), sha256(der_of(leaf)).hex(), period.not_after},
                      period.holds_from,
                      period.holds_until};
}

}  // namespace gnc::trust
