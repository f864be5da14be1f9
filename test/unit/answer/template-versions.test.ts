import { expect, test } from 'vitest';
import { Type } from '../../../src/wire/codes.ts';
import { Served } from './served.ts';

const zone = (serial: number, records: string): string => `$TTL 60
@ SOA ns admin ${serial} 3600 600 604800 60
@ NS ns
ns A 192.0.2.1
${records}
`;

test('a publication between the look at the generation and at the version does not bring the SOA of before', () => {
  const served = new Served([{ apex: 't.test.', text: zone(1, 'gone A 192.0.2.2') }]);
  const soaOf = (): string => served.ask({ qname: 'gone.t.test.', qtype: Type.txt }).authority.join();
  // The second time makes the template, the third uses it.
  for (let i = 0; i < 3; i++) expect(soaOf()).toMatch(/ SOA .* 1 3600/);

  const { reader } = served;
  const generation = reader.zoneGeneration.bind(reader);
  const next = served.build('t.test.', zone(2, ''));
  let isPublished = false;
  const takeVersion = reader.takeVersion.bind(reader);
  reader.takeVersion = (taken) => {
    reader.zoneGeneration = (ref) => {
      const before = generation(ref);
      if (!isPublished) served.store.publish(served.zoneNumbers[0] as number, next);
      isPublished = true;
      return before;
    };
    return takeVersion(taken);
  };
  const reply = served.ask({ qname: 'gone.t.test.', qtype: Type.txt });
  expect(isPublished).toBe(true);
  expect(reply.message.rcode).toBe(3);
  expect(reply.authority.join()).toMatch(/ SOA .* 2 3600/);
});
