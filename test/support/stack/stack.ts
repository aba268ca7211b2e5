import { readStackFile, type StackFile } from '../../../scripts/local/stack/stackFile.ts';

let cached: StackFile | undefined;

/** The running stack that the suite was started for. */
export function stack(): StackFile {
  cached ??= readStackFile(process.env['GATEHOUSE_STACK_FILE'] ?? '');
  return cached;
}
