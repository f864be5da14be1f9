/**
 * Records in presentation format, most from the RFCs' own examples, with the text that BIND prints for them and the octets
 * that it makes of them (the agreement test asks it again where it is installed). Relative names end in `example.`.
 */
export interface RdataExample {
  readonly type: string;
  readonly text: string;
  /** What is printed, where that differs from `text`. */
  readonly printed?: string;
  /** RDATA in hexadecimal. */
  readonly octets: string;
}

export const rdataExamples: readonly RdataExample[] = [
  { type: 'A', text: '192.0.2.1', octets: 'c0000201' },
  { type: 'NS', text: 'ns', printed: 'ns.example.', octets: '026e73076578616d706c6500' },
  { type: 'NS', text: 'NS.Example.COM.', octets: '024e53074578616d706c6503434f4d00' },
  { type: 'CNAME', text: 'a\\.b.c\\200d.', octets: '03612e620363c86400' },
  {
    type: 'SOA',
    text: 'ns1 Host\\.master.example. 2024010101 1d 2h30m 3w 5M',
    printed: 'ns1.example. Host\\.master.example. 2024010101 86400 9000 1814400 300',
    octets:
      '036e7331076578616d706c65000b486f73742e6d6173746572076578616d706c650078a3f1750001518000002328001baf800000012c',
  },
  { type: 'MB', text: 'ns', printed: 'ns.example.', octets: '026e73076578616d706c6500' },
  { type: 'MG', text: 'ns', printed: 'ns.example.', octets: '026e73076578616d706c6500' },
  { type: 'MR', text: 'ns', printed: 'ns.example.', octets: '026e73076578616d706c6500' },
  { type: 'NULL', text: '\\# 3 010203', octets: '010203' },
  { type: 'WKS', text: '10.0.0.1 tcp telnet ftp 0 1 2', printed: '10.0.0.1 6 0 1 2 21 23', octets: '0a00000106e00005' },
  { type: 'WKS', text: '10.0.0.2 17 domain', printed: '10.0.0.2 17 53', octets: '0a0000021100000000000004' },
  { type: 'WKS', text: '10.0.0.3 99 53', octets: '0a0000036300000000000004' },
  { type: 'WKS', text: '10.0.0.3 6', octets: '0a00000306' },
  { type: 'PTR', text: 'host.example.com.', octets: '04686f7374076578616d706c6503636f6d00' },
  {
    type: 'HINFO',
    text: 'PC-Intel "Unix V"',
    printed: '"PC-Intel" "Unix V"',
    octets: '0850432d496e74656c06556e69782056',
  },
  {
    type: 'MINFO',
    text: 'a b',
    printed: 'a.example. b.example.',
    octets: '0161076578616d706c65000162076578616d706c6500',
  },
  { type: 'MX', text: '10 mail', printed: '10 mail.example.', octets: '000a046d61696c076578616d706c6500' },
  { type: 'MX', text: '0 .', octets: '000000' },
  {
    type: 'TXT',
    text: '"foo bar" b\\"ar "\\001\\200 ;\\\\" "é" ""',
    printed: '"foo bar" "b\\"ar" "\\001\\200 ;\\\\" "\\195\\169" ""',
    octets: '07666f6f2062617204622261720501c8203b5c02c3a900',
  },
  { type: 'TXT', text: 'a\\;b "a;b" \\065\\.c', printed: '"a;b" "a;b" "A.c"', octets: '03613b6203613b6203412e63' },
  { type: 'RP', text: 'mb.Example. txt.example.', octets: '026d62074578616d706c650003747874076578616d706c6500' },
  { type: 'AFSDB', text: '1 ns', printed: '1 ns.example.', octets: '0001026e73076578616d706c6500' },
  { type: 'X25', text: '311061700956', printed: '"311061700956"', octets: '0c333131303631373030393536' },
  {
    type: 'ISDN',
    text: '150862028003217 004',
    printed: '"150862028003217" "004"',
    octets: '0f31353038363230323830303332313703303034',
  },
  { type: 'ISDN', text: '150862028003217', printed: '"150862028003217"', octets: '0f313530383632303238303033323137' },
  { type: 'RT', text: '10 ns', printed: '10 ns.example.', octets: '000a026e73076578616d706c6500' },
  {
    type: 'NSAP',
    text: '0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00',
    printed: '0x47000580005a0000000001e133ffffff00016100',
    octets: '47000580005a0000000001e133ffffff00016100',
  },
  { type: 'NSAP-PTR', text: 'foo.', octets: '03666f6f00' },
  {
    type: 'SIG',
    text: 'NXT 1 3 3600 20000102030405 19961211100908 2143 foo.nil. MxFcby9k/yvedMfQgKzhH5er0Mu/vILz45IkskceFGgiWCn/GxHhai6VAuHAoNUz4YoU1tVfSCSqQYn6//11U6Nld80jEeC8aTrO+KKmCaY=',
    octets:
      '001e010300000e10386ec02532ae8844085f03666f6f036e696c0033115c6f2f64ff2bde74c7d080ace11f97abd0cbbfbc82f3e39224b2471e1468225829ff1b11e16a2e9502e1c0a0d533e18a14d6d55f4824aa4189fafffd7553a36577cd2311e0bc693acef8a2a609a6',
  },
  {
    type: 'KEY',
    text: '512 255 1 AQMFD5raczCJHViKtLYhWGz8hMY9UGRuniJDBzC7w0aRyzWZriO6i2odGWWQVucZqKVsENW91IOW4vqudngPZsY3GvQ/xVA8/7pyFj6b7Esga60zyGW6LFe9r8n6paHrlG5ojqf0BaqHT+8=',
    octets:
      '0200ff010103050f9ada7330891d588ab4b621586cfc84c63d50646e9e22430730bbc34691cb3599ae23ba8b6a1d19659056e719a8a56c10d5bdd48396e2faae76780f66c6371af43fc5503cffba72163e9bec4b206bad33c865ba2c57bdafc9faa5a1eb946e688ea7f405aa874fef',
  },
  { type: 'KEY', text: 'NOKEY 3 5', printed: '49152 3 5', octets: 'c0000305' },
  { type: 'KEY', text: 'USER|SIG1 EMAIL RSASHA1 AQID', printed: '1 2 5 AQID', octets: '00010205010203' },
  { type: 'PX', text: '65535 foo. bar.', octets: 'ffff03666f6f000362617200' },
  {
    type: 'GPOS',
    text: '-22.6882 116.8652 250.0',
    printed: '"-22.6882" "116.8652" "250.0"',
    octets: '082d32322e36383832083131362e38363532053235302e30',
  },
  { type: 'AAAA', text: '2001:db8::11', octets: '20010db8000000000000000000000011' },
  { type: 'AAAA', text: '::', octets: '00000000000000000000000000000000' },
  { type: 'AAAA', text: '::1', octets: '00000000000000000000000000000001' },
  { type: 'AAAA', text: '::ffff:192.0.2.1', octets: '00000000000000000000ffffc0000201' },
  { type: 'AAAA', text: '1:0:0:2::3:4', printed: '1::2:0:0:3:4', octets: '00010000000000020000000000030004' },
  {
    type: 'AAAA',
    text: '2001:DB8:0:1:1:1:1:1',
    printed: '2001:db8:0:1:1:1:1:1',
    octets: '20010db8000000010001000100010001',
  },
  { type: 'AAAA', text: '1:2:3:4:5:6:7::', printed: '1:2:3:4:5:6:7:0', octets: '00010002000300040005000600070000' },
  {
    type: 'AAAA',
    text: '64:ff9b::192.0.2.33',
    printed: '64:ff9b::c000:221',
    octets: '0064ff9b0000000000000000c0000221',
  },
  {
    type: 'LOC',
    text: '60 9 N 24 39 E 10 20 2000 20',
    printed: '60 9 0.000 N 24 39 0.000 E 10.00m 20m 2000m 20m',
    octets: '002325238ce82360854a10a000989a68',
  },
  {
    type: 'LOC',
    text: '52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m',
    octets: '000016138b3cf018810cbce0009895b8',
  },
  {
    type: 'LOC',
    text: '52 22 23.5 S 4 53 32.001 W 100000.01m 0.05m 12345m 10.55m',
    printed: '52 22 23.500 S 4 53 32.001 W 100000.01m 0.05m 10000m 10m',
    octets: '0050161374c30df47ef3431f01312d01',
  },
  {
    type: 'LOC',
    text: '42 21 54 N 71 06 18 W -24m 30m',
    printed: '42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m',
    octets: '0033161389172dd070be15f000988d20',
  },
  {
    type: 'LOC',
    text: '32 7 19 S 116 2 25 E 10m',
    printed: '32 7 19.000 S 116 2 25.000 E 10.00m 1m 10000m 10m',
    octets: '00121613791b7d2898e6486800989a68',
  },
  {
    type: 'LOC',
    text: '90 N 180 W 42849672.95 90000000.00',
    printed: '90 0 0.000 N 180 0 0.000 W 42849672.95m 90000000m 10000m 10m',
    octets: '00991613934fd90059604e00ffffffff',
  },
  { type: 'NXT', text: 'a.Secure. NS SOA MX SIG KEY LOC NXT', octets: '01610653656375726500220100c6' },
  { type: 'EID', text: '1289AB', octets: '1289ab' },
  { type: 'NIMLOC', text: '1289 ab', printed: '1289AB', octets: '1289ab' },
  { type: 'SRV', text: '0 5 5060 Srv.example.', octets: '0000000513c403537276076578616d706c6500' },
  { type: 'SRV', text: '0 0 0 .', octets: '00000000000000' },
  { type: 'ATMA', text: '+61200000000', octets: '013631323030303030303030' },
  { type: 'ATMA', text: '+61.2.0000.0000', printed: '+61200000000', octets: '013631323030303030303030' },
  { type: 'ATMA', text: '39.246f.00000000', printed: '39246f00000000', octets: '0039246f00000000' },
  {
    type: 'NAPTR',
    text: '100 50 "s" "z3950+I2L+I2C" "" _z3950._tcp.gatech.edu.',
    octets: '0064003201730d7a333935302b49324c2b49324300065f7a33393530045f746370066761746563680365647500',
  },
  {
    type: 'NAPTR',
    text: '100 10 "u" "E2U+sip" "!^(.*)$!sip:\\\\1@example.com!i" .',
    octets: '0064000a0175074532552b7369701c215e282e2a2924217369703a5c31406578616d706c652e636f6d216900',
  },
  {
    type: 'NAPTR',
    text: '50 50 "S" SIPS+D2T "" _sips._tcp',
    printed: '50 50 "S" "SIPS+D2T" "" _sips._tcp.example.',
    octets: '00320032015308534950532b44325400055f73697073045f746370076578616d706c6500',
  },
  { type: 'KX', text: '10 kdc', printed: '10 kdc.example.', octets: '000a036b6463076578616d706c6500' },
  {
    type: 'CERT',
    text: '65534 65535 PRIVATEOID MxFcby9k/yvedMfQgKzhH5er0Mu/vILz45IkskceFGgi',
    octets: 'fffefffffe33115c6f2f64ff2bde74c7d080ace11f97abd0cbbfbc82f3e39224b2471e146822',
  },
  { type: 'CERT', text: 'PKIX 12345 RSASHA256 AQID', octets: '0001303908010203' },
  { type: 'CERT', text: '3 1 200 AQID', printed: 'PGP 1 200 AQID', octets: '00030001c8010203' },
  { type: 'A6', text: '0 ::1', octets: '0000000000000000000000000000000001' },
  { type: 'A6', text: '64 ::1 foo.', octets: '40000000000000000103666f6f00' },
  {
    type: 'A6',
    text: '48 0:0:0:1:: SUBNET-1.IP6.EXAMPLE.COM.',
    octets: '3000010000000000000000085355424e45542d3103495036074558414d504c4503434f4d00',
  },
  {
    type: 'A6',
    text: '61 2001:db8:1:ffff::1 foo.',
    printed: '61 ::7:0:0:0:1 foo.',
    octets: '3d07000000000000000103666f6f00',
  },
  { type: 'A6', text: '128 foo.', octets: '8003666f6f00' },
  { type: 'DNAME', text: 'dname-target.', octets: '0c646e616d652d74617267657400' },
  {
    type: 'APL',
    text: '!1:10.0.0.1/32 1:10.0.0.0/24 2:2001:db8::/32',
    octets: '000120840a000001000118010a0002200420010db8',
  },
  {
    type: 'APL',
    text: '1:192.168.32.0/21 !1:192.168.38.0/28 1:224.0.0.0/4 2:FF00:0:0:0:0:0:0:0/8',
    printed: '1:192.168.32.0/21 !1:192.168.38.0/28 1:224.0.0.0/4 2:ff00::/8',
    octets: '00011503c0a82000011c83c0a82600010401e000020801ff',
  },
  { type: 'APL', text: '1:0.0.0.0/0', octets: '00010000' },
  {
    type: 'DS',
    text: '60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118',
    printed: '60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118',
    octets: 'ec4505012bb183af5f22588179a53b0a98631fad1a292118',
  },
  {
    type: 'DS',
    text: '12892 RSASHA1 SHA-256 26584835CA80C81C91999F31CFAF2A0E89D4FF1C8FAFD0DDB31A85C719277C13',
    printed: '12892 5 2 26584835CA80C81C91999F31CFAF2A0E89D4FF1C8FAFD0DDB31A85C719277C13',
    octets: '325c050226584835ca80c81c91999f31cfaf2a0e89d4ff1c8fafd0ddb31a85c719277c13',
  },
  { type: 'DS', text: '1 5 99 AB', octets: '00010563ab' },
  {
    type: 'SSHFP',
    text: '4 2 C76D8329954DA2835751E371544E963EFDA099080D6C58DD2BFD9A31 6E162C83',
    printed: '4 2 C76D8329954DA2835751E371544E963EFDA099080D6C58DD2BFD9A316E162C83',
    octets: '0402c76d8329954da2835751e371544e963efda099080d6c58dd2bfd9a316e162c83',
  },
  {
    type: 'SSHFP',
    text: '2 1 123456789abcdef67890123456789abcdef67890',
    printed: '2 1 123456789ABCDEF67890123456789ABCDEF67890',
    octets: '0201123456789abcdef67890123456789abcdef67890',
  },
  {
    type: 'IPSECKEY',
    text: '10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    octets: '0a0102c0000226010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
  },
  {
    type: 'IPSECKEY',
    text: '10 0 2 . AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    octets: '0a0002010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
  },
  {
    type: 'IPSECKEY',
    text: '10 3 2 mygateway.Example.com. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    octets:
      '0a0302096d7967617465776179074578616d706c6503636f6d00010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
  },
  {
    type: 'IPSECKEY',
    text: '10 2 2 2001:0DB8:0:8002::2000:1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    printed: '10 2 2 2001:db8:0:8002::2000:1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    octets:
      '0a020220010db8000080020000000020000001010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801',
  },
  {
    type: 'RRSIG',
    text: 'A 5 3 86400 20030322173103 20030220173103 2642 Example.com. oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTrPYGv07h108dUKGMeDPKijVCHX3DDKdfb+v6oB9wfuh3DTJXUAfI/M0zmO/zz8bW0Rznl8O3tGNazPwQKkRN20XPXV6nwwfoXmJQbsLNrLfkGJ5D6fwFm8nN+6pBzeDQfsS3Ap3o=',
    octets:
      '00010503000151803e7c9dd73e5510d70a52074578616d706c6503636f6d00a090755ba58d1affa576f4375831b4310920e481218d18a9f164eb3d81afd3b875d3c75428631e0cf2a28d50875f70c329d7dbfafea807dc1fba1dc34c95d401f23f334ce63bfcf3f1b5b44739e5f0eded18d6b33f040a911376d173d757a9f0c1fa1798941bb0b36b2df9062790fa7f0166f2737eea907378341fb12dc0a77a',
  },
  {
    type: 'RRSIG',
    text: 'TYPE1234 RSASHA256 3 0 1048354263 1045762263 2642 . AQID',
    printed: 'TYPE1234 8 3 0 20030322173103 20030220173103 2642 . AQID',
    octets: '04d20803000000003e7c9dd73e5510d70a5200010203',
  },
  {
    type: 'NSEC',
    text: 'Host.example.com. A MX RRSIG NSEC TYPE1234',
    octets:
      '04486f7374076578616d706c6503636f6d000006400100000003041b000000000000000000000000000000000000000000000000000020',
  },
  {
    type: 'NSEC',
    text: 'a MX CAA A TYPE65534',
    printed: 'a.example. A MX CAA TYPE65534',
    octets: '0161076578616d706c650000024001010140ff200000000000000000000000000000000000000000000000000000000000000002',
  },
  {
    type: 'DNSKEY',
    text: '256 3 RSASHA1 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQeogmMHfpftf6zMv1LyBUgia7za6ZEzOJBOztyvhjL742iU/TpPSEDhm2SNKLijfUppn1UaNvv4w==',
    printed:
      '256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQeogmMHfpftf6zMv1LyBUgia7za6ZEzOJBOztyvhjL742iU/TpPSEDhm2SNKLijfUppn1UaNvv4w==',
    octets:
      '010003050103d22a6ca77f35b893206fd35e4c506d8378843709b97e041647e1bff43d8d64c649af1e371973c9e891fce3df519a8c840a63ee42a6d2ebddbb97035d215aa4e417b1fa45fa11a9741ea2098c1dfa5fb5feb332fd4bc8152089aef36ba644cce2413b3b72be18cbef8da253f4e93d2103866d9234a2e28df529a67d5468dbefe3',
  },
  {
    type: 'DHCID',
    text: 'AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=',
    octets: '000201636fc0b8271c82825bb1ac5c41cf5351aa69b4febd94e8f17cdb95000da48c40',
  },
  {
    type: 'NSEC3',
    text: '1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG',
    printed: '1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM',
    octets: '0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000722010000000290',
  },
  {
    type: 'NSEC3',
    text: '1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR',
    octets: '010000000014174eb2409fe28bcb4887a1836f957f0a8425e27b',
  },
  { type: 'NSEC3PARAM', text: '1 0 12 aabbccdd', printed: '1 0 12 AABBCCDD', octets: '0100000c04aabbccdd' },
  { type: 'NSEC3PARAM', text: '1 0 0 -', octets: '0100000000' },
  {
    type: 'TLSA',
    text: '1 1 2 92003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c1b177615d466f6c4b71c216a50292bd58c9ebdd2f74e38fe51ffd48c43326cbc',
    printed:
      '1 1 2 92003BA34942DC74152E2F2C408D29ECA5A520E7F2E06BB944F4DCA346BAF63C1B177615D466F6C4B71C216A50292BD58C9EBDD2F74E38FE51FFD48C43326CBC',
    octets:
      '01010292003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c1b177615d466f6c4b71c216a50292bd58c9ebdd2f74e38fe51ffd48c43326cbc',
  },
  { type: 'SMIMEA', text: '3 1 1 ab', printed: '3 1 1 AB', octets: '030101ab' },
  {
    type: 'HIP',
    text: '2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e19WzK00+CI6zBCQTdtWsuxKbWIy87UOoJTwkUs7lBu+Upr1gsNrut79ryra+bSRGQb1slImA8YVJyuIDsj7kwzG7jnERNqnWxZ48AWkskmdHaVDP4BcelrTI3rMXdXF5D',
    octets:
      '10020084200100107b1a74df365639cc39f1d57803010001b771ca136e4aeb5ce44333c53b3d2c13c22243851fc708bcce29f7e2eb5787b5f56ccad34f8223acc10904ddb56b2ec4a6d6232f3b50ea094f0914b3b941bbe529af582c36bbadefdaf2adaf9b4911906f5b2522603c615272b880ec8fb930cc6ee39c444daa75b1678f005a4b2499d1da5433f805c7a5ad3237acc5dd5c5e43',
  },
  {
    type: 'HIP',
    text: '2 200100107B1A74DF365639CC39F1D578 AwEAAbdx rvs1.example.com. RVS2',
    printed: '2 200100107B1A74DF365639CC39F1D578 AwEAAbdx rvs1.example.com. RVS2.example.',
    octets:
      '10020006200100107b1a74df365639cc39f1d57803010001b7710472767331076578616d706c6503636f6d000452565332076578616d706c6500',
  },
  { type: 'NINFO', text: '"foo" bar', printed: '"foo" "bar"', octets: '03666f6f03626172' },
  { type: 'RKEY', text: '0 255 1 AQMFD5racw==', octets: '0000ff010103050f9ada73' },
  {
    type: 'TALINK',
    text: 'talink0 Talink2.',
    printed: 'talink0.example. Talink2.',
    octets: '0774616c696e6b30076578616d706c65000754616c696e6b3200',
  },
  {
    type: 'CDS',
    text: '30795 1 1 310D27F4D82C1FC2400704EA9939FE6E1CEAA3B9',
    octets: '784b0101310d27f4d82c1fc2400704ea9939fe6e1ceaa3b9',
  },
  { type: 'CDS', text: '0 0 0 00', octets: '0000000000' },
  { type: 'CDNSKEY', text: '257 3 1 AQMFD5racw==', octets: '010103010103050f9ada73' },
  { type: 'CDNSKEY', text: '0 3 0 AA==', octets: '0000030000' },
  { type: 'OPENPGPKEY', text: 'AQMF D5racw==', printed: 'AQMFD5racw==', octets: '0103050f9ada73' },
  { type: 'CSYNC', text: '66 3 A NS AAAA', octets: '000000420003000460000008' },
  { type: 'CSYNC', text: '0 0', octets: '000000000000' },
  {
    type: 'ZONEMD',
    text: '2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE7EB1A7B641A47BA7FED2DD5B97AE499FAFA4F22C6BD647DE',
    octets:
      '7848b78c0101febe3d4ce2ec2ffa4ba99d46cd69d6d29711e55217057bee7eb1a7b641a47ba7fed2dd5b97ae499fafa4f22c6bd647de',
  },
  { type: 'SVCB', text: '0 foo.example.com.', octets: '000003666f6f076578616d706c6503636f6d00' },
  { type: 'SVCB', text: '1 .', octets: '000100' },
  { type: 'SVCB', text: '16 foo.example.com. port=53', octets: '001003666f6f076578616d706c6503636f6d00000300020035' },
  {
    type: 'SVCB',
    text: '1 foo.example.com. key667=hello',
    printed: '1 foo.example.com. key667="hello"',
    octets: '000103666f6f076578616d706c6503636f6d00029b000568656c6c6f',
  },
  {
    type: 'SVCB',
    text: '1 foo.example.com. key667="hello\\210qoo"',
    octets: '000103666f6f076578616d706c6503636f6d00029b000968656c6c6fd2716f6f',
  },
  {
    type: 'SVCB',
    text: '1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"',
    printed: '1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1',
    octets:
      '000103666f6f076578616d706c6503636f6d000006002020010db800000000000000000000000120010db8000000000000000000530001',
  },
  {
    type: 'SVCB',
    text: '1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33"',
    printed: '1 example.com. ipv6hint=2001:db8:122:344::c000:221',
    octets: '0001076578616d706c6503636f6d000006001020010db80122034400000000c0000221',
  },
  {
    type: 'SVCB',
    text: '16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1',
    printed: '16 foo.example.org. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1',
    octets: '001003666f6f076578616d706c65036f7267000000000400010004000100090268320568332d313900040004c0000201',
  },
  {
    type: 'SVCB',
    text: '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
    octets: '001003666f6f076578616d706c65036f7267000001000c08665c6f6f2c626172026832',
  },
  {
    type: 'SVCB',
    text: '16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2',
    printed: '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
    octets: '001003666f6f076578616d706c65036f7267000001000c08665c6f6f2c626172026832',
  },
  {
    type: 'SVCB',
    text: '2 svc mandatory=key667,port key667 port="53" ech=aGVsbG8=',
    printed: '2 svc.example. mandatory=port,key667 port=53 ech=aGVsbG8= key667',
    octets: '000203737663076578616d706c6500000000040003029b0003000200350005000568656c6c6f029b0000',
  },
  {
    type: 'HTTPS',
    text: '1 . alpn=h2,h3 no-default-alpn dohpath=/q{?dns}',
    printed: '1 . alpn="h2,h3" no-default-alpn key7="/q{?dns}"',
    octets: '0001000001000602683202683300020000000700082f717b3f646e737d',
  },
  {
    type: 'HTTPS',
    text: '3 Sip key8 key9=abc',
    printed: '3 Sip.example. key8 key9="abc"',
    octets: '000303536970076578616d706c65000008000000090003616263',
  },
  {
    type: 'DSYNC',
    text: 'CDS NOTIFY 5359 cds-scanner.Example.net.',
    octets: '003b0114ef0b6364732d7363616e6e6572074578616d706c65036e657400',
  },
  {
    type: 'DSYNC',
    text: 'TYPE1000 128 1 a',
    printed: 'TYPE1000 128 1 a.example.',
    octets: '03e88000010161076578616d706c6500',
  },
  { type: 'HHIT', text: 'AQID', octets: '010203' },
  { type: 'BRID', text: 'AQID', octets: '010203' },
  {
    type: 'SPF',
    text: '"v=spf1 +mx a:colo.example.com/28 -all"',
    octets: '25763d73706631202b6d7820613a636f6c6f2e6578616d706c652e636f6d2f3238202d616c6c',
  },
  { type: 'UINFO', text: '\\# 2 0102', octets: '0102' },
  { type: 'UID', text: '\\# 2 0102', octets: '0102' },
  { type: 'GID', text: '\\# 2 0102', octets: '0102' },
  { type: 'UNSPEC', text: '\\# 3 010203', octets: '010203' },
  { type: 'NID', text: '10 0014:4fff:ff20:ee64', printed: '10 14:4fff:ff20:ee64', octets: '000a00144fffff20ee64' },
  { type: 'L32', text: '10 10.1.2.0', octets: '000a0a010200' },
  { type: 'L64', text: '10 2001:0DB8:1140:1000', printed: '10 2001:db8:1140:1000', octets: '000a20010db811401000' },
  { type: 'LP', text: '10 l64-Subnet1.example.com.', octets: '000a0b6c36342d5375626e657431076578616d706c6503636f6d00' },
  { type: 'EUI48', text: '00-00-5e-00-53-2A', printed: '00-00-5e-00-53-2a', octets: '00005e00532a' },
  { type: 'EUI64', text: '00-00-5e-ef-10-00-00-2a', octets: '00005eef1000002a' },
  {
    type: 'URI',
    text: '10 1 "ftp://ftp1.example.com/public"',
    octets: '000a00016674703a2f2f667470312e6578616d706c652e636f6d2f7075626c6963',
  },
  { type: 'URI', text: '30 40 "http://x/\\"y"', octets: '001e0028687474703a2f2f782f2279' },
  { type: 'CAA', text: '0 issue "ca1.example.net"', octets: '000569737375656361312e6578616d706c652e6e6574' },
  {
    type: 'CAA',
    text: '128 Issue "ca.example; policy=ev"',
    octets: '8005497373756563612e6578616d706c653b20706f6c6963793d6576',
  },
  { type: 'CAA', text: '0 issue ""', octets: '00056973737565' },
  { type: 'CAA', text: '0 tbs Unknown', printed: '0 tbs "Unknown"', octets: '0003746273556e6b6e6f776e' },
  {
    type: 'AVC',
    text: '"app-name:WOLFGANG|app-class:OAM|business=yes"',
    octets: '2c6170702d6e616d653a574f4c4647414e477c6170702d636c6173733a4f414d7c627573696e6573733d796573',
  },
  {
    type: 'DOA',
    text: '1234567890 1234567890 1 "image/gif" R0lGODlhKAAZAOMCAGZmZgBmmf///zOZzMz//5nM/zNmmWbM',
    octets:
      '499602d2499602d20109696d6167652f67696647494638396128001900e30200666666006699ffffff3399ccccffff99ccff33669966cc',
  },
  { type: 'DOA', text: '0 1 2 "" -', octets: '00000000000000010200' },
  { type: 'AMTRELAY', text: '10 0 1 203.0.113.15', octets: '0a01cb00710f' },
  { type: 'AMTRELAY', text: '10 0 2 2001:db8::15', octets: '0a0220010db8000000000000000000000015' },
  {
    type: 'AMTRELAY',
    text: '128 1 3 amtrelays.Example.com.',
    octets: '808309616d7472656c617973074578616d706c6503636f6d00',
  },
  { type: 'AMTRELAY', text: '0 1 0 .', octets: '0080' },
  { type: 'AMTRELAY', text: '\\# 3 000401', octets: '000401' },
  {
    type: 'RESINFO',
    text: 'qnamemin exterr=15-17 infourl=https://resolver.example.com/guide',
    printed: '"qnamemin" "exterr=15-17" "infourl=https://resolver.example.com/guide"',
    octets:
      '08716e616d656d696e0c6578746572723d31352d31372a696e666f75726c3d68747470733a2f2f7265736f6c7665722e6578616d706c652e636f6d2f6775696465',
  },
  {
    type: 'WALLET',
    text: 'BTC wallet-address',
    printed: '"BTC" "wallet-address"',
    octets: '034254430e77616c6c65742d61646472657373',
  },
  {
    type: 'TA',
    text: '30795 1 1 310D27F4D82C1FC2400704EA9939FE6E1CEAA3B9',
    octets: '784b0101310d27f4d82c1fc2400704ea9939fe6e1ceaa3b9',
  },
  {
    type: 'DLV',
    text: '30795 1 1 310D27F4D82C1FC2400704EA9939FE6E1CEAA3B9',
    octets: '784b0101310d27f4d82c1fc2400704ea9939fe6e1ceaa3b9',
  },
  { type: 'TYPE65534', text: '\\# 4 0a000001', printed: '\\# 4 0A000001', octets: '0a000001' },
  { type: 'TYPE731', text: '\\# 6 abcdef 012345', printed: '\\# 6 ABCDEF012345', octets: 'abcdef012345' },
  { type: 'TYPE62347', text: '\\# 0', octets: '' },
];
