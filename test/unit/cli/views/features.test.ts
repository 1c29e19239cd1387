import { expect, test } from 'vitest';
import { featuresText } from '../../../../src/cli/views/features.ts';

test('what does not work says why, and what would mend it', () => {
  const works = { id: 'ip', feature: 'ip', use: 'every lab', works: true, reason: '', fix: '' };
  const missing = {
    id: 'tc',
    feature: 'tc',
    use: 'shaping',
    works: false,
    reason: 'there is no tc',
    fix: 'apt install',
  };
  expect(featuresText([works, missing]).split('\n')).toEqual([
    '     FEATURE   NEEDED FOR',
    'ok   ip        every lab',
    '--   tc        shaping',
    '     there is no tc',
    '     to mend it: apt install',
    '',
  ]);
  expect(featuresText([{ ...missing, reason: 'a reason of many words '.repeat(9), fix: '' }]).split('\n')).toEqual([
    '     FEATURE   NEEDED FOR',
    '--   tc        shaping',
    '     a reason of many words a reason of many words a reason of many words a',
    '     reason of many words a reason of many words a reason of many words a reason',
    '     of many words a reason of many words a reason of many words',
    '',
  ]);
});
