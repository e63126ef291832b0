import { randomUUID } from 'node:crypto';
import type { APerson } from '../../apps/provisioning/test/people.test-support.js';
import { accountIdFrom } from '../../apps/provisioning/src/accounts/domain/account-id.js';
import type { EntHttpGateway } from '../../apps/provisioning/src/ent/ent.module.js';

/** Somebody whose account is changed, and one of the classes that it is in. */
type InEnt = {
  readonly accountId: string;
  readonly entId: string;
  readonly classId: string;
  readonly person: APerson;
};

/** What somebody does in the ENT, past all books, and as what a comparison has to find it. */
export const changesByHand: Readonly<
  Record<
    string,
    {
      readonly of: 'STUDENT' | 'RELATIVE' | 'TEACHER';
      readonly is: string;
      /** Returns the ENT's identifier of whom it has made, if anybody. */
      readonly change: (
        ent: EntHttpGateway,
        one: InEnt,
        /** The other class of its school, and its child. */
        beside: { readonly classId: string; readonly childEntId: string },
      ) => Promise<string | void>;
    }
  >
> = {
  blocked: { of: 'STUDENT', is: 'BLOCK', change: (ent, { entId }) => ent.setBlocked(entId, true) },
  deleted: { of: 'STUDENT', is: 'MISSING', change: (ent, { entId }) => ent.remove(entId) },
  renamed: {
    ...{ of: 'STUDENT', is: 'NAME' },
    change: (ent, { entId, person }) =>
      ent.nameUser(entId, { ...namesOf(person), lastName: 'Changé' }),
  },
  'born on another day': {
    ...{ of: 'STUDENT', is: 'NAME' },
    change: (ent, { entId, person }) =>
      ent.nameUser(entId, { ...namesOf(person), birthDate: '2013-01-01' }),
  },
  'out of the school': {
    ...{ of: 'STUDENT', is: 'ELSEWHERE' },
    change: (ent, { entId }) => leaveSchools(ent, entId),
  },
  'out of the class': {
    ...{ of: 'STUDENT', is: 'PLACE' },
    change: (ent, { entId, classId }) => ent.leaveClass(classId, entId),
  },
  'in a further class': {
    ...{ of: 'STUDENT', is: 'PLACE' },
    change: (ent, { entId }, beside) => ent.joinClass(beside.classId, entId),
  },
  'of a class no more': {
    ...{ of: 'TEACHER', is: 'PLACE' },
    change: (ent, { entId, classId }) => ent.leaveClass(classId, entId),
  },
  'without its child': {
    ...{ of: 'RELATIVE', is: 'LINKS' },
    change: (ent, { entId }, { childEntId }) => ent.unrelate(childEntId, entId),
  },
  unknown: {
    ...{ of: 'STUDENT', is: 'UNKNOWN' },
    change: (ent, { classId, person }) =>
      madeBeside(
        ent,
        classId,
        { ...namesOf(person), lastName: 'Inconnu' },
        accountIdFrom(randomUUID()),
      ),
  },
  'made a second time': {
    ...{ of: 'STUDENT', is: 'DUPLICATE' },
    change: async (ent, { classId, person }) => {
      await madeBeside(ent, classId, namesOf(person), randomUUID());
    },
  },
};

const namesOf = ({ firstName = '', lastName = '', birthDate = '' }: APerson) => ({
  ...{ firstName, lastName, birthDate },
});
async function madeBeside(
  ent: EntHttpGateway,
  classId: string,
  names: ReturnType<typeof namesOf>,
  externalId: string,
): Promise<string> {
  const user = {
    ...names,
    externalId,
    academicMail: '',
    profile: 'Student',
    childEntIds: [],
  } as const;
  return (await ent.createUser(classId, user)).entId;
}

async function leaveSchools(ent: EntHttpGateway, entId: string): Promise<void> {
  const found = await ent.whereaboutsOf(entId);
  if (found.is !== 'PRESENT') throw new Error('nobody there');
  for (const { entId: structureId } of found.structures)
    await ent.leaveStructure(structureId, entId);
}
