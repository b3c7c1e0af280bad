/**
 * Messages in the manner of RFC 4475 ("SIP torture test messages"), written after its descriptions and named as there:
 * valid ones that are hard to parse, and broken ones that a parser has to refuse. Pure.
 */

export interface Torture {
  /** Section of RFC 4475. */
  section: string
  name: string
  text: string
}

const sdp = [
  'v=0',
  'o=mhandley 29739 7272939 IN IP4 192.0.2.3',
  's=-',
  'c=IN IP4 192.0.2.4',
  't=0 0',
  'm=audio 49217 RTP/AVP 0 12',
  '',
].join('\r\n')

type Header = string | null

interface Shape {
  first?: string
  via?: Header
  from?: Header
  to?: Header
  callId?: Header
  cseq?: Header
  contact?: Header
  maxForwards?: Header
  more?: string[]
  type?: Header
  length?: Header
  body?: string
}

/** A message with every header where the RFC expects it; null leaves one out. */
function message(name: string, shape: Shape = {}): string {
  const body = shape.body ?? ''
  const method = /^\S+/.exec(shape.first ?? 'OPTIONS')?.[0]
  const line = (label: string, given: Header | undefined, usual: string) =>
    given === null ? [] : [`${label}: ${given ?? usual}`]
  return [
    shape.first ?? 'OPTIONS sip:user@example.com SIP/2.0',
    ...line('Via', shape.via, `SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-${name}`),
    ...line('Max-Forwards', shape.maxForwards, '70'),
    ...line('From', shape.from, '<sip:caller@example.net>;tag=1918181833n'),
    ...line('To', shape.to, '<sip:user@example.com>'),
    ...line('Call-ID', shape.callId, `${name}.0ha0isndaksdj@192.0.2.1`),
    ...line('CSeq', shape.cseq, `8 ${method}`),
    ...line('Contact', shape.contact, '<sip:caller@192.0.2.1>'),
    ...(shape.more ?? []),
    ...(body === '' ? [] : line('Content-Type', shape.type, 'application/sdp')),
    ...line('Content-Length', shape.length, String(Buffer.byteLength(body, 'latin1'))),
    '',
    body,
  ].join('\r\n')
}

const invite = (name: string, shape: Shape = {}): string =>
  message(name, { first: 'INVITE sip:user@example.com SIP/2.0', body: sdp, ...shape })

const long = (text: string, times: number): string => text.repeat(times)

const shortTortuous = [
  'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
  'TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
  'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8',
  'MaX-fOrWaRdS: 0068',
  'Call-ID: wsinv.ndaksdj@192.0.2.1',
  'Content-Length   : 150',
  'cseq: 0009\r\n  INVITE',
  'Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw',
  's :',
  'NewFangledHeader:   newfangled value\r\n continued newfangled value',
  'UnknownHeaderWithUnusualValue: ;;,,;;,;',
  'Content-Type: application/sdp',
  'Route:\r\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
  'v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239',
  'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n  secondparam ; q = 0.33',
  '',
  sdp,
].join('\r\n')

const odd = "!interesting-Method0123456789_*+`.%indeed'~"

