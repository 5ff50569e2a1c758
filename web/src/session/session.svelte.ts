// What the page shows now: which runs, at what moment, and what of them is looked at.
import type { Breakage, Choice, LiveAct, LiveFrame, Waiting } from '../data/contract';
import { Refused, type Source } from '../data/source';
import { advance, nextSpeed, speedFor, type PlayHead } from '../play/play_head';
import type { Say } from '../view/event_text';
import { name } from '../view/plain_text';
import { Story } from '../story/story';
import { writeFragment, type Breach, type Place } from './fragment';
import { LivePlay } from './live_play.svelte';
import { load, type Played } from './played';

export type Selection = { kind: 'party' | 'link' | 'exchange'; id: string };
export type Panel = 'inspect' | 'break' | 'exchanges' | 'measure' | 'lessons' | 'share' | 'help';
export type Notice = { tone: 'plain' | 'bad'; text: string; more?: string };

// A run, and a part of a story, take about this long to watch unless one asks otherwise.
const RUN_SECONDS = 30;
const STORY_SECONDS = 4;
// Whoever waits longer is told for what.
const WAITING_MS = 500;

export class Session {
  runs = $state.raw<Played[]>([]);
  active = $state.raw<Played | null>(null);
  compared = $state.raw<Played | null>(null);
  head = $state<PlayHead>({ atUs: 0, speed: 1, playing: false });
  selection = $state.raw<Selection | null>(null);
  panel = $state<Panel | null>(null);
  loading = $state<number | null>(0);
  notice = $state.raw<Notice | null>(null);
  breakages = $state.raw<Breakage[]>([]);
  choices = $state.raw<Choice[]>([]);
  story = $state.raw<Story>(new Story([]));
  told = $state(-1);
  storyOpen = $state(true);
  // The answer chosen to the question of this step.
  answered = $state<number | null>(null);
  // Whether the speed follows the story, until one chooses another.
  paced = $state(true);
  // The run that is live, where one is shown.
  live = $state.raw<LivePlay | null>(null);
  // What the server plays for this page and others, where that takes its time.
  waiting = $state.raw<readonly Waiting[]>([]);
  private leave = () => {};

  constructor(readonly source: Source) {}

  // The live run, while one looks at it: then there is only now.
  get liveNow(): LivePlay | null {
    return this.live !== null && this.active?.number === this.live.number ? this.live : null;
  }

  get lengthUs(): number {
    return Math.max(this.active?.lengthUs ?? 1, this.compared?.lengthUs ?? 1);
  }

  async open(place: Place): Promise<void> {
    await this.guarded(async () => {
      // A folder that is replayed has no others.
      this.choices = await this.source.choices().catch(() => []);
      await this.begin(await this.find(place.scenario, place.seed));
      for (const breach of place.breaches) await this.forkAt(breach);
      if (place.atUs !== null) this.seek(place.atUs);
    });
  }

  // With `live`, real processes play it, and at once.
  async choose(choice: Choice, live = false): Promise<void> {
    await this.guarded(async () => {
      await this.begin(await this.take(await this.waited(this.source.play(choice.id, null, live)), []));
      this.panel = null;
      if (this.live) await this.source.act(this.live.number, 'start');
    });
  }

  async act(act: LiveAct): Promise<void> {
    const live = this.liveNow;
    if (live) await this.guarded(() => this.source.act(live.number, act));
  }

  // Breaks something at the moment that is shown, and goes on in the run that comes of it; in a live run, now.
  async break(fault: Record<string, unknown>): Promise<void> {
    await this.guarded(async () => {
      if (this.liveNow) return this.source.breakNow(this.liveNow.number, fault);
      await this.forkAt({ atUs: this.head.atUs, fault });
      this.play();
    });
  }

  show(played: Played): void {
    this.compared = null;
    this.become(played);
  }

  // The two beside each other: what was broken, and what it was broken from.
  compare(): void {
    if (this.compared) {
      this.compared = null;
      return;
    }
    const active = this.active;
    if (!active) return;
    const of = active.run.fork?.of ?? null;
    this.compared = this.runs.find((run) => run !== active && run.number === of) ?? this.runs.find((run) => run !== active) ?? null;
  }

