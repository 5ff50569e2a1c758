// All events of a run in the order of time, and what each exchange went through.
import type { EventDetail, EventKind, EventRow } from '../data/contract';
import { countUntil } from './sorted';

export type Ending = 'processed' | 'refused' | 'expired' | 'dead_lettered';

// One exchange as its events tell it. Times are µs since the run's begin; -1 where it never came to that.
export interface Track {
  id: string;
  sender: string;
  recipient: string;
  block: string;
  reference: string;
  size: number;
  answers: string;
  answeredBy: string[];
  lodged: number;
  sealed: number;
  sent: number[];
  admitted: number;
  delivered: number;
  deliveredReceipt: number;
  decided: number;
  ended: number;
  ending: Ending | null;
  endedBy: string;  // the party that told of it
  function: string;
  reason: EventDetail | null;
  // Numbers of its events in the journal.
  events: number[];
}

export interface Entry {
  number: number;
  atUs: number;
  kind: EventKind;
  party: string;
  peer: string;
  exchange: string;
  rest: EventDetail;
}

const NOTHING: EventDetail = {};

export class Journal {
  readonly tracks = new Map<string, Track>();
  private readonly rows: EventRow[] = [];
  private readonly times: number[] = [];
  private readonly timesOf = new Map<string, number[]>();
  private readonly reached = new Map<Reached, number[]>();

  append(rows: readonly EventRow[]): void {
    for (const row of rows) {
      const number = this.rows.push(row) - 1;
      // While a run is live, what one process tells late stands where it came.
      const at = Math.max(row[0], this.times[number - 1] ?? row[0]);
      this.times.push(at);
      const times = this.timesOf.get(row[1]);
      if (times) times.push(at);
      else this.timesOf.set(row[1], [at]);
      if (!row[4]) continue;
      const track = this.track(row[4]);
      if (row[1] === 'admitted' || row[1] === 'delivered') this.takeBackRefusal(track);
      note(track, row, number, this.tracks, (stage) => this.reach(stage, at));
    }
  }

  get length(): number {
    return this.rows.length;
  }

  entry(number: number): Entry {
    const [atUs, kind, party, peer, exchange, rest] = this.rows[number]!;
    return { number, atUs, kind: kind as EventKind, party, peer, exchange, rest: rest ?? NOTHING };
  }

  lastTime(): number {
    return this.times[this.times.length - 1] ?? 0;
  }

  latest(count: number): readonly EventRow[] {
    return this.rows.slice(-count);
  }

  // How many events are at or before `atUs`.
  countUntil(atUs: number): number {
    return countUntil(this.times, atUs);
  }

  // How many exchanges had come to a stage; answers are counted by themselves.
  countOf(stage: Reached, atUs: number): number {
    const times = this.reached.get(stage);
    return times ? countUntil(times, atUs) : 0;
  }

  timesOfKind(kind: EventKind): readonly number[] {
    return this.timesOf.get(kind) ?? [];
  }

  // The next event after `atUs`, or the last one before it.
  nextTime(atUs: number): number | null {
    return this.times[this.countUntil(atUs)] ?? null;
  }

  previousTime(atUs: number): number | null {
    let number = this.countUntil(atUs) - 1;
    while (number >= 0 && this.times[number]! >= atUs) --number;
    return this.times[number] ?? null;
  }

  private reach(stage: Reached, at: number): void {
    const times = this.reached.get(stage);
    if (times) times.push(at);
    else this.reached.set(stage, [at]);
  }

  // A gateway that refuses altered bytes says nothing about the envelope itself: as it was sealed, it may come later.
  private takeBackRefusal(track: Track): void {
    if (track.reason?.code !== 'GNC-401' || track.admitted >= 0 || track.delivered >= 0) return;
    const times = this.reached.get('refused');
    if (times && track.answers === '') times.splice(times.lastIndexOf(track.ended), 1);
    track.ended = -1;
    track.ending = track.reason = null;
  }

