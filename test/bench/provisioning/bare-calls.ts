import { randomUUID } from 'node:crypto';
import { EntHttpGateway, type EntPace } from '../../../apps/provisioning/src/ent/ent.module.js';
import type { APerson } from '../../../apps/provisioning/test/people.test-support.js';
import { entLogin } from './separate-ent.js';

const atOnce = 50;
const profiles = {
  STUDENT: 'Student',
  RELATIVE: 'Relative',
  TEACHER: 'Teacher',
  PERSONNEL: 'Personnel',
  GUEST: 'Guest',
} as const;

/**
 * A load tool on the calls that these people need, as many at once as the product makes, with no books: each made in its
 * class, a guardian linked to its children, a teacher put into the classes that it teaches. Pupils first, since links name
 * them. Returns the seconds it took.
 */
export async function callBare(
  url: string,
  people: readonly APerson[],
  pace: EntPace | undefined,
): Promise<number> {
  const gateway = new EntHttpGateway({
    ...{ url, ...entLogin, timeoutMs: 10_000 },
    ...(pace ? { pace } : {}),
  });
  const classes = new Map<string, Promise<string>>();
  const structures = new Map<string, Promise<string>>();
  const structure = (uai: string) =>
    once(structures, uai, () => gateway.ensureStructure({ uai, name: uai }));
  const schoolClass = (uai: string, label: string) =>
    once(classes, `${uai}|${label}`, async () =>
      gateway.ensureClass(await structure(uai), { label, level: '' }),
    );
  const entIds = new Map<string, string>();
  const made = async (person: APerson) => {
    const { uai, profile = 'STUDENT', classLabel = '', teaches = [], childIds = [] } = person;
    const children = childIds.flatMap((personId) => entIds.get(personId) ?? []);
    const label = classLabel === '' ? profile : classLabel;
    const { entId } = await gateway.createUser(await schoolClass(uai, label), {
      ...{ externalId: randomUUID(), academicMail: '', profile: profiles[profile] },
      ...{ firstName: person.firstName ?? '', lastName: person.lastName ?? '' },
      ...{ birthDate: person.birthDate ?? '', childEntIds: children },
    });
    entIds.set(person.personId, entId);
    for (const place of teaches)
      await gateway.joinClass(await schoolClass(place.uai, place.classLabel ?? ''), entId);
    for (const child of children) await gateway.relate(child, entId);
  };
  const isPupil = ({ profile }: APerson) => profile === 'STUDENT';
  const begunAtMs = performance.now();
  await allOf(people.filter(isPupil), made);
  await allOf(
    people.filter((person) => !isPupil(person)),
    made,
  );
  return (performance.now() - begunAtMs) / 1_000;
}

async function allOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const left = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

function once(
  made: Map<string, Promise<string>>,
  key: string,
  make: () => Promise<string>,
): Promise<string> {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}
