import { join } from 'node:path';
import * as ldap from '../../deploy/tools/ldap.js';
import { DocumentService, LdapAccessService } from '#libs/contracts';
import { createRpcClient } from '#libs/rpc';
import { ldapSuffix } from '#libs/trade';
import { people } from '../../deploy/local/demo/players.js';
import { DemoTokens } from '../../deploy/local/demo/tokens.js';
import type { Stack } from '../../deploy/local/stack.mjs';
import { logIn } from '../support/browser/log-in.js';
import { entOn } from '../support/ent-command.js';
import { dnsIn, ldapsearch } from '../support/ldapsearch.js';
import type { ThingsOfMember } from '../support/market/two-members.js';
import { askAsLdap } from './each-door/ldap-rpcs.js';

export type TwoMembers = {
  readonly stack: Stack;
  readonly own: ThingsOfMember;
  readonly other: ThingsOfMember;
};

/**
 * Goal: SUP-3's exception on the whole product: over LDAP a member sees its schools' staff and nothing else, from the day of
 * the decision to its withdrawal. Method: two members of the demo, each with its service account, asked by `ldapsearch`. The
 * first is opened and closed by the operator's commands, the other one by its people.
 */
export function ldapApart(given: () => TwoMembers): void {
  test('SUP-3: ldapsearch as a commune sees the staff of its schools and nothing else, until its access is closed', async () => {
    const { stack, own, other } = given();
    const server = {
      port: Number(new URL(stack.env['LDAP_URL']!).port),
      certificateFile: join(stack.dir, 'ldap', 'localhost.pem'),
    };
    const accesses = new Accesses(stack.env);
    const mine = await accesses.openByCommand(own);
    const theirs = await accesses.open(other);
    const seen = async (login: typeof mine, ...args: string[]) => {
      const search = ['-b', ldapSuffix, '-E', 'pr=3/noprompt', ...args];
      const { status, out } = await ldapsearch(server, login, ...search);
      return { status, out, dns: dnsIn(out) };
    };
    const [asOwn, asOther] = [await seen(mine), await seen(theirs)];
    for (const [{ status, out, dns }, member, another] of [
      [asOwn, own, other],
      [asOther, other, own],
    ] as const) {
      expect(status).toBe(0);
      expect(dns).toContain(`ENTStructureUAI=${member.uai},ou=structures,${ldapSuffix}`);
      expect(dns.filter((dn) => dn.startsWith('uid=')).length).toBeGreaterThan(3);
      expect(out).not.toContain(another.uai);
      // A pupil's account, or a guardian's, is nobody here; neither is what only they have.
      expect(out).not.toMatch(/ENTEleve|PersRelEleve|National_(ELV|TUT)|DateNaissance/);
    }
    const staff = asOwn.dns.filter((dn) => dn.startsWith('uid='));
    const pupil = await ldapsearch(server, mine, '-b', ldapSuffix, `(uid=${own.personId})`);
    expect([staff.includes(own.personId), pupil.out]).toEqual([false, '']);
    expect(asOther.dns.filter((dn) => staff.includes(dn))).toEqual([]);
    // Each page stands in the journal before it left, under its member.
    const { looks } = await journal(stack);
    const ofOwn = looks.filter(({ userId }) => userId === `ldap:${own.membershipId}`);
    const shown = ofOwn.flatMap(({ subjects }) => subjects.map((id) => id));
    expect(new Set(shown)).toEqual(new Set(staff.map((dn) => /^uid=([^,]+)/.exec(dn)![1])));
    expect(ofOwn[0]).toMatchObject({ action: 'LDAP', userName: own.name });
    const asked = await askAsLdap(stack, { membershipId: own.membershipId, secret: mine.secret });
    expect(asked.uais).toContain(own.uai);
    expect(asked.named).toEqual(asked.uais);
    expect(staff.join()).toContain(asked.personIds[0]);
    await accesses.closeByCommand(own);
    expect(await seen(mine)).toMatchObject({ status: 49, out: '' });
    expect(await seen(theirs)).toMatchObject({ status: 0 });
    await accesses.close(theirs);
  }, 60_000);
}

type Look = {
  readonly userId: string;
  readonly userName: string;
  readonly action: string;
  readonly subjects: readonly string[];
};

