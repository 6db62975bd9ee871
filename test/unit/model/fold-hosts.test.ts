import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldHosts } from '../../../src/model/fold-hosts.js';
import { expandRange, MAX_NAMES } from '../../../src/model/host-range.js';

function expanded(range: string): readonly string[] {
  const expansion = expandRange(range);
  if (!expansion.ok) throw new Error(`${range}: ${expansion.error.message}`);
  return expansion.names;
}

describe('foldHosts', () => {
  it.each([
    ['nothing', [], []],
    ['padded numbers through a hundred', expanded('gpu-node-[001-128]'), ['gpu-node-[001-128]']],
    ['gaps', ['n7', 'n3', 'n1', 'n2'], ['n[1-3,7]']],
    ['numbers of several lengths', expanded('n[8-11]'), ['n[8-11]']],
    ['two padded numbers that are no neighbours', ['n007', 'n100', 'n101'], ['n[007,100-101]']],
    ['one name', ['gpu-node-007'], ['gpu-node-007']],
    ['a name given twice', ['n1', 'n1'], ['n1']],
    ['names without numbers, and another order', ['storage', 'n2', 'login', 'n1'], ['login', 'n[1-2]', 'storage']],
    ['the order of counting', ['n10', 'x', 'n2-a', 'n2'], ['n[2,10]', 'n2-a', 'x']],
    ['widths apart', ['n1', 'n01', 'n2', 'n02'], ['n[01-02]', 'n[1-2]']],
    ['a number that only looks padded', ['n9', 'n09', 'n10'], ['n9', 'n[09-10]']],
    ['zero', ['n0', 'n1', 'n00', 'n01'], ['n[0-1]', 'n[00-01]']],
    ['a complete product', expanded('rack[1-4]-n[01-32]'), ['rack[1-4]-n[01-32]']],
    ['a constant number', expanded('a100-[01-20].dc1'), ['a100-[01-20].dc1']],
    ['the last number constant', expanded('n[1-3]-ib0'), ['n[1-3]-ib0']],
    ['addresses', expanded('10.0.[1-2].[250-255]'), ['10.0.[1-2].[250-255]']],
    [
      'a product with a hole',
      expanded('rack[1-4]-n[01-32]').filter((name) => name !== 'rack3-n05'),
      ['rack[1-2,4]-n[01-32]', 'rack3-n[01-04,06-32]'],
    ],
    [
      'numbers that go on from rack to rack',
      [...expanded('rack1-n[01-32]'), ...expanded('rack2-n[33-64]')],
      ['rack1-n[01-32]', 'rack2-n[33-64]'],
    ],
    [
      'names that no range can have',
      ['n 1', 'n 2', 'n[1]', 'n[2]', 'ü1', 'ü2', '', 'n1\n', 'n2\n'],
      ['', 'n 1', 'n 2', 'n1\n', 'n2\n', 'n[1]', 'n[2]', 'ü1', 'ü2'],
    ],
    ['numbers beyond counting', ['n1234567890123456', 'n1234567890123457'], ['n1234567890123456', 'n1234567890123457']],
  ])('%s', (_, names, folded) => {
    expect(foldHosts(names)).toEqual(folded);
    expect(foldHosts([...names].reverse())).toEqual(folded);
  });

  it('makes no range that is larger than a range may be', () => {
    const names = Array.from({ length: MAX_NAMES + 1 }, (_, index) => `n${index}`);
    expect(foldHosts(names)).toEqual([`n[0-${MAX_NAMES - 1}]`, `n${MAX_NAMES}`]);
  });

  it('gives ranges that expand to the names and nothing else', () => {
    const number = fc.oneof(
      fc.nat(12).map(String),
      fc.nat(12).map((n) => String(n).padStart(2, '0')),
      fc.stringMatching(/^\d{1,17}$/),
    );
    const text = fc.constantFrom('', 'n');
    const name = fc
      .tuple(text, number, fc.constantFrom('-', 'x.'), fc.option(number, { nil: '' }))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 60 }), (names) => {
        const ranges = foldHosts(names);
        const back = ranges.flatMap(expanded);
        expect(back.sort()).toEqual([...new Set(names)].sort());
      }),
      { numRuns: 500 },
    );
  });

  it('finds any single product again', () => {
    const run = fc
      .tuple(fc.nat(50), fc.integer({ min: 1, max: 6 }))
      .map(([first, more]) => `[${first}-${first + more}]`);
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 3 }), (runs) => {
        const range = runs.map((bracket, place) => `p${'x'.repeat(place)}${bracket}`).join('-');
        expect(foldHosts(expanded(range))).toEqual([range]);
      }),
    );
  });
});
