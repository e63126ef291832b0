import { SaxesParser } from 'saxes';

/** Of one tag, comment, text or name that is not complete yet. Pieces that are written come on top. */
export const heldCharsMax = 16_384;
/** Tags that are open, and attributes of one that is not complete yet. */
const heldItemsMax = 64;

/** Where saxes keeps what is not complete yet, however long it goes on. */
type Held = {
  text: string;
  readonly name: string;
  readonly entity: string;
  readonly piTarget: string;
  readonly tags: readonly unknown[];
  readonly attribList: readonly unknown[];
};
const texts = ['text', 'name', 'entity', 'piTarget'] as const satisfies (keyof Held)[];
const lists = ['tags', 'attribList'] as const satisfies (keyof Held)[];

export type XmlEvents = {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
  /** The text that is being read went on for too long: its beginning is dropped, what comes is its end. */
  readonly cut: () => void;
};

/**
 * XML in pieces, in bounded memory whatever the document holds. Entities of a DOCTYPE are never
 * expanded (an undeclared one is an error), and nothing outside the text is ever loaded.
 */
export class BoundedXml {
  private readonly sax = new SaxesParser({ position: false });
  private readonly held = this.sax as unknown as Held;

  constructor(private readonly events: XmlEvents) {
    // Another saxes may keep it elsewhere: then nothing here would be bounded.
    const isKept =
      texts.every((field) => typeof this.held[field] === 'string') &&
      lists.every((field) => Array.isArray(this.held[field]));
    if (!isKept) throw new RangeError('saxes no longer keeps its unfinished text where it did');
    this.sax.on('error', (error) => {
      throw error;
    });
    this.sax.on('opentag', ({ name, attributes }) =>
      events.open(name, attributes as Record<string, string>),
    );
    this.sax.on('closetag', ({ name }) => events.close(name));
    this.sax.on('text', events.text);
    this.sax.on('cdata', events.text);
  }

  /** The line that is being read, from 1. */
  get line(): number {
    return this.sax.line;
  }

  /** Throws when it is not well formed. */
  write(text: string): void {
    this.sax.write(text);
    const { held } = this;
    if (held.name.length + held.entity.length + held.piTarget.length > heldCharsMax) {
      throw new Error('a name without end');
    }
    if (held.tags.length > heldItemsMax) throw new Error('too deep');
    if (held.attribList.length > heldItemsMax) throw new Error('too many attributes');
    if (held.text.length > heldCharsMax) {
      held.text = '';
      this.events.cut();
    }
  }

  close(): void {
    this.sax.close();
  }
}
