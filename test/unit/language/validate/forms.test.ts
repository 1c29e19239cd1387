/** Every value whose spelling the schema fixes has a rule of its own in words, and no other field's. */
import { describe, expect, test } from 'vitest';
import schema from '../../../../src/language/lab/lab.schema.json' with { type: 'json' };
import { validate } from '../../../../src/language/validate/validate.ts';

interface Rule {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Rule>>;
  readonly items?: Rule;
  readonly additionalProperties?: Rule | boolean;
}

const root: Rule = schema as unknown as Rule;

function follow(rule: Rule): Rule {
  if (rule.$ref === undefined) return rule;
  const steps = rule.$ref.split('/').slice(1);
  return follow(steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], root) as Rule);
}

/** The paths of all values with a pattern; names are `x`, and of each list the first item. */
function* patterns(written: Rule, path: readonly string[] = []): Generator<readonly string[]> {
  const rule = follow(written);
  if (rule.pattern !== undefined) yield path;
  for (const [key, child] of Object.entries(rule.properties ?? {})) yield* patterns(child, [...path, key]);
  if (rule.items) yield* patterns(rule.items, [...path, '0']);
  if (typeof rule.additionalProperties === 'object') yield* patterns(rule.additionalProperties, [...path, 'x']);
}

/** A lab file with nothing but this value, in lists where the path has a number. */
function labWith(path: readonly string[], value: unknown): unknown {
  const [step, ...deeper] = path;
  if (step === undefined) return value;
  const child = labWith(deeper, value);
  return step === '0' ? [child] : { [step]: child };
}

const BAD = 'no such\0spelling!';
const paths = [...patterns(root)].filter(path => path.join('.') !== 'name');

test('there are many', () => expect(paths.length).toBeGreaterThan(80));

describe.each(paths.map(path => [path.join('.'), path] as const))('%s', (_, path) => {
  test('says what it must be', () => {
    const bad = BAD.replace('\0', '\n');
    const own = validate(labWith(path, bad)).diagnostics.filter(one => one.path.join('.') === path.join('.'));
    // Where any text without a NUL will do, that is the mistake.
    const found = own.length > 0 ? own : validate(labWith(path, BAD)).diagnostics;
    const messages = found.filter(one => one.path.join('.') === path.join('.')).map(({ message }) => message);
    expect(messages).not.toEqual([]);
    for (const message of messages) {
      expect(message).not.toMatch(/the schema asks for/);
      if (!path.includes('interface') && path.at(-1) !== 'x') expect(message).not.toMatch(/is not a name for/);
    }
  });
});

describe('a number or a name', () => {
  const portOf = (value: unknown) =>
    validate({ services: { web: { ports: [{ port: 80, targetPort: value }] } } }).diagnostics;

  test('says how to write the number, and the rule of the name', () => {
    expect(portOf('8080')).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(
          /must be the number of a port, or the name that a container gives to one, not "8080"/,
        ),
        hint: expect.stringMatching(
          /^write 8080, without quotes; a name \(IANA_SVC_NAME\) has at most 15 lower-case letters/,
        ),
      }),
    ]);
  });

  test.each(['web', 'a1', 'http-alt', 'x'.repeat(15)])('takes the name %s', name => expect(portOf(name)).toEqual([]));

  test.each(['8080', 'x'.repeat(16), 'a--b', '-a', 'a-', 'Web', 'a_b', '1-2', '65536'])('refuses %s', name => {
    expect(portOf(name)).toHaveLength(1);
    expect(portOf(name)[0]?.hint).not.toMatch(/write 65536/);
  });
});

describe('labels', () => {
  const problems = (labels: unknown) =>
    validate({ pods: { web: { labels } } }).diagnostics.map(({ path }) => path.at(-1));

  test.each(['app', 'App_1.x', 'app.kubernetes.io/name', 'a/b', `${'x'.repeat(253)}/${'y'.repeat(63)}`.slice(10)])(
    'may be called %s',
    key => expect(problems({ [key]: 'v' })).toEqual([]),
  );

  test.each([
    '',
    '/a',
    'a/',
    'a/b/c',
    '-a',
    'a-',
    'Ex.com/a',
    'a..b/c',
    'x'.repeat(64),
    `${'x'.repeat(254)}/a`,
    'ä',
    'a b',
    'a\nb',
    'a=',
  ])('may not be called %j', key => expect(problems({ [key]: 'v' })).toEqual([key]));

  test.each(['', 'a', '1', 'a_b.c-d', 'x'.repeat(63)])('may be %j', value =>
    expect(problems({ app: value })).toEqual([]),
  );

  test.each(['a b', '-a', 'a.', 'ä', 'two\nlines', 'a/b', 'x'.repeat(64)])('may not be %j', value =>
    expect(problems({ app: value })).toEqual(['app']),
  );

  test('are asked for in the same words wherever they are', () => {
    const selector = { 'a b': 'c d' };
    const wrong = validate({
      nodes: { n: { labels: selector } },
      services: { s: { labels: selector, selector } },
      checks: { c: { from: { labels: selector }, to: { labels: selector } } },
    }).diagnostics;
    expect(wrong.filter(({ message }) => /is not a name for a label/.test(message))).toHaveLength(5);
    expect(wrong.filter(({ message }) => /must be a value for a label/.test(message))).toHaveLength(5);
  });

  test('of annotations may have any value, and a domain in any case', () => {
    const found = (annotations: unknown) => validate({ services: { s: { annotations } } }).diagnostics;
    expect(found({ 'Example.COM/note': 'two\nlines, ä' })).toEqual([]);
    expect(found({ 'no note': 'x' })).toHaveLength(1);
  });
});
