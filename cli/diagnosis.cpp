#include "cli/diagnosis.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <grpc/impl/codegen/grpc_types.h>
#include <grpcpp/grpcpp.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/exchange.grpc.pb.h"
#include "proto/types/system_clock.h"
#include "trust/tls/credentials.h"
#include "trust/tls/openssl.h"

namespace gnc::cli {
namespace {

constexpr int connect_patience_ms = 5'000;
constexpr std::chrono::seconds call_patience{15};

struct AddressesFreed {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesFreed>;

std::string text_of(const addrinfo& address) {
  char host[NI_MAXHOST] = {};
  char port[NI_MAXSERV] = {};
  const int done = getnameinfo(address.ai_addr, address.ai_addrlen, host, sizeof host, port, sizeof port,
                               NI_NUMERICHOST | NI_NUMERICSERV);
  return done == 0 ? fmt::format("{} port {}", host, port) : "an address";
}

Result<Addresses> resolve(const std::string& gateway) {
  const auto colon = gateway.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == gateway.size()) {
    return failure(v1::USAGE, fmt::format("\"{}\" is not HOST:PORT", gateway));
  }
  std::string host = gateway.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int why = getaddrinfo(host.c_str(), gateway.substr(colon + 1).c_str(), &wanted, &list);
  if (why != 0) {
    return failure(v1::GATEWAY_UNREACHABLE,
                   fmt::format("the name {} gives no address: {}", host, gai_strerror(why)), {},
                   "Check the name, or give an address.");
  }
  return Addresses(list);
}

// Empty where the address answers within the patience, else why not.
std::string connect_fault(const addrinfo& address) {
  const int descriptor = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return std::strerror(errno);
  int fault = ::connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (fault == EINPROGRESS) {
    pollfd waiting{descriptor, POLLOUT, 0};
    socklen_t size = sizeof fault;
    if (::poll(&waiting, 1, connect_patience_ms) != 1) {
      fault = ETIMEDOUT;
    } else if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &fault, &size) != 0) {
      fault = errno;
    }
  }
  ::close(descriptor);
  return fault == 0 ? "" : std::strerror(fault);
}

Result<std::string> connect_to(const addrinfo& first) {
  std::vector<std::string> faults;
  for (const addrinfo* one = &first; one != nullptr; one = one->ai_next) {
    const std::string fault = connect_fault(*one);
    if (fault.empty()) return text_of(*one);
    faults.push_back(text_of(*one) + ": " + fault);
  }
  return failure(v1::GATEWAY_UNREACHABLE, fmt::format("{}", fmt::join(faults, "; ")), {},
                 "Check that the gateway runs and listens there, and that no firewall is between.");
}

std::string party_words(const trust::VerifiedPeer& peer) {
  return fmt::format("{}, good until {}", peer.party.text(), trust::date_text(peer.not_after));
}

// The gateway answers a stream without a Hello with HELLO_EXPECTED once it has accepted the peer.
Result<std::string> gateways_verdict(const std::shared_ptr<grpc::Channel>& channel, const PartyName& own) {
  const auto stub = v1::Exchange::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + call_patience);
  const auto stream = stub->Connect(&context);
  stream->Write(v1::NodeFrame());
  v1::GatewayFrame frame;
  while (stream->Read(&frame)) {
  }
  const grpc::Status status = stream->Finish();
  const std::string& message = status.error_message();
  if (message.find(label(v1::HELLO_EXPECTED)) != std::string::npos) {
    return fmt::format("it accepts {} and waits for its Hello", own.text());
  }
  const int code = message.starts_with("GNC-") ? std::atoi(message.c_str() + 4) : 0;
  const bool known = v1::ErrorCode_IsValid(code) && code != 0;
  return failure(known ? static_cast<v1::ErrorCode>(code) : v1::GATEWAY_UNREACHABLE,
                 fmt::format("the gateway said: {}", message.empty() ? "nothing" : message));
}

class Steps {
 public:
  // False, so that no step follows, where the answer is an error.
  bool add(std::string question, Result<std::string> answer) {
    taken_.push_back({std::move(question), std::move(answer)});
    return taken_.back().answer.has_value();
  }
  template <class T>
  bool fail_unless(const std::string& question, const Result<T>& result) {
    return result.has_value() || add(question, tl::unexpected(result.error()));
  }
  std::vector<CheckedStep> take() { return std::move(taken_); }

 private:
  std::vector<CheckedStep> taken_;
};

void take_steps(const DiagnosisOptions& options, Steps& steps) {
  const auto expected = PartyName::from_text(options.gateway_name);
  if (!expected || !expected->is_gateway()) {
    steps.add("gateway's name",
              failure(v1::USAGE, fmt::format("\"{}\" is not a gateway's name", options.gateway_name), {},
                      "Name it as gateway/hub."));
    return;
  }
  const auto anchors = trust::TrustAnchors::load(options.trust);
  if (!steps.fail_unless("trust folder", anchors)) return;
  steps.add("trust folder", options.trust.string() + " can be read");

  const auto identity = trust::load_identity(options.identity);
  if (!steps.fail_unless("own identity", identity)) return;
  steps.add("own identity", options.identity.string() + " holds together");

  const auto verifier = std::make_shared<trust::ChainVerifier>(*anchors);
  const auto own = verifier->verify(trust::make_signer(*identity)->chain(), system_now());
  if (!steps.fail_unless("own certificate", own)) return;
  steps.add("own certificate", party_words(*own));

  const auto addresses = resolve(options.gateway);
  if (!steps.fail_unless("gateway's address", addresses)) return;
  steps.add("gateway's address", text_of(**addresses));
  if (!steps.add("TCP connection", connect_to(**addresses))) return;

  const auto client = trust::client_credentials(*identity, verifier, *expected, system_now);
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(expected->uri());
  const auto channel = grpc::CreateCustomChannel(options.gateway, client.credentials, arguments);
  channel->GetState(true);
  const auto deadline = std::chrono::system_clock::now() + call_patience;
  // A refusal shows as a transient failure, after which gRPC would only try again.
  grpc_connectivity_state state = channel->GetState(true);
  while (state != GRPC_CHANNEL_READY && state != GRPC_CHANNEL_TRANSIENT_FAILURE &&
         channel->WaitForStateChange(state, deadline)) {
    state = channel->GetState(true);
  }
  if (state != GRPC_CHANNEL_READY) {
    const Error refused = client.last_failure();
    steps.add("gateway's certificate",
              refused.code != v1::ERROR_CODE_UNSPECIFIED
                  ? tl::unexpected(refused)
                  : failure(v1::GATEWAY_UNREACHABLE,
                            "the TLS handshake was not completed: what listens there is no gateway, "
                            "or wants another kind of certificate"));
    return;
  }
  steps.add("gateway's certificate", fmt::format("{}, trusted here", expected->text()));
  steps.add("gateway's verdict", gateways_verdict(channel, own->party));
}

}  // namespace

std::vector<CheckedStep> diagnose(const DiagnosisOptions& options) {
  Steps steps;
  take_steps(options, steps);
  return steps.take();
}

}  // namespace gnc::cli
