/**
 * The path of an Ingress: as it is written in, as nginx compares it out, or why no request could ever have it. Pure.
 *
 * A request's path comes percent-encoded (RFC 3986); nginx decodes it, joins several slashes and goes up at `..` before it
 * compares. So the path is decoded here too. What Kubernetes refuses is refused (pkg/apis/networking/validation).
 */

export type ReadPath = { readonly text: string } | { readonly fault: string; readonly hint: string };

export function readPath(written: string): ReadPath {
  const found = FAULTS.find(({ pattern }) => pattern.test(written));
  if (found) return found;
  const text = decode(written);
  if (text === undefined)
    return { fault: 'is not encoded as UTF-8', hint: 'encode each byte of a letter: é is %C3%A9' };
  if (/\/\.\.?(\/|$)/.test(text) || text.includes('//')) return UNREACHABLE;
  return { text: text === '' ? '/' : text };
}

const UNREACHABLE: ReadPath = {
  fault: 'is no path that a request can have: nginx joins "//", and follows "." and ".."',
  hint: 'write it without "//", "/./" and "/../"',
};

const FAULTS: readonly { readonly pattern: RegExp; readonly fault: string; readonly hint: string }[] = [
  {
    pattern: /%2f/i,
    fault: 'has "%2F" in it, which Kubernetes refuses and nginx takes for a slash',
    hint: 'write "/"',
  },
  { pattern: /%00/, fault: 'has "%00" in it, and nginx refuses such requests', hint: 'leave it out' },
  { pattern: /%(?![0-9a-f]{2})/i, fault: 'has a "%" that encodes nothing', hint: 'write "%25" for a "%"' },
  {
    pattern: /\?/,
    fault: 'has a "?" in it, where the path of a request ends',
    hint: 'leave the query out, or write "%3F" for a "?"',
  },
  { pattern: /#/, fault: 'has a "#" in it, which no client sends', hint: 'write "%23" for a "#"' },
];

function decode(written: string): string | undefined {
  try {
    return decodeURIComponent(written);
  } catch {
    return undefined;
  }
}

/** As the author of a regular expression or a pattern would have written it; here each letter is for itself. */
export const looksLikePattern = (written: string) => /\*|\(.*[|.].*\)|\[.*\]|\$$|\\/.test(written);

/** By whole elements, so that a slash at the end makes no difference: empty for the root. */
export const withoutSlash = (path: string) => path.replace(/\/+$/, '');
