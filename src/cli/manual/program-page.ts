/** ringzone(1), out of the table of commands. */
import type { CommandEntry, CommandTable, OptionEntry } from '../command-table.ts';
import { bold, formatHead, italic, roffText, tagged, verbatim } from './roff.ts';

export function formatProgramPage(table: CommandTable): string {
  const { name, version, summary, options, commands } = table;
  return [
    formatHead({ title: name, section: 1, version, summary: lowerFirst(summary) }),
    '.SH SYNOPSIS\n',
    commands.map((command) => `.B ${name} ${roffText(command.name)}\n${roffText(command.usage)}\n`).join('.br\n'),
    '.SH DESCRIPTION\n',
    description,
    '.SH OPTIONS\n',
    ...options.map(formatOption),
    '.SH COMMANDS\n',
    ...commands.flatMap((command) => formatCommand(name, command)),
    ending,
  ].join('');
}

function formatCommand(program: string, command: CommandEntry): string[] {
  const { name, summary, usage, options, words, text } = command;
  return [
    `.SS ${program} ${roffText(name)} ${roffText(usage)}\n`,
    `${roffText(summary)}\n`,
    ...options.filter(isOwn).map(formatOption),
    ...words.map((word) =>
      tagged(`${bold(word.name)} ${roffText(word.usage)}`.trim(), roffText(sentence(word.summary))),
    ),
    // The words are above.
    formatText(words.length === 0 ? text : text.replace(/^Commands:\n( .*\n)+/m, '')),
  ];
}

/** What all commands have stands once, above. */
function isOwn({ long }: OptionEntry): boolean {
  return long !== '--help' && long !== '--no-color';
}

function formatOption({ short, long, valueName, summary }: OptionEntry): string {
  const names = [short, long].flatMap((name) => (name === undefined ? [] : bold(name))).join(', ');
  const value = valueName === '' ? '' : ` ${italic(valueName)}`;
  return tagged(`${names}${value}`, roffText(sentence(summary)));
}

/** Paragraphs, and `Examples:` with lines behind a margin. */
function formatText(text: string): string {
  return text
    .trim()
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => {
      const [, heading, lines] = /^(\w+:)\n((?: .*\n?)+)$/.exec(paragraph) ?? [];
      if (heading === undefined || lines === undefined) return `.PP\n${roffText(paragraph)}\n`;
      return `.PP\n${roffText(heading)}\n${verbatim(lines.replace(/^ {2}/gm, ''))}`;
    })
    .join('');
}

function sentence(text: string): string {
  return `${text.replace(/^[a-z](?=[a-z]*[: ])/, (letter) => letter.toUpperCase())}.`.replace(/([?!])\.$/, '$1');
}

function lowerFirst(text: string): string {
  return text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()).replace(/\.$/, '');
}

const description = `Ringzone answers the DNS questions of SIP phones from zone files as BIND has them: over UDP, TCP and TLS, as primary or
secondary, with BIND\\(aqs configuration or its own,
.BR ringzone.yaml (5).
The server is
.BR "ringzone serve" ;
it runs in the foreground until it is told to stop. The other commands prepare it, look at it and talk to it.
`;

const ending = `.SH EXIT STATUS
.TP
.B 0
Done, or stopped on request.
.TP
.B 1
Not done: each reason is printed.
.TP
.B 2
Wrong usage.
.SH SIGNALS
Of
.BR "ringzone serve" :
.TP
.B SIGTERM, SIGINT
Answer what has been received, write what is to be written, and end.
.TP
.B SIGHUP
Read the configuration and the zones again.
.TP
.B SIGUSR1
Open the log files again.
.SH ENVIRONMENT
.TP
.B NO_COLOR
If not empty: no colours.
.TP
.B FORCE_COLOR
Colours also where the output is no terminal, before NO_COLOR; 0 is none.
.TP
.B NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE
Where compiled code is kept for a quicker start, and that none is.
.SH FILES
.TP
.I ringzone.yaml, /etc/ringzone/ringzone.yaml
Looked for in this order where no configuration is named.
.TP
.I /var/lib/ringzone
Journals and copies of secondary zones.
.TP
.I /run/ringzone/control.sock
The socket of
.BR "ringzone ctl" .
.SH SEE ALSO
.BR ringzone.yaml (5),
.BR dig (1),
.BR named.conf (5),
.BR rndc (8)
.PP
RFC 2782 (SRV), RFC 3263 (locating SIP servers)
`;
