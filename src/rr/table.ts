/**
 * The table of RR types: a type is a row of fields. Parser, printer, wire check, canonical form, compression and the
 * addresses for the additional section all follow from the row.
 *
 * Two rules that are easily got wrong:
 * - Only the names in types of RFC 1035 may be compressed (RFC 3597 §4): `nameCompressible`. SRV's never.
 * - Names are lower-cased in canonical form for the types that RFC 4034 §6.2 lists, without NSEC (RFC 6840 §5.1), and for
 *   no later type: `nameCompressible` and `nameUncompressed` are, `nameKept` is not.
 */

import { type DataRule, dsRule, ipseckeyRule, keyRule, sshfpRule, zonemdRule } from './data-rules.ts';
import type { Field } from './field.ts';
import { a6Data } from './fields/a6.ts';
import { ipv4, ipv6 } from './fields/address.ts';
import { addressPrefixes } from './fields/apl.ts';
import { characterString, characterStrings, optionalString, restString } from './fields/character-string.ts';
import { base32hex, base64, base64OrDash, hex, optionalBase64, salt } from './fields/encoded.ts';
import { amtrelay, ipseckeyGateway } from './fields/gateway.ts';
import { hipData } from './fields/hip.ts';
import {
  algorithm,
  certAlgorithm,
  certType,
  digestType,
  dsyncScheme,
  keyFlags,
  keyProtocol,
} from './fields/keyword.ts';
import { location } from './fields/location.ts';
import { nameCompressible, nameKept, nameUncompressed } from './fields/name.ts';
import { naptrRegexp } from './fields/naptr-regexp.ts';
import { seconds, u8, u16, u32 } from './fields/number.ts';
import { atmAddress, caaTag, eui, locator64, nsapAddress, x25Address } from './fields/short-forms.ts';
import { svcParams } from './fields/svc-params.ts';
import { timestamp } from './fields/timestamp.ts';
import { oldTypeBitmap, typeBitmap, typeCode } from './fields/type-bitmap.ts';
import { wellKnownServices } from './fields/wks.ts';
import { addTypeName } from './type-names.ts';

export interface RrType {
  readonly code: number;
  readonly mnemonic: string;
  /** Where the RDATA is defined. */
  readonly source: string;
  /** What the RDATA consists of; undefined where only RFC 3597's form can write it (NULL). */
  readonly fields: readonly Field[] | undefined;
  /** Whether the addresses of the first name belong in the additional section. */
  readonly additional: boolean;
  /** What the RDATA `octets[at, end)`, its fields valid, must still fulfil; returns what is wrong, or undefined. */
  readonly rule: DataRule | undefined;
}

/** The row of a type; undefined for the types that are not known (RFC 3597). */
export function findRrType(code: number): RrType | undefined {
  return code < 512 ? rowsByCode[code] : highRows.get(code);
}

function rr(
  code: number,
  mnemonic: string,
  source: string,
  fields: readonly Field[] | undefined,
  options: { readonly additional?: boolean; readonly rule?: DataRule } = {},
): RrType {
  addTypeName(code, mnemonic);
  return { code, mnemonic, source, fields, additional: options.additional ?? false, rule: options.rule };
}

const host = 'host.example.com.';

/** RRSIG and its forerunner SIG. */
const signatureFields = [
  typeCode('type covered'),
  algorithm(),
  u8('label count', '3'),
  u32('original TTL', '3600'),
  timestamp('expiration'),
  timestamp('inception'),
  u16('key tag', '12345'),
  nameUncompressed('signer', 'example.com.'),
  base64('signature'),
];
const keyFields = [keyFlags(), keyProtocol(), algorithm(), optionalBase64('public key')];
const dsFields = [u16('key tag', '12345'), algorithm(), digestType(), hex('digest')];
const tlsaFields = [u8('certificate usage', '3'), u8('selector'), u8('matching type'), hex('certificate data')];
const svcbFields = [u16('priority', '1'), nameKept('target', 'sip.example.com.'), svcParams()];
const textFields = [characterStrings('string', '"v=spf1 -all"')];

