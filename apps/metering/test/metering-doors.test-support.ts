import { MeteringService } from '#libs/contracts';
import { as, asked, metering, period } from './running-metering.test-support.js';

// A new door needs its line here: whom it answers, and what it says to another member.
const doors: Record<
  keyof typeof MeteringService.method,
  { request: object; rightful: string; member: string; elsewhere: string }
> = {
  getUsage: {
    request: asked,
    rightful: 'member-reader',
    member: 'NOT_FOUND',
    elsewhere: 'coordinator',
  },
  getUsageBySchool: {
    request: asked,
    rightful: 'member-finance',
    member: 'NOT_FOUND',
    elsewhere: 'supplier',
  },
  listUsage: {
    request: { marketCode: 'e-primo-2022', until: '2023-01-19' },
    rightful: 'coordinator',
    member: 'NOT_ALLOWED',
    elsewhere: 'supplier',
  },
  listCertifiedUsage: {
    request: { marketCode: 'e-primo-2022', period },
    rightful: 'supplier',
    member: 'NOT_ALLOWED',
    elsewhere: 'coordinator',
  },
  certifyUsage: {
    request: { marketCode: 'e-primo-2022', period },
    rightful: 'coordinator',
    member: 'NOT_ALLOWED',
    elsewhere: 'supplier',
  },
  listCertificates: {
    request: { membershipId: 'm1' },
    rightful: 'member-finance',
    member: 'NOT_FOUND',
    elsewhere: 'coordinator',
  },
  verifyCertificates: {
    request: { membershipId: 'm1' },
    rightful: 'member-reader',
    member: 'NOT_FOUND',
    elsewhere: 'supplier',
  },
  verifyCertificatesOfMarket: {
    request: { marketCode: 'e-primo-2022' },
    rightful: 'supplier',
    member: 'NOT_ALLOWED',
    elsewhere: 'coordinator',
  },
  getOpenAccounts: {
    request: { membershipId: 'm1' },
    rightful: 'member-reader',
    member: 'NOT_FOUND',
    elsewhere: 'coordinator',
  },
  recountUsage: {
    request: { membershipId: 'm1' },
    rightful: 'coordinator',
    member: 'NOT_ALLOWED',
    elsewhere: 'admin',
  },
};

/** Whom each door answers, asked for the membership `m1` of the organisation `org-m1`. */
export function meteringDoors(): void {
  test.each(MeteringService.methods.map(({ localName }) => localName as keyof typeof doors))(
    'SUP-1, SUP-3: %s is shut to another member, to another market and to nobody',
    async (rpc) => {
      const { request, rightful, member, elsewhere } = doors[rpc];
      const call = metering[rpc] as (request: object, options: object) => Promise<object>;
      const markets = ['e-primo-2022'];
      const own = await as([rightful], { organisationId: 'org-m1', markets });
      expect(await call(request, own)).toBeDefined();
      const other = { organisationId: 'org-m2', markets };
      for (const role of ['member-reader', 'member-orderer', 'member-finance']) {
        const answer = call(request, await as([role], other));
        await expect(answer).rejects.toMatchObject({ code: member });
      }
      const abroad = await as([elsewhere], { markets: ['e-primo-2026'] });
      await expect(call(request, abroad)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(call(request, {})).rejects.toMatchObject({ code: 16 });
    },
  );
}
