import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { validated } from '#libs/http';
import { spreadsheetTypes, writeCsv, writeOds } from '#libs/spreadsheets';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { activityTable } from './activity-table.js';
import {
  marketPageQuery,
  type MarketPageQuery,
  marketQuery,
  type MarketQuery,
} from './governance.dto.js';
import { GroupActivity } from './group-activity.js';

const readers = ['member-reader', 'member-orderer', 'member-finance', 'coordinator'] as const;

@Controller('api')
export class ActivityController {
  constructor(private readonly activity: GroupActivity) {}

  @AllowPeople(...readers)
  @Get('activity')
  page(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(marketPageQuery)) query: MarketPageQuery,
  ) {
    return this.activity.page(visitor, query);
  }

  @AllowPeople(...readers)
  @Get('activity/csv')
  async csv(@CurrentVisitor() visitor: Visitor, @Query(validated(marketQuery)) query: MarketQuery) {
    const table = activityTable(await this.activity.all(visitor, query));
    return fileOf(writeCsv(table), 'text/csv; charset=utf-8', `activite-${query.market}.csv`);
  }

  @AllowPeople(...readers)
  @Get('activity/ods')
  async ods(@CurrentVisitor() visitor: Visitor, @Query(validated(marketQuery)) query: MarketQuery) {
    const rows = activityTable(await this.activity.all(visitor, query));
    const content = await writeOds([{ name: 'Activité', rows }]);
    return fileOf(content, spreadsheetTypes.ODS, `activite-${query.market}.ods`);
  }
}

const fileOf = (content: Buffer, type: string, name: string) =>
  new StreamableFile(content, { type, disposition: `attachment; filename="${name}"` });
