// A run while it is live: what came of it so far, how it stands, and which moment is shown.
import type { LiveFigures, LiveFrame } from '../data/contract';
import { Conditions } from '../play/condition';
import { Flights } from '../play/flights';
import { Journal } from '../play/journal';
import type { Played } from './played';

// What moves between two events is drawn once both are known: one watches a little after it happened.
const LAG_US = 600_000;
// What is this long over moves no more.
const RECENT_US = 15e6;
// More than this is not looked through several times a second; the latest are kept.
const MOST_EVENTS = 200_000;
const KEPT_EVENTS = 50_000;
const MOST_SAMPLES = 2_000;

export interface Sample {
  us: number;
  figures: LiveFigures;
}

export class LivePlay {
  frame = $state.raw<LiveFrame | null>(null);
  // Changes once a second, for what is costly to draw.
  second = $state(0);
  samples: Sample[] = [];
  private journal = new Journal();
  private trimmed = 0;
  private edgeUs = 0;
  private edgeAt = 0;

  constructor(readonly number: number) {}

  get phase(): LiveFrame['live']['phase'] {
    return this.frame?.live.phase ?? 'ready';
  }

  get paused(): boolean {
    return this.frame?.paused ?? false;
  }

  // Events that are not shown here; the whole run has them.
  get missing(): number {
    return (this.frame?.dropped ?? 0) + this.trimmed;
  }

  // The run as it is known now.
  take(frame: LiveFrame, played: Played): Played {
    if (frame.frame === 1) this.begin();
    this.journal.append(frame.events);
    if (this.journal.length > MOST_EVENTS) this.trim();
    const last = this.journal.length > 0 ? this.journal.lastTime() : 0;
    if (frame.now_us !== null && frame.now_us > this.edgeUs) {
      this.edgeUs = frame.now_us;
      this.edgeAt = performance.now();
      if (frame.figures) this.sample({ us: frame.now_us, figures: frame.figures });
    }
    this.frame = frame;
    const lengthUs = Math.max(1, this.edgeUs, last);
    const second = Math.floor(lengthUs / 1e6);
    if (second !== this.second) this.second = second;
    const run = { ...played.run, live: frame.live, faults: frame.faults, end_us: lengthUs, events: this.journal.length };
    return {
      ...played, run, journal: this.journal, lengthUs,
      flights: new Flights(this.journal, run.links, lengthUs, Math.max(0, this.edgeUs - RECENT_US)),
      conditions: new Conditions(run, this.journal),
    };
  }

  // The moment to show: it goes on evenly between frames, and leaps only where it has fallen far behind.
  momentAfter(atUs: number, elapsedMs: number): number {
    if (this.edgeAt === 0) return 0;
    const wanted = this.edgeUs + (performance.now() - this.edgeAt) * 1000 - LAG_US;
    const even = atUs + elapsedMs * 1000;
    const next = Math.abs(wanted - even) > 1e6 ? wanted : even + (wanted - even) * 0.05;
    return Math.max(0, Math.min(next, this.edgeUs));
  }

  private begin(): void {
    this.journal = new Journal();
    this.samples = [];
    this.trimmed = 0;
    this.edgeUs = this.edgeAt = 0;
  }

  private trim(): void {
    const rows = this.journal.latest(KEPT_EVENTS);
    this.trimmed += this.journal.length - rows.length;
    this.journal = new Journal();
    this.journal.append(rows);
  }

  private sample(sample: Sample): void {
    this.samples.push(sample);
    if (this.samples.length > MOST_SAMPLES) this.samples = this.samples.filter((_, number) => number % 2 === 0);
  }
}
