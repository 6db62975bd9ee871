import { describe, expect, test } from 'vitest';
import { parseTemplate, renderTemplate } from '../../../src/template/index.js';

/** Expressions of someone who wants out, with the code of the finding and the text that it points at. */
const HOSTILE: readonly (readonly [expression: string, code: string, at: string])[] = [
  // Walks to JavaScript's own objects.
  ['constructor', 'forbidden', 'constructor'],
  ['name.constructor', 'forbidden', 'name.constructor'],
  [
    'name.constructor.constructor("globalThis.pwned = 1")()',
    'forbidden',
    'name.constructor.constructor("globalThis.pwned = 1")()',
  ],
  ['name["constructor"]', 'forbidden', 'name["constructor"]'],
  ["name['con' ~ 'structor']", 'forbidden', "name['con' ~ 'structor']"],
  ["name['CONSTRUCTOR' | lower]", 'forbidden', "name['CONSTRUCTOR' | lower]"],
  ["name[('__pro' ~ 'to__')]", 'forbidden', "name[('__pro' ~ 'to__')]"],
  ['name[evil]', 'forbidden', 'name[evil]'],
  ['box[evil]', 'forbidden', 'box[evil]'],
  ["box['construct' ~ suffix]", 'forbidden', "box['construct' ~ suffix]"],
  ['box.__proto__', 'forbidden', 'box.__proto__'],
  ['__proto__', 'forbidden', '__proto__'],
  ['__proto__.polluted', 'forbidden', '__proto__.polluted'],
  ['box.prototype', 'forbidden', 'box.prototype'],
  ['box.__defineGetter__', 'forbidden', 'box.__defineGetter__'],
  ['box.__lookupSetter__', 'forbidden', 'box.__lookupSetter__'],
  ['list.constructor', 'forbidden', 'list.constructor'],
  ['[].constructor', 'forbidden', '[].constructor'],
  ['"".constructor', 'forbidden', '"".constructor'],
  ['(1).constructor', 'forbidden', '(1).constructor'],
  ['box.toString', 'evaluation', 'box.toString'],
  ['box.hasOwnProperty', 'evaluation', 'box.hasOwnProperty'],
  ['box.valueOf', 'evaluation', 'box.valueOf'],
  ['list.join', 'evaluation', 'list.join'],
  ['list.length', 'evaluation', 'list.length'],
  ['name.length', 'evaluation', 'name.length'],
  ['name[0]', 'evaluation', 'name[0]'],
  ['toString', 'evaluation', 'toString'],
  ['hasOwnProperty', 'evaluation', 'hasOwnProperty'],
  ['globalThis', 'evaluation', 'globalThis'],
  ['process', 'evaluation', 'process'],
  ['process.env.HOME', 'evaluation', 'process.env.HOME'],
  ['require', 'evaluation', 'require'],
  ['this', 'evaluation', 'this'],
  ['self', 'evaluation', 'self'],
  ['env', 'evaluation', 'env'],
  // Calls.
  ['range(1000000000)', 'forbidden', 'range(1000000000)'],
  ['cycler("a")', 'forbidden', 'cycler("a")'],
  ['joiner()', 'forbidden', 'joiner()'],
  ['lipsum()', 'forbidden', 'lipsum()'],
  ['super()', 'forbidden', 'super()'],
  ['caller()', 'forbidden', 'caller()'],
  ['eval("globalThis.pwned = 1")', 'forbidden', 'eval("globalThis.pwned = 1")'],
  ['require("child_process").execSync("id")', 'forbidden', 'require("child_process").execSync("id")'],
  ['list.join(",")', 'forbidden', 'list.join(",")'],
  ['name.repeat(1000000000)', 'forbidden', 'name.repeat(1000000000)'],
  ['(name)()', 'forbidden', '(name)()'],
  ['[name][0]()', 'forbidden', '[name][0]()'],
  ['name if process.exit(1) else name', 'forbidden', 'process.exit(1)'],
  ['name | default(process.exit(1))', 'forbidden', 'process.exit(1)'],
  ['name | join(",")(process.exit(1))', 'syntax', '(process.exit(1))'],
  ['list[process.exit(1)]', 'forbidden', 'process.exit(1)'],
  ['[process.exit(1)]', 'forbidden', 'process.exit(1)'],
  ['name in eval("1")', 'forbidden', 'eval("1")'],
  // Filters that call, read or print what they should not.
  ['list | sort(attribute="constructor")', 'forbidden', '(attribute="constructor")'],
  ['list | map("constructor")', 'unknown-filter', 'map'],
  ['list | selectattr("constructor")', 'unknown-filter', 'selectattr'],
  ['list | groupby("constructor")', 'unknown-filter', 'groupby'],
  ['list | join(",", "constructor")', 'syntax', 'list | join(",", "constructor")'],
  ['name | safe', 'unknown-filter', 'safe'],
  ['name | random', 'unknown-filter', 'random'],
  ['name | center(1000000000)', 'unknown-filter', 'center'],
  ['name | indent(1000000000)', 'unknown-filter', 'indent'],
  ['name | constructor', 'unknown-filter', 'constructor'],
  ['name | __proto__', 'unknown-filter', '__proto__'],
  ['name | toString', 'unknown-filter', 'toString'],
  ['name | replace(r/(a+)+$/, "")', 'forbidden', 'r'],
  // Growth.
  ['long | replace("x", long)', 'evaluation', 'long | replace("x", long)'],
  ['long ~ long ~ long', 'evaluation', 'long ~ long ~ long'],
  ['long + long + long', 'evaluation', 'long + long + long'],
  [
    'list | join(long) | replace("x", long) | replace("x", long)',
    'evaluation',
    'list | join(long) | replace("x", long)',
  ],
  ['[long, long, long] | join', 'evaluation', '[long, long, long] | join'],
  ['[long, long, long] | json', 'evaluation', '[long, long, long] | json'],
  ['9 ** 999', 'evaluation', '9 ** 999'],
  ['1 / 0', 'evaluation', '1 / 0'],
  [`${'('.repeat(500)}1${')'.repeat(500)}`, 'syntax', `${'('.repeat(500)}1${')'.repeat(500)}`],
  [`${'-'.repeat(1500)}1`, 'forbidden', `${'-'.repeat(1400)}1`],
  [`"${'x'.repeat(100_000)}"`, 'syntax', `"${'x'.repeat(100_000)}"`],
  // Other syntax of nunjucks.
  ['% set x = 1 %', 'syntax', '%'],
  ['{% include "/etc/passwd" %}', 'syntax', '%'],
  ['{% import "x" as y %}', 'syntax', '%'],
  ['{% for i in range(1e9) %}x{% endfor %}', 'syntax', '%'],
  ['# comment #', 'syntax', '#'],
  ['name = 1', 'syntax', '='],
  ['name; process', 'syntax', 'process'],
  ['name => name', 'syntax', '='],
  ['name ? 1 : 2', 'syntax', '?'],
  ['`x`', 'syntax', '`'],
  ['{"a": process}', 'forbidden', '{"a": process}'],
  ['name is defined', 'forbidden', 'name is defined'],
  ['name, name', 'syntax', ','],
  ['(name, name)', 'forbidden', '(name, name)'],
  ['1 < 2 < 3', 'syntax', '1 < 2 < 3'],
  ['name\u0004 ~ process', 'syntax', '\u0004'],
];

