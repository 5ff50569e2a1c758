// The ring in SimGrid: an actor for each administration's sending and receiving, one for the gateway, over
// its flow model of links (CM02, whose delays are those asked for).
#include <cstdio>
#include <ctime>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

#include "bench/simulators/ring.h"

namespace {

namespace ring = gnc::bench::ring;
namespace s4u = simgrid::s4u;

std::string name_of(std::uint32_t party) { return "party-" + std::to_string(party); }

void send(std::uint32_t party) {
  s4u::Mailbox* gateway = s4u::Mailbox::by_name("gateway");
  for (std::uint32_t i = 0; i < ring::messages_each; ++i) {
    gateway->put_init(new std::uint32_t((party + 1) % ring::parties), ring::message_bytes)->detach();
    s4u::this_actor::sleep_for(static_cast<double>(ring::every_us) / 1e6);
  }
}

void relay() {
  std::vector<s4u::Mailbox*> mailboxes;
  for (std::uint32_t party = 0; party < ring::parties; ++party) {
    mailboxes.push_back(s4u::Mailbox::by_name(name_of(party)));
  }
  s4u::Mailbox* gateway = s4u::Mailbox::by_name("gateway");
  for (std::uint32_t i = 0; i < ring::messages; ++i) {
    auto* recipient = gateway->get<std::uint32_t>();
    mailboxes.at(*recipient)->put_init(recipient, ring::message_bytes)->detach();
  }
}

void receive(std::uint32_t party, std::uint64_t* arrived) {
  s4u::Mailbox* mailbox = s4u::Mailbox::by_name(name_of(party));
  for (std::uint32_t i = 0; i < ring::messages_each; ++i) {
    delete mailbox->get<std::uint32_t>();
    ++*arrived;
  }
}

}  // namespace

int main(int argc, char** argv) {
  s4u::Engine engine(&argc, argv);
  s4u::Engine::set_config("network/model:CM02");
  s4u::Engine::set_config("network/TCP-gamma:0");
  s4u::Engine::set_config("network/crosstraffic:0");
  s4u::NetZone* world = s4u::create_full_zone("world");
  s4u::Host* gateway = world->create_host("gateway", 1e9);
  std::vector<s4u::Host*> hosts;
  for (std::uint32_t party = 0; party < ring::parties; ++party) {
    s4u::Host* host = world->create_host(name_of(party), 1e9);
    const s4u::Link* link = world->create_split_duplex_link("line-" + std::to_string(party), 12.5e6)
                                ->set_latency(static_cast<double>(ring::latency_us) / 1e6)
                                ->seal();
    world->add_route(host->get_netpoint(), gateway->get_netpoint(), nullptr, nullptr,
                     {s4u::LinkInRoute(link, s4u::LinkInRoute::Direction::UP)});
    hosts.push_back(host);
  }
  world->seal();
  std::uint64_t arrived = 0;
  s4u::Actor::create("gateway", gateway, relay);
  for (std::uint32_t party = 0; party < ring::parties; ++party) {
    s4u::Mailbox::by_name(name_of(party))
        ->set_receiver(s4u::Actor::create("receive", hosts[party], receive, party, &arrived));
    s4u::Actor::create("send", hosts[party], send, party);
  }
  const std::clock_t began = std::clock();
  engine.run();
  const double took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  if (arrived != ring::messages) return 1;
  std::printf("%.0f\n", static_cast<double>(arrived) / took);
}
