/** Results of checks in; text for people, JUnit's XML for CI, or plain data out. */
import type { CheckResult } from '../../check/finding.ts';
import { escapeControls } from '../../language/diagnostic/printable.ts';
import type { Paint } from '../paint.ts';

export interface CheckReport {
  readonly lab: string;
  readonly results: readonly CheckResult[];
  readonly seconds: number;
}

/** A line for each check that holds; one that fails with all that was found out. */
export function checksText({ results, seconds }: CheckReport, paint: Paint): string {
  const failed = results.filter(({ passed }) => !passed).length;
  const counts = [`${results.length - failed} passed`, ...(failed === 0 ? [] : [`${failed} failed`])].join(', ');
  const summary = paint(failed === 0 ? 'good' : 'error', counts);
  return `${results.map(result => oneText(result, paint)).join('')}${summary} (${seconds.toFixed(2)} s)\n`;
}

/** The output of a command in the lab must not drive the terminal. */
function oneText({ name, passed, message, details }: CheckResult, paint: Paint): string {
  const mark = passed ? paint('good', '✓') : paint('error', '✗');
  const lines = (passed ? details.filter(line => line.startsWith('note:')) : [message, ...details]).map(escapeControls);
  const painted = lines.map(line => (/^note:|^look with:/.test(line) ? paint('faint', line) : line));
  return [`${mark} ${escapeControls(name)}`, ...painted.map(line => `    ${line}`), ''].join('\n');
}

export function checksJson(report: CheckReport): string {
  return `${JSON.stringify(checksToJson(report), null, 2)}\n`;
}

/** The shape that `--json` prints. */
export function checksToJson({ lab, results, seconds }: CheckReport) {
  const passed = results.filter(result => result.passed).length;
  return { lab, passed, failed: results.length - passed, seconds: Number(seconds.toFixed(3)), checks: results };
}

/** As Jenkins, GitLab and others read it: one test suite, a test case for each check. */
export function checksJunit({ lab, results, seconds }: CheckReport): string {
  const failed = results.filter(({ passed }) => !passed).length;
  const counts = `tests="${results.length}" failures="${failed}" errors="0" time="${seconds.toFixed(3)}"`;
  const cases = results.map(result => toCase(result, lab)).join('');
  const suite = `  <testsuite name="${escapeXml(lab)}" ${counts} skipped="0">\n${cases}  </testsuite>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="netlab check" ${counts}>\n${suite}</testsuites>\n`;
}

function toCase({ name, kind, passed, message, details }: CheckResult, lab: string): string {
  const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(`${lab}.${kind}`)}"`;
  if (passed) return `${head}/>\n`;
  const text = [message, ...details].map(escapeXml).join('\n');
  return `${head}>\n      <failure message="${escapeXml(message)}" type="${kind}">${text}</failure>\n    </testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' },
  ...{ '\n': '&#10;', '\t': '&#9;', '\r': '&#13;' },
};

/** XML 1.0 has no way to write most control characters and lone halves of surrogate pairs. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"'\p{Cc}\p{Cs}\ufffe\uffff]/gu, character => ENTITIES[character] ?? '\ufffd');
}
