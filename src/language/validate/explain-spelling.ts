/**
 * Values whose spelling is fixed: MAC addresses, rates, times, shares, names.
 */

import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { ownValue } from '../diagnostic/own-value.ts';
import { quote } from '../diagnostic/printable.ts';
import { describe } from './describe.ts';
import { dnsForms, dnsItemForms, dnsOptionForms } from './dns-forms.ts';
import { explainInterfaceName, explainOwnName } from './explain-name.ts';
import { type Form, kubernetesForm } from './kubernetes-forms.ts';
import { diagnose, type Mistake } from './mistake.ts';
import { hintPortText } from './policy-forms.ts';
import { type Subschema, subschemaAt } from './subschema.ts';

const time: Form = {
  what: 'a time such as "10ms"',
  hint: 'the units are us, ms and s',
  mend: text =>
    compact(text)
      .replace(/(sec|second)s?$/, 's')
      .replace(/msecs?$/, 'ms')
      .replace(/(µs|μs|usecs?)$/, 'us'),
};

const rate: Form = {
  what: 'a rate such as "10mbit"',
  hint: 'the units are bit, kbit, mbit, gbit and tbit for bits a second; bps, kbps, mbps, gbps and tbps for bytes',
  mend: text =>
    compact(text)
      .replace(/(bit)(s|\/s)$/, '$1')
      .replace(/^([0-9.]+)([kmgt])$/, '$1$2bit'),
};

const loss: Form = {
  what: 'a percentage from 0% to 100%',
  hint: 'for example "0.1%"',
  mend: text => text.replace(/\s/g, '').replace(/%?$/, '%'),
};

