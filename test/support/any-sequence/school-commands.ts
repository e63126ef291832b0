import { randomUUID } from 'node:crypto';
import type { InseeCode } from '#libs/identifiers';
import { addDays } from '#libs/time';
import { coordinator, ordererOf } from '../builders/membership-world.js';
import type { Command } from './commands.js';
import { type Group, items, schools } from './group.js';
import type { Asked } from './schools-model.js';
import { linkOn, type Situation, situationOf } from './situation.js';

const kinds: readonly string[] = [
  'finance',
  'end financing',
  'transfer',
  'propose',
  'accept with an order',
  'accept without',
  'close proposal',
] satisfies Asked['kind'][];
export const isAboutSchools = ({ kind }: Command) => kinds.includes(kind);

/** What a command means as things stand: who gives is who pays for the school, what is accepted was proposed. */
export function askedOf({ members }: Group, now: Situation, command: Command): Asked {
  const { member, n, days, item, school, isOther } = command;
  const kind = command.kind as Asked['kind'];
  const day = addDays(now.today, days);
  const { membershipId } = members[member % members.length]!;
  const { uai } = schools[school]!;
  const financer = linkOn(now.links, uai, day)?.membershipId ?? membershipId;
  switch (kind) {
    case 'finance':
      return { kind, membershipId, uai, day };
    case 'end financing':
      return { kind, membershipId: isOther && n < 0 ? membershipId : financer, uai, day };
    case 'transfer':
    case 'propose': {
      const beside = schools.find(
        (other) =>
          other.uai !== uai && linkOn(now.links, other.uai, day)?.membershipId === financer,
      );
      const uais = isOther && beside ? [uai, beside.uai] : [uai];
      // Seldom to the giver itself, which is refused.
      const isGiver = membershipId === financer && n > -50;
      const to = isGiver ? members[(member + 1) % members.length]!.membershipId : membershipId;
      return { kind, from: financer, to, uais, day };
    }
    default: {
      const proposed = now.transfers.filter(({ status }) => status === 'PROPOSED');
      // Now and then one that is decided already.
      const chosen = proposed.length > 0 ? proposed : now.transfers;
      const transfer = chosen[member % chosen.length];
      const transferId = transfer?.transferId ?? 'none';
      if (kind === 'close proposal') return { kind, transferId, byCoordinator: isOther };
      const from = isOther && days % 2 === 0 ? day : (transfer?.day ?? day);
      const line = { item: items[item]!, day: from, delta: n };
      return {
        kind,
        transferId,
        line: kind === 'accept without' ? undefined : line,
        confirmed: isOther ? 100 : 0,
      };
    }
  }
}

export async function carryOutForSchools(group: Group, command: Command): Promise<unknown> {
  const now = await situationOf(group);
  const asked = askedOf(group, now, command);
  const { transfers: world, documentId } = group;
  const key = { idempotencyKey: randomUUID() };
  const territoryException = 'Regroupement pédagogique intercommunal';
  switch (asked.kind) {
    case 'finance': {
      const { membershipId, uai, day: from } = asked;
      const insee = schools.find((school) => school.uai === uai)!.insee as InseeCode;
      return group.world.financeSchool.execute({
        ...{ ...key, membershipId, uai, from, insee, territoryException },
        caller: coordinator,
      });
    }
    case 'end financing': {
      const { membershipId, uai, day: endsOn } = asked;
      return group.world.endSchoolFinancing.execute({
        ...{ ...key, membershipId, uai, endsOn, reason: 'SCHOOL_CLOSED', documentId: '' },
        caller: coordinator,
      });
    }
    case 'transfer':
    case 'propose': {
      const { from: fromMembershipId, to: toMembershipId, uais, day: effectiveOn } = asked;
      const terms = { fromMembershipId, toMembershipId, uais, effectiveOn, documentId };
      return world.transferUseCase.execute({
        ...key,
        terms: { ...terms, territoryException, exceptionDocumentId: '' },
        propose: asked.kind === 'propose',
        caller: coordinator,
      });
    }
    default:
      return decide(group, now, asked);
  }
}

function decide(
  { transfers: world, members }: Group,
  { transfers }: Situation,
  asked: Extract<Asked, { transferId: string }>,
): Promise<unknown> {
  const { transferId } = asked;
  const key = { idempotencyKey: randomUUID() };
  const to = transfers.find((transfer) => transfer.transferId === transferId)?.to;
  const receiver = ordererOf(members.find(({ membershipId }) => membershipId === to)?.siren ?? '');
  if (asked.kind === 'close proposal') {
    const caller = asked.byCoordinator ? coordinator : receiver;
    return world.closeUseCase.execute({ ...key, transferId, caller });
  }
  const { line, confirmed: confirmedSeatsMissing } = asked;
  const lines = line ? [{ itemCode: line.item, effectiveFrom: line.day, delta: line.delta }] : [];
  return world.acceptUseCase.execute({
    ...{ ...key, transferId, lines, confirmedSeatsMissing },
    caller: receiver,
  });
}
