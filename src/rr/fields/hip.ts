/** HIP: host identity tag, public key and rendezvous servers, with their lengths in front (RFC 8005 §5). */
import { octetAt, putU16, u16At } from '../../base/octets.ts';
import { formatName } from '../../wire/name.ts';
import { type Field, field } from '../field.ts';
import { needToken, quoteToken } from '../field-problems.ts';
import { decodeBase64, formatBase64 } from './base64.ts';
import { decodeHex, failBase64, failHex, formatHex } from './encoded.ts';
import { checkName, failTooLong, parseNameToken } from './name.ts';
import { parseNumber } from './number.ts';

const headOctets = 4;

/** Written as algorithm, HIT, key, servers; on the wire HIT length, algorithm, key length, HIT, key, servers. */
export function hipData(): Field {
  return field({
    kind: 'hip',
    label: 'algorithm, HIT, key, rendezvous servers',
    example: '2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNu rvs.example.com.',
    parse(tokens, out, at, mnemonic) {
      const algorithm = parseNumber(tokens, mnemonic, 'algorithm', '2', 255);
      if (algorithm < 0 || !needToken(tokens, mnemonic, 'HIT', '200100107B1A74DF365639CC39F1D578')) return -1;
      const hitOctets = (tokens.end - tokens.start) / 2;
      if (hitOctets > 255 || !decodeHex(tokens.octets, tokens.start, tokens.end, out, at + headOctets)) {
        return failHex(tokens, mnemonic, 'HIT', `not ${quoteToken(tokens)}`);
      }
      if (!needToken(tokens, mnemonic, 'key', 'AwEAAbdxyhNu')) return -1;
      const keyAt = at + headOctets + hitOctets;
      const keyOctets = decodeBase64(tokens.octets, tokens.start, tokens.end, out, keyAt);
      if (keyOctets < 1) return failBase64(tokens, mnemonic, 'key', `not ${quoteToken(tokens)}`);
      if (keyOctets > 0xffff) return failTooLong(tokens, mnemonic);
      out[at] = hitOctets;
      out[at + 1] = algorithm;
      putU16(out, at + 2, keyOctets);
      let next = keyAt + keyOctets;
      while (next >= 0 && tokens.next()) next = parseNameToken(tokens, out, next, mnemonic, 'rendezvous server');
      return next;
    },
    check(octets, at, end) {
      if (end - at < headOctets || octetAt(octets, at) === 0 || u16At(octets, at + 2) === 0) return -1;
      let next = at + headOctets + octetAt(octets, at) + u16At(octets, at + 2);
      if (next > end) return -1;
      while (next >= 0 && next < end) next = checkName(octets, next, end);
      return next;
    },
    format(octets, at, end) {
      const keyAt = at + headOctets + octetAt(octets, at);
      let next = keyAt + u16At(octets, at + 2);
      let text = `${octetAt(octets, at + 1)} ${formatHex(octets, at + headOctets, keyAt)} ${formatBase64(octets, keyAt, next)}`;
      while (next < end) {
        text += ` ${formatName(octets, next)}`;
        next = checkName(octets, next, end);
      }
      return text;
    },
  });
}
