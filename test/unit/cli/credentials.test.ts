import { expect, it } from 'vitest';
import { readCredentials } from '../../../src/cli/credentials.js';
import type { Problem } from '../../../src/common/errors.js';

const CLIENT = { YEASTAR_CLIENT_ID: ' id ', YEASTAR_CLIENT_SECRET: 'secret-1\n' };

it.each([
  ['a client', CLIENT, { clientId: 'id', clientSecret: 'secret-1' }],
  ['a token', { YEASTAR_ACCESS_TOKEN: ' t.o-k_en ' }, { accessToken: 't.o-k_en' }],
  ['a token as it stands in a header', { YEASTAR_ACCESS_TOKEN: 'Bearer abc' }, { accessToken: 'abc' }],
  ['a client beside an empty token', { ...CLIENT, YEASTAR_ACCESS_TOKEN: ' ' }, { clientId: 'id' }],
  [
    'a token beside an empty client',
    { YEASTAR_CLIENT_ID: '', YEASTAR_ACCESS_TOKEN: 'abc' },
    { accessToken: 'abc' },
  ],
])('%s is read', (_, environment, expected) => {
  expect(readCredentials(environment)).toMatchObject(expected);
});

it.each([
  ['nothing', {}, 'credentials_missing', 'YEASTAR_CLIENT_ID and YEASTAR_CLIENT_SECRET are not set'],
  ['half a client', { YEASTAR_CLIENT_ID: 'id' }, 'credentials_missing', 'YEASTAR_CLIENT_SECRET is not set'],
  ['a client and a token', { ...CLIENT, YEASTAR_ACCESS_TOKEN: 'abc' }, 'credentials_twice', 'are both set'],
  [
    'a secret and a token',
    { YEASTAR_CLIENT_SECRET: 's', YEASTAR_ACCESS_TOKEN: 'abc' },
    'credentials_twice',
    'are both set',
  ],
  [
    'a token in two lines',
    { YEASTAR_ACCESS_TOKEN: 'ab\ncd' },
    'credentials_malformed',
    'not allowed in a token',
  ],
  [
    'a token with a word before it',
    { YEASTAR_ACCESS_TOKEN: 'token abc' },
    'credentials_malformed',
    'not allowed in a token',
  ],
])('%s is refused, and no value is repeated', (_, environment, code, said) => {
  let problem: unknown;
  try {
    readCredentials(environment);
  } catch (error) {
    problem = error;
  }
  expect(problem).toMatchObject({ code, message: expect.stringContaining(said), exitStatus: 2 });
  const { message, remedy } = problem as Problem;
  for (const value of Object.values(environment))
    expect(` ${message} ${remedy} `).not.toContain(` ${value} `);
});
