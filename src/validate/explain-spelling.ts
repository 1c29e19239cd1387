/**
 * Values whose spelling is fixed: MAC addresses, rates, times, shares, names.
 */
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { quote } from '../diagnostic/printable.ts';
import { describe } from './describe.ts';
import { explainInterfaceName, explainOwnName } from './explain-name.ts';
import { diagnose, type Mistake } from './mistake.ts';
import { ruleAt } from './rules.ts';

interface Form {
  readonly what: string;
  readonly hint: string;
  /** The text with common slips mended; it is suggested where that makes it right. */
  readonly mend: (text: string) => string;
}

const time: Form = {
  what: 'a time such as "10ms"',
  hint: 'the units are us, ms and s',
  mend: text =>
    compact(text)
      .replace(/(sec|second)s?$/, 's')
      .replace(/msecs?$/, 'ms')
      .replace(/(µs|μs|usecs?)$/, 'us'),
};

const forms: Readonly<Record<string, Form>> = {
  mac: {
    what: 'a MAC address',
    hint: 'six pairs of hexadecimal digits, such as "02:00:00:00:00:01"',
    mend: text => text.trim().replace(/[-.]/g, ':'),
  },
  rate: {
    what: 'a rate such as "10mbit"',
    hint: 'the units are bit, kbit, mbit, gbit and tbit for bits a second; bps, kbps, mbps, gbps and tbps for bytes',
    mend: text =>
      compact(text)
        .replace(/(bit)(s|\/s)$/, '$1')
        .replace(/^([0-9.]+)([kmgt])$/, '$1$2bit'),
  },
  delay: time,
  jitter: time,
  loss: {
    what: 'a percentage',
    hint: 'for example "0.1%"',
    mend: text => text.replace(/\s/g, '').replace(/%?$/, '%'),
  },
};

export function explainSpelling({ path, value }: Mistake): Diagnostic {
  const text = String(value);
  const key = String(path.at(-1));
  const form = Object.hasOwn(forms, key) ? forms[key] : undefined;
  if (form === undefined) return explainBadName(path, key, text);
  const message = `${describe(path)} must be ${form.what}, not ${quote(text)}`;
  return diagnose(path, 'not-allowed', message, suggest(text, form, ruleAt(path).pattern));
}

function explainBadName(path: Mistake['path'], key: string, text: string): Diagnostic {
  const { message, hint } = key === 'name' ? explainOwnName(text) : explainInterfaceName(text);
  return diagnose(path, 'name-not-allowed', message, hint);
}

function suggest(text: string, form: Form, pattern: string | undefined): string {
  const mended = form.mend(text);
  const right = pattern !== undefined && mended.length < 40 && new RegExp(pattern).test(mended);
  return right ? `did you mean ${quote(mended)}?` : form.hint;
}

function compact(text: string): string {
  return text.replace(/\s/g, '').toLowerCase();
}
