import { setTimeout as sleep } from 'node:timers/promises';
import {
  allTopics,
  BillingProposalService,
  BillingService,
  BusinessDayStartedSchema,
  DocumentService,
  DraftAnswerService,
  event,
  InvoiceCorrectionService,
  MarketPublishedSchema,
  MembershipAcceptedSchema,
  MembershipActivatedSchema,
  MembershipService,
  OperationsService,
  OrderSignedSchema,
} from '#libs/contracts';
import { createRpcClient } from '#libs/rpc';
import { bootstrapService } from '#libs/service';
import {
  freePort,
  freshDatabase,
  MessagingBed,
  StandInIssuer,
  StandInService,
  wholeOrNothing,
  testFactKeySettings,
} from '#libs/testing';
import { BillingModule } from '../src/billing.module.js';
import { billingSettings } from '../src/config.js';
import { aMarket, bpu, marketCode } from './market-facts.test-support.js';

export type RunningBilling = Awaited<ReturnType<typeof startBilling>>;

/** Billing as it runs, asked over the wire: facts come by real topics, and of membership there is what says heads and documents. */
export const startBilling = () =>
  wholeOrNothing(async (begun) => {
    const ends: (() => unknown)[] = [];
    const endsBy = (end: () => unknown) => {
      ends.unshift(end);
      begun(end);
    };
    const issuer = await StandInIssuer.start();
    endsBy(() => issuer.stop());
    let heads: { membershipId: string; membershipVersion: number; ledgerHead: string }[] = [];
    const paper = { kind: 'BPU', marketCode, organisationId: '', sha256: 'ab'.repeat(32) };
    const membership = await StandInService.start(
      MembershipService,
      { ListLedgerHeads: () => ({ heads }) },
      [DocumentService, { GetDocument: () => ({ document: paper }) }],
    );
    endsBy(() => membership.stop());
    const fresh = await freshDatabase('billing');
    endsBy(() => fresh.drop());
    const kafka = await MessagingBed.start(allTopics);
    endsBy(() => kafka.stop());
    kafka.relay();
    process.env['KAFKA_NAMESPACE'] = kafka.namespace;
    endsBy(() => delete process.env['KAFKA_NAMESPACE']);
    const settings = billingSettings.parse({
      DATABASE_URL: fresh.url,
      ANCHOR_FOLDER: fresh.anchorFolder,
      ...testFactKeySettings(),
      CALENDAR: 'player',
      KAFKA_BROKERS: kafka.brokers.join(),
      GRPC_PORT: await freePort(),
      HTTP_PORT: await freePort(),
      ISSUER_URL: issuer.url,
      CLIENT_SECRET: 'not-a-secret',
      LOG_LEVEL: 'error',
      DRAIN_SECONDS: 0,
      MEMBERSHIP_RPC: membership.address,
      // Nobody listens: with basis ORDERED an invoice does without the counts by school.
      METERING_RPC: '127.0.0.1:1',
      COPY_WAIT_MS: 8_000,
    });
    const module = BillingModule.with(settings);
    const app = await bootstrapService({ name: 'billing', module, settings });
    endsBy(() => app.close());
    const at = { address: `127.0.0.1:${settings.GRPC_PORT}` };
    const clients = {
      billing: createRpcClient(BillingService, at),
      proposals: createRpcClient(BillingProposalService, at),
      answers: createRpcClient(DraftAnswerService, at),
      corrections: createRpcClient(InvoiceCorrectionService, at),
      operations: createRpcClient(OperationsService, at),
    };
    for (const client of Object.values(clients)) endsBy(() => client.close());

    const token = (claims: Record<string, unknown>, subject?: string) =>
      issuer.token('billing', claims, subject);
    const as = async (role: string) => ({
      token: await token({ roles: [role], markets: [marketCode] }, `${role}-1`),
      deadlineMs: 20_000,
    });
    const player = async () => ({ token: await token({ roles: ['player'] }), deadlineMs: 20_000 });
    const supplier = () => as('supplier');
    const coordinator = () => as('coordinator');

    async function join(membershipId: string, commitment: number): Promise<void> {
      const market = aMarket({});
      await kafka.emit(
        '2022-07-19',
        event(MembershipAcceptedSchema, membershipId, {
          membershipId,
          membershipVersion: 1,
          organisation: organisation(membershipId),
          marketCode,
        }),
        event(MembershipActivatedSchema, membershipId, {
          membershipId,
          membershipVersion: 2,
          organisation: organisation(membershipId),
          market,
          period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
          commitment: [{ itemCode: 'ELEVE', quantity: commitment }],
        }),
      );
      await order(membershipId, 3, '2022-07-19', commitment, '2022-07-19');
    }

    async function order(
      membershipId: string,
      version: number,
      effectiveFrom: string,
      delta: number,
      day: string,
    ): Promise<void> {
      const ledgerHead = `head-${version}`;
      await kafka.emit(
        day,
        event(OrderSignedSchema, membershipId, {
          membershipId,
          membershipVersion: version,
          ledgerHead,
          order: {
            orderId: `${membershipId}-${version}`,
            number: `BC-${version}`,
            signedOn: day,
            ledgerPosition: version - 2,
            lines: [{ itemCode: 'ELEVE', effectiveFrom, delta }],
          },
        }),
      );
      heads = [
        ...heads.filter((head) => head.membershipId !== membershipId),
        { membershipId, membershipVersion: version, ledgerHead },
      ];
    }

    const day = (date: string) =>
      kafka.emit(date, event(BusinessDayStartedSchema, 'calendar', { date }));

    /** Until the service stands at a day: what a player waits for before it acts. */
    async function standsAt(date: string): Promise<void> {
      for (let attempt = 0; attempt < 400; attempt += 1) {
        const { rows } = await fresh.database.query<{ day: string | null }>(
          'select day from platform.business_day',
        );
        if (rows[0]?.day === date) return;
        await sleep(50);
      }
      throw new Error(`the service does not reach ${date}`);
    }

    /** Until nothing is pending: drafts that are due get their numbers after the day has begun. */
    async function isQuiet(): Promise<void> {
      const call = { token: await token({ roles: ['player'] }) };
      for (let attempt = 0; attempt < 400; attempt += 1) {
        if ((await clients.operations.getStatus({}, call)).workPending === 0n) return;
        await sleep(50);
      }
      throw new Error('the service does not come to rest');
    }

    /** A market with two members; returns the supplier's proposal of its prices, once the service knows the market. */
    async function begin(): Promise<string> {
      await day('2022-07-19');
      await kafka.emit(
        '2022-07-19',
        event(MarketPublishedSchema, marketCode, { market: aMarket({}) }),
      );
      await join('m1', 412);
      await join('m2', 30);
      await standsAt('2022-07-19');
      let proposalId = '';
      // The market travels on another topic than the day's first fact.
      for (let attempt = 0; proposalId === '' && attempt < 100; attempt += 1) {
        ({ proposalId } = await clients.proposals
          .proposePrices(
            { marketCode, content: Buffer.from(bpu), documentId: 'bpu', idempotencyKey: 'bpu' },
            await supplier(),
          )
          .catch((error: { code?: unknown }) => {
            if (error.code !== 'MARKET_UNKNOWN') throw error;
            return sleep(50).then(() => ({ proposalId: '' }));
          }));
      }
      return proposalId;
    }
    return {
      ...clients,
      ...{ fresh, kafka, token, player, supplier, coordinator, begin, day, standsAt, isQuiet },
      stop: async () => {
        for (const end of ends) await end();
      },
    };
  });

const organisation = (id: string) => ({
  organisationId: `org-${id}`,
  name: `Commune ${id}`,
  siren: '214401093',
  address: '1 place de la Mairie\n44000 Saint-Exemple',
  chorusPro: { recipientSiret: '21440109300015', purchaseOrderNumber: 'EJ-2022' },
});
