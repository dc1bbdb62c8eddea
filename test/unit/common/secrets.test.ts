import { expect, it } from 'vitest';
import { createSecrets } from '../../../src/common/secrets.js';

it('a secret is replaced wherever it stands, as often as it does', () => {
  const secrets = createSecrets();
  secrets.add('hunter22');
  expect(secrets.scrub('hunter22, "hunter22" and ahunter22b')).toBe('[secret], "[secret]" and a[secret]b');
});

it.each([
  ['of a form', 'client_secret=S%2F3+c%3Dret', 'client_secret=[secret]'],
  ['of an address', '?secret=S%2F3%20c%3Dret', '?secret=[secret]'],
  ['of a header', `Basic ${Buffer.from('S/3 c=ret').toString('base64')}`, 'Basic [secret]'],
])('a secret is replaced in the encoding %s, too', (_, said, expected) => {
  const secrets = createSecrets();
  secrets.add('S/3 c=ret');
  expect(secrets.scrub(said)).toBe(expected);
});

it('characters that mean something in a pattern or a replacement are taken as they are', () => {
  const secrets = createSecrets();
  secrets.add('a.*b$&+(');
  expect(secrets.scrub('a.*b$&+( aXXb')).toBe('[secret] aXXb');
});

it('a short one is left alone: it would garble what people read', () => {
  const secrets = createSecrets();
  secrets.add('12345');
  secrets.add('');
  expect(secrets.scrub('12345 rows')).toBe('12345 rows');
});

it('that lasts is kept whatever number of tokens follow; of those the last ones', () => {
  const secrets = createSecrets();
  secrets.addToken('token-000');
  secrets.add('webhook-address');
  secrets.add('client-secret');
  for (let i = 100; i < 200; i++) secrets.addToken(`token-${i}`);
  expect(secrets.scrub('webhook-address client-secret token-199 token-185')).toBe(
    '[secret] [secret] [secret] [secret]',
  );
});

it('one that holds another leaves nothing of itself', () => {
  const secrets = createSecrets();
  secrets.add('abcdef');
  secrets.add('abcdef-and-the-rest');
  expect(secrets.scrub('abcdef-and-the-rest')).not.toContain('rest');
});

it('text without one stays as it is', () => {
  expect(createSecrets().scrub('nothing here')).toBe('nothing here');
});

it('a token that the portal cut is replaced as far as it stands there', () => {
  const secrets = createSecrets();
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl';
  secrets.addToken(token);
  expect(secrets.scrub(`bad token ${token.slice(0, 40)}… and ${token.slice(0, 30)}`)).toBe(
    'bad token [secret]… and [secret]',
  );
  expect(secrets.scrub(token.slice(0, 10))).toBe('eyJhbGciOi');
});

it('a token is replaced in its other forms too', () => {
  const secrets = createSecrets();
  secrets.addToken('to+ken/of=bytes"x');
  const said = `${encodeURIComponent('to+ken/of=bytes"x')} ${JSON.stringify('to+ken/of=bytes"x')}`;
  expect(secrets.scrub(said)).toBe('[secret] "[secret]"');
});
