// Where in a run the page stands, and how fast it goes on. It has no clock: who plays says how much time went by.

export const SPEEDS: readonly number[] = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000,
];

export interface PlayHead {
  atUs: number;
  speed: number;
  playing: boolean;
}

// Goes on by `elapsedMs` of the watcher's time, and no further than `untilUs`; there it stops.
export function advance(head: PlayHead, elapsedMs: number, untilUs: number): PlayHead {
  if (!head.playing) return head;
  const atUs = head.atUs + elapsedMs * 1000 * head.speed;
  return atUs >= untilUs ? { ...head, atUs: untilUs, playing: false } : { ...head, atUs };
}

// The speed of the list at which `durationUs` of the run takes about `seconds` of the watcher's time.
export function speedFor(durationUs: number, seconds: number): number {
  const wanted = durationUs / 1e6 / seconds;
  let best = SPEEDS[0]!;
  for (const speed of SPEEDS) if (Math.abs(Math.log(speed / wanted)) < Math.abs(Math.log(best / wanted))) best = speed;
  return best;
}

export function nextSpeed(speed: number, by: 1 | -1): number {
  const list = by > 0 ? SPEEDS : [...SPEEDS].reverse();
  return list.find((other) => (by > 0 ? other > speed * 1.001 : other < speed * 0.999)) ?? speed;
}

export function speedText(speed: number): string {
  return speed < 1 ? `1/${Math.round(1 / speed)}` : `${speed}`;
}
