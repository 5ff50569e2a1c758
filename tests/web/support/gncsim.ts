// The program under test: started as a user starts it, and ended when the test is over.
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Report, Run } from '../../../web/src/data/contract';

const binary = process.env['GNC_BINARY'] ?? 'gncsim';
export const scenarios = `${process.env['GNC_TESTS']}/../../scenarios`;

export interface Program {
  // As it was printed, with the token.
  address: string;
  origin: string;
  run(fork?: number): Promise<Run>;
  end(): Promise<void>;
}

// `gncsim demo …` or `gncsim replay …`, until it says where it is.
export async function start(...words: string[]): Promise<Program> {
  const child: ChildProcess = spawn(binary, [...words, '--no-open'], { stdio: ['ignore', 'pipe', 'pipe'], cwd: process.env['GNC_OUT'] });
  let said = '';
  let complained = '';
  child.stderr!.on('data', (data: Buffer) => (complained += data));
  const address = await new Promise<string>((found, failed) => {
    child.stdout!.on('data', (data: Buffer) => {
      said += data;
      const line = /^(http:\/\/\S+)\n/m.exec(said);
      if (line) found(line[1]!);
    });
    child.on('exit', (status) => failed(new Error(`gncsim ${words.join(' ')} ended with ${status}: ${complained}`)));
  });
  const { origin } = new URL(address);
  return {
    address, origin,
    run: async (fork = 0) => (await (await fetch(`${origin}/api/run?fork=${fork}`)).json()) as Run,
    end: () =>
      new Promise((ended) => {
        child.removeAllListeners('exit');
        child.on('exit', () => ended());
        child.kill('SIGTERM');
      }),
  };
}

// Plays a scenario to its end, and gives back the run's folder.
export function play(scenario: string, folder: string): { folder: string; report: Report } {
  const out = mkdtempSync(join(folder, 'run-'));
  rmSync(out, { recursive: true });
  execFileSync(binary, ['run', join(scenarios, scenario), '--world', 'virtual', '--quiet', '--out', out], { stdio: 'pipe' });
  return { folder: out, report: JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report };
}

export function exportTo(file: string, ...words: string[]): void {
  execFileSync(binary, ['export', ...words, '--out', file], { stdio: 'pipe' });
}

// A number of the report by where it stands: "latency_ms.admitted.p50", "indicators.paperless.rate".
export function numberIn(report: Report, place: string): unknown {
  const [part, ...rest] = place.split('.');
  const inside = report[part!] as Record<string, unknown>;
  if (part !== 'latency_ms') return inside[rest.join('.')];
  return (inside[rest[0]!] as Record<string, unknown>)[rest[1]!];
}

export function assertEqualNumbers(shown: { place: string; value: string }[], report: Report): void {
  assert.ok(shown.length > 10, 'the page shows hardly any numbers');
  for (const { place, value } of shown) assert.equal(Number(value), numberIn(report, place), place);
}
