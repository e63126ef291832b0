import { randomUUID } from 'node:crypto';
import { callerOf } from '#libs/testing';
import { accountIdFrom } from '../src/accounts/domain/account-id.js';
import { toEntSchool } from '../src/ent-comparison/ent-school.dto.js';
import type { Confirmed } from '../src/ent-comparison/domain/brakes.js';
import { EntHttpGateway } from '../src/ent/ent.module.js';
import { EntDifferenceKind } from '#libs/contracts';
import { createUserInClass } from '../../../test/simulators/open-ent-ng/graph/users.js';
import { bed } from './bed-of-each-test.test-support.js';

export const uai = '0440001A';
const caller = callerOf({ roles: ['player'], userId: 'operator' });

/** The comparison beside the process that runs. */
export const parts = () =>
  bed.comparison(
    new EntHttpGateway({
      ...{ url: bed.ent.url, login: 'connecteur', password: 'connecteur-secret', timeoutMs: 5_000 },
    }),
  );

/** Differences of a school: kind, and the number of the pupil (`aPupil`) or else what the ENT calls the user. */
export async function compared(of = uai): Promise<string[]> {
  const { differences } = toEntSchool(await parts().look.execute(of, caller, false));
  const people = await bed.rows<{ account_id: string; person_id: string }>(
    'select account_id, person_id from account',
  );
  const numberOf = new Map(
    people.map(({ account_id, person_id }) => [account_id, Number(person_id.slice(-12))]),
  );
  return differences
    .map(
      ({ kind, accountId, externalId }) =>
        `${EntDifferenceKind[kind]} ${numberOf.get(accountId) ?? externalId}`,
    )
    .sort();
}

export const mend = (confirmed: Confirmed = {}, of = uai) =>
  parts().mend.execute({ uai: of, reason: 'ENT_RESTAURE SUP-42', confirmed, caller });

/** Everything that the books say of what the ENT has, and what it still must be told. */
export const books = () =>
  bed.rows(
    `select account_id, state, ent_id, ent_blocked, ent_removed, login,
       array(select uai || '|' || class_label || '|' || ent_class_id from ent_place t where t.account_id = account.account_id order by 1) as places,
       (select count(*)::int from ent_task) as tasks, (select count(*)::int from ent_link where linked) as links
     from account order by account_id`,
  );

/** A user of the ENT in the class of a pupil who is there, made by us and since forgotten unless told otherwise. */
export function aLostUser(
  number: number,
  changed: { externalId?: string; birthDate?: string; of?: string } = {},
): { entId: string; externalId: string } {
  const { of = uai, ...fields } = changed;
  const structureId = bed.ent.graph.structureOfUai(of)!.id;
  const schoolClass = [...bed.ent.graph.classes.values()].find(
    (each) => each.structureId === structureId,
  );
  const { id, externalId } = createUserInClass(bed.ent.graph, schoolClass!.id, {
    ...{ firstName: `Prenom${number}`, lastName: `NOM${number}`, type: 'Student' },
    ...{ birthDate: '2014-03-02', externalId: accountIdFrom(randomUUID()), ...fields },
  })!;
  return { entId: id, externalId };
}
