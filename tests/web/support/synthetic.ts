// A made-up run of any size, of the form that the server gives: for what no real scenario is large or wicked enough.
import type { EventRow, Exchange, Recording, Run } from '../../../web/src/data/contract';

export interface Wish {
  administrations: number;
  perSecond: number;
  seconds: number;
  // A text in place of names, descriptions and details.
  hostile?: string;
}

// Small and repeatable: a test must not depend on chance.
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function uuid(number: number): string {
  return `0190f3c1-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function synthetic({ administrations, perSecond, seconds, hostile }: Wish): Recording {
  const roll = dice(7);
  const names = Array.from({ length: administrations }, (_, at) => String.fromCharCode(65 + (at % 26), 65 + Math.floor(at / 26)));
  const parties: Run['parties'] = names.map((name, at) => ({
    name, kind: 'administration', title: hostile ?? `Administration ${name}`,
    longitude: -170 + (340 * ((at * 37) % administrations)) / administrations, latitude: -45 + (110 * ((at * 61) % administrations)) / administrations,
  }));
  parties.push({ name: 'gateway', kind: 'gateway', title: 'Gateway', longitude: 8, latitude: 30 });
  const links = names.map((name) => ({ name: `${name}-gateway`, a: name, b: 'gateway', latency_us: 40_000 }));
  const blocks = [{ id: 'export-declaration', title: hostile ?? 'Export declaration' }, { id: 'transit', title: 'Transit' }];

  const events: EventRow[] = names.map((name): EventRow => [0, 'connected', name, 'gateway', '', {}]);
  const exchanges: Record<string, Exchange> = {};
  const count = perSecond * seconds;
  for (let number = 0; number < count; ++number) {
    const at = Math.floor((number / perSecond) * 1e6) + 1_000;
    const from = names[Math.floor(roll() * administrations)]!;
    const to = names[(names.indexOf(from) + 1 + Math.floor(roll() * (administrations - 1))) % administrations]!;
    const id = uuid(number + 1);
    const block = blocks[number % 2]!.id;
    const reference = hostile ? `${hostile}/${hostile}` : `declaration-${number}.xml`;
    const wobble = () => Math.floor(roll() * 9_000);
    events.push([at, 'lodged', from, to, id, { reference, block, size: 1800 }], [at + 600, 'sealed', from, to, id], [at + 900, 'sent', from, to, id]);
    const answered = at + 82_000 + wobble();
    if (number % 50 === 49) {
      events.push([answered, 'refused', from, to, id, { code: 'GNC-301', detail: hostile ?? 'No agreement is in force.', remedy: hostile ?? 'Put one in force.', pointer: '42A/67A' }]);
    } else {
      events.push(
        [answered, 'admitted', from, to, id], [at + 90_000 + wobble(), 'delivered', to, from, id],
        [at + 180_000 + wobble(), 'delivered_receipt', from, to, id], [at + 110_000 + wobble(), 'business_decided', to, from, id],
        [at + 220_000 + wobble(), 'processed', from, to, id, { function: '01' }],
      );
    }
    if (number < 20) exchanges[id] = exchangeOf(id, from, to, block, reference, hostile);
  }
  events.sort((one, other) => one[0] - other[0]);
  const end = events.at(-1)![0];
  const run: Run = {
    schema: 1, number: 0, id: 'synthetic', scenario: hostile ?? 'A made-up run', header: hostile ?? 'Made up for tests.', world: 'virtual', seed: 7,
    version: '0.0.0', started_at: '2026-01-05T00:00:00Z', begin_us: 1_767_571_200_000_000, end_us: end, fork: null,
    can: { fork: false, inspect: true }, parties, links, blocks, agreements: [],
    faults: [{ from_us: end / 3, to_us: end / 2, kind: 'cut', target: links[0]!.name, text: hostile ?? `cut ${links[0]!.name}`, name: null }],
    expectations: [{ text: hostile ?? 'exchange.lost == 0', held: true, value: 0 }], promises: [{ text: 'nothing is lost', held: true, detail: hostile ?? '' }],
    story: [{ at_us: 0, exchange: '', point: names[0]!, say: { en: hostile ?? 'It begins.', fr: 'Cela commence.' } }],
    report: { exchange: { submitted: count, lost: 0 }, latency_ms: {}, indicators: {} }, events: events.length,
  };
  return { run, events, exchanges };
}

function exchangeOf(id: string, sender: string, recipient: string, block: string, reference: string, hostile?: string): Exchange {
  const value = hostile ?? 'Wool';
  return {
    id, sender, recipient, block, agreement: 'A', reference, conversation: id, priority: 'normal', expires_at: 1_767_657_600_000_000,
    document: {
      kind: 'DEC', xml: `<Declaration><Description>${value}</Description></Declaration>`,
      form: [
        { path: '42A', class: '', id: '42A', name: 'Declaration', tag: 'Declaration', value: null, depth: 0 },
        { path: '42A/D013', class: 'Declaration', id: 'D013', name: 'Declaration type', tag: 'TypeCode', value, depth: 1 },
      ],
    },
    seal: null, receipts: [{ stage: 'admitted', by: 'gateway', at_us: 1, code: '', detail: hostile ?? '' }], unavailable: 'made up',
  };
}
