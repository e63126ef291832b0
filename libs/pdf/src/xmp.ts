/** One property that a standard beyond PDF/A writes into the metadata of a file. */
export type ExtensionProperty = {
  readonly name: string;
  readonly value: string;
  readonly valueType: 'Text' | 'Integer';
  /** Internal: what only programs write. */
  readonly category: 'internal' | 'external';
  readonly description: string;
};

/** A namespace of the metadata that PDF/A does not know and wants described: Factur-X, PDF/UA. */
export type MetadataExtension = {
  readonly title: string;
  readonly namespace: string;
  readonly prefix: string;
  readonly properties: readonly ExtensionProperty[];
};

export const pdfUa: MetadataExtension = {
  title: 'PDF/UA identification schema',
  namespace: 'http://www.aiim.org/pdfua/ns/id/',
  prefix: 'pdfuaid',
  properties: [
    {
      name: 'part',
      value: '1',
      valueType: 'Integer',
      category: 'internal',
      description: 'Part of ISO 14289 that the file follows',
    },
  ],
};

export type DocumentInfo = {
  readonly title: string;
  readonly author: string;
  readonly date: Date;
  readonly producer: string;
};

/** What the file says of itself to machines (XMP, ISO 16684): as the information dictionary, and what it follows. */
export function xmpOf(info: DocumentInfo, extensions: readonly MetadataExtension[]): string {
  const title = escaped(info.title);
  const date = `${info.date.toISOString().slice(0, 19)}Z`;
  return [
    about('xmlns:dc="http://purl.org/dc/elements/1.1/"', [
      `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${title}</rdf:li></rdf:Alt></dc:title>`,
      `<dc:creator><rdf:Seq><rdf:li>${escaped(info.author)}</rdf:li></rdf:Seq></dc:creator>`,
      '<dc:language><rdf:Bag><rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language>',
    ]),
    about('xmlns:xmp="http://ns.adobe.com/xap/1.0/"', [
      `<xmp:CreateDate>${date}</xmp:CreateDate>`,
      `<xmp:ModifyDate>${date}</xmp:ModifyDate>`,
      `<xmp:CreatorTool>${escaped(info.producer)}</xmp:CreatorTool>`,
    ]),
    about('xmlns:pdf="http://ns.adobe.com/pdf/1.3/"', [
      `<pdf:Producer>${escaped(info.producer)}</pdf:Producer>`,
    ]),
    about(
      'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"',
      [
        `<pdfaExtension:schemas><rdf:Bag>${extensions.map(described).join('')}</rdf:Bag></pdfaExtension:schemas>`,
      ],
    ),
    ...extensions.map(({ prefix, namespace, properties }) =>
      about(
        `xmlns:${prefix}="${namespace}"`,
        properties.map(
          ({ name, value }) => `<${prefix}:${name}>${escaped(value)}</${prefix}:${name}>`,
        ),
      ),
    ),
  ].join('\n');
}

function about(namespaces: string, properties: readonly string[]): string {
  return `<rdf:Description rdf:about="" ${namespaces}>${properties.join('')}</rdf:Description>`;
}

function described({ title, namespace, prefix, properties }: MetadataExtension): string {
  const each = properties.map(
    ({ name, valueType, category, description }) =>
      `<rdf:li rdf:parseType="Resource"><pdfaProperty:name>${name}</pdfaProperty:name><pdfaProperty:valueType>${valueType}</pdfaProperty:valueType>` +
      `<pdfaProperty:category>${category}</pdfaProperty:category><pdfaProperty:description>${escaped(description)}</pdfaProperty:description></rdf:li>`,
  );
  return (
    `<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>${escaped(title)}</pdfaSchema:schema><pdfaSchema:namespaceURI>${namespace}</pdfaSchema:namespaceURI>` +
    `<pdfaSchema:prefix>${prefix}</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>${each.join('')}</rdf:Seq></pdfaSchema:property></rdf:li>`
  );
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