  private track(id: string): Track {
    let track = this.tracks.get(id);
    if (!track) {
      track = {
        id, sender: '', recipient: '', block: '', reference: '', size: 0, answers: '', answeredBy: [], lodged: -1,
        sealed: -1, sent: [], admitted: -1, delivered: -1, deliveredReceipt: -1, decided: -1, ended: -1, ending: null, endedBy: '',
        function: '', reason: null, events: [],
      };
      this.tracks.set(id, track);
    }
    return track;
  }
}

// Who sees an event: the sender, but for these.
const SEEN_AT_RECIPIENT = new Set<string>(['delivered', 'business_decided', 'duplicate_suppressed', 'business_followed_up']);

export type Reached = 'lodged' | 'sealed' | 'sent' | 'admitted' | 'delivered' | 'receipted' | Ending | 'answers';

function note(
  track: Track, [at, kind, party, peer, , rest]: EventRow, number: number, tracks: Map<string, Track>,
  reach: (stage: Reached) => void,
): void {
  track.events.push(number);
  const [sender, recipient] = SEEN_AT_RECIPIENT.has(kind) ? [peer, party] : [party, peer];
  // The peer of some events is the gateway that spoke: the parties are told by the first that knows both.
  if (kind === 'lodged' || kind === 'delivered' || !track.sender) track.sender = sender || track.sender;
  if (kind === 'lodged' || kind === 'delivered' || !track.recipient) track.recipient = recipient || track.recipient;
  if (rest?.block) track.block ||= rest.block;
  if (rest?.reference) track.reference ||= rest.reference;
  if (rest?.size) track.size ||= rest.size;
  const first = (before: number, stage: Reached): number => {
    if (before >= 0) return before;
    if (track.answers === '') reach(stage);
    else if (stage === 'delivered') reach('answers');
    return at;
  };
  switch (kind as EventKind) {
    case 'lodged':
      if (rest?.answers && track.answers === '') {
        track.answers = rest.answers;
        tracks.get(rest.answers)?.answeredBy.push(track.id);
      }
      track.lodged = first(track.lodged, 'lodged');
      break;
    case 'sealed': track.sealed = first(track.sealed, 'sealed'); break;
    case 'sent':
      first(track.sent[0] ?? -1, 'sent');
      track.sent.push(at);
      break;
    case 'admitted': track.admitted = first(track.admitted, 'admitted'); break;
    case 'delivered': track.delivered = first(track.delivered, 'delivered'); break;
    case 'delivered_receipt': track.deliveredReceipt = first(track.deliveredReceipt, 'receipted'); break;
    case 'business_decided': if (track.decided < 0) track.decided = at; break;
    case 'processed':
    case 'refused':
    case 'expired':
    case 'dead_lettered':
      if (track.ending) break;
      track.ended = first(-1, kind as Ending);
      track.ending = kind as Ending;
      track.endedBy = party;
      track.function = rest?.function ?? '';
      track.reason = rest?.code || kind !== 'processed' ? (rest ?? NOTHING) : null;
      break;
    default:
  }
}

export type Stage =
  | 'lodged' | 'sealed' | 'travelling' | 'admitted' | 'delivered' | 'receipted' | 'processed' | 'refused' | 'expired'
  | 'dead_lettered';

// How far an exchange has come at a time; null before it begins.
export function stageAt(track: Track, atUs: number): Stage | null {
  const by = (time: number) => time >= 0 && time <= atUs;
  if (track.ending && by(track.ended)) return track.ending;
  if (by(track.deliveredReceipt)) return 'receipted';
  if (by(track.delivered)) return 'delivered';
  if (by(track.admitted)) return 'admitted';
  if (track.sent.length > 0 && by(track.sent[0]!)) return 'travelling';
  if (by(track.sealed)) return 'sealed';
  return by(track.lodged) ? 'lodged' : null;
}
