/** A lab file as YAML: values come in, text goes out that means the same wherever it is shown. */
import { Document, isScalar, visit } from 'yaml';
import { isPrintable } from '../../language/diagnostic/printable.ts';

/** What a terminal is not shown as it is stands in double quotes, where its escape is the same text. */
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

const needsQuotes = (text: string) => !isPrintable(text.replaceAll(/[\n\t]/g, ''));
