import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { parseConfig } from '../../../src/control/config/read-config.ts';
import { parseNamedConfig } from '../../../src/control/named-conf/parse-named-config.ts';
import { convertNamedConf } from '../../../src/control/named-conf/yaml/convert-named-conf.ts';
import { readTestFiles, readWords } from '../corpus/read-corpus.ts';
import { textMutator } from '../engine/mutate-text.ts';
import { uncounted } from '../engine/steps.ts';
import { must, type Target } from '../engine/target.ts';

const grammar = join(import.meta.dirname, '../../../src/control/named-conf/grammar');
/** Every word that stands in quotes in the grammar, the names of statements among them. */
const statements = readdirSync(grammar).flatMap((file) =>
  [...readFileSync(join(grammar, file), 'utf8').matchAll(/['`]([a-z][a-z0-9-]{2,30})[ '`]/g)].map(
    ([, word]) => word as string,
  ),
);
const words = readWords('named-conf');

const options = { interfaces: {} };

/** The lexer, the grammar, the conversion to the settings that ringzone.yaml has, and to its text. */
export function createNamedConfTarget(): Target {
  return {
    corpus: [...readTestFiles('named-conf', '.conf'), ...readTestFiles('named-conf/convert', '.inc')].filter(
      ({ length }) => length < 5000,
    ),
    mutate: textMutator([...words, ...words, ...words, ...statements]),
    maxOctets: 8192,
    allowedSteps: (input) => 300_000 + 4000 * input.length,
    expected: ['good', 'refused'],
    run(input) {
      const text = new TextDecoder().decode(input);
      // What lies in the working directory is not the input's.
      if (/include[^;]*[*?[{]/i.test(text)) return 'include';
      const read = parseNamedConfig(text, 'named.conf', options);
      if (!read.ok) {
        must(
          read.error.some(({ severity }) => severity === 'error'),
          'what is refused has an error',
        );
        for (const diagnostic of read.error) judge(diagnostic);
        return 'refused';
      }
      for (const diagnostic of read.value.warnings) judge(diagnostic);
      if ((input.length & 15) !== 0) return 'good';
      return uncounted(() => {
        // It throws where the text does not mean the same.
        const converted = convertNamedConf(text, 'named.conf', options);
        must(converted.ok, 'what is good can be converted');
        must(parseConfig(converted.value.yaml, 'ringzone.yaml', options).ok, 'what was converted can be read');
        return 'converted';
      });
    },
  };
}

function judge(diagnostic: Parameters<typeof formatDiagnostic>[0]): void {
  must(/^(NC|CF)\d\d$/.test(diagnostic.code), 'a diagnostic has a documented code');
  formatDiagnostic(diagnostic);
}
