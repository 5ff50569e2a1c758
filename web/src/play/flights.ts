// What moves along which link from when to when. Events say when somebody saw something; a flight is what must have
// moved between two of them. Where the gateway saw it is not recorded: half a round trip after it was sent.
import type { Link } from '../data/contract';
import type { Journal, Track } from './journal';
import { Routes, type Hop } from './routes';
import { countUntil, Spans } from './sorted';

export const enum Load { Envelope, Admitted, Delivered, Processed, Refused }

export interface Flight {
  start: number;
  end: number;
  link: number;
  forward: boolean;
  load: Load;
  track: number;
  // It did not come through, and was sent again.
  lost: boolean;
  // What goes at the same time the same way goes in a row: its place in that.
  place: number;
}

// What is unknown of a link: a hop within a region.
const USUAL_US = 20_000;

export class Flights {
  readonly tracks: readonly Track[];
  readonly usualUs: number;
  private readonly flights: readonly Flight[];
  private readonly starts: Float64Array;
  private readonly bucketUs: number;
  private readonly buckets: readonly (readonly number[])[];
  private readonly waiting: Spans;

  // What was over before `sinceUs` is left out.
  constructor(journal: Journal, links: readonly Link[], endUs: number, sinceUs = 0) {
    const tracks = [...journal.tracks.values()];
    this.tracks = sinceUs <= 0 ? tracks : tracks.filter((track) => Math.max(track.ended, track.deliveredReceipt) < 0 || journal.entry(track.events.at(-1)!).atUs >= sinceUs);
    const routes = new Routes(links);
    const latencies = latenciesOf(this.tracks, links, routes);
    const flights: Flight[] = [];
    const waits: [number, number][] = [];
    this.tracks.forEach((track, number) => fly(track, number, routes.between(track.sender, track.recipient), latencies, flights, waits));
    flights.sort((one, other) => one.start - other.start);
    line(flights);
    this.flights = flights;
    this.starts = Float64Array.from(flights, (flight) => flight.start);
    this.waiting = new Spans(waits);
    const durations = flights.map((flight) => flight.end - flight.start).sort((one, other) => one - other);
    this.usualUs = durations[durations.length >> 1] ?? USUAL_US;
    const count = Math.min(65_536, Math.max(1, flights.length));
    this.bucketUs = Math.max(1, endUs / count);
    this.buckets = this.sortIntoBuckets(count);
  }

  // Numbers of the flights that are under way at a time, put into `into`.
  under(atUs: number, into: number[]): void {
    into.length = 0;
    const bucket = this.buckets[Math.min(this.buckets.length - 1, Math.max(0, Math.floor(atUs / this.bucketUs)))];
    for (const number of bucket ?? []) {
      const flight = this.flights[number]!;
      if (flight.start <= atUs && atUs < flight.end) into.push(number);
    }
  }

  flight(number: number): Flight {
    return this.flights[number]!;
  }

  // Calls `took` for what began in a span of time, or for an even part of it; `weight` is how many each stands for.
  begun(fromUs: number, untilUs: number, atMost: number, took: (flight: Flight, weight: number) => void): void {
    const first = countUntil(this.starts, fromUs);
    const last = countUntil(this.starts, untilUs);
    const step = Math.max(1, Math.ceil((last - first) / atMost));
    for (let at = first; at < last; at += step) took(this.flights[at]!, step);
  }

  // How many are recorded at gateways and not on their way to the recipient.
  waitingAt(atUs: number): number {
    return this.waiting.openAt(atUs);
  }

  private sortIntoBuckets(count: number): number[][] {
    const buckets: number[][] = Array.from({ length: count }, () => []);
    this.flights.forEach((flight, number) => {
      const from = Math.max(0, Math.floor(flight.start / this.bucketUs));
      const until = Math.min(count - 1, Math.floor(flight.end / this.bucketUs));
      for (let at = from; at <= until; ++at) buckets[at]!.push(number);
    });
    return buckets;
  }
}

function line(flights: readonly Flight[]): void {
  let start = -1;
  const taken = new Map<number, number>();
  for (const flight of flights) {
    if (flight.start !== start) taken.clear();
    start = flight.start;
    const way = flight.link * 2 + (flight.forward ? 1 : 0);
    flight.place = taken.get(way) ?? 0;
    taken.set(way, flight.place + 1);
  }
}

