import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, marketsOf } from '#libs/identity';
import { type LinkExposure, LinkExposures } from './link-exposures.pg.js';

/** Guardian links that a feed restored until they were cut again (PRV-9). Each reading is journalled (SUP-2). */
@Injectable()
export class ReadLinkExposures {
  constructor(
    private readonly commands: Commands,
    private readonly exposures: LinkExposures,
  ) {}

  execute(caller: Caller): Promise<LinkExposure[]> {
    return this.commands.attempt(
      {
        operation: 'ListLinkExposures',
        action: 'link-exposures.listed',
        request: {},
        caller,
      },
      async (tx, _today, journal) => {
        const found = await this.exposures.list(tx, marketsOf(caller));
        await journal({ subject: 'ent:link-exposures', details: { exposures: found.length } });
        return found;
      },
    );
  }
}
