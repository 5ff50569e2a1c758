// The way of one exchange, and of what answers it, as a sequence of messages between parties.
import type { Journal, Track } from '../play/journal';
import type { Link } from '../data/contract';
import { Routes } from '../play/routes';

export type Message =
  | 'lodged' | 'sealed' | 'envelope' | 'admitted' | 'delivered' | 'delivered_receipt' | 'decided' | 'processed' | 'refused'
  | 'expired' | 'dead_lettered' | 'duplicate' | 'followed_up' | 'answer';

export interface SequenceStep {
  atUs: number;
  from: string;
  // The same as `from` where a party does something by itself.
  to: string;
  message: Message;
  // The code of a refusal, the WCO function of an answer, the name of what was lodged.
  note: string;
  negative: boolean;
  exchange: string;
}

export interface Sequence {
  parties: string[];
  steps: SequenceStep[];
}

export function sequenceOf(journal: Journal, links: readonly Link[], id: string): Sequence {
  const routes = new Routes(links);
  const steps: SequenceStep[] = [];
  const follow = (track: Track, depth: number) => {
    for (const number of track.events) steps.push(...stepsOf(journal, track, number, gatewayOf(routes, links, track), depth > 0));
    if (depth < 3) for (const answer of track.answeredBy) follow(journal.tracks.get(answer)!, depth + 1);
  };
  const track = journal.tracks.get(id);
  if (!track) return { parties: [], steps };
  follow(track, 0);
  steps.sort((one, other) => one.atUs - other.atUs);
  const gateway = gatewayOf(routes, links, track);
  const met = new Set([track.sender, ...(gateway ? [gateway] : []), track.recipient]);
  for (const step of steps) met.add(step.from).add(step.to);
  return { parties: [...met].filter(Boolean), steps };
}

function gatewayOf(routes: Routes, links: readonly Link[], track: Track): string {
  const [first, second] = routes.between(track.sender, track.recipient);
  if (!first || !second) return '';
  const link = links[first.link]!;
  return first.forward ? link.b : link.a;
}

function stepsOf(journal: Journal, track: Track, number: number, gateway: string, answering: boolean): SequenceStep[] {
  const { atUs, kind, party, rest } = journal.entry(number);
  const { sender, recipient } = track;
  const middle = gateway || recipient;
  const step = (from: string, to: string, message: Message, note = '', negative = false): SequenceStep =>
    ({ atUs, from, to, message, note, negative, exchange: track.id });
  switch (kind) {
    case 'lodged': return [step(sender, sender, answering ? 'answer' : 'lodged', rest.reference ?? '')];
    case 'sealed': return [step(sender, sender, 'sealed')];
    case 'sent': return [step(sender, middle, 'envelope')];
    case 'admitted': return [step(middle, sender, 'admitted')];
    case 'delivered': return [step(middle, recipient, 'delivered')];
    case 'delivered_receipt': return [step(recipient, sender, 'delivered_receipt')];
    case 'business_decided': return [step(recipient, recipient, 'decided', rest.function ?? rest.channel ?? '', rest.function === '03')];
    case 'business_followed_up': return [step(recipient, recipient, 'followed_up', rest.function ?? '')];
    case 'processed': return [step(track.answeredBy.length > 0 ? sender : recipient, sender, 'processed', rest.function ?? '')];
    case 'refused': return [step(track.delivered >= 0 ? recipient : middle, sender, 'refused', rest.code ?? '', true)];
    case 'expired': return [step(middle, sender, 'expired', rest.code ?? '', true)];
    case 'dead_lettered': return [step(middle, sender, 'dead_lettered', rest.code ?? '', true)];
    case 'duplicate_suppressed': return [step(party, party, 'duplicate')];
    default: return [];
  }
}

// The same as text that Mermaid draws. Names are made harmless: they are of whoever runs the exchange.
export function mermaidOf(sequence: Sequence, words: (step: SequenceStep) => string, time: (atUs: number) => string): string {
  const clean = (text: string) => text.replace(/[^\p{L}\p{N} .,:/()+-]/gu, ' ').replace(/\s+/g, ' ').trim().replaceAll(';', ',');
  const names = new Map(sequence.parties.map((party, at) => [party, `P${at + 1}`]));
  const lines = ['sequenceDiagram'];
  for (const party of sequence.parties) lines.push(`  participant ${names.get(party)} as ${clean(party)}`);
  for (const step of sequence.steps) {
    const arrow = step.negative ? '--x' : step.message === 'envelope' || step.message === 'delivered' ? '->>' : '-->>';
    lines.push(`  ${names.get(step.from)}${arrow}${names.get(step.to)}: ${clean(`${time(step.atUs)} ${words(step)}`)}`);
  }
  return lines.join('\n') + '\n';
}
