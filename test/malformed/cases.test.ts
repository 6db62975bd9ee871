import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGoodRepo, expectRefusal, type GoodRepo } from './aami.js';
import { readCases } from './case-file.js';
import { layOver } from './lay-over.js';

const CASES = readCases(fileURLToPath(new URL('cases', import.meta.url)));

let good: GoodRepo;
beforeAll(async () => {
  good = await buildGoodRepo();
});
afterAll(() => good.remove());

describe('aami refuses, says once what is wrong and where, and leaves the last output', () => {
  it.concurrent.each(CASES)('$name', async ({ name, files, wanted }) => {
    expect(wanted, 'a case without a finding').not.toEqual([]);
    const folder = good.copy(name);
    layOver(folder, files);
    await expectRefusal(folder, wanted);
  });
});
