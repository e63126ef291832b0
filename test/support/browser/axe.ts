import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules that can find nothing worse than moderate are not asked. */
const withoutLesser = `Object.fromEntries(axe._audit.rules
  .filter(({ impact }) => impact === 'minor' || impact === 'moderate')
  .map(({ id }) => [id, { enabled: false }]))`;

type Violation = { id: string; impact: string; nodes: { html: string }[] };

/** What axe-core finds serious or critical on the page as it stands: address, rule, first place. None: accessible as far as a machine can tell. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Evaluated, not loaded by a tag: the page's own policy allows no script from elsewhere.
  await page.evaluate(`if (!window.axe) { ${axe} }`);
  const violations = (await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'], rules: ${withoutLesser} }).then(({ violations }) => violations)`,
  )) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `axe ${id} (${nodes.length}) at ${new URL(page.url()).pathname}: ${nodes[0]?.html}`,
    );
}
