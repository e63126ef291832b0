import { Controller } from '@nestjs/common';
import {
  ActivityService,
  type DecidePublishedListRequest,
  type GetGroupTotalsRequest,
  type ListActivityRequest,
  type ListPublishedMembersRequest,
  plain,
} from '#libs/contracts';
import { pageLimitOf, pageOf, decodeCursor } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { DecidePublishedList } from './decide-published-list.js';
import type { ActivityFigures, PublishedListDecision } from './domain/activity.js';
import { ViewActivity } from './view-activity.js';

@Controller()
export class ActivityRpc {
  constructor(
    private readonly decidePublishedListUseCase: DecidePublishedList,
    private readonly view: ViewActivity,
  ) {}

  @Answers(ActivityService.method.getGroupTotals)
  async getGroupTotals({ marketCode }: GetGroupTotalsRequest, caller: Caller) {
    const { figures, ...totals } = await this.view.totals({ marketCode, caller });
    return { ...totals, figures: figures.map(toFiguresMessage) };
  }

  @Answers(ActivityService.method.listActivity)
  async listActivity({ marketCode, ...page }: ListActivityRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const after = decodeCursor(page.cursor, 'text', 'text');
    const { on, members } = await this.view.list({ marketCode, after, limit, caller });
    const { rows, nextCursor } = pageOf(members, limit, keyOf);
    return {
      on,
      members: rows.map(({ figures, startsOn, endsOn, ...member }) => ({
        ...member,
        period: { startsOn, endsOn },
        figures: figures.map(toFiguresMessage),
      })),
      nextCursor,
    };
  }

  @Answers(ActivityService.method.decidePublishedList)
  async decidePublishedList(request: DecidePublishedListRequest, caller: Caller) {
    const { content, ...decision } = plain(request);
    const input = { ...decision, content: content as PublishedListDecision['content'], caller };
    return { decision: await this.decidePublishedListUseCase.execute(input) };
  }

  @Answers(ActivityService.method.listPublishedMembers)
  async listPublishedMembers({ marketCode, ...page }: ListPublishedMembersRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const after = decodeCursor(page.cursor, 'text', 'text');
    const { decision, members } = await this.view.published({ marketCode, after, limit, caller });
    const { rows, nextCursor } = pageOf(members, limit, keyOf);
    return {
      ...(decision ? { decision } : {}),
      members: rows.map(({ organisationName, organisationKind }) => ({
        organisationName,
        organisationKind,
      })),
      nextCursor,
    };
  }
}

const keyOf = (row: { organisationName: string; membershipId: string }) => [
  row.organisationName,
  row.membershipId,
];

const toFiguresMessage = (figures: ActivityFigures) => ({
  ...figures,
  margin: figures.ordered - figures.commitment,
});
