#pragma once

#include <concepts>
#include <type_traits>

#include "scenarios/engine/indicator.h"
#include "scenarios/engine/report.h"

// What stands in report.json, once: every field with its name and meaning. Writing, reading, the JSON Schema
// and the documentation follow from it.
//
// A visitor is called as see(name, member, meaning). see.later is the same for a field that older reports of
// the same schema do not have; see.group(name, meaning, [&](auto&& see) {…}) puts fields into an object of
// their own; see.derived(name, value, meaning) is written and not read.
namespace gnc::scenarios {

template <class Row, class Kind>
concept FieldsOf = std::same_as<std::remove_const_t<Row>, Kind>;

void fields(FieldsOf<LatencySummary> auto& row, auto&& see) {
  see("p50", row.p50, "Half of the exchanges took no longer.");
  see("p90", row.p90, "90 % took no longer.");
  see("p95", row.p95, "95 % took no longer.");
  see("p99", row.p99, "99 % took no longer.");
  see("p999", row.p999, "99.9 % took no longer.");
  see("max", row.max, "The longest.");
  see("count", row.count, "How many were measured.");
}

void fields(FieldsOf<StageLatencies> auto& row, auto&& see) {
  see("admitted", row.admitted, "Until the sender has the gateway's receipt.");
  see("delivered", row.delivered, "Until the recipient has it on record.");
  see("processed", row.processed, "Until the sender has the answer.");
}

void fields(FieldsOf<ExchangeCounts> auto& row, auto&& see) {
  see("submitted", row.submitted, "Documents that were lodged, but for suppressed duplicates.");
  see("admitted", row.admitted, "Recorded by the gateway.");
  see("delivered", row.delivered, "Verified and recorded by the recipient.");
  see("processed", row.processed, "Dealt with by the recipient's business.");
  see("refused", row.refused, "Refused at the window, the gateway or the recipient.");
  see("expired", row.expired, "Not delivered or answered in time.");
  see("dead_lettered", row.dead_lettered, "Given up by the gateway.");
  see("open", row.open, "Not at their end when the run ended.");
  see("duplicates_suppressed", row.duplicates_suppressed, "Came again and were not dealt with again.");
  see("delivered_twice", row.delivered_twice, "Seen twice by a business.");
  see("lost", row.lost, "Admitted, and then neither at an end nor on record.");
}

void fields(FieldsOf<AnswerCounts> auto& row, auto&& see) {
  see("submitted", row.submitted, "Answers that were lodged.");
  see("admitted", row.admitted, "Recorded by the gateway.");
  see("delivered", row.delivered, "Recorded by the party that had asked.");
  see("accepted", row.accepted, "Answers that accept.");
  see("rejected", row.rejected, "Answers that reject.");
}

void fields(FieldsOf<PushCounts> auto& row, auto&& see) {
  see("submitted", row.submitted, "Sent by a node of its own accord.");
  see("admitted", row.admitted, "Recorded by the gateway.");
  see("delivered", row.delivered, "Recorded by the recipient.");
}

void fields(FieldsOf<RefusalRow> auto& row, auto&& see) {
  see("code", row.code, "In the error catalogue: GNC-101.");
  see("name", row.name, "The code's name: DOCUMENT_NOT_WELL_FORMED.");
  see("document", row.document, "The document's name; \"others\" where there are too many different ones.");
  see("detail", row.detail, "What was found.");
  see("where", row.where, "file:line:column, where it is known.");
  see("pointer", row.pointer, "The element by its WCO pointer, where there is one.");
  see("remedy", row.remedy, "What to do.");
  see("count", row.count, "How many lodgements were refused so.");
}

void fields(FieldsOf<StepRow> auto& row, auto&& see) {
  see("step", row.step, "The step in words.");
  see("where", row.where, "file:line of the scenario.");
  see("held", row.held, "Whether it held.");
  see("detail", row.detail, "What was found.");
  see("took_ms", row.took_ms, "How long it took.");
}

void fields(FieldsOf<PromiseRow> auto& row, auto&& see) {
  see("promise", row.promise, "The promise in words.");
  see("held", row.held, "Whether it held.");
  see("detail", row.detail, "What was checked, or what broke it.");
}

void fields(FieldsOf<ExpectationRow> auto& row, auto&& see) {
  see("expect", row.expect, "The expectation as written.");
  see("held", row.held, "Whether it held.");
  see("value", row.value, "What was measured; null where nothing was.");
  see("where", row.where, "file:line of the scenario.");
}

void fields(FieldsOf<ThreadRow> auto& row, auto&& see) {
  see("thread", row.thread,
      "gnc-core, gnc-store, gnc-checkpoint, or others: the control of a process and gRPC.");
  see("cpu_us", row.cpu_us, "Processor time in microseconds.");
}

void fields(FieldsOf<ProcessRow> auto& row, auto&& see) {
  see("process", row.process, "The process's name.");
  see("cpu_us", row.cpu_us, "Processor time in microseconds.");
  see("peak_memory_bytes", row.peak_memory_bytes, "The most resident memory that it had.");
  see("restarts", row.restarts, "How often it was started again.");
  see.later("threads", row.threads,
            "The processor time by thread; of earlier starts it stands under others.");
}

void fields(FieldsOf<LinkRow> auto& row, auto&& see) {
  see("link", row.link, "The link's name.");
  see("bytes_up", row.bytes_up, "Bytes towards the gateway.");
  see("bytes_down", row.bytes_down, "Bytes from the gateway.");
  see.later("connections", row.connections, "Connections over it that reached the gateway.");
}

void fields(FieldsOf<DiscrepancyRow> auto& row, auto&& see) {
  see("field", row.field, "As the profile of the administration of import names it.");
  see("count", row.count, "How often the two declarations of a consignment differed in it.");
}

void fields(FieldsOf<IndicatorCounts> auto& row, auto&& see) {
  see("real_time_ms", row.real_time_ms, "Within what time a document came in real time, in milliseconds.");
  see("consignments", row.consignments,
      "Documents lodged, but for amendments, cancellations, queries and attacks; what follows is of these.");
  see("arrived", row.arrived, "On record at the recipient, as data or on paper.");
  see("arrived_in_real_time", row.arrived_in_real_time, "As data, within real_time_ms of the intended time.");
  see("closed_well", row.closed_well, "Processed, or delivered where no answer is due.");
  see("paperless", row.paperless, "Closed well, not on paper, and nobody asked for a further document.");
  see("paper_touches", row.paper_touches,
      "On paper; refused, expired or given up, so that another way must be found; and requests for a "
      "further document.");
  see("answered", row.answered, "Answered by a response that accepts or rejects.");
  see("accepted_at_once", row.accepted_at_once, "Accepted by their first response.");
  see("timers_missed", row.timers_missed, "Not delivered or not answered in the time set for it.");
  see("green", row.green, "Weighed by a single window: released without a look.");
  see("yellow", row.yellow, "Weighed: an officer looks at the documents.");
  see("red", row.red, "Weighed: an officer looks at the goods.");
  see("agencies_asked", row.agencies_asked, "By single windows, about the goods of one document each.");
  see("documents_wanted", row.documents_wanted, "An agency lacked a document.");
  see("released", row.released, "Their goods were released.");
  see.later(
      "compared", row.compared,
      "Import declarations whose recipient already had the export declaration of the same consignment.");
  see.later("matched", row.matched,
            "Of these, those that agree with it in all that exports and imports are matched by.");
  see.later("stated_elements", row.stated_elements, "Elements of these import declarations.");
  see.later("held_elements", row.held_elements,
            "Of these, elements that the export declaration has with the same value.");
  see.later("on_paper", row.on_paper, "Came on paper (by the recipient's profile).");
  see.later("keyed_fields", row.keyed_fields, "Fields of these that officers have keyed.");
  see.later("wrong_fields", row.wrong_fields, "Of these fields, keyed with another value than the paper's.");
  see.later("goods_awaited", row.goods_awaited, "The scenario says when their goods arrive.");
  see.later("usable_before_goods", row.usable_before_goods,
            "Of these, usable as data by the recipient before the goods arrive.");
  see.later(
      "paired", row.paired,
      "Import declarations in which their administration found no discrepancy with the partner's data.");
  see.later("paired_with_discrepancy", row.paired_with_discrepancy, "In which it found one.");
  see.later("nothing_to_pair", row.nothing_to_pair, "Of which no partner had sent anything when they came.");
  see.later("paired_late", row.paired_late,
            "Of these, those whose partner's data came later, without a discrepancy.");
  see.later("paired_late_with_discrepancy", row.paired_late_with_discrepancy, "And with one.");
  see.later("discrepancies", row.discrepancies, "By field.");
  see("closing_ms", row.closing,
      "From the intended time to the last word at the sender, of those closed well.");
  see("clearance_ms", row.clearance, "From the delivery to the release.");
  see("release_ms", row.release, "From the intended time to the release.");
  see.later("usable_ms", row.usable,
            "From the intended time until the recipient has it as data: delivered, or keyed off paper.");
  see.later("lead_ms", row.lead,
            "From then until the goods arrive, of those whose arrival is named; 0 where they came first.");
}

void fields(FieldsOf<SliceRow> auto& row, auto&& see) {
  see("kind", row.kind,
      "workload (also a lodge step), from, to, phase, or selection for several of them together.");
  see("name", row.name, "Of the workload, step, party or phase; of a selection, as expectations have it.");
  see("exchange", row.exchange, "The counts of these exchanges.");
  see("latency_ms", row.latency, "Their latencies in milliseconds, from the intended time.");
  see.group("rate", "Exchanges a second.", [&](auto&& of_rate) {
    of_rate("asked", row.rate_asked, "That the schedules intended.");
    of_rate("got", row.rate_got, "That came to their end.");
  });
  see.later("indicator_counts", row.indicators, "What their indicators are worked out of.");
}

void fields(FieldsOf<TimelineRow> auto& row, auto&& see) {
  see("second", row.second, "Since the beginning of the workloads; without any, of the steps.");
  see("asked", row.asked, "Starts intended in this second.");
  see("sent", row.sent, "Sent in this second.");
  see("admitted", row.admitted, "Admitted in this second.");
  see("delivered", row.delivered, "Delivered in this second.");
  see("ended", row.ended, "Came to their end in this second.");
  see("refused", row.refused, "Of these, refused.");
  see("delivered_p50_ms", row.delivered_p50_ms,
      "Half of the exchanges intended in this second were delivered within.");
  see("delivered_p99_ms", row.delivered_p99_ms, "99 % of them.");
  see("delivered_max_ms", row.delivered_max_ms, "All of them.");
}

void fields(FieldsOf<FaultRow> auto& row, auto&& see) {
  see("fault", row.fault, "The fault in words.");
  see("name", row.name, "The name of its phase, where it has one.");
  see("from_s", row.from_s, "Its beginning, as the timeline counts.");
  see("to_s", row.to_s, "Its end; null where it had none.");
  see("outcome", row.outcome, "What it did.");
}

void fields(FieldsOf<GeneratorReport> auto& row, auto&& see) {
  see("cpu_share", row.cpu_share, "Of one core, while the workloads ran.");
  see("starts", row.starts, "Lodgements that it began.");
  see("late", row.late, "Of these, later than the bound.");
  see("dropped", row.dropped, "Intended and not begun.");
  see("verdict", row.verdict, "\"kept up\", or why the latencies mean nothing.");
}

void fields(FieldsOf<IntervalRow> auto& row, auto&& see) {
  see("measure", row.measure, "The measure, as expectations name it.");
  see("value", row.value, "The estimate.");
  see("low", row.low, "Where the interval begins.");
  see("high", row.high, "Where it ends.");
  see("level", row.level, "How often such an interval holds the true value.");
  see("batches", row.batches, "Batches of one run, or repeated runs, that it is made of.");
}

void fields(FieldsOf<SequenceRow::Moment> auto& row, auto&& see) {
  see("at_ms", row.at_ms, "Since the exchange was lodged.");
  see("party", row.party, "Who saw it.");
  see("peer", row.peer, "The other party, where there is one.");
  see("what", row.what, "What happened.");
  see("detail", row.detail, "Code, reason or function code.");
}

void fields(FieldsOf<SequenceRow> auto& row, auto&& see) {
  see("of", row.of, "The step or workload whose first exchange it is, or the code of a bad end.");
  see("document", row.document, "The document's name.");
  see("exchange", row.exchange, "The exchange's id; empty where it was refused at the window.");
  see("moments", row.moments, "What happened, in the order of time.");
}

void fields(FieldsOf<ChecklistItemRow> auto& row, auto&& see) {
  see("item", row.item, "Its name in the checklist.");
  see("title", row.title, "What is wanted.");
  see("wants", row.wants, "By what it shows: an indicator and its bound, or a part of the profile.");
  see("held", row.held, "Whether it did.");
  see("value", row.value, "The indicator; null where nothing was measured, and of a part of a profile.");
  see("weight", row.weight, "How much the item counts.");
}

void fields(FieldsOf<ConvergenceRow> auto& row, auto&& see) {
  see("checklist", row.checklist, "The checklist's name.");
  see("version", row.version, "Its version.");
  see("role", row.role, "administration, or trader.");
  see("party", row.party, "The administration; of a trader, the workload or step that lodges.");
  see("period", row.period, "Of the checklist's periods, from 1.");
  see("consignments", row.consignments, "Documents of the period that were looked at.");
  see("held", row.held, "The weight of all items that held.");
  see("weight", row.weight, "The weight of all items.");
  see("items", row.items, "Item by item.");
}

void fields(FieldsOf<ProfileRow> auto& row, auto&& see) {
  see("party", row.party, "The administration.");
  see("profile", row.profile, "The profile by which it does customs' work.");
  see("title", row.title, "For people.");
  see("illustrative", row.illustrative, "Whether its numbers are invented.");
}

void fields(FieldsOf<ConversationRow> auto& row, auto&& see) {
  see("agreement", row.agreement, "Under which they are.");
  see("state", row.state, "Of the agreement's block.");
  see("count", row.count, "Conversations that stood in it.");
}

void fields(FieldsOf<RunReport> auto& row, auto&& see) {
  see("scenario", row.scenario, "What the scenario shows.");
  see("world", row.world, "live: real processes.");
  see("seed", row.seed, "What decided everything drawn by chance.");
  see("version", row.version, "Of gncsim.");
  see("started_at", row.started_at, "RFC 3339.");
  see("took_seconds", row.took_seconds, "From the first step until all was settled.");
  see("interrupted", row.interrupted, "Whether it was ended before its time.");
  see.later("aborted", row.aborted,
            "The expectation that ended the run before its time; empty where none did.");
  see("valid", row.valid, "False where the generator was too late for the latencies to mean anything.");
  see("exchange", row.exchange, "One for each document lodged.");
  see("answers", row.answers, "The exchanges that carried answers.");
  see.later("pushes", row.pushes,
            "Those that nodes sent of their own accord, by a schedule, a change, or a case.");
  see("refusals", row.refusals, "Refused documents, by document and reason.");
  see("latency_ms", row.latency, "From the intended time, in milliseconds.");
  see("service_ms", row.service, "From the sending, in milliseconds.");
  see("lag_ms", row.lag, "From the intended time to the sending, in milliseconds.");
  see.group("rate", "Exchanges a second.", [&](auto&& of_rate) {
    of_rate("asked", row.rate_asked, "That the schedules intended.");
    of_rate("got", row.rate_got, "That came to their end.");
  });
  see.group("cost", "What it took.", [&](auto&& of_cost) {
    of_cost.derived("cpu_us_per_exchange", row.cpu_us_per_exchange(),
                    "Processor time of all processes for each exchange delivered; null where none was.");
    of_cost("processes", row.processes, "By process.");
    of_cost("links", row.links, "By link.");
  });
  see.derived(
      "indicators", IndicatorValues{row.latency, row.indicators},
      "Measures of the digital-customs kind, by name: [indicators.md](indicators.md). Null where nothing "
      "was measured.");
  see.later("indicator_counts", row.indicators, "What the indicators are worked out of.");
  see.later("convergence", row.convergence,
            "How much of its checklist each administration and trader did, period by period.");
  see.later("profiles", row.profiles, "By what administrations do customs' work.");
  see.later("conversations", row.conversations,
            "How conversations stood when the run was over: those of blocks that have states.");
  see("steps", row.steps, "What was played, in its order.");
  see("promises", row.promises, "What every run checks.");
  see("expectations", row.expectations, "What the scenario expects.");
  see("environment", row.environment, "The machine.");
  see.later("slices", row.slices, "The same measures of some of the exchanges.");
  see.later("timeline", row.timeline, "Second by second, for at most a day.");
  see.later("faults", row.faults, "What went wrong on purpose.");
  see.later("generator", row.generator, "Whether the generator kept up.");
  see.later("warm_up_s", row.warm_up_s,
            "Seconds at the beginning of the workloads that latencies, rates and intervals "
            "leave out.");
  see.later("warm_up", row.warm_up,
            "How the warm-up was decided: none, given, found by MSER-5, or not found.");
  see.later("intervals", row.intervals, "How well the measures are known from this one run.");
  see.later("sequences", row.sequences, "The way of a few exchanges.");
}

}  // namespace gnc::scenarios
