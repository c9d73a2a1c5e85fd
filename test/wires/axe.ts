/** What axe finds wrong with a page for people with poor sight, with a keyboard, with a screen reader. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** Rule and place of each violation; empty: none was found. */
export const violationsOn = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(
    readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
  );
  return page.evaluate(async () => {
    const { run } = Reflect.get(globalThis, 'axe') as {
      run: () => Promise<{
        violations: readonly { id: string; nodes: readonly { html: string }[] }[];
      }>;
    };
    return (await run()).violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`),
    );
  });
};
