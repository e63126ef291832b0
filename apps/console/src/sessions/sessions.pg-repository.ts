import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Grant } from '#libs/identity';
import { Database, UnitOfWork } from '#libs/persistence';
import type { Visitor } from '../visitor.js';
import { SecretBox } from './secret-box.js';
import type { Claims, EndedLogin } from './identity-provider.js';
import {
  idleMinutes,
  Sessions,
  type NewSession,
  type OpenSession,
  type SessionSecrets,
} from './sessions.repository.js';

/** Logins share it, a logout has it alone: a session opens before a logout, which ends it, or after, and not at all. */
const besideLogins = `select pg_advisory_xact_lock_shared(hashtext('console:logins'))`;
const withoutLogins = `select pg_advisory_xact_lock(hashtext('console:logins'))`;
const seenEveryMs = 60_000;

@Injectable()
export class PgSessions extends Sessions {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly box: SecretBox,
  ) {
    super();
  }

  async open(id: string, session: NewSession, now: Date): Promise<boolean> {
    const { visitor, secrets, loginId, claimsAt, expiresAt } = session;
    const { userId, name, grants, organisationId, uais, loggedInAt, csrfToken } = visitor;
    return this.unitOfWork.run(async (tx) => {
      await tx.query(besideLogins);
      const { rowCount } = await tx.query(
        `with forgotten as (delete from session where expires_at < $11),
         named as (insert into agent (user_id, name) values ($2, $8)
           on conflict (user_id) do update set name = excluded.name, seen_at = clock_timestamp())
         insert into session (id_sha256, user_id, grants, organisation_id, uais, csrf_token, secrets, expires_at, login_id,
           claims_at, seen_at, logged_in_at)
         select $1, $2, $3, $4, $5, $6, $7, $9, $10, $12, $11, $13 where not exists (select from ended_login
           where login_id = $10 or (login_id is null or $10 is null) and user_id = $2 and ended_at >= $12)`,
        [
          sha256(id),
          userId,
          JSON.stringify(grants),
          organisationId ?? null,
          uais,
          csrfToken,
          this.box.seal(secrets),
          name,
          expiresAt,
          loginId ?? null,
          now,
          claimsAt,
          loggedInAt ?? null,
        ],
      );
      return rowCount === 1;
    });
  }

  async find(id: string, now: Date): Promise<OpenSession | undefined> {
    // Asked for every request: named, PostgreSQL plans it once for a connection.
    const { rows } = await this.database.query<Row>({
      name: 'session',
      text: `select s.id_sha256, s.user_id, a.name, s.grants, s.organisation_id, s.uais, s.csrf_token,
          s.logged_in_at, s.claims_at, s.seen_at
        from session s join agent a using (user_id)
        where s.id_sha256 = $1 and s.expires_at > $2 and s.seen_at > $2 - make_interval(mins => $3)`,
      values: [sha256(id), now, idleMinutes],
    });
    const [row] = rows;
    if (!row) return undefined;
    if (now.getTime() - row.seen_at.getTime() >= seenEveryMs) {
      // Requests at once: one of them writes it, and the others hold no connection meanwhile.
      await this.database.query(
        `update session set seen_at = $2 where id_sha256 =
           (select id_sha256 from session where id_sha256 = $1 for update skip locked)`,
        [row.id_sha256, now],
      );
    }
    return { visitor: fromRow(row), claimsAt: row.claims_at };
  }

  async secretsOf(sessionId: string): Promise<SessionSecrets | undefined> {
    const { rows } = await this.database.query<{ secrets: Buffer }>(
      'select secrets from session where id_sha256 = $1',
      [sessionId],
    );
    return rows[0] && this.box.open<SessionSecrets>(rows[0].secrets);
  }

  async confirm(sessionId: string, claims: Claims, claimsAt: Date): Promise<void> {
    const { grants, organisationId, uais } = claims;
    await this.database.query(
      `update session set grants = $2, organisation_id = $3, uais = $4, claims_at = $5
       where id_sha256 = $1 and claims_at < $5`,
      [sessionId, JSON.stringify(grants), organisationId ?? null, uais, claimsAt],
    );
  }

  async end(sessionId: string): Promise<void> {
    await this.database.query('delete from session where id_sha256 = $1', [sessionId]);
  }

  endOf(id: string): Promise<void> {
    return this.end(sha256(id));
  }

  async endLogin({ tokenId, loginId, userId }: EndedLogin, now: Date): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      await tx.query(withoutLogins);
      const { rowCount } = await tx.query(
        `with forgotten as (delete from ended_login where ended_at < $4::timestamptz - interval '1 day')
         insert into ended_login (token_id, login_id, user_id, ended_at) values ($1, $2, $3, $4)
         on conflict (token_id) do nothing`,
        [tokenId, loginId ?? null, userId ?? null, now],
      );
      if (rowCount === 0) return false;
      // A login that both name ends alone; else all of the person's.
      await tx.query(
        'delete from session where login_id = $1 or ($1 is null or login_id is null) and user_id = $2',
        [loginId ?? null, userId ?? null],
      );
      return true;
    });
  }
}

type Row = {
  id_sha256: string;
  user_id: string;
  name: string;
  grants: Grant[];
  organisation_id: string | null;
  uais: string[];
  csrf_token: string;
  logged_in_at: Date | null;
  claims_at: Date;
  seen_at: Date;
};

function fromRow(row: Row): Visitor {
  return {
    sessionId: row.id_sha256,
    userId: row.user_id,
    name: row.name,
    grants: row.grants,
    ...(row.organisation_id === null ? {} : { organisationId: row.organisation_id }),
    uais: row.uais,
    ...(row.logged_in_at && { loggedInAt: row.logged_in_at }),
    csrfToken: row.csrf_token,
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