const SCOPE = {
  name: 'n',
  evil: 'constructor',
  suffix: 'or',
  list: ['a', 'b'],
  box: { inner: 1 },
  long: 'x'.repeat(30_000),
};

describe('hostile templates', () => {
  test.each(HOSTILE)('%s', (expression, code, at) => {
    const text = `a \${${expression}} b`;
    const { template, problems } = parseTemplate(text);
    const rendered = problems.length > 0 ? { text: '', problems: [] } : renderTemplate(template, SCOPE);
    const all = [...problems, ...rendered.problems];
    expect(all.map((problem) => problem.code)).toEqual([`template/${code}`]);
    const shown = all.map(({ start, end }) => text.slice(start, end));
    if (at.length < 200) expect(shown).toEqual([at]);
    else expect(shown[0]?.length).toBeGreaterThan(0);
    expect(rendered.text).toMatch(/^(a {2}b)?$/);
    expect(Reflect.get(globalThis, 'pwned')).toBeUndefined();
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('a getter or an inherited key of the data is not touched', () => {
    const inherited = Object.assign(Object.create({ secret: 's' }) as object, { own: 1 });
    const { problems } = renderTemplate(parseTemplate('${x.secret}${x.own}').template, { x: inherited });
    expect(problems.map(({ message }) => message)).toEqual(
      ['A mapping has no keys', 'A mapping has no keys'].map(() => expect.any(String)),
    );
  });

  test('many placeholders cannot make an endless text', () => {
    const { template } = parseTemplate('${long}'.repeat(100_000));
    const started = performance.now();
    const { text, problems } = renderTemplate(template, SCOPE);
    expect(text.length).toBeLessThan(1_200_000);
    expect(problems.map(({ message }) => message)).toEqual(['The rendered text is too long']);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
