#include "trust/pki/pki.h"

#include <system_error>

#include <openssl/x509v3.h>

#include "gnc/v1/errors.pb.h"
#include "trust/pki/certificate_maker.h"
#include "trust/pki/files.h"

namespace gnc::trust {
namespace {

namespace fs = std::filesystem;

constexpr Duration list_life = Duration::from_seconds(30 * 86'400);

std::string folder_name(const PartyName& party) {
  std::string name = party.text();
  std::ranges::replace(name, '/', '-');
  return name;
}

// What one issuing authority may name, and is called: "NZ", or "gateway" for all gateways.
std::string area_of(const PartyName& party) {
  return party.is_gateway() ? "gateway" : std::string(party.administration());
}

tl::unexpected<Error> broken(const fs::path& file, const char* what) {
  return failure(v1::CERTIFICATE_UNREADABLE, what, file.string());
}

Result<CertificatePtr> read_certificate(const fs::path& file) {
  const auto text = read_file(file, max_certificate_file_bytes);
  if (!text) return tl::unexpected(text.error());
  auto certificates = certificates_from(*text);
  if (certificates.empty()) return broken(file, "it is not a certificate");
  return std::move(certificates.front());
}

Result<KeyPtr> read_key(const fs::path& file) {
  const auto text = read_file(file, max_certificate_file_bytes);
  if (!text) return tl::unexpected(text.error());
  KeyPtr key = private_key_from(*text);
  if (!key) return broken(file, "it is not a private key without a password");
  return key;
}

Result<RevocationListPtr> read_list(const fs::path& file) {
  const auto text = read_file(file, max_certificate_file_bytes);
  if (!text) return tl::unexpected(text.error());
  RevocationListPtr list = revocation_list_from(*text);
  if (!list) return broken(file, "it is not a revocation list");
  return list;
}

// ca.crt, ca.key and ca.crl of the root or an authority. The list that counts is the one here: the
// trust folder has a copy.
class AuthorityFolder {
 public:
  AuthorityFolder(fs::path folder, fs::path published_list)
      : folder_(std::move(folder)), published_list_(std::move(published_list)) {}

  bool exists() const { return fs::exists(folder_ / "ca.crt"); }

  Result<Authority> read() const {
    auto certificate = read_certificate(folder_ / "ca.crt");
    if (!certificate) return tl::unexpected(certificate.error());
    auto key = read_key(folder_ / "ca.key");
    if (!key) return tl::unexpected(key.error());
    if (X509_check_private_key(certificate->get(), key->get()) != 1) {
      return broken(folder_ / "ca.key", "it is not the key of ca.crt beside it");
    }
    return Authority{std::move(*certificate), std::move(*key)};
  }

  Result<void> write(const Authority& authority) const {
    return replace_file(folder_ / "ca.key", pem_of(*authority.key), readable_by_owner).and_then([&] {
      return replace_file(folder_ / "ca.crt", pem_of(*authority.certificate));
    });
  }

  // The validity that the list has now; empty where there is none.
  Result<std::optional<RevocationListPtr>> list() const {
    if (!fs::exists(folder_ / "ca.crl")) return std::nullopt;
    auto list = read_list(folder_ / "ca.crl");
    if (!list) return tl::unexpected(list.error());
    return std::optional<RevocationListPtr>(std::move(*list));
  }

  Result<bool> has_revoked(const X509& certificate) const {
    const auto current = list();
    if (!current) return tl::unexpected(current.error());
    if (!*current) return false;
    const auto revoked = revocations_in(***current);
    return std::ranges::find(revoked, serial_of(certificate), &Revocation::serial) != revoked.end();
  }

  // Issues the next list, with `more` added, here and in the trust folder.
  Result<void> publish(Instant at, Instant next_update, std::span<const Revocation> more = {}) const {
    const auto authority = read();
    if (!authority) return tl::unexpected(authority.error());
    const auto current = list();
    if (!current) return tl::unexpected(current.error());
    std::vector<Revocation> revoked;
    std::int64_t number = 1;
    if (*current) {
      revoked = revocations_in(***current);
      number = number_of(***current) + 1;
    }
    for (const Revocation& one : more) {
      if (std::ranges::find(revoked, one.serial, &Revocation::serial) == revoked.end())
        revoked.push_back(one);
    }
    const auto made = make_list(*authority, revoked, number, at, next_update);
    if (!made) return tl::unexpected(made.error());
    const std::string pem = pem_of(**made);
    return replace_file(folder_ / "ca.crl", pem).and_then([&] { return replace_file(published_list_, pem); });
  }

  // Adds one revocation; the list keeps its next update where that is still to come.
  Result<void> revoke(const X509& certificate, Instant at) const {
    const auto current = list();
    if (!current) return tl::unexpected(current.error());
    Instant next_update = at + list_life;
    if (*current) {
      const auto planned = instant_of(X509_CRL_get0_nextUpdate((*current)->get()));
      if (planned && *planned > at) next_update = *planned;
    }
    const Revocation one{serial_of(certificate), at};
    return publish(at, next_update, {&one, 1});
  }

 private:
  fs::path folder_;
  fs::path published_list_;
};

AuthorityFolder root_of(const fs::path& pki) { return {pki / "root", pki / "trust" / "crls" / "root.crl"}; }

AuthorityFolder authority_of(const fs::path& pki, const std::string& area) {
  return {pki / "authorities" / area, pki / "trust" / "crls" / (area + ".crl")};
}

Validity validity_of(const X509& certificate) {
  return {instant_of(X509_get0_notBefore(&certificate)).value_or(Instant{}),
          instant_of(X509_get0_notAfter(&certificate)).value_or(Instant{})};
}

// The authority of `area`, made where there is none or it is revoked.
Result<Authority> authority_for(const fs::path& pki, const std::string& area) {
  const AuthorityFolder at_root = root_of(pki);
  const AuthorityFolder here = authority_of(pki, area);
  if (here.exists()) {
    auto authority = here.read();
    if (!authority) return authority;
    const auto revoked = at_root.has_revoked(*authority->certificate);
    if (!revoked) return tl::unexpected(revoked.error());
    if (!*revoked) return authority;
  }
  const auto root = at_root.read();
  if (!root) return tl::unexpected(root.error());
  auto key = make_key();
  if (!key) return tl::unexpected(key.error());
  const Validity validity = validity_of(*root->certificate);
  auto certificate = make_authority(area, **key, validity, *root);
  if (!certificate) return tl::unexpected(certificate.error());
  Authority made{std::move(*certificate), std::move(*key)};
  if (auto written = here.write(made); !written) return tl::unexpected(written.error());
  // Until someone plans otherwise a list stays good as long as its authority.
  if (auto listed = here.publish(validity.from, validity.until); !listed)
    return tl::unexpected(listed.error());
  const auto published = replace_file(pki / "trust" / "issuers" / (area + ".crt"), pem_of(*made.certificate));
  if (!published) return tl::unexpected(published.error());
  return made;
}

CertificateSummary summary_of(std::string name, const X509& certificate, bool revoked) {
  return {std::move(name), subject_of(certificate),  serial_of(certificate), validity_of(certificate),
          revoked,         uri_names_of(certificate)};
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    if (entry.is_directory(problem)) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

Result<Pki> Pki::create(const fs::path& folder, Validity root_validity) {
  const AuthorityFolder root = root_of(folder);
  if (root.exists()) {
    return failure(v1::FILE_UNWRITABLE, "there is a PKI in this folder already", folder.string(),
                   "Choose another folder, or remove this one.");
  }
  auto key = make_key();
  if (!key) return tl::unexpected(key.error());
  auto certificate = make_root(**key, root_validity);
  if (!certificate) return tl::unexpected(certificate.error());
  const Authority made{std::move(*certificate), std::move(*key)};
  std::error_code problem;
  fs::create_directories(folder / "trust" / "issuers", problem);
  if (problem) return failure(v1::FILE_UNWRITABLE, problem.message(), folder.string());
  const auto written =
      root.write(made)
          .and_then([&] { return root.publish(root_validity.from, root_validity.until); })
          .and_then([&] {
            return replace_file(folder / "trust" / "roots" / "root.crt", pem_of(*made.certificate));
          });
  if (!written) return tl::unexpected(written.error());
  return Pki(folder);
}

Result<Pki> Pki::open(const fs::path& folder) {
  if (!root_of(folder).exists()) {
    return failure(v1::FILE_UNREADABLE, "there is no PKI in this folder: it has no root/ca.crt",
                   folder.string(), "Make one with `gncsim pki init`.");
  }
  return Pki(folder);
}

fs::path Pki::identity_folder(const PartyName& party) const {
  return folder_ / "identities" / folder_name(party);
}

Result<fs::path> Pki::issue(const LeafRequest& request) {
  return issue_into(identity_folder(request.party), request);
}

Result<fs::path> Pki::issue_into(const fs::path& folder, const LeafRequest& request) {
  const auto authority = authority_for(folder_, area_of(request.party));
  if (!authority) return tl::unexpected(authority.error());
  const auto key = make_key();
  if (!key) return tl::unexpected(key.error());
  const auto leaf = make_leaf(request, **key, *authority);
  if (!leaf) return tl::unexpected(leaf.error());
  const auto written = replace_file(folder / "node.key", pem_of(**key), readable_by_owner).and_then([&] {
    return replace_file(folder / "node.crt", pem_of(**leaf) + pem_of(*authority->certificate));
  });
  if (!written) return tl::unexpected(written.error());
  return folder;
}

Result<void> Pki::revoke(const PartyName& party, Instant at) {
  const auto leaf = read_certificate(identity_folder(party) / "node.crt");
  if (!leaf) return tl::unexpected(leaf.error());
  return authority_of(folder_, area_of(party)).revoke(**leaf, at);
}

Result<void> Pki::revoke_authority(const PartyName& party, Instant at) {
  const auto authority = authority_of(folder_, area_of(party)).read();
  if (!authority) return tl::unexpected(authority.error());
  return root_of(folder_).revoke(*authority->certificate, at);
}

Result<void> Pki::publish_list(const PartyName& party, Instant at, Instant next_update) {
  return authority_of(folder_, area_of(party)).publish(at, next_update);
}

Result<void> Pki::publish_lists(Instant at, Instant next_update) {
  if (auto done = root_of(folder_).publish(at, next_update); !done) return done;
  for (const fs::path& folder : folders_in(folder_ / "authorities")) {
    auto done = authority_of(folder_, folder.filename().string()).publish(at, next_update);
    if (!done) return done;
  }
  return {};
}

Result<std::vector<CertificateSummary>> Pki::list() const {
  std::vector<CertificateSummary> found;
  const auto root = root_of(folder_).read();
  if (!root) return tl::unexpected(root.error());
  found.push_back(summary_of("root", *root->certificate, false));
  for (const fs::path& folder : folders_in(folder_ / "authorities")) {
    const std::string area = folder.filename().string();
    const auto authority = authority_of(folder_, area).read();
    if (!authority) return tl::unexpected(authority.error());
    const auto revoked = root_of(folder_).has_revoked(*authority->certificate);
    if (!revoked) return tl::unexpected(revoked.error());
    found.push_back(summary_of("authority " + area, *authority->certificate, *revoked));
  }
  for (const fs::path& folder : folders_in(folder_ / "identities")) {
    const auto leaf = read_certificate(folder / "node.crt");
    if (!leaf) return tl::unexpected(leaf.error());
    std::string name = folder.filename().string();
    const std::string area = name.substr(0, name.find('-'));
    if (const auto dash = name.find('-'); dash != std::string::npos) name[dash] = '/';
    const auto revoked = authority_of(folder_, area).has_revoked(**leaf);
    if (!revoked) return tl::unexpected(revoked.error());
    CertificateSummary& summary = found.emplace_back(summary_of(name, **leaf, *revoked));
    const auto authority = authority_of(folder_, area).read();
    if (!authority) return tl::unexpected(authority.error());
    const auto gone = root_of(folder_).has_revoked(*authority->certificate);
    if (!gone) return tl::unexpected(gone.error());
    // An authority is followed by another only where it is revoked.
    summary.authority_revoked =
        *gone || X509_check_issued(authority->certificate.get(), leaf->get()) != X509_V_OK;
  }
  return found;
}

}  // namespace gnc::trust