const image: Form = {
  what: 'the name of an image',
  hint: 'for example "nginx:1.27" or "registry.example.com/team/web:2"',
  mend: text => text.trim().replace(/^docker:\/\//, ''),
};

const forms: Readonly<Record<string, Form>> = {
  mac: {
    what: 'a MAC address',
    hint: 'six pairs of hexadecimal digits, such as "02:00:00:00:00:01"',
    mend: text => text.trim().replace(/[-.]/g, ':'),
  },
  ...dnsForms,
  rate,
  image,
  nodeImage: image,
  delay: time,
  jitter: time,
  workingDir: {
    what: 'an absolute path',
    hint: 'begin it with "/"',
    mend: text => (/^[A-Za-z0-9]/.test(text) ? `/${text}` : text.replace(/^\.\//, '/')),
  },
  path: {
    what: 'a path such as "/healthz"',
    hint: 'begin it with "/", and write other characters than ASCII\'s as %XX',
    mend: text =>
      text
        .replace(/^https?:\/\/[^/]+/, '')
        .replace(/^\/*/, '/')
        .replaceAll(' ', '%20'),
  },
  host: {
    what: 'a name or an address',
    hint: 'for example "127.0.0.1"; a port and a path have keys of their own',
    mend: text =>
      text
        .replace(/^https?:\/\//, '')
        .replace(/\/.*$/, '')
        .replace(/^\[(.*)\]$/, '$1'),
  },
  loss,
  nodePorts: {
    what: 'a range of ports',
    hint: 'write the first and the last one: "30000-32767"',
    mend: text => compact(text).replace(/[:–,]|to|\.\./, '-'),
  },
  table: {
    what: 'the number of a table, "main" or "default"',
    hint: 'for example 100; the kernel keeps the table "local" itself',
    mend: compact,
  },
  fwmark: {
    what: 'a mark such as 0x1 or "0x1/0xff"',
    hint: 'a number, or one and a mask behind "/"',
    mend: text => compact(text).replace(/[:,]/, '/'),
  },
};

const sendable: Form = {
  what: 'printable text without blanks',
  hint: 'for example "db.example.com"',
  mend: text => text.trim(),
};

const backends: Form = {
  what: '"one", "even", a list of pods, or shares of pods',
  hint: 'for example "even", [web-0, web-1] or { web-0: 75%, web-1: 25% }',
  mend: text =>
    compact(text)
      .replace(/^(equal|evenly)$/, 'even')
      .replace(/^(same|sticky)$/, 'one'),
};

/** Of a check, by the key that the bounds belong to, or by the key itself. */
const formsOfCheck: Readonly<Record<string, Form>> = {
  latency: time,
  timeout: time,
  port: {
    what: 'the number of a port, or the name of one of a Service',
    hint: 'names have lower-case letters, digits and "-"',
    mend: compact,
  },
  name: sendable,
  loss,
  throughput: rate,
};

const ingressHost: Form = {
  what: 'a host name in lower case, or "*." before one',
  hint: 'for example "shop.example.com" or "*.example.com"; an address or a port is no host',
  mend: text =>
    compact(text)
      .replace(/^https?:\/\//, '')
      .replace(/[:/].*$/, ''),
};

/** By the list they are in, where the key alone does not tell. */
const formsInList: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  options: dnsOptionForms,
  rules: { host: ingressHost },
  paths: {
    path: {
      what: 'a path such as "/cart"',
      hint: 'begin it with "/"; a control character is written as in a URL, "%0A"',
      mend: text => text.trim().replace(/^\/*/, '/').replace(/\/+/g, '/'),
    },
  },
  httpHeaders: {
    name: {
      what: 'a name for a header',
      hint: 'use letters, digits and "-"',
      mend: text => text.trim().replace(/:$/, '').replace(/[ _]+/g, '-'),
    },
    value: { what: 'one line of text', hint: 'a header ends where its line ends', mend: text => text.trim() },
  },
};

export function explainSpelling({ path, value }: Mistake): Diagnostic {
  const text = String(value);
  const key = String(path.at(-1));
  if (text.includes('\0')) return explainNul(path);
  const form =
    formOfCheck(path) ??
    kubernetesForm(path) ??
    (path.at(-2) === 'hosts' ? ingressHost : undefined) ??
    ownValue(ownValue(formsInList, String(path.at(-3))), key) ??
    ownValue(dnsItemForms, String(path.at(-2))) ??
    ownValue(forms, key);
  if (form === undefined) return explainBadName(path, text);
  const message = `${describe(path)} must be ${form.what}, not ${quote(text)}`;
  return diagnose(path, 'not-allowed', message, hintPortText(path, text) ?? suggest(text, form, subschemaAt(path)));
}

function formOfCheck(path: Mistake['path']): Form | undefined {
  if (path[0] !== 'checks') return undefined;
  const key = String(path[2]);
  // Besides one word for all of them there may be a share for each.
  if (key === 'backends') return path.length > 3 ? loss : backends;
  return ownValue(formsOfCheck, key);
}

/** The kernel passes arguments and variables on as text that ends at the first NUL. */
function explainNul(path: Mistake['path']): Diagnostic {
  const hint = 'no program can be given one: what follows it would be lost';
  return diagnose(path, 'not-allowed', `${describe(path)} has a NUL character in it`, hint);
}

/** The lab's own name, an interface of a link's end, or a value whose form nobody has put into words. */
function explainBadName(path: Mistake['path'], text: string): Diagnostic {
  if (path.length === 1 || path.at(-1) === 'interface') {
    const { message, hint } = path.length === 1 ? explainOwnName(text) : explainInterfaceName(text);
    return diagnose(path, 'name-not-allowed', message, hint);
  }
  const { pattern } = subschemaAt(path);
  return diagnose(path, 'not-allowed', `${describe(path)} cannot be ${quote(text)}`, `the schema asks for ${pattern}`);
}

function suggest(text: string, form: Form, { type, pattern, maximum = Number.POSITIVE_INFINITY }: Subschema): string {
  if (type?.includes('integer') && /^[1-9][0-9]*$/.test(text) && Number(text) <= maximum)
    return [`write ${text}, without quotes`, form.elseText ?? []].flat().join('; ');
  const mended = form.mend(text);
  const right = pattern !== undefined && mended !== '' && mended.length < 40 && new RegExp(pattern).test(mended);
  return right ? `did you mean ${quote(mended)}?` : form.hint;
}

function compact(text: string): string {
  return text.replace(/\s/g, '').toLowerCase();
}
