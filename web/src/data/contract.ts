// What the server says of a run. One place for the form of it; docs/training-page-data.md describes it in prose.

export type Microseconds = number;
export type Text = Partial<Record<string, string>>;

export type EventKind =
  | 'lodged' | 'lodgement_refused' | 'sealed' | 'sent' | 'admitted' | 'delivered' | 'delivered_receipt'
  | 'business_decided' | 'processed' | 'refused' | 'expired' | 'dead_lettered' | 'duplicate_suppressed'
  | 'connected' | 'disconnected' | 'business_followed_up';

export interface EventDetail {
  block?: string;
  reference?: string;
  code?: string;
  name?: string;
  detail?: string;
  remedy?: string;
  pointer?: string;
  size?: number;
  answers?: string;
  function?: string;
  where?: string;
  intended_us?: Microseconds;
  channel?: string;
  agencies?: number;
  document_wanted?: boolean;
  released?: boolean;
}

export type EventRow = [at_us: Microseconds, kind: string, party: string, peer: string, exchange: string, rest?: EventDetail];

export interface Party {
  name: string;
  kind: 'administration' | 'agency' | 'trader' | 'gateway';
  title: string;
  // Null where nobody knows the place.
  longitude: number | null;
  latitude: number | null;
}

export interface Link {
  name: string;
  a: string;
  b: string;
  latency_us?: Microseconds;
}

export interface Fault {
  from_us: Microseconds;
  to_us: Microseconds | null;
  kind: string;
  target: string;
  text: string;
  name: string | null;
  outcome?: string;
}

export interface Verdict {
  text: string;
  held: boolean;
  value?: number | null;
  detail?: string;
}

export interface StoryAnswer {
  text: Text;
  right?: boolean;
  because?: Text;
}

export interface StoryStep {
  at_us: Microseconds | null;
  exchange?: string | null;
  point?: string;
  say?: Text | null;
  ask?: { question: Text; answers: StoryAnswer[] } | null;
}

export interface Run {
  schema: number;
  number?: number;
  // What the scenario is called in lists and links: its path without .yaml.
  id?: string;
  scenario: string;
  // In other languages.
  titles?: Text;
  header: string;
  world: 'virtual' | 'live';
  seed: number;
  version: string;
  started_at: string;
  begin_us: Microseconds;
  end_us: Microseconds;
  fork: null | { number: number; of: number; at_us: Microseconds; fault: string };
  can: { fork: boolean; inspect: boolean; export?: boolean; break?: boolean };
  // Of a run that is shown while real processes play it, or was.
  live?: LiveState | null;
  parties: Party[];
  links: Link[];
  blocks: { id: string; title: string }[];
  agreements: { id: string; block: string; parties: string[] }[];
  faults: Fault[];
  expectations: Verdict[];
  promises: Verdict[];
  story: StoryStep[];
  // Of each recipient: how many documents it got on paper, and its indicators.
  recipients?: { name: string; on_paper: number; indicators: Record<string, number> }[];
  report: Report;
  events: number;
}

export interface Percentiles {
  p50?: number; p90?: number; p95?: number; p99?: number; p999?: number; max?: number; count?: number;
}

// report.json; docs/reports.md has the rest of it.
export interface Report {
  exchange?: Record<string, number>;
  latency_ms?: Record<string, Percentiles>;
  rate?: { asked?: number; got?: number };
  refusals?: { code: string; name?: string; count: number; remedy?: string }[];
  indicators?: Record<string, unknown>;
  [more: string]: unknown;
}

export interface FormRow {
  path: string;
  // The class that an element is of; empty for a class itself.
  class: string;
  id: string;
  name: string;
  tag?: string;
  value: string | null;
  depth: number;
  attributes?: Record<string, string>;
}

export interface Seal {
  envelope: string;
  index: number;
  size: number;
  proof: string[];
  root: string;
  signed: string;
  signature: string;
  certificate: string;
  chain: string[];
  signer?: string;
  sealed_at_us?: number;
  // The root's certificate, where it is known.
  anchor?: string;
}

export interface Receipt {
  stage: string;
  by: string;
  at_us: Microseconds;
  code?: string;
  detail?: string;
}

export interface Exchange {
  id: string;
  sender: string;
  recipient: string;
  block: string;
  agreement: string;
  reference: string;
  conversation: string;
  priority: string;
  // µs since 1970.
  expires_at: number;
  document: { kind: string; xml: string | null; form: FormRow[] } | null;
  seal: Seal | null;
  receipts: Receipt[];
  unavailable: string | null;
}

export interface Breakage {
  title: string;
  group: string;
  fault: Record<string, unknown>;
  // What this run's world cannot do.
  only?: 'virtual';
}

export interface LiveState {
  phase: 'ready' | 'running' | 'over' | 'failed';
  folder: string;
  error: Problem | null;
}

// How a live run stands; from the intended times, of the run so far.
export interface LiveFigures {
  doing: string;
  elapsed_s: number;
  done: number | null;
  rate_asked: number;
  rate_got: number;
  sent: number;
  admitted: number;
  delivered: number;
  processed: number;
  refused: number;
  ended: number;
  latency_ms: Record<string, Percentiles>;
  expectations: { text: string; state: 'held' | 'not_yet' | 'failing'; value: number | null }[];
  troubles: string[];
}

export interface LiveFrame {
  frame: number;
  last: boolean;
  live: LiveState;
  begin_us: Microseconds;
  // Events of the run that this browser was not sent.
  dropped: number;
  now_us: Microseconds | null;
  paused: boolean;
  figures: LiveFigures | null;
  faults: Fault[];
  events: EventRow[];
}

export type LiveAct = 'start' | 'pause' | 'resume' | 'end';

// What the server plays, and what waits to be played.
export interface Waiting {
  what: string;
  playing: boolean;
}

// What can be played here.
export interface Choice {
  id: string;
  title: string;
  lesson: boolean;
  live?: boolean;
  about: string;
  titles?: Text;
  abouts?: Text;
}

export interface Recording {
  run: Run;
  events: EventRow[];
  exchanges: Record<string, Exchange>;
}

export interface Problem {
  code?: string;
  what: string;
  remedy?: string;
}
