// What is broken at a time: by the faults of the run, and by what parties saw of their connections.
import type { Fault, Run } from '../data/contract';
import type { Journal } from './journal';
import { countUntil } from './sorted';

export type LinkCondition = 'whole' | 'impaired' | 'cut';
export type PartyCondition = 'well' | 'impaired' | 'away' | 'dead';

const CUTS = new Set(['cut', 'black-hole', 'flap']);
const DEATHS = new Set(['kill', 'freeze', 'disk-error', 'restart']);
// These are done in a moment; the others last until they are ended.
const MOMENTS = new Set(['reset', 'rotate', 'restart', 'kill', 'tamper', 'replay', 'impersonate', 'expire']);

export function isMoment(fault: Fault): boolean {
  return fault.to_us === null && MOMENTS.has(fault.kind);
}

export function lasts(fault: Fault, atUs: number): boolean {
  if (isMoment(fault) || atUs < fault.from_us) return false;
  return fault.to_us === null || atUs < fault.to_us;
}

// All nodes may be one process, which bears all parties but the gateway.
function befalls(fault: Fault, party: string): boolean {
  return fault.target === party || (fault.target === 'nodes' && party !== 'gateway');
}

export class Conditions {
  private readonly connections = new Map<string, { times: number[]; open: boolean[] }>();

  constructor(private readonly run: Run, journal: Journal) {
    for (let number = 0; number < journal.length; ++number) {
      const { kind, party, atUs } = journal.entry(number);
      if (kind !== 'connected' && kind !== 'disconnected') continue;
      let known = this.connections.get(party);
      if (!known) this.connections.set(party, (known = { times: [], open: [] }));
      known.times.push(atUs);
      known.open.push(kind === 'connected');
    }
  }

  faultsAt(atUs: number): Fault[] {
    return this.run.faults.filter((fault) => lasts(fault, atUs));
  }

  link(name: string, atUs: number): LinkCondition {
    let condition: LinkCondition = 'whole';
    for (const fault of this.run.faults) {
      if (fault.target !== name || !lasts(fault, atUs)) continue;
      if (CUTS.has(fault.kind)) return 'cut';
      condition = 'impaired';
    }
    return condition;
  }

  party(name: string, atUs: number): PartyCondition {
    let condition: PartyCondition = 'well';
    for (const fault of this.run.faults) {
      if (!befalls(fault, name) || !lasts(fault, atUs)) continue;
      if (DEATHS.has(fault.kind)) return 'dead';
      condition = 'impaired';
    }
    return this.connected(name, atUs) ? condition : 'away';
  }

  // A party that was never seen to connect is not counted as away.
  private connected(name: string, atUs: number): boolean {
    const known = this.connections.get(name);
    if (!known) return true;
    const count = countUntil(known.times, atUs);
    return count === 0 ? true : known.open[count - 1]!;
  }
}
