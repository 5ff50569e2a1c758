// Counting in sorted lists of times.

// How many of `times` (ascending, the first `length` of them) are at or before `at`.
export function countUntil(times: ArrayLike<number>, at: number, length = times.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The spans that are open at a time: how many have begun and not ended.
export class Spans {
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;

  constructor(spans: readonly (readonly [number, number])[]) {
    this.starts = Float64Array.from(spans, (span) => span[0]).sort();
    this.ends = Float64Array.from(spans, (span) => span[1]).sort();
  }

  openAt(at: number): number {
    return countUntil(this.starts, at) - countUntil(this.ends, at);
  }
}

export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}