// The latency of each link: as the topology says, else half of the quickest receipt that came over it.
function latenciesOf(tracks: readonly Track[], links: readonly Link[], routes: Routes): number[] {
  const seen = new Map<number, number>();
  for (const track of tracks) {
    const sent = lastBefore(track.sent, track.admitted);
    const first = routes.between(track.sender, track.recipient)[0];
    if (!first || sent === null || track.admitted <= sent) continue;
    const half = (track.admitted - sent) / 2;
    seen.set(first.link, Math.min(seen.get(first.link) ?? Infinity, half));
  }
  const usual = [...seen.values()].sort((one, other) => one - other)[seen.size >> 1] ?? USUAL_US;
  return links.map((link, number) => Math.max(1, link.latency_us ?? seen.get(number) ?? usual));
}

function lastBefore(times: readonly number[], limit: number): number | null {
  const count = limit < 0 ? times.length : countUntil(times, limit);
  return times[count - 1] ?? null;
}

function fly(
  track: Track, number: number, route: readonly Hop[], latencies: readonly number[], flights: Flight[],
  waits: [number, number][],
): void {
  const first = route[0];
  if (!first) return;
  const ways = route.map((hop) => latencies[hop.link]!);
  const add = (hop: Hop, back: boolean, start: number, end: number, load: Load, lost = false) => {
    if (end > start) flights.push({ start, end, link: hop.link, forward: hop.forward !== back, load, track: number, lost, place: 0 });
  };
  // Over several hops, each takes its share of the time.
  const over = (from: number, start: number, end: number, load: Load, back: boolean) => {
    const hops = back ? [...route].reverse() : route.slice(from);
    const shares = back ? [...ways].reverse() : ways.slice(from);
    const whole = shares.reduce((sum, share) => sum + share, 0);
    let begun = start;
    hops.forEach((hop, at) => {
      const until = begun + ((end - start) * shares[at]!) / whole;
      add(hop, back, begun, until, load);
      begun = until;
    });
  };
  const wholeWay = ways.reduce((sum, way) => sum + way, 0);
  const home = (earliest: number, at: number, load: Load) => over(0, Math.max(earliest, at - wholeWay), at, load, true);

  const atGateway = track.ending === 'refused' && track.delivered < 0 ? track.ended : -1;
  const answered = track.admitted >= 0 ? track.admitted : atGateway;
  const through = lastBefore(track.sent, answered >= 0 ? answered : track.delivered);
  for (const sent of track.sent) {
    if (sent === through && (answered >= 0 || track.delivered >= 0)) continue;
    add(first, false, sent, sent + ways[0]!, Load.Envelope, true);
  }
  if (through === null || (answered < 0 && track.delivered < 0)) return;

  // A receipt may be late for reasons of its own: what was admitted came no later than the link takes.
  // What the gateway itself tells of, it tells when it has it.
  const seen = atGateway >= 0 && track.endedBy === 'gateway';
  const known = seen ? answered : answered >= 0 ? (through + answered) / 2 : through + ways[0]!;
  let arrived = Math.min(known, Math.max(through + 1, through + ways[0]! * 1.5));
  if (track.delivered >= 0) arrived = Math.min(arrived, Math.max(through + 1, track.delivered - 1));
  add(first, false, through, arrived, Load.Envelope);
  const heard = seen ? answered + ways[0]! : answered;
  if (answered >= 0) add(first, true, Math.max(arrived, heard - ways[0]! * 1.5), heard, track.admitted >= 0 ? Load.Admitted : Load.Refused);

  if (track.delivered >= 0) {
    const left = Math.max(arrived, track.delivered - (wholeWay - ways[0]!));
    if (left > arrived) waits.push([arrived, left]);
    if (route.length > 1) over(1, left, track.delivered, Load.Envelope, false);
    if (track.deliveredReceipt >= 0) home(track.delivered, track.deliveredReceipt, Load.Delivered);
  } else if (track.admitted >= 0) {
    waits.push([arrived, track.ending ? track.ended : Infinity]);
  }
  if (!track.ending || track.ended === atGateway) return;
  if (track.ending === 'processed') {
    // An answer is an exchange of its own, and seen as that.
    if (track.answeredBy.length === 0 && track.ended > track.deliveredReceipt)
      home(Math.max(track.decided, track.delivered), track.ended, Load.Processed);
  } else if (track.delivered >= 0) {
    home(track.delivered, track.ended, Load.Refused);
  } else {
    add(first, true, Math.max(arrived, track.ended - ways[0]!), track.ended, Load.Refused);
  }
}
