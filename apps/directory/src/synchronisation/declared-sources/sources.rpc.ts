import { Controller } from '@nestjs/common';
import {
  type DeclareSourceRequest,
  DirectoryService,
  type ListSourcesRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { prioritiesOf } from '../domain/attribute-priorities.js';
import type { SourceKind } from '../domain/source-declaration.js';
import { mayDeliver } from '../domain/upload.js';
import { schoolsSeen } from '../schools-seen.js';
import { DeclareSource } from './declare-source.js';
import { DeclaredSources } from './declared-sources.pg.js';

@Controller()
export class SourcesRpc {
  constructor(
    private readonly declareSource: DeclareSource,
    private readonly sources: DeclaredSources,
  ) {}

  @Answers(DirectoryService.method.declareSource)
  async declare(request: DeclareSourceRequest, caller: Caller) {
    const { sourceCode, kind, title, academyCode, priority } = request;
    const { departments, uais, profiles, disabled, deliversDeltas, everyDays } = request;
    await this.declareSource.execute(
      {
        ...{ sourceCode, kind: kind as SourceKind, title, academyCode, priority },
        ...{ departments, uais, profiles, enabled: !disabled, deliversDeltas, everyDays },
        priorities: prioritiesOf(request.priorities),
      },
      caller,
    );
    return {};
  }

  @Answers(DirectoryService.method.listSources)
  async list(page: ListSourcesRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const [after] = decodeCursor(page.cursor, 'text') ?? [];
    const seen = schoolsSeen(caller);
    const found = await this.sources.list(limit, after, seen);
    const { rows, nextCursor } = pageOf(found, limit, ({ sourceCode }) => [sourceCode]);
    // A head is shown those to which a school of theirs delivers; a page may then be short.
    const shown = rows.filter(
      (source) => !seen || seen.some((uai) => source.enabled && mayDeliver(seen, source, uai)),
    );
    return {
      sources: shown.map(({ enabled, departments, uais, profiles, priorities, ...source }) => ({
        ...source,
        departments: [...departments],
        uais: [...uais],
        profiles: [...profiles],
        disabled: !enabled,
        priorities: Object.entries(priorities).map(([attribute, priority]) => ({
          ...{ attribute, priority },
        })),
      })),
      nextCursor,
    };
  }
}
