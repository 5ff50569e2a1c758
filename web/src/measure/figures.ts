// What the report of a run says, in rows. The numbers are the report's own; nothing is worked out again.
import type { Report } from '../data/contract';

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

// Both sides of the comparison with paper, where the report has them: paper stands under a name of its own.
export function indicatorsOf(report: Report): { paperless: Figure[]; paper: Figure[] | null } {
  const all = report.indicators ?? {};
  const paper = all['paper'] ?? report['paper'] ?? null;
  return { paperless: figures(all), paper: typeof paper === 'object' && paper !== null ? figures(paper) : null };
}

// How an indicator is written: shares as percentages, times with their unit.
export function indicatorText(name: string, value: number, number: (value: number, digits?: number) => string): string {
  if (/(rate|share)$|^selectivity\./.test(name)) return `${number(value * 100, 1)} %`;
  if (name.startsWith('time.')) return `${number(value, 3)} ms`;
  return number(value, 2);
}
