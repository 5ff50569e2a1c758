#include "proto/net/bounded_acceptor.h"

#include <chrono>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace gnc::net {

using boost::asio::ip::tcp;

constexpr std::chrono::milliseconds pause_without_descriptors{200};

BoundedAcceptor::BoundedAcceptor(tcp::acceptor acceptor, std::size_t most, Take take)
    : acceptor_(std::move(acceptor)),
      pause_(acceptor_.get_executor()),
      endpoint_(acceptor_.local_endpoint()),
      most_(most),
      take_(std::move(take)) {}

std::shared_ptr<BoundedAcceptor> BoundedAcceptor::start(tcp::acceptor acceptor, std::size_t most, Take take) {
  std::shared_ptr<BoundedAcceptor> made(new BoundedAcceptor(std::move(acceptor), most, std::move(take)));
  boost::asio::post(made->acceptor_.get_executor(), [made] { made->accept(); });
  return made;
}

void BoundedAcceptor::accept() {
  acceptor_.async_accept([self = shared_from_this()](boost::system::error_code failed, tcp::socket socket) {
    if (failed == boost::asio::error::operation_aborted) return;
    if (failed) {
      self->pause_.expires_after(pause_without_descriptors);
      self->pause_.async_wait([self](boost::system::error_code cancelled) {
        if (!cancelled) self->accept();
      });
      return;
    }
    if (*self->count_ < self->most_) {
      ++*self->count_;
      self->take_(std::move(socket), Counted(nullptr, [count = self->count_](void*) { --*count; }));
    }
    self->accept();
  });
}

}  // namespace gnc::net
