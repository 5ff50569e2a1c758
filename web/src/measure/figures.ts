// What the report of a run says, in rows. The numbers are the report's own; nothing is worked out again.
import type { Report, Run } from '../data/contract';

export interface Figure {
  name: string;
  value: number;
}

export const STAGES = ['admitted', 'delivered', 'processed'] as const;
export const QUANTILES = ['p50', 'p90', 'p99', 'max', 'count'] as const;

function figures(from: unknown): Figure[] {
  if (typeof from !== 'object' || from === null) return [];
  return Object.entries(from)
    .filter((pair): pair is [string, number] => typeof pair[1] === 'number')
    .map(([name, value]) => ({ name, value }));
}

export function exchangesOf(report: Report): Figure[] {
  return figures(report.exchange);
}

export function indicatorsOf(report: Report): Figure[] {
  return figures(report.indicators);
}

export interface Side {
  // The recipient.
  name: string;
  onPaper: boolean;
  figures: ReadonlyMap<string, number>;
}

const MOST_SIDES = 4;

// Paper against paperless: the recipients beside each other, those who took all as data first. Null where none of them had
// anything on paper, or nobody is beside the one.
export function sidesOf(run: Run): Side[] | null {
  const sides = (run.recipients ?? []).map(({ name, on_paper, indicators }) => ({
    name, onPaper: on_paper > 0, figures: new Map(Object.entries(indicators)),
  })).sort((one, other) => Number(one.onPaper) - Number(other.onPaper));
  return sides.length >= 2 && sides.length <= MOST_SIDES && sides.some((side) => side.onPaper) ? sides : null;
}

// How an indicator is written: shares as percentages, times with their unit.
export function indicatorText(name: string, value: number, number: (value: number, digits?: number) => string): string {
  if (/(rate|share)$|^selectivity\./.test(name)) return `${number(value * 100, 1)} %`;
  if (name.startsWith('time.')) return `${number(value, 3)} ms`;
  return number(value, 2);
}
