import { expect, it } from 'vitest';
import { createOutput } from '../../../../../../bin/commands/support/output.ts';
import { summarize } from '../../../../../../bin/commands/users/import/summary.ts';

it('the report of an import says that the file was not the whole export', async () => {
  const reason = 'NextToken says that more accounts follow, which are not in this file';
  const totals = { imported: 1, existing: 0, rejected: 0, ignored: [], notes: {} };
  const run = {
    journal: { totals, triedAgain: 0, rejectsFile: 'r', notesFile: 'n' },
    finishedAt: undefined,
    inspection: { unsaid: 0 },
    incomplete: new Set([reason]),
    factorsElsewhere: undefined,
  };
  const shown = await Promise.all(
    [true, false].map(async (json) => {
      let text = '';
      const output = createOutput({ json }, async (more) => {
        text += more;
      });
      await summarize(output, run);
      return text;
    }),
  );
  expect(JSON.parse(shown[0] ?? '')).toMatchObject({ imported: 1, incomplete: [reason] });
  expect(shown[1]).toBe(`1 imported, 0 there already, 0 rejected\nincomplete: ${reason}\n`);
});
