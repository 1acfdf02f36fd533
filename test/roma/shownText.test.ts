import { expect, test } from 'vitest';
import { toShownText } from '../../src/roma/shownText.ts';

const TOKEN = 'MIITkwYJKoZIhvcNAQcCoIIThDCCE4ACAQExDTALBglghkgBZQMEAgEwghGlBgkqhki';

test.each<[string, string, string[], string | undefined]>([
  ['plain text', 'No permissions', [TOKEN], 'No permissions'],
  ['nothing', '', [], undefined],
  ['only controls', '\u0000\n\t', [], undefined],
  ['a token', `token ${TOKEN}!`, [TOKEN], 'token [hidden]!'],
  ['a token twice', `${TOKEN} ${TOKEN}`, [TOKEN], '[hidden] [hidden]'],
  ['the beginning of a token', `token ${TOKEN.slice(0, 20)}...`, [TOKEN], 'token [hidden]...'],
  ['the middle of a token', `...${TOKEN.slice(23, 44)}...`, [TOKEN], '...[hidden]...'],
  ['a few letters of a token', `..${TOKEN.slice(0, 8)}..`, [TOKEN], `..${TOKEN.slice(0, 8)}..`],
  [
    'a part, of which another part is the same in a URL',
    'a "quoted" 41e4649b934ca495',
    ['not a "quoted" 41e4649b934ca495'],
    '[hidden]',
  ],
  ['a secret in a URL', `q=${encodeURIComponent('s3cr/t+x y')}.`, ['s3cr/t+x y'], 'q=[hidden].'],
  ['a secret in lower-case percent-encoding', 'q=s3cr%2ft.', ['s3cr/t'], 'q=[hidden].'],
  ['a secret in Base64', Buffer.from('pass-word').toString('base64'), ['pass-word'], '[hidden]'],
  ['a short secret', 'pass word', ['word'], 'pass [hidden]'],
  ['a secret too short to be one', 'a b c', ['a', ''], 'a b c'],
  ['a secret with a half character', 'x', ['ab\ud800cd'], 'x'],
  ['one secret inside another', 'abcdefgh', ['abcd', 'abcdefgh'], '[hidden]'],
  ['a URL', 'see https://roma.example/v2/x?y for more', [], 'see [hidden] for more'],
  ['controls inside', 'a\r\nb\u0085c\u2028d', [], 'a b c d'],
  ['text that turns around', 'a\u202eb', [], 'a b'],
])('%s', (_what, text, secrets, shown) => {
  expect(toShownText(text, 300, secrets)).toBe(shown);
});

test.each([undefined, null, 7, {}, ['x']])('%j is no text', (value) => {
  expect(toShownText(value, 300, [])).toBeUndefined();
});

test('a secret that is cut at the end is hidden all the same', () => {
  const shown = toShownText(`${'x'.repeat(280)} ${TOKEN}`, 300, [TOKEN]);
  expect(shown).toBe(`${'x'.repeat(280)} [hidden]`);
  expect(toShownText(`${'x'.repeat(1_980)}${TOKEN}`, 2_000, [TOKEN])).toBe(`${'x'.repeat(1_980)}[hidden]`);
});

test('a character is never cut in half', () => {
  expect(toShownText('ab🔒', 3, [])).toBe('ab');
  expect(toShownText('\ud800a', 3, [])).toBe('\ufffda');
});

test('every part of a long token is found, wherever it begins', () => {
  const long = Array.from({ length: 3_000 }, (_, index) => ((index * 7919) % 36).toString(36)).join('') + TOKEN;
  for (let from = long.length - TOKEN.length; from + 15 <= long.length; from++) {
    for (let lead = 0; lead < 9; lead++) {
      expect(toShownText(`${'.'.repeat(lead)}${long.slice(from, from + 15)}`, 300, [long])).toBe(`${'.'.repeat(lead)}[hidden]`);
    }
  }
});
