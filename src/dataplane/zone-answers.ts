import { Answerer } from '../answer/answerer.ts';
import { ResponseCache } from '../answer/response-cache.ts';
import type { WorkerStart } from '../plane/messages.ts';
import { ZoneReader } from '../store/zone-reader.ts';
import { freshDraws } from './fresh-draws.ts';
import type { AnswerSource } from './worker-context.ts';

/** Answers from the zones that main has told the worker of. */
export function answerFromZones({ arena, readerIndex }: WorkerStart): AnswerSource {
  const reader = new ZoneReader(arena, readerIndex);
  // One for all answerers: each is 8 MiB, and a thread that hardly allocates hardly ever collects.
  const cache = new ResponseCache(reader);
  return {
    reader,
    createAnswerer: (settings, client) => {
      cache.clear();
      return new Answerer(reader, settings, cache, client, freshDraws());
    },
  };
}
