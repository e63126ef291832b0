import type { Transaction } from '#libs/persistence';
import { Parameters } from './parameters.js';
import type { PeopleQuery, Scope } from './person-file.js';

/** What a search walks through, comparing all else that is asked: the rarest of what is asked. */
export type Lead =
  | { readonly by: 'WORD'; readonly word: string }
  | { readonly by: 'SCHOOLS'; readonly uais: readonly string[] }
  | { readonly by: 'BIRTH_DATE' }
  | { readonly by: 'IDS'; readonly personIds: readonly string[] };

/** So many are counted of each: of what is more frequent still, two together are found soon. */
const countedMax = 500;
/** Of the words the longest, so many. */
const wordsMax = 4;

/** So many beginnings are remembered, for so long. */
const rememberedMax = 10_000;
const rememberedMs = 3_600_000;

/**
 * Beginnings of names that so many people bear that counting stopped: they stay frequent, and counting them again would
 * cost a third of a search. What is rare is counted each time: somebody may have come.
 */
export class FrequentBeginnings {
  private readonly until = new Map<string, number>();

  has(word: string): boolean {
    return (this.until.get(word) ?? 0) > performance.now();
  }

  add(word: string): void {
    // The oldest goes first: a bound, not a cache policy.
    if (this.until.size >= rememberedMax) this.until.delete(this.until.keys().next().value!);
    this.until.set(word, performance.now() + rememberedMs);
  }
}

/** A visitor who sees some schools alone searches through their people. Throws RangeError where nothing is asked. */
export async function leadOf(
  scope: Scope,
  { nameWords = [], uais, present, personIds, bornOn }: PeopleQuery,
  tx: Transaction,
  frequent = new FrequentBeginnings(),
): Promise<Lead> {
  if (personIds) return { by: 'IDS', personIds };
  const schools = present ? [present.uai] : uais;
  if (scope.kind === 'SCHOOLS') {
    const asked = schools ?? scope.uais;
    return { by: 'SCHOOLS', uais: asked.filter((uai) => scope.uais.includes(uai)) };
  }
  const words = [...nameWords].sort((left, right) => right.length - left.length);
  const leads: Lead[] = [
    ...(schools ? [{ by: 'SCHOOLS', uais: schools } as const] : []),
    ...(bornOn === undefined ? [] : [{ by: 'BIRTH_DATE' } as const]),
    ...words.slice(0, wordsMax).map((word) => ({ by: 'WORD', word }) as const),
  ];
  if (leads.length <= 1) {
    const [only] = leads;
    if (!only) throw new RangeError('A search of a market asks for a name, a school or a date');
    return only;
  }
  const isFrequent = (lead: Lead) => lead.by === 'WORD' && frequent.has(lead.word);
  const toCount = leads.filter((lead) => !isFrequent(lead));
  if (toCount.length === 0) return leads[0]!;
  const row = await tx.row<Record<string, number>>(counting(toCount, bornOn));
  const countOf = (lead: Lead) => row![`n${toCount.indexOf(lead)}`] ?? countedMax;
  for (const lead of toCount) {
    if (lead.by === 'WORD' && countOf(lead) >= countedMax) frequent.add(lead.word);
  }
  return leads.reduce((rarest, lead) => (countOf(lead) < countOf(rarest) ? lead : rarest));
}

function counting(leads: readonly Lead[], bornOn: string | undefined) {
  const parameters = new Parameters();
  const counts = leads.map((lead, at) => {
    const among = amongWhom(lead, bornOn, parameters);
    return `(select count(*) from (select 1 from ${among} limit ${countedMax}) x)::int as n${at}`;
  });
  const name = `people counted by ${leads.map(({ by }) => by).join(' ')}`;
  return { name, text: `select ${counts.join(', ')}`, values: parameters.values };
}

function amongWhom(lead: Lead, bornOn: string | undefined, parameters: Parameters): string {
  switch (lead.by) {
    case 'WORD': {
      const [from, to] = prefixRange(lead.word).map((bound) => parameters.add(bound));
      return `person_word w where w.is_first_name = any('{f,t}') and w.word >= ${from} and w.word < ${to}`;
    }
    case 'SCHOOLS':
      return `enrolment e where e.uai = any(${parameters.add(lead.uais)})`;
    case 'BIRTH_DATE':
      return `person p where p.birth_date = ${parameters.add(bornOn)}`;
    default:
      throw new RangeError('Ids are never counted');
  }
}

/** Of all words that begin so: of letters a to z and digits, before which the upper bound stands none. */
export function prefixRange(prefix: string): [from: string, to: string] {
  return [prefix, `${prefix}{`];
}
