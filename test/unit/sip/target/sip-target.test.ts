/** RFC 3261 §19.1 and §25.1. */
import { describe, expect, it } from 'vitest';
import { formatSipTarget, parseSipTarget } from '../../../../src/sip/target/sip-target.ts';

function parsed(text: string): string {
  const target = parseSipTarget(text);
  if (!target.ok) throw new Error(target.error.message);
  return formatSipTarget(target.value);
}

function problem(text: string): { readonly message: string; readonly hint: string } {
  const target = parseSipTarget(text);
  if (target.ok) throw new Error(`${text} is taken for ${formatSipTarget(target.value)}`);
  return target.error;
}

describe('a target', () => {
  it.each([
    // RFC 3261 §19.1.3.
    ['sip:alice@atlanta.com', 'sip:alice@atlanta.com'],
    ['sip:alice:secretword@atlanta.com;transport=tcp', 'sip:alice:secretword@atlanta.com;transport=tcp'],
    ['sips:alice@atlanta.com?subject=project%20x&priority=urgent', 'sips:alice@atlanta.com'],
    ['sip:+1-212-555-1212:1234@gateway.com;user=phone', 'sip:+1-212-555-1212:1234@gateway.com'],
    ['sips:1212@gateway.com', 'sips:1212@gateway.com'],
    ['sip:alice@192.0.2.4', 'sip:alice@192.0.2.4'],
    ['sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com', 'sip:atlanta.com'],
    ['sip:alice;day=tuesday@atlanta.com', 'sip:alice;day=tuesday@atlanta.com'],
    // Cases of one meaning.
    ['SIP:Example.COM;Transport=TCP', 'sip:example.com;transport=tcp'],
    ['example.com.', 'sip:example.com'],
    ['example.com', 'sip:example.com'],
    ['example.com:5080', 'sip:example.com:5080'],
    ['example.com:5080;transport=udp', 'sip:example.com:5080;transport=udp'],
    ['alice@example.com', 'sip:alice@example.com'],
    ['alice:secret@example.com', 'sip:alice:secret@example.com'],
    ['pbx', 'sip:pbx'],
    ['sip:[2001:DB8:0::1]:5060', 'sip:[2001:db8::1]:5060'],
    ['[2001:db8::1]', 'sip:[2001:db8::1]'],
    ['sip:example.com;lr;maddr=192.0.2.7', 'sip:192.0.2.7'],
    ['sip:example.com;maddr=proxy.example.net', 'sip:proxy.example.net'],
    // RFC 5630 §3.1: below TLS.
    ['sips:example.com;transport=tcp', 'sips:example.com;transport=tls'],
    ['sips:example.com;transport=ws', 'sips:example.com;transport=wss'],
    ['sip:example.com;transport=tls', 'sip:example.com;transport=tls'],
  ])('%s is %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it.each([
    ['', /empty/, /sip:example\.com/],
    ['tel:+15551234', /scheme is tel/, /ENUM/],
    ['mailto:alice@example.com', /scheme is mailto/, /sip:/],
    ['foo:example.com', /scheme is foo/, /sip:/],
    ['"Alice" <sip:alice@example.com>', /more than a URI/, /in angle brackets: sip:alice@example\.com$/],
    ['sip:exa mple.com', /blank/, /sip:/],
    ['sip:exämple.com', /characters that no URI has/, /xn--/],
    ['sip:', /no host/, /sip:example\.com/],
    ['sip:alice@', /no host/, /domain/],
    ['sip:@example.com', /user before "@" is empty/, /remove/],
    ['sip:a@b@example.com', /second "@"/, /%40/],
    ['sip:a%4@example.com', /two hex digits/, /%25/],
    ['sip:a{b@example.com', /may not stand in a user/, /%7B/],
    ['sip:example..com', /empty label/, /dot too many/],
    ['sip:-example.com', /"-example" is not a label/, /hyphen/],
    ['sip:exam_ple.com', /"exam_ple" is not a label/, /letters, digits/],
    ['sip:example.123', /last label .* does not begin with a letter/, /192\.0\.2\.11/],
    ['sip:192.0.2', /neither an IPv4 address nor a domain/, /192\.0\.2\.11/],
    ['sip:192.0.2.256', /neither an IPv4 address nor a domain/, /192\.0\.2\.11/],
    ['2001:db8::1', /without brackets/, /\[2001:db8::1\]/],
    ['fe80::1', /without brackets/, /\[fe80::1\]/],
    ['sip:[2001:db8::1', /not an IPv6 address in brackets/, /\[2001:db8::1\]/],
    ['sip:[192.0.2.1]', /not an IPv6 address in brackets/, /2001/],
    [`sip:${'a'.repeat(64)}.com`, /is not a label/, /at most 63/],
    [`sip:${'a.'.repeat(130)}com`, /longer than 253/, /shorten/],
    ['_sip._udp.example.com', /owner of SRV records/, /example\.com$/],
    ['sip:example.com:0', /port "0"/, /SRV/],
    ['sip:example.com:65536', /port "65536"/, /SRV/],
    ['sip:example.com:', /port ""/, /SRV/],
    ['sip:example.com:5060x', /port "5060x"/, /SRV/],
    ['sip:example.com;transport=tpc', /transport "tpc" is not one of udp, tcp/, /transport=tcp/],
    ['sip:example.com;transport=udp;Transport=tcp', /given twice/, /once/],
    ['sip:example.com;', /not a parameter/, /name=value/],
    ['sip:example.com;a=b=c', /not a parameter/, /name=value/],
    ['sip:example.com;maddr=-', /maddr: /, /letters/],
    ['sips:example.com;transport=udp', /SIPS URI can not be reached over UDP/, /transport=tcp/],
  ])('%s is refused', (text, message, hint) => {
    const found = problem(text);
    expect(found.message).toMatch(message);
    expect(found.hint).toMatch(hint);
  });
});
