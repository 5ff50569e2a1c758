// The language that the page speaks now, and how it writes numbers and times.
import { inLanguage } from '../story/story';
import type { Text } from '../data/contract';
import { LANGUAGES, preferred, say, sayIfKnown, type Word } from './language';

const KEPT = 'gncsim.language';

class Speaker {
  language = $state(preferred([localStorage.getItem(KEPT) ?? '', ...navigator.languages]));

  readonly languages = [...LANGUAGES].map(([tag, words]) => ({ tag, name: words.language }));

  choose(tag: string): void {
    this.language = tag;
    localStorage.setItem(KEPT, tag);
    document.documentElement.lang = tag;
  }

  say = (word: Word, values?: Record<string, string | number>): string => say(this.language, word, values);

  known = (word: string): string | null => sayIfKnown(this.language, word);

  text = (text: Text | undefined): string => inLanguage(text, this.language);

  // What has its own wording, and may have others in other languages.
  title = (own: string, others: Text | undefined): string => others?.[this.language] ?? own;

  number = (value: number, digits = 0): string =>
    new Intl.NumberFormat(this.language, { maximumFractionDigits: digits }).format(value);
}

export const speaker = new Speaker();
