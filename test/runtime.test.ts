import { expect, test } from 'vitest';

// npm leaves out an optional dependency that it cannot get without a word, and Node is one: then scripts would run on the machine's own.
test('scripts run on the Node that comes along, or one as new', () => {
  expect(Number.parseInt(process.versions.node, 10)).toBeGreaterThanOrEqual(24);
});
