import * as z from 'zod';
import { isPermissionRule } from '../domain/permissions.ts';
import { group } from './schema-group.ts';

const permissionRule = z
  .string()
  .refine(isPermissionRule, 'is no rule: TOOL or TOOL(ARGUMENT), * stands for any text');

function permissionRules(what: string): z.ZodDefault<z.ZodArray<typeof permissionRule>> {
  return z.array(permissionRule).default([]).describe(what);
}

/** Which calls need a word. */
export const permissions = group({
  ask: permissionRules(
    'Calls that a person is asked about first: a tool (fs.delete, mcp.files.*), or one with what it is about in brackets ' +
      '(shell.run(rm *)); * stands for any text. Where nobody is there the plan rests until agents plan answer.',
  ),
  allow: permissionRules('Calls that nobody is asked about although ask names them.'),
  deny: permissionRules(
    'Calls that are never made: their steps fail. Comes before allow and ask. It is no fence: a command can do the same in other words.',
  ),
});
