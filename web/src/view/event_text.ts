// An event as a sentence.
import type { Word } from '../languages/language';
import type { Entry, Journal } from '../play/journal';
import { name, shortName } from './plain_text';

export type Say = (word: Word, values?: Record<string, string | number>) => string;

export function whatIs(reference: string, answers: string, say: Say): string {
  if (reference) return shortName(reference);
  return say(answers ? 'event.answer' : 'event.document');
}

export function eventText(entry: Entry, journal: Journal, say: Say): string {
  const track = journal.tracks.get(entry.exchange);
  const what = whatIs(track?.reference || entry.rest.reference || '', track?.answers ?? '', say);
  return say(`event.${entry.kind}`, { party: name(entry.party), what, code: entry.rest.code ?? '' });
}
