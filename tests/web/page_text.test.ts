// The page's words, times, addresses and what it makes of text from outside.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { mermaidOf, type Sequence } from '../../web/src/inspect/sequence';
import { readFragment, writeFragment } from '../../web/src/session/fragment';
import { Story, inLanguage } from '../../web/src/story/story';
import { name, shortName, shown } from '../../web/src/view/plain_text';
import { durationText, momentText } from '../../web/src/view/time';

const languages = `${process.env['GNC_TESTS']}/../../web/src/languages`;
const words = (file: string) => JSON.parse(readFileSync(`${languages}/${file}`, 'utf8')) as Record<string, string>;

test('every language has every word, with the same values in it', () => {
  const english = words('en.json');
  const files = readdirSync(languages).filter((file) => file.endsWith('.json'));
  assert.ok(files.length >= 2);
  for (const file of files) {
    const other = words(file);
    assert.deepEqual(Object.keys(other).sort(), Object.keys(english).sort(), file);
    for (const [word, text] of Object.entries(english))
      assert.deepEqual((other[word]!.match(/\{\w+\}/g) ?? []).sort(), (text.match(/\{\w+\}/g) ?? []).sort(), `${file}: ${word}`);
  }
});

test('marks that turn text are shown as codes', () => {
  assert.equal(name('safe\u202Egnp.exe'), 'safe⟨U+202E⟩gnp.exe');
  assert.equal(name('a\u2066b\u0000c'), 'a⟨U+2066⟩b⟨U+0000⟩c');
  assert.equal(name('Société Générale 中国 عربى'), 'Société Générale 中国 عربى');
});

test('long text is cut, and says by how much', () => {
  const part = shown('x'.repeat(10_000_000), 2_000);
  assert.equal(part.text.length, 2_000);
  assert.equal(part.left, 9_998_000);
});

test('a path is called by its last part', () => {
  assert.equal(shortName('documents/export/wool.xml'), 'wool.xml');
  assert.equal(shortName('exports 12'), 'exports 12');
  assert.equal(shortName('folder/'), 'folder/');
});

test('moments are written as long as the run needs', () => {
  assert.equal(momentText(62_345_678, 100e6), '1:02.346');
  assert.equal(momentText(3_725_000_000, 86_400e6), '1:02:05');
  assert.equal(durationText(1_500), '1.5 ms');
  assert.equal(durationText(90e6), '1.5 min');
});

test('a link keeps scenario, seed, moment and what was broken, and never the token', () => {
  const broken = [{ atUs: 12, fault: { cut: 'NZ-gateway', for: '2s' } }];
  const place = readFragment(writeFragment({ scenario: 'single & window', seed: 7, atUs: 1234.4, breaches: broken }));
  assert.deepEqual(place, { scenario: 'single & window', seed: 7, atUs: 1234, breaches: broken, token: null, bench: false });
  assert.equal(readFragment('#token=abc&t=9').token, 'abc');
});

test('a link that somebody has spoiled opens all the same', () => {
  assert.deepEqual(readFragment('#t=-5&seed=x&broken={]').breaches, []);
  assert.deepEqual(readFragment('#broken=[1,null,{"atUs":"2"}]').breaches, []);
  assert.equal(readFragment('#t=-5').atUs, null);
});

test('a story is told in order, and what never came is left out', () => {
  const story = new Story([{ at_us: 50 }, { at_us: null }, { at_us: 0 }, { at_us: 50 }]);
  assert.deepEqual(story.steps.map((step) => step.at_us), [0, 50, 50]);
  assert.equal(story.lastUntil(-1), -1);
  assert.equal(story.lastUntil(60), 1);
  assert.equal(story.next(1), 2);
  assert.equal(story.next(2), null);
  assert.equal(story.previous(0), null);
});

test('what is not said in a language is said in English, else in any', () => {
  assert.equal(inLanguage({ en: 'a', fr: 'b' }, 'fr'), 'b');
  assert.equal(inLanguage({ en: 'a' }, 'fr'), 'a');
  assert.equal(inLanguage({ mi: 'c' }, 'fr'), 'c');
  assert.equal(inLanguage(undefined, 'fr'), '');
});

test('a Mermaid text has nothing in it that a name could smuggle in', () => {
  const evil = 'NZ\n  Note over P1: <script>alert(1)</script>%%;';
  const sequence: Sequence = { parties: [evil, 'CN'], steps: [{ atUs: 1, from: evil, to: 'CN', message: 'envelope', note: '', negative: false, exchange: 'a' }] };
  const text = mermaidOf(sequence, () => 'a;b\nc', String);
  assert.equal(text.split('\n').length, 5);
  assert.doesNotMatch(text.replaceAll('->>', ''), /[<>;%]/);
});