async function journal({ consoleUrl }: Stack): Promise<{ looks: readonly Look[] }> {
  const { cookie } = await logIn(consoleUrl, 'dpo');
  const answer = await fetch(`${consoleUrl}/api/journal?limit=200`, { headers: { cookie } });
  return (await answer.json()) as { looks: Look[] };
}

type Opened = { readonly access: { readonly bindDn: string; readonly status: string } };

/** The coordinator deposits the decision and opens; the member's orderer draws the secret; the DPO closes. */
class Accesses {
  private readonly tokens: DemoTokens;

  constructor(private readonly env: Record<string, string>) {
    this.tokens = new DemoTokens(env['ISSUER_URL']!, env['CLIENT_SECRET']!);
  }

  /** `ent ldap open`, then `renew-secret`; `list` and `show` say the same. */
  async openByCommand({ membershipId, name }: ThingsOfMember) {
    const document = ['--document', await this.decisionFor(membershipId)];
    const days = ['--decided-on', '2022-10-03', '--ends-on', '2025-01-01'];
    const { access } = await this.command<Opened>('open', membershipId, ...document, ...days);
    const drawn = await this.command<{ secret: string }>('renew-secret', membershipId);
    const { accesses } = await this.command<{ accesses: unknown[] }>('list', 'e-primo-2022');
    expect(accesses).toEqual([expect.objectContaining({ membershipId, status: 'OPEN' })]);
    const shown = await entOn(this.env, ldap, 'show', membershipId);
    expect(shown).toEqual([0, expect.stringContaining(`${name} (${membershipId}) : ouvert`)]);
    expect(shown[1]).not.toContain(drawn.secret);
    return { dn: access.bindDn, secret: drawn.secret };
  }

  async closeByCommand({ membershipId }: ThingsOfMember): Promise<void> {
    const reason = ['--reason', 'MEMBER'];
    const { access } = await this.command<Opened>('withdraw', membershipId, ...reason);
    expect(access.status).toBe('WITHDRAWN');
  }

  private async command<Answer>(...args: string[]): Promise<Answer> {
    const [status, printed] = await entOn(this.env, ldap, ...args, '--json');
    expect([status, printed]).toEqual([0, printed]);
    return JSON.parse(printed) as Answer;
  }

  async open({ membershipId, login }: ThingsOfMember) {
    const decision = await this.decisionFor(membershipId);
    const opened = { documentId: decision, decidedOn: '2022-10-03', endsOn: '2025-01-01' };
    await this.as(people.coordinator, (client) =>
      client.openLdapAccess({ membershipId, decision: opened }),
    );
    const { access, secret } = await this.as(login('orderer'), (client) =>
      client.renewLdapSecret({ membershipId }),
    );
    const { accessId, bindDn } = access!;
    return { accessId, dn: bindDn, secret };
  }

  close({ accessId }: { readonly accessId: string }) {
    const reason = 'CONTROLLER';
    return this.as('dpo', (client) => client.revokeLdapAccess({ accessId, reason }));
  }

  private async decisionFor(membershipId: string): Promise<string> {
    const token = () => this.tokens.token('membership', people.coordinator);
    const documents = createRpcClient(DocumentService, { address: this.address, token });
    const { document } = await documents.uploadDocument({
      ...{ idempotencyKey: `controller-${membershipId}`, owner: { membershipId } },
      ...{ kind: 'CONTROLLER_DECISION', title: 'Décision du responsable de traitement' },
      ...{ fileName: 'decision.pdf', datedOn: '2022-10-03' },
      content: new TextEncoder().encode('%PDF-1.4\n%%EOF\n'),
    });
    documents.close();
    return document!.documentId;
  }

  private async as<T>(
    user: string,
    ask: (client: ReturnType<typeof createRpcClient<typeof LdapAccessService>>) => Promise<T>,
  ): Promise<T> {
    const token = () => this.tokens.token('membership', user);
    const client = createRpcClient(LdapAccessService, { address: this.address, token });
    try {
      return await ask(client);
    } finally {
      client.close();
    }
  }

  private get address(): string {
    return this.env['MEMBERSHIP_RPC']!;
  }
}
