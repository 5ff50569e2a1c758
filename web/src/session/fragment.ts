// The part of the address after #: what reopens the page at a scenario, seed and moment, with what was broken.

export interface Breach {
  atUs: number;
  fault: Record<string, unknown>;
}

export interface Place {
  scenario: string | null;
  seed: number | null;
  atUs: number | null;
  breaches: Breach[];
  token: string | null;
  bench: boolean;
}

export function readFragment(fragment: string): Place {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  return {
    scenario: given.get('scenario'),
    seed: numberOf(given.get('seed')),
    atUs: numberOf(given.get('t')),
    breaches: breachesOf(given.get('broken')),
    token: given.get('token'),
    bench: given.has('bench'),
  };
}

// The token is left out: a link is for others.
export function writeFragment(place: Pick<Place, 'scenario' | 'seed' | 'atUs' | 'breaches'>): string {
  const given = new URLSearchParams();
  if (place.scenario !== null) given.set('scenario', place.scenario);
  if (place.seed !== null) given.set('seed', String(place.seed));
  if (place.atUs !== null) given.set('t', String(Math.round(place.atUs)));
  if (place.breaches.length > 0) given.set('broken', JSON.stringify(place.breaches));
  return '#' + given.toString();
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : null;
}

function breachesOf(text: string | null): Breach[] {
  if (!text) return [];
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return [];
    return list.filter((one): one is Breach => typeof one?.atUs === 'number' && typeof one?.fault === 'object' && one.fault !== null);
  } catch {
    return [];
  }
}
