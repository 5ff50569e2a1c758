// Where runs come from: the server that the page came from, or the recording in an exported file.
import { followSocket } from './live_socket';
import type { Breakage, EventRow, Exchange, LiveAct, LiveFrame, Problem, Recording, Run, Choice, Waiting } from './contract';

export interface Source {
  // What is played on the server keeps a number; 0 is the run that the page opened with.
  run(number: number): Promise<Run>;
  events(number: number, run: Run, took: (rows: EventRow[]) => void): Promise<void>;
  exchange(number: number, id: string): Promise<Exchange | null>;
  faults(number: number): Promise<Breakage[]>;
  choices(): Promise<Choice[]>;
  fork(of: number, atUs: number, fault: Record<string, unknown>): Promise<number>;
  play(scenario: string, seed: number | null, live?: boolean): Promise<number>;
  // What is played now and what waits.
  waiting(): Promise<Waiting[]>;
  // Of a live run: what happens, until it is over or `stop` is called.
  follow(number: number, took: (frame: LiveFrame) => void): () => void;
  act(number: number, act: LiveAct): Promise<void>;
  breakNow(number: number, fault: Record<string, unknown>): Promise<void>;
  exportAddress(number: number): string | null;
  readonly changes: boolean;
}

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.what);
  }
}

const AT_ONCE = 20_000;
// More than this a page cannot hold; the run's folder has them all.
export const EVENTS_HELD = 2_000_000;

export class ServerSource implements Source {
  constructor(private readonly token: string | null, private readonly base = '') {}

  get changes(): boolean {
    return this.token !== null;
  }

  run(number: number): Promise<Run> {
    return this.read<Run>(`/api/run?fork=${number}`);
  }

  async events(number: number, run: Run, took: (rows: EventRow[]) => void): Promise<void> {
    const all = Math.min(run.events, EVENTS_HELD);
    for (let from = 0; from < all;) {
      const part = await this.read<{ events: EventRow[] }>(`/api/events?from=${from}&count=${AT_ONCE}&fork=${number}`);
      if (part.events.length === 0) return;
      took(part.events);
      from += part.events.length;
    }
  }

  exchange(number: number, id: string): Promise<Exchange | null> {
    return this.read<Exchange>(`/api/exchanges/${encodeURIComponent(id)}?fork=${number}`);
  }

  faults(number: number): Promise<Breakage[]> {
    return this.read<Breakage[]>(`/api/faults?fork=${number}`);
  }

  async choices(): Promise<Choice[]> {
    return (await this.read<{ scenarios: Choice[] }>('/api/scenarios')).scenarios;
  }

  async fork(of: number, atUs: number, fault: Record<string, unknown>): Promise<number> {
    return (await this.change<{ fork: number }>('/api/forks', { fork: of, at_us: Math.round(atUs), fault })).fork;
  }

  async play(scenario: string, seed: number | null, live = false): Promise<number> {
    return (await this.change<{ fork: number }>('/api/plays', { scenario, seed, world: live ? 'live' : 'virtual' })).fork;
  }

  async waiting(): Promise<Waiting[]> {
    return (await this.read<{ plays: Waiting[] }>('/api/work')).plays;
  }

  follow(number: number, took: (frame: LiveFrame) => void): () => void {
    return this.token === null ? this.watch(number, took) : followSocket(this.base, number, this.token, took);
  }

  async act(number: number, act: LiveAct): Promise<void> {
    await this.change('/api/live', { run: number, do: act });
  }

  async breakNow(number: number, fault: Record<string, unknown>): Promise<void> {
    await this.change('/api/live', { run: number, fault });
  }

  exportAddress(number: number): string {
    return `${this.base}/api/export?fork=${number}`;
  }

  // Without the token one is not sent what happens, but learns when it is over.
  private watch(number: number, took: (frame: LiveFrame) => void): () => void {
    let frame = 0;
    const timer = setInterval(() => {
      void this.run(number).then((run) => {
        const live = run.live;
        if (!live) return;
        const last = live.phase === 'over' || live.phase === 'failed';
        if (last) clearInterval(timer);
        took({ frame: ++frame, last, live, begin_us: 0, dropped: 0, now_us: null, paused: false, figures: null, faults: [], events: [] });
      }).catch(() => {});
    }, 1000);
    return () => clearInterval(timer);
  }

  private async read<T>(address: string): Promise<T> {
    return answered<T>(await fetch(this.base + address, { cache: 'no-store' }));
  }

  private async change<T>(address: string, body: unknown): Promise<T> {
    const headers = { 'Content-Type': 'application/json', 'X-Gnc-Token': this.token ?? '' };
    return answered<T>(await fetch(this.base + address, { method: 'POST', headers, body: JSON.stringify(body) }));
  }
}

async function answered<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  let problem: Problem = { what: `${response.status} ${response.statusText}` };
  try {
    problem = { ...problem, ...((await response.json()) as Problem) };
  } catch {
    // Not every refusal has a body.
  }
  throw new Refused(problem);
}

export class RecordingSource implements Source {
  readonly changes = false;

  constructor(private readonly recording: Recording) {}

  async run(): Promise<Run> {
    return { ...this.recording.run, can: { ...this.recording.run.can, fork: false, export: false } };
  }

  async events(_number: number, _run: Run, took: (rows: EventRow[]) => void): Promise<void> {
    took(this.recording.events);
  }

  async exchange(_number: number, id: string): Promise<Exchange | null> {
    return this.recording.exchanges[id] ?? null;
  }

  async faults(): Promise<Breakage[]> {
    return [];
  }

  async choices(): Promise<Choice[]> {
    return [];
  }

  async fork(): Promise<number> {
    throw new Refused({ what: 'A recording cannot be changed.' });
  }

  play = this.fork;
  act = this.fork as () => Promise<never>;
  breakNow = this.fork as () => Promise<never>;

  async waiting(): Promise<Waiting[]> {
    return [];
  }

  follow(): () => void {
    return () => {};
  }

  exportAddress(): null {
    return null;
  }
}

export function openSource(document: Document, token: string | null): Source {
  const recording = document.getElementById('recording')?.textContent?.trim();
  return recording ? new RecordingSource(JSON.parse(recording) as Recording) : new ServerSource(token);
}
