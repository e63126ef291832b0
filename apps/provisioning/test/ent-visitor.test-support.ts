type Page = { readonly url: string; readonly html: string };

/** Somebody at a browser: opens an address, fills in the form that is there, is led on. Knows nothing of the ENT's routes. */
export class EntVisitor {
  private readonly cookies = new Map<string, string>();
  private page: Page | undefined;

  /** Whether the page of somebody who has come in is there: no form asks for anything. */
  get isIn(): boolean {
    return this.page !== undefined && this.fields().size === 0;
  }

  /** Names of what the page asks for. */
  get isAsked(): string[] {
    return [...this.fields()].flatMap(([name, value]) => (value === '' ? [name] : []));
  }

  async open(address: string): Promise<void> {
    await this.follow(address, { method: 'GET' });
  }

  /** `typed`: by the field's name; what the page has filled in is sent along. */
  async send(typed: Readonly<Record<string, string>>): Promise<void> {
    const { url = '', html = '' } = this.page ?? {};
    const action = /<form [^>]*action="([^"]*)"/.exec(html)?.[1];
    if (action === undefined) throw new Error('no form on the page');
    const fields = this.fields();
    for (const [name, value] of Object.entries(typed)) {
      if (!fields.has(name)) throw new Error(`the page does not ask for ${name}`);
      fields.set(name, value);
    }
    const body = new URLSearchParams([...fields]);
    await this.follow(new URL(action, url).href, { method: 'POST', body });
  }

  private fields(): Map<string, string> {
    const inputs = (this.page?.html ?? '').matchAll(/<input name="([^"]*)" value="([^"]*)">/g);
    return new Map(
      [...inputs].map(([, name = '', value = '']) => [name, decodeURIComponent(value)]),
    );
  }

  private async follow(url: string, init: RequestInit): Promise<void> {
    let [next, sent] = [url, init];
    for (let steps = 0; steps < 10; steps += 1) {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(next, { ...sent, redirect: 'manual', headers: { cookie } });
      for (const header of response.headers.getSetCookie()) {
        const [name = '', value = ''] = header.split(';')[0]!.split('=');
        this.cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (response.status !== 302 || location === null) {
        this.page = { url: next, html: await response.text() };
        return;
      }
      [next, sent] = [new URL(location, next).href, { method: 'GET' }];
    }
    throw new Error('led in circles');
  }
}
