import type { Command } from 'commander';
import { addTail } from './audit/tail.ts';
import { addVerify } from './audit/verify.ts';

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('the audit log: prove it whole, or read its end');
  addVerify(audit);
  addTail(audit);
}
