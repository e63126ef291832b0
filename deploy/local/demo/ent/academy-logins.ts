import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateAaf } from '../../../../test/support/generator/generate-aaf.js';
import type { DemoScenario } from '../scenario.js';

const timeoutMs = 20_000;
/** Of the identifiers that the academy's identity provider asserts. */
const academy = 'NANTES';

/**
 * The teachers of a school come in by the academy's single sign-on: its identity provider says who each is (`FrEduIdENT`)
 * by the key that the academy exports, and the ENT has to know them under it. Returns how many came in.
 */
export async function logInByAcademy(
  entUrl: string,
  scenario: DemoScenario,
  uai: string,
): Promise<{ readonly teachers: number; readonly cameIn: number }> {
  const keys = await teacherKeys(scenario, uai);
  let cameIn = 0;
  for (const key of keys) if (await logIn(entUrl, `${academy}-${key}`)) cameIn += 1;
  return { teachers: keys.length, cameIn };
}

/** By the academy's own export of that school. */
async function teacherKeys({ seed, rentree, members }: DemoScenario, uai: string) {
  const school = members.flatMap(({ schools }) => schools).find((each) => each.uai === uai);
  if (!school) throw new RangeError(`The scenario has no school ${uai}`);
  const folder = mkdtempSync(join(tmpdir(), 'ent-aaf-'));
  try {
    await generateAaf({ ...{ seed, folder, schools: [school] }, rentree });
    return readdirSync(folder)
      .filter((name) => name.includes('_PersEducNat_'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('</addRequest>'))
      .filter((entry) => entry.includes('$ENS$'))
      .map((entry) => /<attr name="ENTPersonJointure"><value>([^<]+)</.exec(entry)?.[1] ?? '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whom the ENT does not know it sends back to its door. */
async function logIn(entUrl: string, key: string): Promise<boolean> {
  const assertion =
    '<saml2:AttributeStatement><saml2:Attribute Name="FrEduIdENT">' +
    `<saml2:AttributeValue>${key}</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>`;
  const response = await fetch(`${entUrl}/auth/saml/acs`, {
    ...{ method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) },
    body: new URLSearchParams({ SAMLResponse: Buffer.from(assertion).toString('base64') }),
  });
  await response.text();
  if (response.status !== 302) throw new Error(`the ENT answered ${response.status} to an SSO`);
  return response.headers.get('location') === '/';
}