  tick(elapsedMs: number): void {
    const live = this.liveNow;
    if (live) {
      this.head.atUs = live.momentAfter(this.head.atUs, elapsedMs);
      return;
    }
    if (!this.head.playing) return;
    const before = this.head.atUs;
    const step = this.storyOpen ? this.story.next(this.told) : null;
    const until = step === null ? this.lengthUs : Math.max(before, this.story.steps[step]!.at_us!);
    Object.assign(this.head, advance(this.head, elapsedMs, Math.min(until, this.lengthUs)));
    if (step !== null && this.head.atUs >= until) this.tell(step);
  }

  play(): void {
    if (this.head.atUs >= this.lengthUs) this.seek(0);
    this.pace();
    this.head.playing = true;
  }

  pause(): void {
    this.head.playing = false;
  }

  toggle(): void {
    const live = this.liveNow;
    if (live) void this.act(live.phase === 'ready' ? 'start' : live.paused ? 'resume' : 'pause');
    else if (this.head.playing) this.pause();
    else this.play();
  }

  seek(atUs: number): void {
    if (this.liveNow) return;
    this.head.atUs = Math.min(this.lengthUs, Math.max(0, Math.round(atUs)));
    this.told = this.story.lastUntil(this.head.atUs);
  }

  step(by: 1 | -1): void {
    if (this.liveNow) return;
    this.pause();
    const journal = this.active?.journal;
    if (!journal) return;
    const times = [journal, this.compared?.journal].map((one) => (by > 0 ? one?.nextTime(this.head.atUs) : one?.previousTime(this.head.atUs)));
    const known = times.filter((time): time is number => typeof time === 'number');
    if (known.length > 0) this.seek(by > 0 ? Math.min(...known) : Math.max(...known));
    else this.seek(by > 0 ? this.lengthUs : 0);
  }

  setSpeed(speed: number): void {
    if (this.liveNow) return;
    this.paced = false;
    this.head.speed = speed;
  }

  faster(by: 1 | -1): void {
    this.setSpeed(nextSpeed(this.head.speed, by));
  }

  // On to the next part of the story by playing there; at once where that is being played already, and where it is told
  // at the same moment.
  next(): void {
    if (this.liveNow) return;
    const onTheWay = this.head.playing && this.storyOpen;
    this.storyOpen = true;
    const step = this.story.next(this.told);
    if (step === null) return this.play();
    const atUs = this.story.steps[step]!.at_us!;
    if (atUs > this.head.atUs && !onTheWay) return this.play();
    this.head.atUs = Math.max(this.head.atUs, atUs);
    this.tell(step);
  }

  back(): void {
    if (this.liveNow) return;
    const step = this.story.previous(this.told);
    this.pause();
    if (step === null) return this.seek(0);
    this.head.atUs = this.story.steps[step]!.at_us!;
    this.tell(step);
  }

  select(selection: Selection | null): void {
    this.selection = selection;
    this.panel = selection ? 'inspect' : null;
  }

  togglePanel(panel: Panel): void {
    this.panel = this.panel === panel ? null : panel;
  }

  // What a run is called beside the others: the original, or the fork and what was broken.
  titleOf(played: Played, say: Say, short = false): string {
    const fork = played.run.fork;
    if (!fork) return say('menu.original');
    const number = this.runs.filter((run) => run.run.fork).indexOf(played) + 1;
    return say('menu.fork', { number }) + (short ? '' : `: ${name(fork.fault)}`);
  }

  isShown(choice: Choice): boolean {
    return this.runs[0] !== undefined && idOf(this.runs[0]) === choice.id;
  }

  address(): string {
    const active = this.active;
    return writeFragment({
      scenario: active ? idOf(active) : null, seed: active?.run.seed ?? null, atUs: this.head.atUs, breaches: [...(active?.breaches ?? [])],
    });
  }

  private tell(step: number): void {
    this.told = step;
    this.head.playing = false;
  }

  private pace(): void {
    if (!this.paced) return;
    const step = this.storyOpen ? this.story.next(this.told) : null;
    const gap = step === null ? this.lengthUs - this.head.atUs : this.story.steps[step]!.at_us! - this.head.atUs;
    this.head.speed = this.story.steps.length > 0 && step !== null ? speedFor(Math.max(1, gap), STORY_SECONDS) : speedFor(this.lengthUs, RUN_SECONDS);
  }

