import { Controller } from '@nestjs/common';
import {
  type DecideDoubleRequest,
  DirectoryService,
  type GetDoubleRequest,
  type ListDoublesRequest,
  type ListMergesRequest,
  type UndoMergeRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { type Caller, rolesOf } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { AttributeSources } from '../person-views/person-views.module.js';
import { DecideDouble } from './decide-double.js';
import { DoubleUnknown } from './domain/double-problems.js';
import { reachOf } from './domain/reach.js';
import { type Double, type DoubleSide, DoubtfulPairs } from './doubtful-pairs.pg.js';
import { Merges } from './merges.pg.js';
import { UndoMerge } from './undo-merge.js';

const reachOfCaller = (caller: Caller) => reachOf({ roles: rolesOf(caller), uais: caller.uais });

@Controller()
export class DoublesRpc {
  constructor(
    private readonly pairs: DoubtfulPairs,
    private readonly merges: Merges,
    private readonly decideDouble: DecideDouble,
    private readonly undoMerge: UndoMerge,
    private readonly attributeSources: AttributeSources,
  ) {}

  @Answers(DirectoryService.method.listDoubles)
  async list({ uai, pairId, ...page }: ListDoublesRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const after = decodeCursor(page.cursor, 'integer', 'uuid');
    const found = await this.pairs.page(reachOfCaller(caller), { uai, pairId, limit, after });
    const { rows, nextCursor } = pageOf(found, limit, ({ score, pairId }) => [score, pairId]);
    return { doubles: rows.map(withoutNames), nextCursor };
  }

  @Answers(DirectoryService.method.getDouble)
  async get({ pairId }: GetDoubleRequest, caller: Caller) {
    const double = await this.pairs.find(reachOfCaller(caller), pairId);
    if (!double) throw new DoubleUnknown();
    const [newcomer, known] = await Promise.all(
      [double.newcomer, double.known].map(async (side) => ({
        ...side,
        attributeSources: await this.attributeSources.of(side.personId),
      })),
    );
    return { double: { ...double, newcomer: newcomer!, known: known! } };
  }

  @Answers(DirectoryService.method.decideDouble)
  decide(request: DecideDoubleRequest, caller: Caller) {
    const { pairId, answer, expectedVersion, idempotencyKey } = request;
    const decision = { pairId, expectedVersion, idempotencyKey, caller };
    return this.decideDouble.execute({
      ...decision,
      answer: answer === 'SAME' ? 'SAME' : 'DIFFERENT',
    });
  }

  @Answers(DirectoryService.method.listMerges)
  async listMerges({ mergeId, decidedBy, ...page }: ListMergesRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const after = decodeCursor(page.cursor, 'day', 'uuid');
    const found = await this.merges.page(reachOfCaller(caller), {
      ...{ mergeId, decidedBy, limit, after },
    });
    const { rows, nextCursor } = pageOf(found, limit, ({ mergedOn, mergeId }) => [
      ...[mergedOn, mergeId],
    ]);
    return { merges: [...rows], nextCursor };
  }

  @Answers(DirectoryService.method.undoMerge)
  async undo({ mergeId, idempotencyKey }: UndoMergeRequest, caller: Caller) {
    await this.undoMerge.execute({ mergeId, idempotencyKey, caller });
    return {};
  }
}

/** A list shows where and why; names are for who decides, one pair at a time, and each look is traced. */
const withoutNames = (double: Double) => ({
  ...double,
  newcomer: nameless(double.newcomer),
  known: nameless(double.known),
});

const nameless = (side: DoubleSide) => ({ ...side, lastName: '', firstName: '', birthDate: '' });
