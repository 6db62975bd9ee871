import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellCommands } from '../../../src/checks/lint/shell.js';
import { invocationOf } from '../../../src/checks/lint/shell-names.js';

const namesIn = (script: string): string[] => shellCommands(script).map((one) => invocationOf(one)?.name ?? '-');
const unquotedIn = (script: string): string[] =>
  shellCommands(script)
    .flatMap(({ words }) => words)
    .flatMap(({ unquoted }) => unquoted.map(({ start, end }) => script.slice(start, end)));

describe('the commands of a script', () => {
  it.each<[script: string, names: string[]]>([
    ['a; b && c || d | e & f', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['if a; then b; elif ! c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['while a; do b; done < <(c | d)', ['a', 'b', 'c', 'd']],
    ['x=$(a "$(b)") y=`c`', ['b', 'a', 'c', '-']],
    ['echo "it is $(a \'b; c\') # no comment" # a comment; d', ['a', 'echo']],
    ["echo 'a; b' \\\n  c\nd", ['echo', 'd']],
    ['cat <<EOF\na; b $(c)\nEOF\nd', ['cat', 'd']],
    ["cat <<-'E'\n\ta; b\n\tE\nd", ['cat', 'd']],
    ['a <<<"$b" >c 2>&1; d', ['a', 'd']],
    ['case $x in a) b ;; c | d) e ;; esac', ['b', 'c', 'e']],
    ['[[ $a == b && c ]] && d', ['d']],
    ['((a > b || c)) && d; e=$((f * (g + 1)))', ['d', '-']],
    ['f() { a; }; f', ['f', 'a', 'f']],
    ['(a; b) | { c; }', ['a', 'b', 'c']],
    ['echo $((1 << 2)) ${#x} ${x:-$(a)}', ['a', 'echo']],
    ['list+=("a; b" $(c)\n  d); e', ['c', '-', 'e']],
    ["printf $'a\\'b; c' d", ['printf']],
  ])('%s', (script, names) => {
    expect(namesIn(script)).toEqual(names);
  });

  it.each<[script: string, name: string, limited: boolean]>([
    ['A=b /usr/bin/df -h', 'df', false],
    ['timeout -k 5 10s sudo -u nobody df', 'df', true],
    ['exec env LC_ALL=C nice -n 10 df', 'df', false],
    ['command -v df', 'command', false],
    ['df >x &', 'df', true],
    ['"df" x', 'df', false],
  ])('%s runs %s', (script, name, limited) => {
    expect(shellCommands(script).map(invocationOf)).toMatchObject([{ name, limited }]);
  });

  it('leave out quotes where values fall apart', () => {
    expect(unquotedIn('rm $a "$b" \'$c\' ${d} "${e}"$f $(g) `h` $1 $@ $? $# $$ ${#i} $((j)) [[ $k ]]')).toEqual([
      '$a',
      '${d}',
      '$f',
      '$(g)',
      '`h`',
      '$1',
      '$@',
    ]);
  });

  it('end for any text, in time that grows with it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'$(){}[]"\'`\\<>;&|# \nEa1-') }), (script) => {
        for (const { words } of shellCommands(script))
          for (const { start, end } of words) expect(start).toBeLessThan(end);
      }),
      { numRuns: 2000 },
    );
  });

  it('are found in the shipped scripts as a reader sees them', () => {
    const folder = join(import.meta.dirname, '../../../templates/node');
    const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'));
    const names = new Set(scripts.flatMap((name) => namesIn(readFileSync(join(folder, name), 'utf8'))));
    expect([...names]).toEqual(expect.arrayContaining(['jq', 'systemctl', 'flock', 'set']));
    // What looks like no command is none.
    expect([...names].filter((name) => !/^(?:-|\[|[\w.]+|"\$@")$/.test(name))).toEqual([]);
  });
});
