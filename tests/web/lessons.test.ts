// Each lesson from its first word to its last, as a presenter clicks through it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { close, open, ready } from './support/browser';
import { start, type Program } from './support/gncsim';
import type { Run } from '../../web/src/data/contract';

let program: Program;
before(async () => {
  program = await start('demo');
});
after(async () => {
  await close();
  await program.end();
});

const LESSONS = ['one-declaration', 'single-window', 'when-things-break'];

async function assertEndsAsReported(page: Page, run: Run): Promise<void> {
  const count = (stage: string) => page.locator(`[data-stage=${stage}]`).innerText().then((text) => Number(text.replace(/\D/g, '')));
  const { exchange } = run.report;
  // What nodes send of their own accord is counted apart in the report; in the lessons these are questions that are answered.
  const pushes = run.report['pushes'] as Record<string, number>;
  const pushed: Record<string, number> = { admitted: pushes['admitted']!, delivered: pushes['delivered']!, processed: pushes['delivered']!, refused: 0 };
  for (const stage of ['admitted', 'delivered', 'processed', 'refused'])
    assert.equal(await count(stage), exchange![stage]! + pushed[stage]!, stage);
  assert.equal(await count('answers'), (run.report['answers'] as Record<string, number>)['delivered']);
}

for (const lesson of LESSONS) {
  for (const language of ['en', 'fr']) {
    test(`${lesson} is told to its end, in ${language}`, { timeout: 240_000 }, async () => {
      const { page, done } = await open(program.address, { language });
      await ready(page);
      await page.keyboard.press('l');
      const answered = page.waitForResponse((response) => response.url().includes('/api/run'));
      await page.locator(`[data-lesson="lessons/${lesson}"]`).click();
      const run = (await (await answered).json()) as Run;
      await page.locator('aside').waitFor({ state: 'detached' });
      await page.getByRole('heading', { level: 1, name: run.titles?.[language] ?? run.scenario, exact: true }).waitFor();
      if (language !== 'en') assert.notEqual(run.titles?.[language] ?? run.scenario, run.scenario);
      const steps = run.story.filter((step) => step.at_us !== null).sort((one, other) => one.at_us! - other.at_us!);
      assert.ok(steps.length >= 8, `${steps.length} steps come`);
      assert.equal(steps.length, run.story.length, 'each step comes');
      for (const [number, step] of steps.entries()) {
        await page.locator('.say', { hasText: step.say![language]!.slice(0, 40) }).waitFor({ timeout: 60_000 });
        if (step.ask) {
          const wrong = step.ask.answers.findIndex((answer) => !answer.right);
          const right = step.ask.answers.findIndex((answer) => answer.right);
          await page.keyboard.press(String(wrong + 1));
          await page.getByText(step.ask.answers[wrong]!.because![language]!.slice(0, 40)).waitFor();
          await page.locator('label', { hasText: step.ask.answers[right]!.text[language]! }).click();
          await page.getByText(step.ask.answers[right]!.because![language]!.slice(0, 40)).waitFor();
        }
        const next = steps[number + 1];
        if (!next) break;
        // Told in French by a presenter in a hurry: twice before anything has been played, however slow the machine is.
        const times = language === 'fr' && next.at_us! > step.at_us! ? 2 : 1;
        await page.evaluate((presses) => {
          for (let i = 0; i < presses; ++i) document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true }));
        }, times);
      }
      await page.locator('.card .hide').click();
      await page.keyboard.press('End');
      await assertEndsAsReported(page, run);
      await done();
    });
  }
}
