import { describe, expect, it } from 'vitest';
import { ADDRESS_ALPHABET, expandRange } from '../../../src/model/host-range.js';

function names(text: string): readonly string[] {
  const expansion = expandRange(text, ADDRESS_ALPHABET);
  if (!expansion.ok) throw new Error(expansion.error.message);
  return expansion.names;
}

describe('expandRange', () => {
  it.each([
    ['login', ['login']],
    ['n[1-3]', ['n1', 'n2', 'n3']],
    ['n[08-11]', ['n08', 'n09', 'n10', 'n11']],
    ['n[8-11]', ['n8', 'n9', 'n10', 'n11']],
    ['n[0-2]', ['n0', 'n1', 'n2']],
    ['n[1,3,5-7]', ['n1', 'n3', 'n5', 'n6', 'n7']],
    ['n[ 1, 3 - 4 ]', ['n1', 'n3', 'n4']],
    ['r[1-2]-n[01-02].ib', ['r1-n01.ib', 'r1-n02.ib', 'r2-n01.ib', 'r2-n02.ib']],
    ['10.0.[1-2].[254-255]', ['10.0.1.254', '10.0.1.255', '10.0.2.254', '10.0.2.255']],
    ['fd00::[1-2]', ['fd00::1', 'fd00::2']],
    ['n[1][2]', ['n12']],
    ['n[1,01]', ['n1', 'n01']],
  ])('%s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('keeps the padding of three digits through a hundred and beyond', () => {
    const all = names('gpu-node-[001-128]');
    expect(all).toHaveLength(128);
    expect([all[0], all[98], all[99], all[127]]).toEqual([
      'gpu-node-001',
      'gpu-node-099',
      'gpu-node-100',
      'gpu-node-128',
    ]);
  });

  it.each([
    ['', 'empty', ''],
    ['n[1-3', 'not closed', '[1-3'],
    ['n1-3]', 'never opened', ']'],
    ['n[]', 'empty', '[]'],
    ['n[3-1]', 'ends before it begins', '3-1'],
    ['n[1,,2]', 'not a number', ','],
    ['n[a-c]', 'not a number', 'a-c'],
    ['n[1-2-3]', 'not a number', '1-2-3'],
    ['n[[1-2]]', 'not a number', '[1-2'],
    ['n[001-12]', 'same number of digits', '001-12'],
    ['n[1-010]', 'same number of digits', '1-010'],
    ['n[1-5,3]', 'repeats', '3'],
    ['n 1', 'cannot stand in a name', ' '],
    ['n/../1', 'cannot stand in a name', '/'],
    ['n😀', 'cannot stand in a name', '😀'],
    ['n[1-999999999999999]', '100000 is the most', 'n[1-999999999999999]'],
    ['n[1-1000][1-1000]', '100000 is the most', 'n[1-1000][1-1000]'],
  ])('points into %j', (text, message, place) => {
    const expansion = expandRange(text);
    if (expansion.ok) throw new Error(`expanded to ${expansion.names.length} names`);
    expect(expansion.error.message).toContain(message);
    expect(text.slice(expansion.error.start, expansion.error.end)).toBe(place);
  });

  it('knows IPv6 addresses, and that they carry no brackets', () => {
    const expansion = expandRange('[fd00::1]', ADDRESS_ALPHABET);
    expect(expansion.ok ? null : expansion.error.hint).toBe('An IPv6 address is written without brackets.');
  });
});
