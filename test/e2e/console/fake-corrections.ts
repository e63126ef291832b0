import type { CorrectionService } from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { Answers } from './fake-of.js';

const warning =
  'Au 1er octobre 2022, le groupement aura commandé 900 comptes : 90 % sont atteints.';

/** Membership's judgement of corrections: it refuses one without its agreement, and judges nobody. */
export const fakeCorrections: Answers<typeof CorrectionService> = {
  previewCorrection: ({ lines }) => ({
    refusals: lines.some(({ delta }) => delta < 0)
      ? [{ code: 'BELOW_COMMITMENT', firstDay: '2022-10-01', wouldBe: 402, commitment: 412 }]
      : [],
    after: [
      {
        itemCode: 'ELEVE',
        commitment: 412,
        ordered: [{ from: '2022-10-01', quantity: 450 }],
        committed: [{ from: '2022-07-19', quantity: 412 }],
      },
    ],
    seatsLost: [{ itemCode: 'ELEVE', held: 440, lost: 10 }],
    warnings: [warning],
  }),
  recordCorrection: ({ idempotencyKey, documentId, lines }) => {
    if (documentId !== 'doc-1') {
      throw new RemoteProblem({
        code: 'AGREEMENT_MISSING',
        kind: 'conflict',
        message: 'Une correction repose sur l’accord écrit du membre et du titulaire.',
        details: {},
      });
    }
    return {
      order: {
        orderId: `o-${idempotencyKey}`,
        number: 'BC-0003',
        kind: 'CORRECTION',
        status: 'SIGNED',
        lines,
        restsOn: [{ kind: 'CORRECTION_AGREEMENT', title: 'Accord', datedOn: '2022-10-01' }],
      },
      warnings: [warning],
    };
  },
};
