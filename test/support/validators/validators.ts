import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { prepareValidators } from './prepare-validators.mjs';

export type Verdict = {
  readonly valid: boolean;
  /** How many rules were tried: "valid" says nothing where none was. */
  readonly fired: number;
  /** In the validator's words, the rule's name first. */
  readonly findings: readonly string[];
};

/** `invoice`: Mustang, of XML or of a Factur-X; the others veraPDF, whatever the document says that it is. */
type Check = 'invoice' | '3a' | 'ua1';

/** Fewer tell that the document was not understood; an invoice of one line has some hundred. */
const fewestRules = 20;

/**
 * What nobody here wrote, to judge what we write: Mustang's validator with the schematrons of EN 16931 and Factur-X, and
 * veraPDF, in one JVM. Start it once in a test file; the first document of a kind takes seconds, each other a tenth.
 */
export class Validators {
  private readonly waiting: { tell: (answer: string) => void; fail: (why: Error) => void }[] = [];
  private readonly ended: Promise<void>;
  private complaints = '';

  private constructor(private readonly jvm: ChildProcessWithoutNullStreams) {
    this.ended = new Promise((resolve) => jvm.once('close', () => resolve()));
    jvm.once('error', (error) => this.giveUp(error));
    jvm.once('close', (code) => this.giveUp(new Error(`They ended (${code}): ${this.complaints}`)));
    jvm.stdin.on('error', () => {}); // told by its end
    jvm.stderr.on(
      'data',
      (chunk) => (this.complaints = `${this.complaints}${chunk}`.slice(-2_000)),
    );
    createInterface({ input: jvm.stdout }).on('line', (line) => this.waiting.shift()?.tell(line));
  }

  static async start(): Promise<Validators> {
    return new Validators(spawn('java', await prepareValidators()));
  }

  /** EN 16931: schema and rules, of the XML or of the XML in the PDF, as `name` ends. */
  invoice(content: Uint8Array, name: `${string}.xml` | `${string}.pdf`): Promise<Verdict> {
    return this.ask('invoice', content, name);
  }

  pdfA3a(content: Uint8Array): Promise<Verdict> {
    return this.ask('3a', content);
  }

  pdfUa1(content: Uint8Array): Promise<Verdict> {
    return this.ask('ua1', content);
  }

  async stop(): Promise<void> {
    this.jvm.stdin.end();
    await this.ended;
  }

  /** Any number at once: they are judged in the order of asking. */
  private async ask(check: Check, content: Uint8Array, name = ''): Promise<Verdict> {
    const answer = await new Promise<string>((tell, fail) => {
      if (this.jvm.exitCode !== null) fail(new Error(`They have ended: ${this.complaints}`));
      this.waiting.push({ tell, fail });
      const asked = { check, name, content: Buffer.from(content).toString('base64') };
      this.jvm.stdin.write(`${JSON.stringify(asked)}\n`);
    });
    const told = JSON.parse(answer) as Verdict & { readonly failure?: string };
    if (told.failure !== undefined) throw new Error(`Not judged: ${told.failure}`);
    // Mustang calls a PDF valid whose metadata it finds errors in.
    const isFaulty = told.findings.some((finding) => /^(exception|fatal|error):/.test(finding));
    return { ...told, valid: told.valid && !isFaulty && told.fired >= fewestRules };
  }

  private giveUp(why: Error): void {
    for (const { fail } of this.waiting.splice(0)) fail(why);
  }
}
