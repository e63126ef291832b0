import { createHash } from 'node:crypto';
import type { Role } from '#libs/identity';
import { Database } from '#libs/persistence';
import type { Visitor } from '../visitor.js';
import type { SecretBox } from './secret-box.js';
import { Sessions, type LoginAttempt, type SessionSecrets } from './sessions.repository.js';

export class PgSessions extends Sessions {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {
    super();
  }

  async keepAttempt(id: string, attempt: LoginAttempt): Promise<void> {
    await this.database.query(
      `with forgotten as (delete from login_attempt where created_at < clock_timestamp() - interval '10 minutes')
       insert into login_attempt (id_sha256, state, nonce, code_verifier, return_to) values ($1, $2, $3, $4, $5)`,
      [sha256(id), attempt.state, attempt.nonce, attempt.codeVerifier, attempt.returnTo],
    );
  }

  async takeAttempt(id: string): Promise<LoginAttempt | undefined> {
    const { rows } = await this.database.query<LoginAttempt & { fresh: boolean }>(
      `delete from login_attempt where id_sha256 = $1
       returning state, nonce, code_verifier as "codeVerifier", return_to as "returnTo",
         created_at > clock_timestamp() - interval '10 minutes' as fresh`,
      [sha256(id)],
    );
    return rows[0]?.fresh ? rows[0] : undefined;
  }

  async open(
    id: string,
    visitor: Omit<Visitor, 'sessionId'>,
    secrets: SessionSecrets,
    expiresAt: Date,
  ): Promise<void> {
    const { userId, name, roles, organisationId, uais, markets, csrfToken } = visitor;
    await this.database.query(
      `with forgotten as (delete from session where expires_at < clock_timestamp()),
       named as (insert into agent (user_id, name) values ($2, $9)
         on conflict (user_id) do update set name = excluded.name, seen_at = clock_timestamp())
       insert into session (id_sha256, user_id, roles, organisation_id, uais, markets, csrf_token, secrets, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $10)`,
      [
        sha256(id),
        userId,
        roles,
        organisationId ?? null,
        uais,
        markets,
        csrfToken,
        this.box.seal(secrets),
        name,
        expiresAt,
      ],
    );
  }

  async find(id: string): Promise<Visitor | undefined> {
    // Asked for every request: named, PostgreSQL plans it once for a connection.
    const { rows } = await this.database.query<Row>({
      name: 'session',
      text: `select s.id_sha256, s.user_id, a.name, s.roles, s.organisation_id, s.uais, s.markets, s.csrf_token
        from session s join agent a using (user_id)
        where s.id_sha256 = $1 and s.expires_at > clock_timestamp()`,
      values: [sha256(id)],
    });
    return rows[0] && fromRow(rows[0]);
  }

  async secretsOf(sessionId: string): Promise<SessionSecrets | undefined> {
    const { rows } = await this.database.query<{ secrets: Buffer }>(
      'select secrets from session where id_sha256 = $1 and expires_at > clock_timestamp()',
      [sessionId],
    );
    return rows[0] && this.box.open<SessionSecrets>(rows[0].secrets);
  }

  async end(sessionId: string): Promise<void> {
    await this.database.query('delete from session where id_sha256 = $1', [sessionId]);
  }
}

type Row = {
  id_sha256: string;
  user_id: string;
  name: string;
  roles: Role[];
  organisation_id: string | null;
  uais: string[];
  markets: string[];
  csrf_token: string;
};

function fromRow(row: Row): Visitor {
  return {
    sessionId: row.id_sha256,
    userId: row.user_id,
    name: row.name,
    roles: row.roles,
    ...(row.organisation_id === null ? {} : { organisationId: row.organisation_id }),
    uais: row.uais,
    markets: row.markets,
    csrfToken: row.csrf_token,
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