export const allRrTypes: readonly RrType[] = [
  rr(1, 'A', 'RFC 1035', [ipv4()]),
  rr(2, 'NS', 'RFC 1035', [nameCompressible('name server', 'ns1.example.com.')], { additional: true }),
  rr(3, 'MD', 'RFC 1035', [nameCompressible('mail destination', host)], { additional: true }),
  rr(4, 'MF', 'RFC 1035', [nameCompressible('mail forwarder', host)], { additional: true }),
  rr(5, 'CNAME', 'RFC 1035', [nameCompressible('target', host)]),
  rr(6, 'SOA', 'RFC 1035', [
    nameCompressible('primary server', 'ns1.example.com.'),
    nameCompressible('mailbox', 'hostmaster.example.com.'),
    u32('serial', '2024010101'),
    seconds('refresh'),
    seconds('retry', '900'),
    seconds('expire', '1209600'),
    seconds('minimum', '300'),
  ]),
  rr(7, 'MB', 'RFC 1035', [nameCompressible('mailbox host', host)], { additional: true }),
  rr(8, 'MG', 'RFC 1035', [nameCompressible('mailbox', host)]),
  rr(9, 'MR', 'RFC 1035', [nameCompressible('new mailbox', host)]),
  rr(10, 'NULL', 'RFC 1035', undefined),
  rr(11, 'WKS', 'RFC 1035', [ipv4(), wellKnownServices()]),
  rr(12, 'PTR', 'RFC 1035', [nameCompressible('target', host)]),
  rr(13, 'HINFO', 'RFC 1035', [characterString('CPU', '"PC"'), characterString('operating system', '"Linux"')]),
  rr(14, 'MINFO', 'RFC 1035', [nameCompressible('responsible mailbox'), nameCompressible('error mailbox')]),
  rr(15, 'MX', 'RFC 1035', [u16('preference'), nameCompressible('mail server', 'mail.example.com.')], {
    additional: true,
  }),
  rr(16, 'TXT', 'RFC 1035', textFields),
  rr(17, 'RP', 'RFC 1183', [nameUncompressed('mailbox'), nameUncompressed('TXT name')]),
  rr(18, 'AFSDB', 'RFC 1183', [u16('subtype', '1'), nameUncompressed('server')], { additional: true }),
  rr(19, 'X25', 'RFC 1183', [x25Address()]),
  rr(20, 'ISDN', 'RFC 1183', [characterString('ISDN address', '"150862028003217"'), optionalString('subaddress')]),
  rr(21, 'RT', 'RFC 1183', [u16('preference'), nameUncompressed('intermediate host')], { additional: true }),
  rr(22, 'NSAP', 'RFC 1706', [nsapAddress()]),
  rr(23, 'NSAP-PTR', 'RFC 1348', [nameKept('target')]),
  rr(24, 'SIG', 'RFC 2535', signatureFields),
  rr(25, 'KEY', 'RFC 2535', keyFields, { rule: keyRule }),
  rr(26, 'PX', 'RFC 2163', [u16('preference'), nameUncompressed('RFC 822 domain'), nameUncompressed('X.400 domain')]),
  rr(27, 'GPOS', 'RFC 1712', [
    characterString('longitude', '-32.6882'),
    characterString('latitude', '116.8652'),
    characterString('altitude', '10.0'),
  ]),
  rr(28, 'AAAA', 'RFC 3596', [ipv6()]),
  rr(29, 'LOC', 'RFC 1876', [location()]),
  rr(30, 'NXT', 'RFC 2535', [nameUncompressed('next owner'), oldTypeBitmap()]),
  rr(31, 'EID', 'draft-ietf-nimrod-dns-02', [hex('endpoint identifier')]),
  rr(32, 'NIMLOC', 'draft-ietf-nimrod-dns-02', [hex('locator')]),
  rr(
    33,
    'SRV',
    'RFC 2782',
    [u16('priority'), u16('weight'), u16('port', '5060'), nameUncompressed('target', 'sip1.example.com.')],
    { additional: true },
  ),
  rr(34, 'ATMA', 'ATM Forum af-saa-0069', [atmAddress()]),
  rr(35, 'NAPTR', 'RFC 3403', [
    u16('order'),
    u16('preference'),
    characterString('flags', '"s"'),
    characterString('services', '"SIP+D2U"'),
    naptrRegexp(),
    nameUncompressed('replacement', '_sip._udp.example.com.'),
  ]),
  rr(36, 'KX', 'RFC 2230', [u16('preference'), nameUncompressed('key exchanger')], { additional: true }),
  rr(37, 'CERT', 'RFC 4398', [certType(), u16('key tag', '0'), certAlgorithm(), base64('certificate')]),
  rr(38, 'A6', 'RFC 2874', [a6Data()]),
  rr(39, 'DNAME', 'RFC 6672', [nameUncompressed('target', 'example.net.')]),
  rr(42, 'APL', 'RFC 3123', [addressPrefixes()]),
  rr(43, 'DS', 'RFC 4034', dsFields, { rule: dsRule }),
  rr(44, 'SSHFP', 'RFC 4255', [u8('algorithm', '4'), u8('fingerprint type', '2'), hex('fingerprint')], {
    rule: sshfpRule,
  }),
  rr(45, 'IPSECKEY', 'RFC 4025', [u8('precedence', '10'), ipseckeyGateway(), optionalBase64('public key')], {
    rule: ipseckeyRule,
  }),
  rr(46, 'RRSIG', 'RFC 4034', signatureFields),
  rr(47, 'NSEC', 'RFC 4034', [nameKept('next owner'), typeBitmap({ mayBeEmpty: false })]),
  rr(48, 'DNSKEY', 'RFC 4034', keyFields, { rule: keyRule }),
  rr(49, 'DHCID', 'RFC 4701', [base64('data')]),
  rr(50, 'NSEC3', 'RFC 5155', [
    u8('hash algorithm'),
    u8('flags', '0'),
    u16('iterations', '0'),
    salt('salt'),
    base32hex('next hashed owner'),
    typeBitmap({ mayBeEmpty: true }),
  ]),
  rr(51, 'NSEC3PARAM', 'RFC 5155', [u8('hash algorithm'), u8('flags', '0'), u16('iterations', '0'), salt('salt')]),
  rr(52, 'TLSA', 'RFC 6698', tlsaFields),
  rr(53, 'SMIMEA', 'RFC 8162', tlsaFields),
  rr(55, 'HIP', 'RFC 8005', [hipData()]),
  rr(56, 'NINFO', 'draft-reid-dnsext-zs', textFields),
  rr(57, 'RKEY', 'draft-reid-dnsext-rkey', keyFields, { rule: keyRule }),
  rr(58, 'TALINK', 'draft-wijngaards-dnsop-trust-history', [nameKept('previous name'), nameKept('next name')]),
  rr(59, 'CDS', 'RFC 7344', dsFields, { rule: dsRule }),
  rr(60, 'CDNSKEY', 'RFC 7344', keyFields, { rule: keyRule }),
  rr(61, 'OPENPGPKEY', 'RFC 7929', [base64('public key')]),
  rr(62, 'CSYNC', 'RFC 7477', [u32('serial'), u16('flags', '3'), typeBitmap({ mayBeEmpty: true })]),
  rr(63, 'ZONEMD', 'RFC 8976', [u32('serial'), u8('scheme'), u8('hash algorithm'), hex('digest')], {
    rule: zonemdRule,
  }),
  rr(64, 'SVCB', 'RFC 9460', svcbFields, { additional: true }),
  rr(65, 'HTTPS', 'RFC 9460', svcbFields, { additional: true }),
  rr(66, 'DSYNC', 'RFC 9859', [typeCode('type', 'CDS'), dsyncScheme(), u16('port', '53'), nameKept('target')]),
  rr(67, 'HHIT', 'RFC 9886', [base64('data')]),
  rr(68, 'BRID', 'RFC 9886', [base64('data')]),
  rr(99, 'SPF', 'RFC 7208', textFields),
  // Reserved by IANA: mnemonics without a form of their own.
  rr(100, 'UINFO', 'IANA, reserved', undefined),
  rr(101, 'UID', 'IANA, reserved', undefined),
  rr(102, 'GID', 'IANA, reserved', undefined),
  rr(103, 'UNSPEC', 'IANA, reserved', undefined),
  rr(104, 'NID', 'RFC 6742', [u16('preference'), locator64('node identifier')]),
  rr(105, 'L32', 'RFC 6742', [u16('preference'), ipv4('locator', '10.1.2.0')]),
  rr(106, 'L64', 'RFC 6742', [u16('preference'), locator64('locator')]),
  rr(107, 'LP', 'RFC 6742', [u16('preference'), nameKept('locator name')], { additional: true }),
  rr(108, 'EUI48', 'RFC 7043', [eui(6)]),
  rr(109, 'EUI64', 'RFC 7043', [eui(8)]),
  rr(256, 'URI', 'RFC 7553', [u16('priority'), u16('weight'), restString('target', '"https://www.example.com/"')]),
  rr(257, 'CAA', 'RFC 8659', [u8('flags', '0'), caaTag(), restString('value', '"ca.example.net"')]),
  rr(258, 'AVC', 'IANA, expert review 2016', textFields),
  rr(259, 'DOA', 'draft-durand-doa-over-dns', [
    u32('enterprise'),
    u32('type'),
    u8('location'),
    characterString('media type', '"image/gif"'),
    base64OrDash('data'),
  ]),
  rr(260, 'AMTRELAY', 'RFC 8777', [u8('precedence', '10'), amtrelay()]),
  rr(261, 'RESINFO', 'RFC 9606', textFields),
  rr(262, 'WALLET', 'IANA, expert review 2024', textFields),
  rr(32768, 'TA', 'IANA, expert review 2005', dsFields, { rule: dsRule }),
  rr(32769, 'DLV', 'RFC 4431', dsFields, { rule: dsRule }),
];

const rowsByCode: (RrType | undefined)[] = Array.from({ length: 512 }, () => undefined);
const highRows = new Map<number, RrType>();
for (const row of allRrTypes) {
  if (row.code < 512) rowsByCode[row.code] = row;
  else highRows.set(row.code, row);
}

// Not data of a zone (see isMetaType), but spoken of in questions, logs and, NXNAME, in NSEC (RFC 9824).
addTypeName(41, 'OPT');
addTypeName(128, 'NXNAME');
addTypeName(249, 'TKEY');
addTypeName(250, 'TSIG');
addTypeName(251, 'IXFR');
addTypeName(252, 'AXFR');
addTypeName(253, 'MAILB');
addTypeName(254, 'MAILA');
addTypeName(255, 'ANY');
