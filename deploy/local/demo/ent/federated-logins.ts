import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateAaf } from '../../../../test/support/generator/generate-aaf.js';
import { structureKey } from '../../../../test/support/generator/population.js';
import type { DemoScenario } from '../scenario.js';

const timeoutMs = 20_000;
/** Of the identifiers that identity providers assert. */
const academy = 'NANTES';

/** Who comes in by whom: what the identity provider asserts, and whom the academy's export names so at a school. */
export const providers = {
  /** The teachers, by the academy's single sign-on. */
  academy: { attribute: 'FrEduIdENT', keysOf: teacherKeys },
  /** The guardians, by ÉduConnect. */
  educonnect: { attribute: 'FrEduCtRefId', keysOf: guardianKeys },
} as const;
export type Provider = keyof typeof providers;

/**
 * Those of a school who are not let in by the ENT itself come in for the first time: their identity provider says who each is
 * by the key that the academy exports, and the ENT has to know them under it. Returns how many came in.
 */
export async function logInBy(
  provider: Provider,
  entUrl: string,
  scenario: DemoScenario,
  uai: string,
): Promise<{ readonly people: number; readonly cameIn: number }> {
  const { attribute, keysOf } = providers[provider];
  const keys = await keysOf(scenario, uai);
  let cameIn = 0;
  for (const key of keys) if (await logIn(entUrl, attribute, `${academy}-${key}`)) cameIn += 1;
  return { people: keys.length, cameIn };
}

type Entry = (attribute: string) => string[];

async function teacherKeys(scenario: DemoScenario, uai: string): Promise<string[]> {
  const schools = schoolsOf(scenario).filter((each) => each.uai === uai);
  const staff = await exported(scenario, schools, (entries) => entries('PersEducNat'));
  return staff
    .filter((of) => of('ENTPersonFonctions').some((one) => one.includes('$ENS$')))
    .flatMap(keyOf);
}

/** Of the pupils of that school, whose families may have children in others too: hence the whole export. */
async function guardianKeys(scenario: DemoScenario, uai: string): Promise<string[]> {
  return exported(scenario, schoolsOf(scenario), (entries) => {
    const here = entries('Eleve').filter((of) =>
      of('ENTPersonStructRattach').includes(structureKey(uai)),
    );
    const pupils = new Set(here.flatMap(keyOf));
    return entries('PersRelEleve')
      .filter((of) => of('ENTPersRelEleveEleve').some((child) => pupils.has(child)))
      .flatMap(keyOf);
  });
}

const keyOf = (of: Entry) => of('ENTPersonJointure');
const schoolsOf = ({ members }: DemoScenario) => members.flatMap(({ schools }) => schools);

/** What is read of the academy's own export of these schools, as it was at the rentrée. */
async function exported<Read>(
  { seed, rentree }: DemoScenario,
  schools: readonly { readonly uai: string; readonly headcount: number }[],
  read: (entries: (kind: string) => Entry[]) => Read,
): Promise<Read> {
  if (schools.length === 0) throw new RangeError('The scenario has no such school');
  const folder = mkdtempSync(join(tmpdir(), 'ent-aaf-'));
  try {
    await generateAaf({ ...{ seed, folder, schools }, rentree });
    return read((kind) =>
      readdirSync(folder)
        .filter((name) => name.includes(`_${kind}_`))
        .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('</addRequest>'))
        .filter((entry) => entry.includes('ENTPersonJointure'))
        .map((entry) => (attribute) => valuesIn(entry, attribute)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function valuesIn(entry: string, attribute: string): string[] {
  const [, values = ''] =
    new RegExp(`<attr name="${attribute}">((?:\\s*<value>[^<]*</value>)*)`).exec(entry) ?? [];
  return [...values.matchAll(/<value>([^<]*)</g)].map(([, value = '']) => value);
}

/** Whom the ENT does not know it sends back to its door. */
async function logIn(entUrl: string, attribute: string, key: string): Promise<boolean> {
  const assertion =
    `<saml2:AttributeStatement><saml2:Attribute Name="${attribute}">` +
    `<saml2:AttributeValue>${key}</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>`;
  const response = await fetch(`${entUrl}/auth/saml/acs`, {
    ...{ method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) },
    body: new URLSearchParams({ SAMLResponse: Buffer.from(assertion).toString('base64') }),
  });
  await response.text();
  if (response.status !== 302) throw new Error(`the ENT answered ${response.status} to an SSO`);
  return response.headers.get('location') === '/';
}
