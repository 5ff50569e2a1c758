// An event as a sentence.
import type { Word } from '../languages/language';
import type { Entry, Journal, Track } from '../play/journal';
import { name, shortName } from './plain_text';

export type Say = (word: Word, values?: Record<string, string | number>) => string;

// What an exchange is called: by its reference, or by what it answers.
export function whatIs(track: Track | undefined, journal: Journal, say: Say): string {
  if (track?.reference) return shortName(track.reference);
  if (!track?.answers) return say('event.document');
  const asked = journal.tracks.get(track.answers)?.reference;
  return asked ? say('event.answerTo', { what: shortName(asked) }) : say('event.answer');
}

export function eventText(entry: Entry, journal: Journal, say: Say): string {
  const track = journal.tracks.get(entry.exchange);
  const what = !track && entry.rest.reference ? shortName(entry.rest.reference) : whatIs(track, journal, say);
  return say(`event.${entry.kind}`, { party: name(entry.party), what, code: entry.rest.code ?? '' });
}