export const tortures: readonly Torture[] = [
  { section: '3.1.1.1', name: 'wsinv', text: shortTortuous },
  {
    section: '3.1.1.2',
    name: 'intmeth',
    text: message('intmeth', {
      first: `${odd} sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0`,
      cseq: `139122385 ${odd}`,
      to: `"BEL:\\\u0007 NUL:\\\u0000 DEL:\\\u007f" <sip:1_unusual.URI~(to-be!sure)@example.com>`,
      from: `${odd} <sip:mundane@example.com>;fromParam''~+*_!.-%="\u00d1\u0080;tag=_token~1'+\`*%!-.`,
      callId: 'intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
    }),
  },
  {
    section: '3.1.1.3',
    name: 'esc01',
    text: invite('esc01', { first: 'INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0' }),
  },
  {
    section: '3.1.1.4',
    name: 'escnull',
    text: message('escnull', {
      first: 'REGISTER sip:example.com SIP/2.0',
      to: '<sip:null-%00-null@example.com>',
      contact: '<sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>',
    }),
  },
  {
    section: '3.1.1.5',
    name: 'esc02',
    text: message('esc02', { first: 'RE%47IST%45R sip:registrar.example.com SIP/2.0' }),
  },
  { section: '3.1.1.6', name: 'lwsdisp', text: message('lwsdisp', { from: 'caller<sip:caller@example.com>;tag=323' }) },
  {
    section: '3.1.1.7',
    name: 'longreq',
    text: invite('longreq', {
      to: `"I have a user name of ${long('extreme', 10)} proportion"<sip:user@example.com:6000;unknownparam1=very${long('long', 20)}value>`,
      from: `sip:${long('amazinglylongcallername', 5)}@example.net;tag=12${long('9822', 50)}424`,
      callId: `longreq.one${long('really', 20)}longcallid`,
      via: Array.from({ length: 34 }, (_, index) => `SIP/2.0/TCP sip${34 - index}.example.com`).join(',\r\n  '),
      more: [`Unknown-${long('Long', 20)}-Name: unknown-${long('long', 20)}-value`],
    }),
  },
  {
    section: '3.1.1.8',
    name: 'dblreq',
    text: `${message('dblreq', { first: 'REGISTER sip:example.com SIP/2.0' })}${invite('dblreq2')}`,
  },
  {
    section: '3.1.1.9',
    name: 'semiuri',
    text: message('semiuri', { first: 'OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0' }),
  },
  {
    section: '3.1.1.10',
    name: 'transports',
    text: message('transports', {
      via: ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP']
        .map((kind, index) => `SIP/2.0/${kind} t${index}.example.com;branch=z9hG4bKt${index}`)
        .join('\r\nVia: '),
    }),
  },
  {
    section: '3.1.1.11',
    name: 'mpart01',
    text: message('mpart01', {
      first: 'MESSAGE sip:kumiko@example.org SIP/2.0',
      type: 'multipart/mixed;boundary=7a9cbec02ceef655',
      body: '--7a9cbec02ceef655\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nHello\r\n--7a9cbec02ceef655\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n0\u0082\u0001R\u0006\t*\u0086H\u0086\r\n--7a9cbec02ceef655--',
    }),
  },
  {
    section: '3.1.1.12',
    name: 'unreason',
    text: message('unreason', { first: 'SIP/2.0 200 = 2**3 * 5**2 \u00d0\u00bd\u00d0\u00be', cseq: '35 INVITE' }),
  },
  { section: '3.1.1.13', name: 'noreason', text: message('noreason', { first: 'SIP/2.0 100 ', cseq: '35 INVITE' }) },
  {
    section: '3.1.2.1',
    name: 'badinv01',
    text: invite('badinv01', {
      to: '"Mr. J. User <sip:j.user@example.com>',
      more: ['Route: <sip:services.example.com>;;,;,,;'],
      contact: '"Joe" <sip:joe@example.org>;;;;',
    }),
  },
  { section: '3.1.2.2', name: 'clerr', text: invite('clerr', { length: '9999' }) },
  { section: '3.1.2.3', name: 'ncl', text: invite('ncl', { length: '-999' }) },
  {
    section: '3.1.2.4',
    name: 'scalar02',
    text: message('scalar02', {
      first: 'REGISTER sip:example.com SIP/2.0',
      cseq: '36893488147419103232 REGISTER',
      maxForwards: '300',
      more: ['Expires: 10000000000000000000000000000000000000'],
    }),
  },
  {
    section: '3.1.2.5',
    name: 'scalarlg',
    text: message('scalarlg', {
      first: 'SIP/2.0 503 Service Unavailable',
      cseq: '9292394834772304023312 OPTIONS',
      more: ['Retry-After: 949302838503028349304023988', 'Warning: 1812 overture "In Progress"'],
    }),
  },
  { section: '3.1.2.6', name: 'quotbal', text: invite('quotbal', { to: '"Mr. J. User <sip:j.user@example.com>' }) },
  {
    section: '3.1.2.7',
    name: 'ltgtruri',
    text: invite('ltgtruri', { first: 'INVITE <sip:user@example.com> SIP/2.0' }),
  },
  {
    section: '3.1.2.8',
    name: 'lwsruri',
    text: invite('lwsruri', { first: 'INVITE sip:user@example.com; lr SIP/2.0' }),
  },
  {
    section: '3.1.2.9',
    name: 'lwsstart',
    text: invite('lwsstart', { first: 'INVITE  sip:user@example.com  SIP/2.0' }),
  },
  {
    section: '3.1.2.10',
    name: 'trws',
    text: message('trws', { first: 'OPTIONS sip:remote-target@example.com SIP/2.0  ' }),
  },
  {
    section: '3.1.2.11',
    name: 'escruri',
    text: invite('escruri', { first: 'INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0' }),
  },
  { section: '3.1.2.12', name: 'baddate', text: invite('baddate', { more: ['Date: Fri, 01 Jan 2010 16:00:00 EST'] }) },
  {
    section: '3.1.2.13',
    name: 'regbadct',
    text: message('regbadct', {
      first: 'REGISTER sip:example.com SIP/2.0',
      contact: 'sip:user@example.com?Route=%3Csip:sip.example.com%3E',
    }),
  },
  {
    section: '3.1.2.14',
    name: 'badaspec',
    text: message('badaspec', {
      to: '"Watson, Come Here" <sip:t.watson@ example.org >',
      from: '"Bell, Alexander" <sip:a.g.bell@example.com >;tag=43',
    }),
  },
  {
    section: '3.1.2.15',
    name: 'baddn',
    text: message('baddn', {
      from: 'Bell, Alexander <sip:a.g.bell@example.com>;tag=43',
      to: 'Watson, Thomas < sip:t.watson@example.org>',
    }),
  },
  {
    section: '3.1.2.16',
    name: 'badvers',
    text: message('badvers', {
      first: 'OPTIONS sip:t.watson@example.org SIP/7.0',
      via: 'SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw',
    }),
  },
  { section: '3.1.2.17', name: 'mismatch01', text: message('mismatch01', { cseq: '8 INVITE' }) },
  {
    section: '3.1.2.18',
    name: 'mismatch02',
    text: message('mismatch02', { first: 'NEWMETHOD sip:user@example.com SIP/2.0', cseq: '8 INVITE', body: sdp }),
  },
  {
    section: '3.1.2.19',
    name: 'bigcode',
    text: message('bigcode', { first: 'SIP/2.0 4294967301 better not break the receiver', cseq: '353494 INVITE' }),
  },
  { section: '3.2.1', name: 'badbranch', text: message('badbranch', { via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK' }) },
  { section: '3.3.1', name: 'insuf', text: invite('insuf', { from: null, to: null, callId: null }) },
  {
    section: '3.3.2',
    name: 'unkscm',
    text: message('unkscm', { first: 'OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0' }),
  },
  {
    section: '3.3.3',
    name: 'novelsc',
    text: message('novelsc', { first: 'OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0' }),
  },
  {
    section: '3.3.4',
    name: 'unksm2',
    text: message('unksm2', {
      first: 'REGISTER sip:example.com SIP/2.0',
      to: 'isbn:2983792873',
      from: '<http://www.example.com>;tag=3234233',
    }),
  },
  {
    section: '3.3.5',
    name: 'bext01',
    text: message('bext01', {
      more: [
        'Require: nothingSupportsThis, nothingSupportsThisEither',
        'Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis',
      ],
    }),
  },
  {
    section: '3.3.6',
    name: 'invut',
    text: invite('invut', { type: 'application/unknownformat', body: '<audio><pcmu port="443"/></audio>' }),
  },
  {
    section: '3.3.7',
    name: 'regaut01',
    text: message('regaut01', {
      first: 'REGISTER sip:example.com SIP/2.0',
      more: ['Authorization: NoOneKnowsThisScheme opaque-data=here'],
    }),
  },
  {
    section: '3.3.8',
    name: 'multi01',
    text: invite('multi01', {
      more: [
        'CSeq: 59 INVITE',
        'Call-ID: multi01.other@192.0.2.1',
        'Max-Forwards: 5',
        'To: <sip:other@example.com>',
        'From: <sip:b@example.net>;tag=3413415',
      ],
    }),
  },
  {
    section: '3.3.9',
    name: 'mcl01',
    text: message('mcl01', {
      length: '13',
      more: ['Content-Length: 5'],
      body: 'There is no way to know how many octets are supposed to be here.',
    }),
  },
  {
    section: '3.3.10',
    name: 'bcast',
    text: message('bcast', {
      first: 'SIP/2.0 200 OK',
      cseq: '8 INVITE',
      via: 'SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923\r\nVia: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23',
    }),
  },
  { section: '3.3.11', name: 'zeromf', text: message('zeromf', { maxForwards: '0' }) },
  {
    section: '3.3.12',
    name: 'cparam01',
    text: message('cparam01', {
      first: 'REGISTER sip:example.com SIP/2.0',
      contact: 'sip:+19725552222@gw1.example.net;unknownparam',
    }),
  },
  {
    section: '3.3.13',
    name: 'cparam02',
    text: message('cparam02', {
      first: 'REGISTER sip:example.com SIP/2.0',
      contact: '<sip:+19725552222@gw1.example.net;unknownparam>',
    }),
  },
  {
    section: '3.3.14',
    name: 'regescrt',
    text: message('regescrt', {
      first: 'REGISTER sip:example.com SIP/2.0',
      contact: '<sip:user@example.com?Route=%3Csip:sip.example.com%3E>',
    }),
  },
  { section: '3.3.15', name: 'sdp01', text: invite('sdp01', { more: ['Accept: text/nobodyKnowsThis'] }) },
  {
    section: '3.4.1',
    name: 'inv2543',
    text: [
      'INVITE sip:UserB@example.com SIP/2.0',
      'Via: SIP/2.0/UDP iftgw.example.com',
      'From: <sip:+13035551111@ift.client.example.net;user=phone>',
      'Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>',
      'To: sip:+16505552222@ss1.example.net;user=phone',
      'Call-ID: inv2543.1717@ift.client.example.com',
      'CSeq: 56 INVITE',
      'Content-Type: application/sdp',
      '',
      sdp,
    ].join('\r\n'),
  },
]
