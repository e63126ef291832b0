import { Controller } from '@nestjs/common';
import {
  type ChangeCompositionRequest,
  CommitteesService,
  type EstablishCommitteeRequest,
  type GetCommitteeRequest,
  type ListCommitteesRequest,
  plain,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ChangeComposition } from './change-composition.js';
import type { Committee, Seat } from './domain/committee.js';
import { EstablishCommittee } from './establish-committee.js';
import { ViewCommittees } from './view-committees.js';

@Controller()
export class CommitteesRpc {
  constructor(
    private readonly establishCommitteeUseCase: EstablishCommittee,
    private readonly changeCompositionUseCase: ChangeComposition,
    private readonly view: ViewCommittees,
  ) {}

  @Answers(CommitteesService.method.establishCommittee)
  async establishCommittee(request: EstablishCommitteeRequest, caller: Caller) {
    const input = { ...plain(request), kind: request.kind as Committee['kind'], caller };
    return { committee: toCommitteeMessage(await this.establishCommitteeUseCase.execute(input)) };
  }

  @Answers(CommitteesService.method.changeComposition)
  async changeComposition(request: ChangeCompositionRequest, caller: Caller) {
    const input = { ...plain(request), seats: request.seats.map(plain) as Seat[], caller };
    return { committee: toCommitteeMessage(await this.changeCompositionUseCase.execute(input)) };
  }

  @Answers(CommitteesService.method.getCommittee)
  async getCommittee({ committeeId }: GetCommitteeRequest, caller: Caller) {
    const { committee, seatCount } = await this.view.committee({ committeeId, caller });
    return { committee: toCommitteeMessage(committee, seatCount) };
  }

  @Answers(CommitteesService.method.listCommittees)
  async listCommittees({ marketCode, ...page }: ListCommitteesRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['text'],
      (part) => this.view.list({ marketCode, ...part, caller }),
      ({ committee }) => [committee.department],
    );
    const committees = rows.map((row) => toCommitteeMessage(row.committee, row.seatCount));
    return { committees, nextCursor };
  }
}

const toCommitteeMessage = (committee: Committee, seatCount = committee.seats.length) => ({
  ...committee,
  seatCount,
});
