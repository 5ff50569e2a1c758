// Rates of a live run, worked out from the counts that the run itself gave: they are right also where a browser was not sent
// every event.
import type { Sample } from '../session/live_play.svelte';

export interface LiveRates {
  lodged: number[];
  delivered: number[];
  ended: number[];
}

export function ratesOf(samples: readonly Sample[], lengthUs: number, parts: number): LiveRates {
  const part = lengthUs / parts;
  const rate = (count: (sample: Sample) => number) => {
    const at = Array.from({ length: parts + 1 }, (_, number) => countAt(samples, number * part, count));
    return Array.from({ length: parts }, (_, number) => Math.max(0, (at[number + 1]! - at[number]!) / (part / 1e6)));
  };
  return {
    lodged: rate(({ figures }) => figures.sent), delivered: rate(({ figures }) => figures.delivered),
    ended: rate(({ figures }) => figures.processed),
  };
}

// Between two samples it is taken to have risen evenly.
function countAt(samples: readonly Sample[], us: number, count: (sample: Sample) => number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (samples[middle]!.us <= us) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [samples[low - 1], samples[low]];
  if (!after) return before ? count(before) : 0;
  const from = before ?? { us: 0, figures: null };
  const base = from.figures ? count(before!) : 0;
  const span = after.us - from.us;
  return span <= 0 ? count(after) : base + ((count(after) - base) * (us - from.us)) / span;
}