  private async begin(played: Played): Promise<void> {
    this.leave();
    this.live = null;
    this.runs = [played];
    this.compared = null;
    this.selection = null;
    this.head = { atUs: 0, speed: speedFor(played.lengthUs, RUN_SECONDS), playing: false };
    this.paced = true;
    this.storyOpen = true;
    this.become(played);
    this.breakages = await this.source.faults(played.number).catch(() => []);
    const phase = played.run.live?.phase;
    if (phase !== 'ready' && phase !== 'running') return;
    const live = new LivePlay(played.number);
    this.live = live;
    this.head = { atUs: 0, speed: 1, playing: true };
    this.leave = this.source.follow(played.number, (frame) => this.hear(live, frame));
  }

  private hear(live: LivePlay, frame: LiveFrame): void {
    const before = this.runs.find((run) => run.number === live.number);
    if (this.live !== live || !before) return;
    this.put(live.take(frame, before));
    if (frame.last) void this.guarded(() => this.finish(live, frame));
  }

  // From here on it is a run like any other, with all its events, its report and its documents.
  private async finish(live: LivePlay, frame: LiveFrame): Promise<void> {
    if (frame.live.error) {
      this.head.playing = false;
      throw new Refused(frame.live.error);
    }
    const whole = await this.take(live.number, []);
    if (this.live !== live) return;
    const shown = this.liveNow !== null;
    this.live = null;
    this.put(whole);
    this.breakages = [];
    if (!shown) return;
    this.storyOpen = false;
    this.become(whole);
    this.head = { atUs: whole.lengthUs, speed: speedFor(whole.lengthUs, RUN_SECONDS), playing: false };
  }

  private put(played: Played): void {
    this.runs = this.runs.map((run) => (run.number === played.number ? played : run));
    if (this.active?.number === played.number) this.active = played;
  }

  private become(played: Played): void {
    this.active = played;
    this.story = new Story(played.run.story ?? []);
    this.told = this.story.lastUntil(this.head.atUs);
    if (this.selection?.kind === 'exchange' && !played.journal.tracks.has(this.selection.id)) this.select(null);
  }

  private async forkAt(breach: Breach): Promise<void> {
    const of = this.active;
    if (!of) return;
    const number = await this.waited(this.source.fork(of.number, breach.atUs, breach.fault));
    const played = await this.take(number, [...of.breaches, breach]);
    this.runs = [...this.runs, played];
    const comparing = this.compared !== null;
    this.become(played);
    this.head.atUs = Math.min(this.head.atUs, Math.max(0, breach.atUs));
    if (comparing) this.compared = of;
  }

  // Where it takes long, what the server plays is told meanwhile.
  private async waited(work: Promise<number>): Promise<number> {
    let waits = true;
    const ask = () => void this.source.waiting().then((waiting) => waits && (this.waiting = waiting)).catch(() => {});
    const timer = setInterval(ask, WAITING_MS);
    try {
      return await work;
    } finally {
      waits = false;
      clearInterval(timer);
      this.waiting = [];
    }
  }

  private async take(number: number, breaches: readonly Breach[]): Promise<Played> {
    this.loading = 0;
    try {
      return await load(this.source, number, breaches, (share) => (this.loading = share));
    } finally {
      this.loading = null;
    }
  }

  // The run of a link: the first that is here, or another that is played for it.
  private async find(scenario: string | null, seed: number | null): Promise<Played> {
    const first = await this.take(0, []);
    const same = (scenario === null || scenario === idOf(first)) && (seed === null || seed === first.run.seed);
    return same ? first : this.take(await this.waited(this.source.play(scenario ?? idOf(first), seed)), []);
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    this.notice = null;
    try {
      await work();
    } catch (error) {
      const problem = error instanceof Refused ? error.problem : { what: String(error) };
      this.notice = { tone: 'bad', text: problem.what, more: [problem.remedy, 'code' in problem ? problem.code : ''].filter(Boolean).join(' · ') };
    }
  }
}

function idOf(played: Played): string {
  return played.run.id ?? played.run.scenario;
}
