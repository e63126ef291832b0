import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Profile, StaffService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { Addresses } from './addresses.js';

const pageSize = 500;

/** The staff of schools, as the directory knows it now; nothing of it is kept here. */
@Injectable()
export class StaffGateway implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof StaffService>;

  constructor({ directory }: Addresses, tokens: ServiceTokens) {
    const token = () => tokens.token(audienceOf('directory'));
    this.client = createRpcClient(StaffService, { address: directory, token });
  }

  /** By person id, after the one last seen; of `personIds` alone where some are named, of who works in `atUais` likewise. */
  async page(asked: {
    readonly uais: readonly string[];
    readonly atUais: readonly string[];
    readonly after: string;
    readonly personIds: readonly string[];
  }) {
    const { uais, atUais, after, personIds } = asked;
    const { staff } = await this.client.listStaff({
      ...{ uais: [...uais], atUais: [...atUais], personIds: [...personIds] },
      ...{ afterPersonId: after, pageSize },
    });
    return {
      staff: staff.map(({ personId, lastName, firstName, places }) => ({
        ...{ personId, lastName, firstName },
        places: places.map(({ uai, profile, head }) => ({
          ...{ uai, isTeacher: profile === Profile.TEACHER, isHead: head },
        })),
      })),
      isFull: staff.length === pageSize,
    };
  }

  async schools(uais: readonly string[]) {
    const { schools } = await this.client.nameSchools({ uais: [...uais] });
    return schools;
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
