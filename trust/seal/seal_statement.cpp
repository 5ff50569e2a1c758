#include "trust/seal/seal_statement.h"

#include "gnc/v1/errors.pb.h"
#include "trust/seal/wire_scanner.h"

namespace gnc::trust {
namespace {

constexpr std::size_t max_statement_bytes = 512;
constexpr std::size_t max_signature_bytes = 128;
constexpr std::size_t max_chain = 4;
constexpr std::size_t max_certificate_bytes = 16 * 1024;

tl::unexpected<Error> malformed(std::string what) { return failure(v1::SEAL_MALFORMED, std::move(what)); }

}  // namespace

std::string signing_bytes(std::string_view statement_bytes) {
  static constexpr std::string_view context("gncsim seal v1\0", 15);
  std::string bytes;
  bytes.reserve(context.size() + statement_bytes.size());
  bytes += context;
  bytes += statement_bytes;
  return bytes;
}

v1::Seal sign_statement(const v1::SealStatement& statement, Signer& signer) {
  v1::Seal seal;
  statement.SerializeToString(seal.mutable_statement());
  seal.set_signature(signer.sign(signing_bytes(seal.statement())));
  for (const std::string& certificate : signer.chain()) seal.add_chain(certificate);
  return seal;
}

Result<SealParts> read_seal(std::string_view seal_bytes) {
  SealParts seal;
  WireScanner scanner(seal_bytes);
  for (WireField field; scanner.next(field);) {
    if (!field.is_bytes || field.bytes.empty())
      return malformed("the seal has a field that seals do not have");
    if (field.number == 1 && seal.statement_bytes.empty() && field.bytes.size() <= max_statement_bytes) {
      seal.statement_bytes = field.bytes;
    } else if (field.number == 2 && seal.signature.empty() && field.bytes.size() <= max_signature_bytes) {
      seal.signature = field.bytes;
    } else if (field.number == 3 && seal.chain.size() < max_chain &&
               field.bytes.size() <= max_certificate_bytes) {
      seal.chain.emplace_back(field.bytes);
    } else {
      return malformed(fmt::format("the seal's field {} is unknown, repeated or too long", field.number));
    }
  }
  if (scanner.broken()) return malformed("the seal is not well-formed");
  if (seal.statement_bytes.empty() || seal.signature.empty() || seal.chain.empty()) {
    return malformed("the seal lacks its statement, signature or certificates");
  }
  return seal;
}

Result<Statement> read_statement(std::string_view statement_bytes) {
  v1::SealStatement parsed;
  if (!parsed.ParseFromArray(statement_bytes.data(), static_cast<int>(statement_bytes.size()))) {
    return malformed("the seal's statement is not well-formed");
  }
  auto signer = PartyName::from_text(parsed.signer());
  if (!signer) return malformed(fmt::format("the seal's signer \"{}\" is no party's name", parsed.signer()));
  const auto root = Digest::from_bytes(parsed.root());
  if (!root) return malformed(fmt::format("the sealed root has {} bytes, not 32", parsed.root().size()));
  const bool for_one = parsed.purpose() == v1::SealStatement::PURPOSE_RECEIPTS;
  if (for_one ? !PartyName::from_text(parsed.audience()) : !parsed.audience().empty()) {
    return malformed(
        fmt::format("the seal is for \"{}\", which does not go with its purpose", parsed.audience()));
  }
  return Statement{parsed.purpose(),   *std::move(signer),
                   parsed.audience(),  Instant{parsed.sealed_at()},
                   parsed.tree_size(), *root};
}

Result<void> check_seal(const SealParts& seal, const Statement& statement, const ChainVerifier& verifier,
                        std::optional<Instant> now) {
  const auto peer = now ? verifier.verify(seal.chain, *now) : verifier.verify_whenever(seal.chain);
  if (!peer) return tl::unexpected(peer.error());
  if (peer->party != statement.signer) {
    return failure(v1::SENDER_NOT_PEER,
                   fmt::format("the seal says that {} sealed it, but its certificate names {}",
                               statement.signer.text(), peer->party.text()));
  }
  if (!ChainVerifier::signature_holds(seal.chain.front(), signing_bytes(seal.statement_bytes),
                                      seal.signature)) {
    return failure(
        v1::SEAL_SIGNATURE_WRONG,
        fmt::format("the signature is not that of {} over this statement", statement.signer.text()));
  }
  return {};
}

}  // namespace gnc::trust
