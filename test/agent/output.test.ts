import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startNodeExporter } from '../e2e/prometheus/servers.js';
import { type Check, check, type Ended, type Node, newNode, samplesOf } from './node.js';

/**
 * What checks print, good and bad, all in one bundle: what is published is served by the real node_exporter, and no check
 * takes anything from another.
 */
const declared = (type: string, ...labels: string[]) => ({ metrics: { m: { type, labels, help: 'Of a test.' } } });

/** Printed by printf: `%` is doubled. */
const GOOD: readonly (readonly [
  what: string,
  text: string,
  series: Readonly<Record<string, string>>,
  rest?: object,
])[] = [
  ['nothing', '', {}],
  ['spaces and tabs', 'g1 {  a = "1" , b="2", }  \\t 7  \\n\\n', { 'g1{a="1",b="2"}': '7' }],
  [
    'numbers',
    'g2{n="a"} +Inf\\ng2{n="b"} NaN\\ng2{n="c"} -1.5e-3\\ng2{n="d"} .5\\n',
    { 'g2{n="a"}': '+Inf', 'g2{n="c"}': '-0.0015' },
  ],
  ['escapes', 'g3{a="\\\\\\\\ \\\\" \\\\n }"} 1\\n', { 'g3{a="\\\\ \\" \\n }"}': '1' }],
  ['UTF-8', 'g4{a="größe 大"} 1\\n', { 'g4{a="größe 大"}': '1' }],
  ['comments', '# note\\n# HELP g5 Of a test.\\n# TYPE g5 counter\\ng5 1\\n', { g5: '1' }],
  [
    'families that are mixed up',
    'g6{a="1"} 1\\ng7{a="1"} 1\\ng6{a="2"} 2\\n',
    { 'g6{a="1"}': '1', 'g6{a="2"}': '2', 'g7{a="1"}': '1' },
  ],
  [
    'a histogram',
    '# TYPE g8 histogram\\ng8_bucket{le="1"} 1\\ng8_bucket{le="+Inf"} 2\\ng8_sum 3\\ng8_count 2\\n',
    { g8_count: '2' },
  ],
  [
    'a declared summary',
    'm{quantile="0.5",a="x"} 1\\nm_sum{a="x"} 1\\nm_count{a="x"} 1\\n',
    { 'm_sum{a="x"}': '1' },
    declared('summary', 'a'),
  ],
];

const BAD: readonly (readonly [what: string, text: string, why: string, rest?: object])[] = [
  ['a timestamp', 'b 1 1700000000000\\n', 'line 1: a timestamp'],
  ['no line break at the end', 'b 1', 'no line break at the end'],
  ['CRLF', 'b 1\\r\\n', 'a carriage return'],
  ['no value', 'b\\n', 'line 1: not a sample'],
  ['a word for a value', 'b{a="1"} one\\n', 'line 1: not a number: one'],
  ['a hexadecimal number', 'b 0x10\\n', 'line 1: not a number'],
  ['prose', 'all is well today\\n', 'line 1'],
  ['labels without quotes', 'b{a=1} 1\\n', 'line 1: labels that cannot be read'],
  ['an open brace', 'b{a="1" 1\\n', 'line 1: not a sample'],
  ['a bad escape', 'b{a="\\\\x"} 1\\n', 'line 1: labels that cannot be read'],
  ['a bad name', '1b 1\\n', 'line 1: not a sample'],
  ['a label twice', 'b{a="1",a="2"} 1\\n', 'line 1: a label twice'],
  ['an internal label', 'b{__name__="x"} 1\\n', 'line 1: a label that begins with __'],
  ['a series twice', 'b{a="1",c="2"} 1\\nb{c="2",a="1"} 2\\n', 'line 2: a second b{a="1",c="2"}'],
  ['two TYPEs', '# TYPE b gauge\\n# TYPE b gauge\\nb 1\\n', 'line 2: a second TYPE of b'],
  ['an unknown TYPE', '# TYPE b meter\\nb 1\\n', 'line 1: an unknown TYPE of b'],
  ['Latin-1', 'b{a="\\xe4"} 1\\n', 'not UTF-8'],
  [
    'a metric of the agent',
    'aami_check_success{check="other"} 1\\n',
    'line 1: aami_check_success is a name of the agent',
  ],
  ['what is not declared', 'm 1\\nn 1\\n', 'line 2: n is not declared', declared('gauge')],
  ['a label that is not declared', 'm{a="1"} 1\\n', 'has the labels [a], declared are []', declared('gauge')],
  ['a declared label that is missing', 'm 1\\n', 'has the labels [], declared are [a]', declared('gauge', 'a')],
];

const print = (text: string): string => `printf '%b' '${text.replaceAll('%', '%%').replaceAll("'", "'\\''")}'`;

let node: Node;
let pass: Ended;
let served: Readonly<Record<string, string>>;
let exporter: Server;
beforeAll(async () => {
  node = newNode();
  const checks: Check[] = [
    ...GOOD.map(([, text, , rest], at) => check(`good-${at}`, print(text), { ...rest })),
    ...BAD.map(([, text, , rest], at) => check(`bad-${at}`, print(text), { ...rest })),
  ];
  node.give(...checks);
  pass = await node.run();
  exporter = await startNodeExporter(node.textfiles);
  served = samplesOf(await (await fetch(`${exporter.url}/metrics`)).text());
}, 120_000);
afterAll(() => exporter?.stop());

describe('what a check prints', () => {
  it.each(GOOD.map(([what, , series], at) => [what, at, series] as const))('is published: %s', (_, at, series) => {
    expect(node.samples(`good-${at}`)[`aami_check_success{check="good-${at}"}`]).toBe('1');
    expect(served).toMatchObject(series);
  });

  it.each(BAD.map(([what, , why], at) => [what, at, why] as const))('is refused: %s', (_, at, why) => {
    expect(pass.stderr.split('\n').find((line) => line.includes(` bad-${at}: `))).toContain(why);
    const series = Object.keys(node.samples(`bad-${at}`));
    expect(series.every((one) => one.includes(`{check="bad-${at}"}`))).toBe(true);
    expect(node.samples(`bad-${at}`)[`aami_check_success{check="bad-${at}"}`]).toBe('0');
  });

  it('leaves no file that node_exporter stumbles over', () => {
    expect(served.node_textfile_scrape_error).toBe('0');
    const mtimes = Object.keys(served).filter((series) => series.startsWith('node_textfile_mtime_seconds'));
    expect(mtimes).toHaveLength(GOOD.length + BAD.length + 1);
    expect(Object.keys(served).filter((series) => series.startsWith('aami_check_success'))).toHaveLength(
      GOOD.length + BAD.length,
    );
    expect(readdirSync(node.textfiles).every((name) => name.endsWith('.prom'))).toBe(true);
  });
});
