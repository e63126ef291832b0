import { Controller } from '@nestjs/common';
import {
  DirectoryService,
  type ListErasuresRequest,
  type ProveErasureRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import { BusinessDate } from '#libs/messaging';
import { Answers } from '#libs/rpc';
import { Erasures } from './erasures.pg.js';
import { ProveErasure } from './prove-erasure.js';
import { type ErasureRow, ProvenErasures } from './proven-erasures.pg.js';

@Controller()
export class ErasureRpc {
  constructor(
    private readonly proveErasure: ProveErasure,
    private readonly proven: ProvenErasures,
    private readonly erasures: Erasures,
    private readonly businessDate: BusinessDate,
  ) {}

  @Answers(DirectoryService.method.listErasures)
  async list({ from, to, unexpectedOnly, limit, cursor }: ListErasuresRequest) {
    const { rows, nextCursor } = await readPage(
      { limit, cursor },
      ['day', 'uuid'],
      (page) => this.proven.list({ from, to, unexpectedOnly, ...page }),
      ({ erasedOn, personId }) => [erasedOn, personId],
    );
    const counts = await this.erasures.count(await this.businessDate.today());
    return { erasures: rows.map(toErasure), nextCursor, ...counts };
  }

  @Answers(DirectoryService.method.proveErasure)
  async prove({ personId }: ProveErasureRequest) {
    const { erasure, places } = await this.proveErasure.execute(personId);
    return { erasure: toErasure(erasure), places: [...places] };
  }
}

const toErasure = ({
  erasedAt: _,
  heldUntil: _until,
  toldAgainOn,
  provedAt,
  unexpected,
  ...row
}: ErasureRow) => ({
  ...row,
  toldAgainOn: toldAgainOn ?? '',
  provedAt: provedAt?.toISOString() ?? '',
  unexpected: unexpected ?? 0,
});
