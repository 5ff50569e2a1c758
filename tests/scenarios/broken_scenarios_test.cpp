#include <gmock/gmock.h>

#include "scenarios/engine/scenario_reader.h"
#include "tests/scenarios/temporary_folder.h"

namespace gnc::scenarios::broken_scenarios_test {
namespace {

// Everything that can be written, and all of it right.
constexpr const char* whole = R"(scenario: Everything that can be written
seed: 7
clock: {business: 3600x}
topology:
  design: hub
  administrations: [NZ, CN, AU]
  bare: [AU]
  links:
    default: {latency: 80ms, jitter: 10ms, bandwidth: 100Mbit, loss: 1%, stall: 200ms}
    CN-gateway: {latency: 5ms}
agreements: [nz-cn.yaml]
processes: {restart: true, nodes: each}
steps:
  - lodge: {at: NZ, to: CN, documents: documents/*.xml, as: exports, priority: urgent, life: 1h}
  - lodge: {at: NZ, to: CN, documents: {generate: 100, items: 1..20}, as: made}
  - submit: {at: AU, to: CN, documents: a.xml, as: first}
  - submit: {at: AU, to: CN, documents: a.xml, as: again, same-id-as: first}
  - await: {at: CN, receives: exports, within: 2s}
    timeout: 5s
  - expect: {of: exports, answer: true, path: Response/FunctionCode, equals: "11"}
  - expect: {of: exports, end: refused, code: GNC-204}
  - capture: {from: exports, path: Declaration/FunctionalReferenceID, as: lrn}
  - lodge: {at: NZ, to: CN, documents: {template: t.xml, given: {LRN: "${lrn}"}}, as: templated}
  - amend: {of: exports, set: {Declaration/GoodsItemQuantity: "5"}, as: amended}
  - query: {of: made, as: asked}
  - pause: 500ms
  - fault: {cut: CN-gateway, for: 2s}
  - parallel: [{pause: 1s}, {cancel: {of: made, as: cancelled}}]
workload:
  - {name: steady, from: NZ, to: CN, documents: a.xml, start: 2s, arrivals: {rate: 200/s, for: 60s, spacing: poisson}}
  - {name: climb, from: CN, to: NZ, documents: a.xml, arrivals: {ramp: [{to: 500/s, for: 10s}]}}
  - {name: people, from: NZ, to: CN, documents: a.xml, users: {count: 20, think: 100ms..1s, for: 30s}}
  - {name: burst, from: NZ, to: CN, documents: a.xml, count: 1000}
faults:
  - {at: 20s, cut: NZ-gateway, for: 5s, name: outage}
  - {at: 5s, degrade: CN-gateway, latency: 400ms, for: 10s}
  - {at: 5s, flap: CN-gateway, up: 500ms, down: 400ms}
  - {at: 5s, black-hole: CN-gateway, direction: up}
  - {at: 5s, freeze: gateway, for: 2s}
  - {at: 5s, kill: node-CN}
  - {at: 5s, slow: CN, delay: 50ms}
  - {at: 5s, revoke: NZ}
  - {at: 5s, skew: node-NZ, by: -90s}
  - {at: 5s, rogue: impersonate, as: AU, to: CN, in-the-name-of: NZ, count: 3}
phases: {before: {from: 0s, to: 20s}}
warm-up: 5s
settle: 30s
expect:
  - exchange.lost == 0
  - delivery.p99[workload=steady, to=CN, phase=before] < 500ms
  - refused[code=GNC-204] == 3
  - {expect: "expired == 0", abort: true, after: 5s}
real-time: 2s
)";

// `from` replaced by `to` in it, and every mistake that is then named: "line:column: code: what - what to
// do".
struct Broken {
  const char* from;
  const char* to;
  const char* mistakes;

  friend void PrintTo(const Broken& broken, std::ostream* out) { *out << broken.from << " -> " << broken.to; }
};

constexpr Broken table[] = {
    {"seed: 7", "sede: 7",
     "2:1: GNC-803 KEY_UNKNOWN: unknown key \"sede\" in the scenario - Did you mean \"seed\"?"},
    {"seed: 7", "seed: seven",
     "2:7: GNC-805 KEY_VALUE: \"seven\" where a whole number that is not negative is wanted - Write a whole "
     "number that is not negative."},
    {"seed: 7", "seed: -1",
     "2:7: GNC-805 KEY_VALUE: \"-1\" where a whole number that is not negative is wanted - Write a whole "
     "number that is not negative."},
    {"seed: 7", "seed: 7\nseed: 8",
     "3:1: GNC-805 KEY_VALUE: the key \"seed\" is written twice; first in line 2 - Keep one of the two."},
    {"scenario: Every", "scenario: [Every",
     "2:5: GNC-802 YAML_MALFORMED: end of sequence flow not found - Correct the text at the place named."},
    {"scenario: Everything that can be written", "scenario: {a: b}",
     "1:11: GNC-805 KEY_VALUE: keys and values where a text is wanted - Write a text."},
    {"business: 3600x", "business: 3600",
     "3:19: GNC-805 KEY_VALUE: \"3600\" where a factor like 3600x is wanted - Write a factor like 3600x."},
    {"business: 3600x", "busines: 3600x",
     "3:9: GNC-803 KEY_UNKNOWN: unknown key \"busines\" in the clock - Did you mean \"business\"?"},
    {"business: 3600x", "business: 0x",
     "3:19: GNC-805 KEY_VALUE: \"0x\" where a factor like 3600x is wanted - Write a factor like 3600x."},
    {"design: hub", "design: mesh", "5:11: GNC-806 REFERENCE_UNKNOWN: no word \"mesh\" - There are: hub."},
    {"design: hub", "desing: hub",
     "5:3: GNC-803 KEY_UNKNOWN: unknown key \"desing\" in the topology - Did you mean \"design\"?"},
    {"administrations: [NZ, CN, AU]", "administrations: [NZ, CN, AU, NZL]",
     "6:33: GNC-805 KEY_VALUE: \"NZL\" where an ISO 3166-1 alpha-2 code like NZ is wanted - Write an ISO "
     "3166-1 alpha-2 code like NZ."},
    {"administrations: [NZ, CN, AU]", "administrations: [NZ, CN, AU, CN]",
     "6:33: GNC-805 KEY_VALUE: CN is there twice - Name each once."},
    {"administrations: [NZ, CN, AU]", "administrations: NZ",
     "6:20: GNC-805 KEY_VALUE: \"NZ\" where a list is wanted - Write a list."},
    {"bare: [AU]", "bare: [AU, SG]",
     "7:14: GNC-806 REFERENCE_UNKNOWN: no administration \"SG\" - There are: NZ, CN, AU."},
    {"bare: [AU]", "bare: [AU, AU]", "7:14: GNC-805 KEY_VALUE: AU is there twice - Name each once."},
    {"CN-gateway: {latency: 5ms}", "CN-gatway: {latency: 5ms}",
     "10:5: GNC-806 REFERENCE_UNKNOWN: no link \"CN-gatway\" - Did you mean \"CN-gateway\"?"},
    {"latency: 80ms", "latency: 80",
     "9:24: GNC-805 KEY_VALUE: \"80\" where a duration like 80ms, 1.5s, 10m, 2h or 30d is wanted - Write a "
     "duration like 80ms, 1.5s, 10m, 2h or 30d."},
    {"latency: 80ms", "latncy: 80ms",
     "9:15: GNC-803 KEY_UNKNOWN: unknown key \"latncy\" in a link - Did you mean \"latency\"?"},
    {"jitter: 10ms", "jitter: 100ms",
     "9:38: GNC-805 KEY_VALUE: the jitter is more than the latency, so bytes would arrive before they left - "
     "Write a jitter up to the latency."},
    {"100Mbit", "100MB",
     "9:55: GNC-805 KEY_VALUE: \"100MB\" where a bandwidth like 100Mbit is wanted - Write a bandwidth like "
     "100Mbit."},
    {"loss: 1%", "loss: 100%",
     "9:70: GNC-805 KEY_VALUE: \"100%\" where a share from 0% to below 100% is wanted - Write a share from "
     "0% to below 100%."},
    {"loss: 1%", "loss: some",
     "9:70: GNC-805 KEY_VALUE: \"some\" where a share from 0% to below 100% is wanted - Write a share from "
     "0% to below 100%."},
    {"stall: 200ms", "stall: 0s",
     "9:81: GNC-805 KEY_VALUE: \"0s\" where a duration above zero is wanted - Write a duration above zero."},
    {"agreements: [nz-cn.yaml]", "agreement: [nz-cn.yaml]",
     "11:1: GNC-803 KEY_UNKNOWN: unknown key \"agreement\" in the scenario - Did you mean "
     "\"agreements\"?\n1:1: GNC-804 KEY_MISSING: the scenario lacks the key \"agreements\" - Add the key."},
    {"restart: true", "restart: yes",
     "12:22: GNC-805 KEY_VALUE: \"yes\" where true or false is wanted - Write true or false."},
    {"- lodge: {at: NZ, to: CN, documents: documents/*.xml",
     "- lodge: {at: NZ, to: JP, documents: documents/*.xml",
     "14:25: GNC-806 REFERENCE_UNKNOWN: no administration \"JP\" - There are: NZ, CN, AU."},
    {"- lodge: {at: NZ, to: CN, documents: documents/*.xml",
     "- lodge: {at: AU, to: CN, documents: documents/*.xml",
     "14:17: GNC-805 KEY_VALUE: AU is bare: it has no node to do this - Name another, or take AU out of "
     "topology.bare."},
    {"- lodge: {at: NZ, to: CN, documents: documents/*.xml",
     "- lodge: {at: NZ, to: NZ, documents: documents/*.xml",
     "14:25: GNC-805 KEY_VALUE: NZ would send to itself - Name another recipient.\n18:17: GNC-805 KEY_VALUE: "
     "exports was lodged to NZ, not CN - Await it at NZ."},
    {"- lodge: {at: NZ, to: CN, documents: documents/*.xml", "- lodge: {at: NZ, documents: documents/*.xml",
     "14:12: GNC-804 KEY_MISSING: a lodge step lacks the key \"to\" - Add the key."},
    {"priority: urgent", "priority: high",
     "14:80: GNC-806 REFERENCE_UNKNOWN: no word \"high\" - There are: urgent, normal, bulk."},
    {"life: 1h", "life: 0s",
     "14:94: GNC-805 KEY_VALUE: \"0s\" where a duration above zero is wanted - Write a duration above zero."},
    {"generate: 100", "generate: 0",
     "15:51: GNC-805 KEY_VALUE: \"0\" where a number from 1 to 100000 is wanted - Write a number from 1 to "
     "100000."},
    {"generate: 100", "generate: 100000",
     "15:51: GNC-805 KEY_VALUE: 100000 documents of up to 20 items are more than memory should hold - "
     "Generate fewer: a workload takes them in turn, again and again."},
    {"items: 1..20", "items: 0..20",
     "15:63: GNC-805 KEY_VALUE: \"0..20\" where a number of items from 1 to 999, or a range like 1..20 is "
     "wanted - Write a number of items from 1 to 999, or a range like 1..20."},
    {"items: 1..20", "items: 1..1000",
     "15:63: GNC-805 KEY_VALUE: \"1..1000\" where a number of items from 1 to 999, or a range like 1..20 is "
     "wanted - Write a number of items from 1 to 999, or a range like 1..20."},
    {"generate: 100", "generrate: 100",
     "15:40: GNC-805 KEY_VALUE: keys and values where files, {template: …} or {generate: …} is wanted - "
     "Write files, {template: …} or {generate: …}."},
    {"submit: {at: AU, to: CN, documents: a.xml, as: first}",
     "submit: {at: NZ, to: CN, documents: a.xml, as: first}",
     "16:18: GNC-805 KEY_VALUE: NZ has a node, so the run cannot speak for it - Add NZ to topology.bare, or "
     "name one that is in it."},
    {"same-id-as: first", "same-id-as: exports",
     "17:71: GNC-805 KEY_VALUE: exports was lodged at a node, which gave the ids - Name documents of a "
     "submit step."},
    {"same-id-as: first", "same-id-as: frist",
     "17:71: GNC-806 REFERENCE_UNKNOWN: no set of documents lodged before \"frist\" - Did you mean "
     "\"first\"?"},
    {"await: {at: CN, receives: exports, within: 2s}", "await: {at: NZ, receives: exports, within: 2s}",
     "18:17: GNC-805 KEY_VALUE: exports was lodged to CN, not NZ - Await it at CN."},
    {"await: {at: CN, receives: exports, within: 2s}", "await: {at: CN, receives: imports, within: 2s}",
     "18:31: GNC-806 REFERENCE_UNKNOWN: no set of documents lodged before \"imports\" - Did you mean "
     "\"exports\"?"},
    {"await: {at: CN, receives: exports, within: 2s}", "await: {at: CN, within: 2s}",
     "18:12: GNC-804 KEY_MISSING: the step awaits nothing - Add receives, answers or ends."},
    {"await: {at: CN, receives: exports, within: 2s}", "await: {receives: exports, ends: exports}",
     "18:38: GNC-805 KEY_VALUE: the step awaits two things - Write a step for each."},
    {"await: {at: CN, receives: exports, within: 2s}", "await: {receives: amended}",
     "18:23: GNC-806 REFERENCE_UNKNOWN: the documents amended are not there yet: they come in line 24 - Put "
     "that step before this one, and not beside it."},
    {"    timeout: 5s", "    timeot: 5s",
     "19:5: GNC-803 KEY_UNKNOWN: unknown key \"timeot\" in a step - Did you mean \"timeout\"?"},
    {"path: Response/FunctionCode, equals", "path: Response/FunctionCod, equals",
     "20:47: GNC-806 REFERENCE_UNKNOWN: the data model has no element \"FunctionCod\" in Response - Did you "
     "mean \"FunctionCode\"?"},
    {"path: Response/FunctionCode, equals", "path: Declaration/TypeCode, equals",
     "20:47: GNC-805 KEY_VALUE: an answer is a Response, and has no Declaration at its root - Begin the path "
     "with Response, or leave answer out."},
    {"path: Response/FunctionCode, equals: \"11\"", "path: Response/FunctionCode",
     "20:13: GNC-804 KEY_MISSING: the step expects nothing - Add equals, matches or exists."},
    {"path: Response/FunctionCode, equals: \"11\"", "equals: \"11\"",
     "20:13: GNC-804 KEY_MISSING: it is not said where the value stands - Add path."},
    {"path: Response/FunctionCode, equals: \"11\"", "path: Response, equals: \"11\"",
     "20:47: GNC-805 KEY_VALUE: Response is a class, which has no value - Name an element in it."},
    {"path: Response/FunctionCode, equals: \"11\"", "path: Response/FunctionCode, matches: \"(11\"",
     "20:79: GNC-805 KEY_VALUE: \"(11\" is not a regular expression - Close each bracket, and put a "
     "backslash before what stands for itself."},
    {"path: Response/FunctionCode, equals: \"11\"", "path: Response/FunctionCode, equals: \"${lnr}\"",
     "20:78: GNC-806 REFERENCE_UNKNOWN: no value captured before \"lnr\" - There is none here."},
    {"path: Response/FunctionCode, equals: \"11\"", "path: Response/FunctionCode, equals: \"${lrn}\"",
     "20:78: GNC-806 REFERENCE_UNKNOWN: the value ${lrn} is not there yet: it comes in line 22 - Put that "
     "step before this one, and not beside it."},
    {"end: refused", "end: rejected",
     "21:32: GNC-806 REFERENCE_UNKNOWN: no word \"rejected\" - There are: processed, delivered, refused, "
     "expired, dead-lettered, suppressed."},
    {"code: GNC-204", "code: GNC-24",
     "21:47: GNC-806 REFERENCE_UNKNOWN: no code of the catalogue \"GNC-24\" - Did you mean \"GNC-204\"?"},
    {"end: refused", "end: expired",
     "21:47: GNC-805 KEY_VALUE: an exchange that is expired has no code - Leave one of the two out."},
    {"capture: {from: exports, ", "capture: {of: exports, ",
     "22:15: GNC-803 KEY_UNKNOWN: unknown key \"of\" in a capture step - There are: from, answer, path, as, "
     "within.\n22:14: GNC-804 KEY_MISSING: a capture step lacks the key \"from\" - Add the key."},
    {"\"${lrn}\"", "\"${nrl}\"",
     "23:71: GNC-806 REFERENCE_UNKNOWN: no value captured before \"nrl\" - There are: lrn."},
    {"template: t.xml", "templat: t.xml",
     "23:40: GNC-805 KEY_VALUE: keys and values where files, {template: …} or {generate: …} is wanted - "
     "Write files, {template: …} or {generate: …}."},
    {"amend: {of: exports", "amend: {of: first",
     "24:17: GNC-805 KEY_VALUE: first comes from a bare administration, which has no node to follow it up - "
     "Name documents that were lodged, or submit the next message."},
    {"set: {Declaration/GoodsItemQuantity: \"5\"}", "set: {}",
     "24:31: GNC-805 KEY_VALUE: keys and values where at least one path with its new value is wanted - Write "
     "at least one path with its new value."},
    {"Declaration/GoodsItemQuantity", "Response/FunctionCode",
     "24:32: GNC-805 KEY_VALUE: an amendment is a declaration - Begin the path with Declaration."},
    {"pause: 500ms", "pause: soon",
     "26:12: GNC-805 KEY_VALUE: \"soon\" where a duration like 80ms, 1.5s, 10m, 2h or 30d is wanted - Write "
     "a duration like 80ms, 1.5s, 10m, 2h or 30d."},
    {"- pause: 500ms", "- {pause: 500ms, query: {of: made}}",
     "26:20: GNC-805 KEY_VALUE: pause and query in one step - Write a step for each, with a - of its own."},
    {"fault: {cut: CN-gateway, for: 2s}", "fault: {at: 1s, cut: CN-gateway, for: 2s}",
     "27:13: GNC-803 KEY_UNKNOWN: unknown key \"at\" in a cut fault - There are: cut, for."},
    {"parallel: [{pause: 1s}, {cancel: {of: made, as: cancelled}}]",
     "parallel: [{query: {of: made, as: x}}, {cancel: {of: x}}]",
     "28:58: GNC-806 REFERENCE_UNKNOWN: the documents x are not there yet: they come in line 28 - Put that "
     "step before this one, and not beside it."},
    {"parallel: [{pause: 1s}, {cancel: {of: made, as: cancelled}}]", "parallel: []",
     "28:15: GNC-805 KEY_VALUE: a list where at least one step is wanted - Write at least one step."},
    {"name: climb", "name: steady",
     "31:12: GNC-805 KEY_VALUE: there is a workload steady already - Give each workload a name of its own."},
    {"from: NZ, to: CN, documents: a.xml, start: 2s", "from: AU, to: CN, documents: a.xml, start: 2s",
     "30:26: GNC-805 KEY_VALUE: AU is bare: it has no node to do this - Name another, or take AU out of "
     "topology.bare."},
    {"rate: 200/s", "rate: 200",
     "30:84: GNC-805 KEY_VALUE: \"200\" where a rate like 200/s is wanted - Write a rate like 200/s."},
    {"rate: 200/s, for: 60s", "rate: 200/s",
     "30:77: GNC-804 KEY_MISSING: workload steady has no end - Add for to its arrivals, or a count to the "
     "workload."},
    {"spacing: poisson", "spacing: poison",
     "30:110: GNC-806 REFERENCE_UNKNOWN: no word \"poison\" - Did you mean \"poisson\"?"},
    {"rate: 200/s, for", "ramp: [{to: 1/s, for: 1s}], for",
     "30:77: GNC-805 KEY_VALUE: a ramp and a rate or for - Keep one: each stage of a ramp has its rates and "
     "its time."},
    {"{to: 500/s, for: 10s}", "{to: 0/s, for: 10s}",
     "31:72: GNC-805 KEY_VALUE: a list where a ramp that comes to a rate above 0/s is wanted - Write a ramp "
     "that comes to a rate above 0/s."},
    {"{to: 500/s, for: 10s}", "{to: 500/s}",
     "31:73: GNC-804 KEY_MISSING: a stage of a ramp lacks the key \"for\" - Add the key."},
    {"count: 20, think", "count: 0, think",
     "32:71: GNC-805 KEY_VALUE: \"0\" where a number from 1 to 100000 is wanted - Write a number from 1 to "
     "100000."},
    {"100ms..1s", "1s..100ms",
     "32:82: GNC-805 KEY_VALUE: the range 1s..100ms ends before it begins - Write the shorter duration "
     "first."},
    {"users: {count", "count: 5, users: {count",
     "32:63: GNC-805 KEY_VALUE: workload people has a count and users - Leave the count out: users go on for "
     "their time."},
    {"topology:\n  design: hub\n  administrations: [NZ, CN, AU]\n", "topology:\n  design: hub\n",
     "5:3: GNC-804 KEY_MISSING: the topology names no administrations - Add administrations, or world."},
    {"  design: hub\n", "  world: {table: world.csv}\n",
     "5:10: GNC-805 KEY_VALUE: the topology has administrations and a world - Keep one of the two."},
    {"from: NZ, to: CN, documents: a.xml, count: 1000", "to: CN, documents: a.xml, count: 1000",
     "33:5: GNC-804 KEY_MISSING: workload burst has no from - Name an administration."},
    {"from: NZ, to: CN, documents: a.xml, count: 1000",
     "from: NZ, documents: a.xml, trade: {exchanges: 9, for: 1h, matrix: trade.csv}",
     "33:25: GNC-805 KEY_VALUE: workload burst has a trade and from - Leave it out: a trade is of all with "
     "each "
     "other."},
    {"from: NZ, to: CN, documents: a.xml, count: 1000", "documents: a.xml, trade: {exchanges: 9, for: 1h}",
     "33:44: GNC-804 KEY_MISSING: nothing says who trades how much with whom - Add matrix, or take the "
     "administrations from topology.world."},
    {"from: NZ, to: CN, documents: a.xml, count: 1000",
     "documents: a.xml, trade: {exchanges: 9, for: 1m, matrix: trade.csv}",
     "33:44: GNC-805 KEY_VALUE: the trade is over before each has handed anything over - Write an every up "
     "to "
     "for."},
    {"from: NZ, to: CN, documents: a.xml, count: 1000",
     "documents: a.xml, trade: {exchanges: 9, for: 1h, at-once: 0, matrix: trade.csv}",
     "33:77: GNC-805 KEY_VALUE: \"0\" where a number from 1 on is wanted - Write a number from 1 on."},
    {"from: NZ, to: CN, documents: a.xml, count: 1000",
     "documents: a.xml, trade: {exchanges: 0, for: 9d, matrix: trade.csv}",
     "33:56: GNC-805 KEY_VALUE: \"0\" where a number from 1 to 100000000 is wanted - Write a number from 1 "
     "to "
     "100000000.\n"
     "33:64: GNC-805 KEY_VALUE: \"9d\" where a duration of at most 7d is wanted - Write a duration of at "
     "most "
     "7d."},
    {"from: NZ, to: CN, documents: a.xml, count: 1000",
     "documents: a.xml, trade: {exchanges: 9, for: 1h, matrix: trade.csv, decay: 2}",
     "33:94: GNC-805 KEY_VALUE: a matrix and decay - Keep one: a matrix stands instead of the gravity "
     "model."},
    {"count: 1000", "count: 0", "33:62: GNC-805 KEY_VALUE: a workload of none - Write a count above 0."},
    {"documents: a.xml, count: 1000", "documents: a.xml",
     "33:5: GNC-804 KEY_MISSING: workload burst has no end - Add count, arrivals or users."},
    {"{at: 20s, cut", "{at: 200s, cut",
     "35:5: GNC-805 KEY_VALUE: the fault would begin after 200 s, and the workloads are over after 62 s - "
     "Let it begin earlier, or let a workload go on longer."},
    {"{at: 20s, cut", "{cut", "35:5: GNC-804 KEY_MISSING: a cut fault lacks the key \"at\" - Add the key."},
    {"cut: NZ-gateway", "cutt: NZ-gateway",
     "35:15: GNC-803 KEY_UNKNOWN: unknown key \"cutt\" in a fault - Did you mean \"cut\"?"},
    {"cut: NZ-gateway", "cut: NZ",
     "35:20: GNC-806 REFERENCE_UNKNOWN: no link \"NZ\" - There are: NZ-gateway, CN-gateway, AU-gateway."},
    {"cut: NZ-gateway, for", "cut: NZ-gateway, reset: NZ-gateway, for",
     "35:32: GNC-805 KEY_VALUE: cut and reset in one fault - Write one fault for each."},
    {"degrade: CN-gateway, latency: 400ms", "degrade: CN-gateway",
     "36:5: GNC-804 KEY_MISSING: the fault changes nothing about the link - Add latency, jitter, bandwidth, "
     "loss or stall."},
    {"down: 400ms", "down: 0s",
     "37:49: GNC-805 KEY_VALUE: \"0s\" where a duration above zero is wanted - Write a duration above zero."},
    {"direction: up", "direction: out",
     "38:49: GNC-806 REFERENCE_UNKNOWN: no word \"out\" - There are: both, up, down."},
    {"freeze: gateway, for: 2s", "freeze: gateway",
     "39:5: GNC-804 KEY_MISSING: a freeze fault lacks the key \"for\" - Add the key."},
    {"kill: node-CN", "kill: node-SG",
     "40:20: GNC-806 REFERENCE_UNKNOWN: no process \"node-SG\" - Did you mean \"node-NZ\"?"},
    {"slow: CN", "slow: AU",
     "41:20: GNC-805 KEY_VALUE: AU is bare: it has no node to do this - Name another, or take AU out of "
     "topology.bare."},
    {"revoke: NZ", "revoke: JP",
     "42:22: GNC-806 REFERENCE_UNKNOWN: no administration \"JP\" - There are: NZ, CN, AU."},
    {"by: -90s", "by: 0s",
     "43:33: GNC-805 KEY_VALUE: \"0s\" where a duration like 90s or -90s is wanted - Write a duration like "
     "90s or -90s."},
    {"as: AU, to: CN, in", "as: NZ, to: CN, in",
     "44:38: GNC-805 KEY_VALUE: NZ has a node, so the run cannot speak for it - Add NZ to topology.bare, or "
     "name one that is in it."},
    {"in-the-name-of: NZ, ", "",
     "44:5: GNC-804 KEY_MISSING: nobody is named to impersonate - Add in-the-name-of."},
    {"rogue: impersonate", "rogue: tamper",
     "44:61: GNC-805 KEY_VALUE: only impersonate speaks in another's name - Leave it out, or write rogue: "
     "impersonate."},
    {"count: 3}", "count: 0}",
     "44:77: GNC-805 KEY_VALUE: \"0\" where a number from 1 to 10000 is wanted - Write a number from 1 to "
     "10000."},
    {"rogue: impersonate", "rogue: pretend",
     "44:21: GNC-806 REFERENCE_UNKNOWN: no word \"pretend\" - There are: tamper, replay, impersonate."},
    {"{from: 0s, to: 20s}", "{from: 20s, to: 10s}",
     "45:34: GNC-805 KEY_VALUE: the phase before ends before it begins - Write a later to."},
    {"warm-up: 5s", "warm-up: 5",
     "46:10: GNC-805 KEY_VALUE: \"5\" where a duration like 5s, or auto is wanted - Write a duration like "
     "5s, or auto."},
    {"warm-up: 5s", "warm-up: 62s",
     "46:10: GNC-805 KEY_VALUE: the warm-up of 62 s leaves nothing to measure: the workloads are over after "
     "62 s - Give a shorter warm-up, or let a workload go on longer."},
    {"documents: a.xml, count: 1000", "documents: {template: t.xml, given: {LRN: \"${lrn}\"}}, count: 1000",
     "33:79: GNC-805 KEY_VALUE: ${lrn} is a captured value, and a workload's documents are made before the "
     "run "
     "- Write the value itself, or lodge such documents in a step."},
    {"real-time: 2s", "real-time: 0s",
     "53:12: GNC-805 KEY_VALUE: \"0s\" where a duration above zero is wanted - Write a duration above zero."},
    {"settle: 30s", "settle: -1s",
     "47:9: GNC-805 KEY_VALUE: \"-1s\" where a duration like 80ms, 1.5s, 10m, 2h or 30d is wanted - Write a "
     "duration like 80ms, 1.5s, 10m, 2h or 30d."},
    {"exchange.lost == 0", "exchange.lots == 0",
     "49:5: GNC-806 REFERENCE_UNKNOWN: there is no measure \"exchange.lots\" - Did you mean "
     "\"exchange.lost\"?"},
    {"exchange.lost == 0", "exchange.lost = 0",
     "49:5: GNC-805 KEY_VALUE: \"exchange.lost = 0\" compares nothing - Write a measure, a comparison (== != "
     "< <= > >=) and a value: delivery.p99 < 500ms."},
    {"exchange.lost == 0", "exchange.lost == none",
     "49:5: GNC-805 KEY_VALUE: \"none\" is not a number - Write a number: 0, 250."},
    {"< 500ms", "< 500", "50:5: GNC-805 KEY_VALUE: \"500\" is not a duration - Write a duration: 500ms, 2s."},
    {"workload=steady", "workload=stedy",
     "50:5: GNC-806 REFERENCE_UNKNOWN: no workload or set of documents \"stedy\" - Did you mean \"steady\"?"},
    {"to=CN, ", "to=NZ, ",
     "50:5: GNC-805 KEY_VALUE: steady is to CN, and never to NZ - Leave to out, or select another workload."},
    {"to=CN, ", "too=CN, ",
     "50:5: GNC-806 REFERENCE_UNKNOWN: nothing can be selected by \"too\" - Did you mean \"to\"?"},
    {"phase=before", "phase=after",
     "50:5: GNC-806 REFERENCE_UNKNOWN: no phase or named fault \"after\" - There are: before, outage."},
    {"phase=before]", "phase=before",
     "50:5: GNC-805 KEY_VALUE: the bracket is not closed - Write ] after what is selected."},
    {"phase=before]", "phase=]",
     "50:5: GNC-805 KEY_VALUE: \"phase=\" selects nothing - Write key=value between the brackets: "
     "[workload=morning peak, to=CN]."},
    {"to=CN, ", "code=GNC-204, ",
     "50:5: GNC-805 KEY_VALUE: delivery.p99 cannot be selected by code - Select by workload, from, to, "
     "phase."},
    {"[code=GNC-204]", "[code=GNC-999]",
     "51:5: GNC-806 REFERENCE_UNKNOWN: no code of the catalogue \"GNC-999\" - Did you mean \"GNC-109\"?"},
    {"refused[code=GNC-204] == 3", "lag.p99[to=CN] < 1s",
     "51:5: GNC-805 KEY_VALUE: lag.p99 cannot be selected by to - It is of the whole run: leave the brackets "
     "out."},
    {"\"expired == 0\", abort", "\"lost == 0\", abort",
     "52:34: GNC-805 KEY_VALUE: lost is known only when the run is over - Leave abort out, or expect another "
     "measure."},
    {"abort: true, after", "abort: false, after",
     "52:51: GNC-805 KEY_VALUE: only what aborts is looked at before the end - Add abort: true, or leave "
     "after out."},
    {"\"expired == 0\", abort: true, after: 5s", "abort: true",
     "52:19: GNC-802 YAML_MALFORMED: end of map flow not found - Correct the text at the place named."},
};

std::string mistakes_in(std::string text, const std::filesystem::path& folder) {
  const auto read = parse_scenario(std::move(text), folder / "s.yaml");
  if (read) return "none";
  const std::string file = (folder / "s.yaml:").string();
  std::string all;
  for (const Error& error : read.error()) {
    std::string line = describe(error);
    if (line.starts_with(file)) line.erase(0, file.size());
    all += (all.empty() ? "" : "\n") + line;
  }
  return all;
}

class BrokenScenarios : public testing::Test {
 protected:
  BrokenScenarios() {
    folder_.write("nz-cn.yaml", "");
    folder_.write("world.csv", "administration,weight,latitude,longitude,utc\nNZ,1,0,0,0\nCN,2,0,9,0\n");
    folder_.write("trade.csv", "from,to,weight\nNZ,CN,1\n");
  }
  TemporaryFolder folder_;
};

TEST_F(BrokenScenarios, AreBrokenByWhatIsChangedAlone) {
  EXPECT_EQ(mistakes_in(whole, folder_.path()), "none");
}

TEST_F(BrokenScenarios, AreReportedExactly) {
  static_assert(std::size(table) >= 60);
  for (const Broken& broken : table) {
    std::string text = whole;
    const std::size_t at = text.find(broken.from);
    ASSERT_NE(at, std::string::npos) << broken.from;
    text.replace(at, std::string_view(broken.from).size(), broken.to);
    EXPECT_EQ(mistakes_in(std::move(text), folder_.path()), broken.mistakes)
        << testing::PrintToString(broken);
  }
}

TEST_F(BrokenScenarios, AreNamedOnceAndNotAgainWhereverTheyAreSpokenOf) {
  EXPECT_EQ(
      mistakes_in("scenario: s\ntopology: {administrations: [NZ, CN]}\nagreements: [nz-cn.yaml]\nsteps:\n"
                  "  - lodgee: {at: NZ, to: CN, documents: a.xml, as: exports}\n"
                  "  - await: {at: CN, receives: exports}\n",
                  folder_.path()),
      "5:5: GNC-803 KEY_UNKNOWN: unknown key \"lodgee\" in a step - Did you mean \"lodge\"?");
}

}  // namespace
}  // namespace gnc::scenarios::broken_scenarios_test
