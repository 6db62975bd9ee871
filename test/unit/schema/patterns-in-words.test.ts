import { describe, expect, it } from 'vitest';
import { valueInWords } from '../../../src/schema/patterns-in-words.js';

describe('a value that is wrong', () => {
  it.each([
    'http://user:s3cret@prometheus:9090',
    'http://user:s3cret@prometheus:no-port',
    'user:s3cret@alertmanager:9093',
    'http://prometheus:9090/?token=s3cret',
    '//user:s3cret@prometheus',
  ])('is not shown where it holds a password: %s', (text) => {
    for (const definition of [undefined, 'url', 'hostPort', 'address'])
      expect(valueInWords(definition, text, '`url`').message).toMatch(/^(?:`url` is )?`•••`/);
  });

  it('is shown where it holds none', () => {
    expect(valueInWords(undefined, 'prometheus:9090', '`url`').message).toBe(
      '`prometheus:9090` is not a valid value of `url`',
    );
  });
});
