// A run with all that is worked out from its events once they are here.
import type { Run } from '../data/contract';
import type { Source } from '../data/source';
import { Conditions } from '../play/condition';
import { Flights } from '../play/flights';
import { Journal } from '../play/journal';
import type { Breach } from './fragment';

export interface Played {
  number: number;
  run: Run;
  journal: Journal;
  flights: Flights;
  conditions: Conditions;
  // From the run's begin to its last event or its end, whichever is later.
  lengthUs: number;
  breaches: readonly Breach[];
}

export async function load(source: Source, number: number, breaches: readonly Breach[], progress: (share: number) => void): Promise<Played> {
  const run = await source.run(number);
  const journal = new Journal();
  await source.events(number, run, (rows) => {
    journal.append(rows);
    progress(run.events > 0 ? journal.length / run.events : 1);
  });
  const last = journal.length > 0 ? journal.entry(journal.length - 1).atUs : 0;
  const lengthUs = Math.max(1, run.end_us, last);
  return {
    number, run, journal, lengthUs, breaches,
    flights: new Flights(journal, run.links, lengthUs),
    conditions: new Conditions(run, journal),
  };
}
