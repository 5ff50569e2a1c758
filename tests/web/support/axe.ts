// What axe finds in a page as it stands.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const web = process.env['GNC_WEB']!;

export async function assertAccessible(page: Page, view: string): Promise<void> {
  const axe = createRequire(`${web}/package.json`).resolve('axe-core');
  await page.evaluate(readFileSync(axe, 'utf8') + ';0');
  const violations = await page.evaluate(async () => {
    const { violations: found } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run(document, { resultTypes: ['violations'] });
    return found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
  });
  assert.deepEqual(violations, [], view);
}
