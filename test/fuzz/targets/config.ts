import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { formatAddedZones, parseAddedZones } from '../../../src/control/added-zones/added-zones-file.ts';
import { parseConfig } from '../../../src/control/config/read-config.ts';
import { readBlocks, readTestFiles, readWords } from '../corpus/read-corpus.ts';
import { textMutator } from '../engine/mutate-text.ts';
import { uncounted } from '../engine/steps.ts';
import { must, type Target } from '../engine/target.ts';

const words = readWords('config');

/** ringzone.yaml, and the files of added zones, which are YAML of the same form. */
export function createConfigTarget(): Target {
  return {
    corpus: [...readBlocks('yaml'), ...readTestFiles('named-conf/convert', '.yaml')].filter(
      ({ length }) => length < 4000,
    ),
    mutate: textMutator(words),
    maxOctets: 4096,
    // YAML's own parser is not counted; what is done with its values is.
    allowedSteps: (input) => 200_000 + 1000 * input.length,
    expected: ['good', 'refused'],
    run(input) {
      const text = new TextDecoder().decode(input);
      // YAML's parser makes an error of each problem; their stacks would take more time than all the rest.
      Error.stackTraceLimit = 0;
      readAddedZones(text);
      const read = parseConfig(text, 'ringzone.yaml', { interfaces: {} });
      const diagnostics = read.ok ? read.value.warnings : read.error;
      for (const diagnostic of diagnostics) {
        must(/^(CF|NC)\d\d$/.test(diagnostic.code), 'a diagnostic has a documented code');
        formatDiagnostic(diagnostic);
      }
      if (read.ok) return 'good';
      must(
        diagnostics.some(({ severity }) => severity === 'error'),
        'what is refused has an error',
      );
      return 'refused';
    },
  };
}

function readAddedZones(text: string): void {
  const read = parseAddedZones('added-zones.yaml', text);
  if (!read.ok) return;
  const { kept } = read.value;
  uncounted(() => {
    const again = parseAddedZones('added-zones.yaml', formatAddedZones(kept));
    must(again.ok && again.value.kept.length === kept.length, 'what is written of added zones can be read');
  });
}
