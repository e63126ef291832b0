import { aDraft } from '../../../test/an-invoice.test-support.js';
import { issuedOf } from '../../../test/issued-invoice.test-support.js';
import { eInvoiceOf } from '../domain/e-invoice.js';
import { ciiXml } from './cii-xml.js';
import { attachmentsOf } from './factur-x.js';
import { writtenFaults } from './written-faults.js';

const invoice = issuedOf(aDraft());
const xmlFor = (circuit: 'CPRO' | 'AFNOR') => ciiXml(eInvoiceOf(invoice, circuit)).toString();
const attachments = attachmentsOf(invoice, Buffer.from('<x/>'));
const rules = (xml: string, circuit: 'CPRO' | 'AFNOR' = 'AFNOR', named = attachments) =>
  writtenFaults(xml, circuit, named).map(({ rule }) => rule);

test('BIL-6: what is written is not refused, by either circuit', () => {
  expect(rules(xmlFor('CPRO'), 'CPRO')).toEqual([]);
  expect(rules(xmlFor('AFNOR'))).toEqual([]);
});

const [sold, bought] = xmlFor('AFNOR').split('<ram:BuyerTradeParty>') as [string, string];
const withoutAddress = (xml: string) =>
  xml.replace(/<ram:URIUniversalCommunication>[^]*?<\/ram:URIUniversalCommunication>/, '');

test.each([
  ['doubled spaces', xmlFor('AFNOR').replace('Numérique des', 'Numérique  des'), 'BR-FR-02'],
  ['a space before', xmlFor('AFNOR').replace('>Commune de', '> Commune de'), 'BR-FR-02'],
  ['a space behind', xmlFor('AFNOR').replace('Saint-Exemple<', 'Saint-Exemple <'), 'BR-FR-02'],
  ['no BT-34', `${withoutAddress(sold)}<ram:BuyerTradeParty>${bought}`, 'BR-FR-12'],
  ['no BT-49', `${sold}<ram:BuyerTradeParty>${withoutAddress(bought)}`, 'BR-FR-13'],
])('reference 8.2: the mutant « %s » is refused', (_, xml, rule) => {
  expect(rules(xml)).toEqual([rule]);
});

test.each(['x'.repeat(47) + '.json', 'justificatif n° 7.json', ''])(
  'BIL-6: an attachment named « %s » is refused',
  (name) => {
    const named = attachments.map((one) => ({ ...one, name }));
    expect(rules(xmlFor('AFNOR'), 'AFNOR', named)).toEqual(['CPRO-PJ']);
  },
);
