/** A lab file as YAML: values come in, text goes out that means the same wherever it is shown. */
import { Document, isScalar, visit } from 'yaml';
import { isPrintable } from '../../language/diagnostic/printable.ts';

/** In double quotes stands what a terminal is not shown as it is, whose escape is the same text there, and a "<<" that merges nothing. */
export function labYaml(file: unknown): string {
  const document = new Document(file, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, scalar) => {
      if (isScalar(scalar) && typeof scalar.value === 'string' && needsQuotes(scalar.value))
        scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 });
}

const needsQuotes = (text: string) => text === '<<' || !isPrintable(text.replaceAll(/[\n\t]/g, ''));
