import { expect, it } from 'vitest';
import { isSameAccount, portalAccount } from '../../../src/common/portal-account.js';

const REAL = 'https://openapi.partner.yeastar.com';

it.each([
  ['the same client', portalAccount(REAL, 'ada'), portalAccount(REAL, 'ada'), true],
  ['another client', portalAccount(REAL, 'ada'), portalAccount(REAL, 'bob'), false],
  [
    'a token, which does not say whose it is',
    portalAccount(REAL, 'ada'),
    portalAccount(REAL, undefined),
    true,
  ],
  ['another portal', portalAccount(REAL, 'ada'), portalAccount('https://gate.example.com', 'ada'), false],
  ['a sandbox', portalAccount(REAL, 'ada'), portalAccount('http://127.0.0.1:8080', 'ada'), false],
  [
    'two tunnels',
    portalAccount('http://127.0.0.1:8080', 'ada'),
    portalAccount('http://localhost:9090', 'ada'),
    true,
  ],
])('tells whether orders are for one account: %s', (_, one, other, same) => {
  expect(isSameAccount(one, other)).toBe(same);
});

it('does not contain the id of the client', () => {
  expect(JSON.stringify(portalAccount(REAL, 'the-client'))).not.toContain('the-client');
});
