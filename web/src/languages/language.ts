// The page's words. A language is one file here; what it lacks is said in English.
import english from './en.json';

export type Word = keyof typeof english;
type Words = Partial<Record<Word, string>> & { language: string };

const files = import.meta.glob<Words>('./*.json', { eager: true, import: 'default' });

export const LANGUAGES: ReadonlyMap<string, Words> = new Map(
  Object.entries(files).map(([file, words]) => [file.replace(/^\.\/(.*)\.json$/, '$1'), words]),
);

export function preferred(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0]!;
    if (LANGUAGES.has(language)) return language;
  }
  return 'en';
}

export function say(language: string, word: Word, values: Record<string, string | number> = {}): string {
  const text = LANGUAGES.get(language)?.[word] ?? english[word] ?? word;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

// Words that come from the run: an indicator, a stage. Null where the page has none for it.
export function sayIfKnown(language: string, word: string): string | null {
  return word in english ? say(language, word as Word) : null;
}
