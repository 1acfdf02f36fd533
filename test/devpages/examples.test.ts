import { expect, test } from 'vitest';
import { toExamples } from '../../src/devpages/examples.ts';

/** Characters that the explorer's pane shows of a line, in a window of 1280 pixels. */
const PANE_WIDTH = 46;

test.each(toExamples({ instanceId: undefined, certificateId: undefined }))(
  'the comments of $name fit the pane',
  ({ document }) => {
    const comments = document.split('\n').filter((line) => line.startsWith('#'));
    expect(comments.length).toBeGreaterThan(1);
    expect(comments.filter((line) => line.length > PANE_WIDTH)).toEqual([]);
  },
);
