/** Signs for what came of attempts, as matrices have them. */
import type { Mark } from '../../check/reach-matrix.ts';
import type { Paint, Style } from '../paint.ts';

interface Look {
  readonly sign: string;
  readonly style: Style;
  readonly meaning: string;
}

/** In the order of the legend. */
export const LOOKS: Readonly<Record<Mark, Look>> = {
  reachable: { sign: '✓', style: 'good', meaning: 'reachable' },
  translated: { sign: '~', style: 'doubtful', meaning: 'reachable, but the receiver sees another source address' },
  elsewhere: { sign: '?', style: 'bad', meaning: 'somebody else answers: it does not arrive there' },
  partly: { sign: '½', style: 'doubtful', meaning: 'reachable over one family only' },
  refused: { sign: 'R', style: 'bad', meaning: 'refused' },
  dropped: { sign: 'D', style: 'bad', meaning: 'dropped: no answer' },
  unroutable: { sign: 'U', style: 'bad', meaning: 'unroutable' },
  'not asked': { sign: '·', style: 'faint', meaning: 'not asked' },
};

export const signOf = (kind: Mark, paint: Paint) => paint(LOOKS[kind].style, LOOKS[kind].sign);
