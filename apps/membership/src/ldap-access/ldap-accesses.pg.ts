import { Injectable } from '@nestjs/common';
import { type Caller, mayIn, NotVisible, requireVisible } from '#libs/identity';
import {
  Database,
  insertRow,
  rowsWithoutNulls,
  rowWithoutNulls,
  type Transaction,
  updateRow,
} from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { KeptDocument, Recorded } from '#libs/trade';
import { Memberships } from '../adhesion/memberships/register.module.js';
import { documentOf } from '../documents/documents.module.js';
import {
  LdapAccessNotOpen,
  type LdapDecision,
  type LdapWithdrawalReason,
} from './domain/ldap-access.js';

export type LdapAccessView = LdapDecision & {
  readonly accessId: string;
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly marketCode: string;
  readonly document: KeptDocument;
  readonly openedOn: LocalDate;
  readonly status: 'OPEN' | 'EXPIRED' | 'WITHDRAWN';
  readonly withdrawnOn?: LocalDate;
  readonly withdrawalReason?: string;
  readonly secretDrawnOn?: LocalDate;
};

export type AccessNamed = {
  readonly membershipId: string;
  /** This one and no later one; absent: the one that is open. */
  readonly accessId?: string;
  readonly caller: Caller;
};
type Secret = { readonly secretId: string; readonly secretHash: string };

// Whether it opens anything on the day $1: its own end, and the membership's, which may come sooner.
const inForce = `a.withdrawn_on is null and $1 < a.ends_on and m.status = 'ACTIVE' and $1 < m.ends_on`;
const of = `from ldap_access a join membership m on m.id = a.membership_id join organisation o on o.id = m.organisation_id`;
const view = `
  select a.id as "accessId", m.id as "membershipId", o.id as "organisationId", o.name as "organisationName",
         m.market_code as "marketCode", ${documentOf('a.document_id')} as document, a.decided_on as "decidedOn",
         a.ends_on as "endsOn", a.opened_on as "openedOn",
         case when a.withdrawn_on is not null and a.withdrawal_reason <> 'EXPIRED' then 'WITHDRAWN'
              when ${inForce} then 'OPEN' else 'EXPIRED' end as status,
         a.withdrawn_on as "withdrawnOn", a.withdrawal_reason as "withdrawalReason", a.secret_drawn_on as "secretDrawnOn"
    ${of}`;

/** Decisions to open, with what ended them. Whoever changes one holds its membership's lock. */
@Injectable()
export class LdapAccesses {
  constructor(
    private readonly database: Database,
    private readonly memberships: Memberships,
  ) {}

  /** The open one that a decision is about, behind the lock of its membership. Throws NotVisible, LdapAccessNotOpen. */
  async lockOpen(
    tx: Transaction,
    { membershipId, accessId, caller }: AccessNamed,
    today: LocalDate,
  ): Promise<LdapAccessView> {
    const membership = await this.memberships.findForUpdate(tx, membershipId);
    requireLdapVisible(caller, membership && { ...membership, ...membership.organisation });
    const access = await this.latest(membershipId, today, tx);
    const isMeant = accessId === undefined || access?.accessId === accessId;
    if (access?.status === 'OPEN' && isMeant) return access;
    throw new LdapAccessNotOpen(
      'L’annuaire LDAP n’est pas ouvert à cet adhérent : il faut d’abord la décision du responsable de traitement, déposée par le coordinateur.',
    );
  }

  /** The latest of a membership, as it stands on a day. */
  latest(membershipId: string, today: LocalDate, tx?: Transaction) {
    return rowWithoutNulls<LdapAccessView>(
      tx ?? this.database,
      `${view} where a.membership_id = $2 order by a.withdrawn_on is null desc, a.opened_on desc, a.id desc limit 1`,
      [today, membershipId],
    );
  }

  membershipOf(accessId: string): Promise<string | undefined> {
    const found = 'select membership_id from ldap_access where id = $1';
    return this.database.value<string>(found, [accessId]);
  }

  /** The newest first, after the row last seen. */
  list(
    marketCode: string,
    today: LocalDate,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<LdapAccessView[]> {
    return rowsWithoutNulls<LdapAccessView>(
      this.database,
      `${view} where m.market_code = $2 and ($3::date is null or (a.opened_on, a.id) < ($3::date, $4))
        order by a.opened_on desc, a.id desc limit $5`,
      [today, marketCode, after?.[0], after?.[1] ?? '', limit],
    );
  }

  async add(
    tx: Transaction,
    accessId: string,
    membershipId: string,
    { decidedOn, endsOn, documentId }: LdapDecision & { readonly documentId: string },
    { by, on }: Recorded,
  ): Promise<void> {
    const decision = { documentId, decidedOn, endsOn, openedBy: by, openedOn: on };
    await insertRow(tx, 'ldap_access', { id: accessId, membershipId, ...decision });
  }

  async withdraw(
    tx: Transaction,
    accessId: string,
    reason: LdapWithdrawalReason | 'EXPIRED',
    { by, on }: Recorded,
  ): Promise<void> {
    await updateRow(tx, 'ldap_access', accessId, {
      ...{ withdrawalReason: reason, withdrawnBy: by, withdrawnOn: on },
      ...{ secretId: null, secretHash: null, secretDrawnBy: null, secretDrawnOn: null },
    });
  }

  async keepSecret(
    tx: Transaction,
    accessId: string,
    { secretId, secretHash }: Secret,
    { by, on }: Recorded,
  ): Promise<void> {
    await updateRow(tx, 'ldap_access', accessId, {
      ...{ secretId, secretHash, secretDrawnBy: by, secretDrawnOn: on },
    });
  }

  /** What proves the secret of an access in force on a day. */
  secretOf(membershipId: string, today: LocalDate): Promise<Secret | undefined> {
    return this.database.row<Secret>(
      `select a.secret_id as "secretId", a.secret_hash as "secretHash" ${of}
        where a.membership_id = $2 and ${inForce} and a.secret_hash is not null`,
      [today, membershipId],
    );
  }

  /** The schools that the member finances on a day; undefined where this secret opens nothing then. */
  schoolsBehind(
    membershipId: string,
    secretId: string,
    today: LocalDate,
  ): Promise<readonly string[] | undefined> {
    return this.database.value<string[]>(
      `select array(select l.uai from school_link l
                     where l.membership_id = m.id and l.starts_on <= $1 and $1 < l.ends_on
                     order by l.uai limit ${schoolsMax})
         ${of} where a.membership_id = $2 and a.secret_id = $3 and ${inForce}`,
      [today, membershipId, secretId],
    );
  }
}

/** A member its own, the group those of its markets, and the data-protection officer too, who sees no member else. */
export function requireLdapVisible(
  caller: Caller,
  owner: { readonly marketCode: string; readonly organisationId: string } | undefined,
): void {
  if (!owner) throw new NotVisible();
  if (!mayIn(caller, owner.marketCode, 'dpo')) requireVisible(caller, owner);
}

/** Three times what the largest member of an academy finances. */
const schoolsMax = 5_000;
