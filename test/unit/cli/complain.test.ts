import { expect, it } from 'vitest';
import { complain } from '../../../src/cli/complain.js';

it('makes what it names safe for a terminal', () => {
  const said: string[] = [];
  const stderr = { isTTY: true, write: (text: string) => said.push(text) > 0 };
  complain({ stderr }, 'there is no group \u001b[2J\nx', 'Did you mean `\u202ey`?');
  expect(said.join('')).toBe('error: there is no group \\x1b[2J\\nx\nhint: Did you mean `\\u202ey`?\n');
});
