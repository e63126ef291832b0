import { Injectable } from '@nestjs/common';
import type { GetOrganisationFileRequest } from '#libs/contracts';
import { type Asked, NotVisible, requireMarket, within } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import type { ChorusProEntry } from './domain/organisation.js';
import { mayReadFile } from './change-organisation-file.js';
import { type OrganisationFile, OrganisationFiles } from './organisation-files.pg.js';

type AskedFile = Asked<GetOrganisationFileRequest>;

/** An organisation's file as the caller may see it: a member its own (SUP-3). */
@Injectable()
export class ViewOrganisationFile {
  constructor(
    private readonly files: OrganisationFiles,
    private readonly businessDate: BusinessDate,
  ) {}

  async find({ marketCode, organisationId, caller }: AskedFile): Promise<OrganisationFile> {
    requireMarket(caller, marketCode);
    if (!mayReadFile(within(caller, marketCode), organisationId)) throw new NotVisible();
    const today = await this.businessDate.today();
    const file = await this.files.find(organisationId, marketCode, today);
    if (!file) throw new NotVisible();
    return file;
  }

  /** One entry more than `limit` where there is one. */
  async chorusProEntries(
    asked: AskedFile & { after?: readonly [string, string] | undefined; limit: number },
  ): Promise<ChorusProEntry[]> {
    await this.find(asked);
    return this.files.chorusProEntries({ ...asked, limit: asked.limit + 1 });
  }
}
